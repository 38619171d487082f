"""Words for what was put right: merged alerts, reports that say something else by now, judgements of the desk.

Who said so is named where a person did; where detection did, its reason stands in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.alert import Verdict
from bot.slack.blocks.elements import context, message, section
from bot.slack.blocks.reading import foreign, headline_link, readable
from bot.slack.blocks.text import link, listing, mrkdwn, sentence, when
from bot.slack.blocks.vocabulary import corroboration, track_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.alert import Feedback, Message
    from bot.domain.development import Development, Merger, Report
    from config.schema import Negotiation

_LONGEST_HEADLINE = 300
_LONGEST_NAME = 80
_LONGEST_REMARK = 200


def merged_by(merger: Merger) -> str:
    """Who merged two alerts, or why they were, and when."""
    return f"Merged {by(merger)}"


def by(merger: Merger) -> str:
    """The same, after what was merged."""
    if merger.user is not None:
        return f"by {person(merger.user)}{_noted(merger.why)} · {when(merger.at)}"
    return f"by detection: {mrkdwn(merger.why, _LONGEST_REMARK)} · {when(merger.at)}"


def changed_words(left: Report) -> str:
    """What a report said and says now; only that it changed where both headlines are one."""
    if left.now_says is None:
        return f"changed its report “{mrkdwn(left.title, _LONGEST_HEADLINE)}”"
    said, says = mrkdwn(left.title, _LONGEST_HEADLINE), mrkdwn(left.now_says, _LONGEST_HEADLINE)
    return f"said “{said}”, now says “{says}”"


def outlet(report: Report) -> str:
    """An outlet linked to its report."""
    return link(report.url, report.outlet, _LONGEST_NAME)


def person(user: str) -> str:
    """A person, mentioned."""
    return f"<@{mrkdwn(user, 40)}>"


def judgement(feedback: Feedback, negotiation: Negotiation, elsewhere: str | None = None) -> str:
    """Who said what of an alert, and when. `elsewhere` is the address of the card it repeats."""
    who, at = person(feedback.user), when(feedback.at)
    if feedback.verdict is Verdict.WRONG_TRACK:
        tracks = mrkdwn(listing(track_names(feedback.tracks, negotiation)), _LONGEST_REMARK)
        return f"Put on {tracks} by {who}{_noted(feedback.note)} · {at}"
    repeats = ""
    if feedback.other_lead is not None:
        repeats = f": repeats {card_link((feedback.other_lead,), negotiation, elsewhere)}"
    return f"*Marked not new* by {who}{repeats}{_noted(feedback.note)} · {at}"


def card_link(reports: Sequence[Report], negotiation: Negotiation, card: str | None) -> str:
    """The headline of another development, linked to its card; to its report where the card is not known."""
    if not reports:
        return "another alert"
    shown = readable(reports, negotiation)
    if card is None:
        return headline_link(shown, negotiation, _LONGEST_HEADLINE)
    spoken = foreign(shown, negotiation)
    tongue = f", in {spoken}" if spoken else ""
    return f"{link(card, shown.title, _LONGEST_HEADLINE)} — {mrkdwn(shown.outlet, _LONGEST_NAME)}{tongue}"


def merged_update(development: Development, negotiation: Negotiation, merger: Merger) -> Message:
    """Which other alert was merged into this one, who says so or why, and how it stands with its reports."""
    stand = corroboration(development)
    gone, into = mrkdwn(merger.lead.title, _LONGEST_HEADLINE), readable(development.members, negotiation)
    return message(
        f"Merged: the alert “{gone}” is the same development; its reports count here. {sentence(stand)} "
        f"About: {sentence(mrkdwn(into.title, _LONGEST_HEADLINE))}",
        section(
            f"*Merged:* this alert is the same development, and its reports count here ({stand})\n"
            f"{headline_link(merger.lead, negotiation)}"
        ),
        context(merged_by(merger)),
    )


def withdrawn_update(left: Report) -> Message:
    """Nothing carries a development any more: what its source said and says now."""
    said = changed_words(left)
    at = f"Changed: {when(left.left_at)} · " if left.left_at else ""
    return message(
        f"Withdrawn by its source: {mrkdwn(left.outlet, _LONGEST_NAME)} {said}.",
        section(f"*Withdrawn by its source:* {outlet(left)} {said}."),
        context(f"{at}No report carries it any more."),
    )


def fewer_update(development: Development, negotiation: Negotiation, left: Report) -> Message:
    """One report of several says something else by now, and counts here no more."""
    said, stand = changed_words(left), corroboration(development)
    shown = readable(development.members, negotiation)
    return message(
        f"One report fewer: {mrkdwn(left.outlet, _LONGEST_NAME)} {said}. {sentence(stand)} "
        f"About: {sentence(mrkdwn(shown.title, _LONGEST_HEADLINE))}",
        section(f"*One report fewer:* {outlet(left)} {said}. Without it, {stand}."),
        context(f"About: {headline_link(shown, negotiation)}"),
    )


def _noted(note: str) -> str:
    return f": “{mrkdwn(note, _LONGEST_REMARK)}”" if note else ""
