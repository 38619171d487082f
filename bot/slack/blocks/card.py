"""The alert card: what an editor reads in two seconds, and the evidence under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration
from bot.slack.blocks import limits
from bot.slack.blocks.elements import actions, button, context, header, message, section
from bot.slack.blocks.evidence import quote, source_list
from bot.slack.blocks.reading import foreign, headline_link, readable
from bot.slack.blocks.text import ago, link, listing, mrkdwn, plain, sentence, size, utc, when
from bot.slack.blocks.vocabulary import (
    URGENCY,
    corroboration,
    language,
    origin_names,
    party_name,
    people_names,
    track_names,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.alert import Feedback, Message
    from bot.domain.development import Development
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

TIMELINE, MUTE, JUDGE = "alert_timeline", "alert_mute", "alert_judge"
_MOST_PEOPLE = 5
_MOST_PARTIES = 5
_MOST_ORIGINS = 5
_LONGEST_HEADLINE = 500
_LONGEST_NOTE = 300
_LONGEST_REMARK = 200


def card(
    development: Development,
    negotiation: Negotiation,
    *,
    feedback: Sequence[Feedback],
    now: datetime | None = None,
) -> Message:
    """One development as the desk sees it. With `now`, the text for notifications says how old it is."""
    blocks: list[Block] = [
        header(f"{URGENCY[development.urgency]} · {development.headline}"),
        section(_facts(development, negotiation)),
    ]
    if quoted := quote(development.lead, negotiation):
        blocks.append(section(quoted))
    blocks += [
        *source_list(development, negotiation),
        context("\n".join(_notes(development, negotiation, feedback))),
        actions(
            button("Timeline", TIMELINE, development.id),
            button("Mute track", MUTE, development.id),
            button("Not new / wrong track", JUDGE, development.id),
        ),
    ]
    return message(_spoken(development, negotiation, now), *blocks)


def headline(development: Development, limit: int = _LONGEST_HEADLINE) -> str:
    """The headline, harmless in mrkdwn."""
    return mrkdwn(development.headline, limit)


def names(development: Development, negotiation: Negotiation) -> str:
    """Who acts, by name: people, then the parties. Empty where nobody is named."""
    people = [mrkdwn(name, 80) for name in people_names(development.people, negotiation)]
    parties = [mrkdwn(party_name(party, negotiation), 80) for party in development.parties]
    return " — ".join(part for part in (_capped(people, _MOST_PEOPLE), _capped(parties, _MOST_PARTIES)) if part)


def _facts(development: Development, negotiation: Negotiation) -> str:
    rows = []
    cut_by_header = size(f"{URGENCY[development.urgency]} · {plain(development.headline)}") > limits.HEADER
    if cut_by_header:
        rows.append(f"*{headline(development)}*")
    tracks = mrkdwn(", ".join(track_names(development.tracks, negotiation)) or "No track", 300)
    spoken = foreign(development.lead, negotiation)
    told = f" · headline in {spoken}" if spoken else ""
    shown = readable(development.reports, negotiation)
    if shown is not development.lead:
        tongue = mrkdwn(language(negotiation.desk_language) or "", 40)
        rows.append(f"In {tongue}: “{link(shown.url, shown.title)}” — {mrkdwn(shown.outlet, 80)}")
    rows.append(f"*{tracks}* · {when(development.opened_at)}{told}")
    stand = corroboration(development)
    origins = _capped(origin_names(development, negotiation), _MOST_ORIGINS)
    told_by = f" ({mrkdwn(origins, 400)})" if origins and development.origins > 1 else ""
    rows.append(f"*{stand[0].upper()}{stand[1:]}*{told_by}")
    if who := names(development, negotiation):
        rows.append(who)
    return "\n".join(rows)


def _notes(development: Development, negotiation: Negotiation, feedback: Sequence[Feedback]) -> list[str]:
    rows = []
    if development.follows:
        earlier = development.follows_reports
        told = headline_link(readable(earlier, negotiation), negotiation) if earlier else "an earlier development"
        rows.append(f"Follows: {told}")
    reasons = mrkdwn("; ".join(development.urgency_reasons), _LONGEST_NOTE)
    rows.append(f"Why {development.urgency}: {reasons or 'no single reason stood out'}")
    rows += [_judgement(each, negotiation) for each in feedback[-3:]]
    return rows


def _judgement(feedback: Feedback, negotiation: Negotiation) -> str:
    tracks = mrkdwn(listing(track_names(feedback.tracks, negotiation)), _LONGEST_REMARK)
    verdict = "not new" if feedback.verdict == "not_new" else "on the wrong track"
    note = f": “{mrkdwn(feedback.note, _LONGEST_REMARK)}”" if feedback.note else ""
    belongs = f", belongs to {tracks}" if tracks and feedback.verdict == "wrong_track" else ""
    return f"Marked {verdict} by <@{mrkdwn(feedback.user, 40)}>{belongs}{note} · {when(feedback.at)}"


def _spoken(development: Development, negotiation: Negotiation, now: datetime | None) -> str:
    tracks = mrkdwn(", ".join(track_names(development.tracks, negotiation)), 200)
    lead, shown = development.lead, readable(development.reports, negotiation)
    spoken = foreign(lead, negotiation)
    told = mrkdwn(shown.title, _LONGEST_HEADLINE)
    by = f"Reported by {mrkdwn(lead.outlet, 80)}"
    if shown is not lead:
        told += f" ({mrkdwn(shown.outlet, 80)})"
        by = f"First reported by {mrkdwn(lead.outlet, 80)} in {spoken}"
    elif spoken:
        told += f" (in {spoken})"
    age = f", {ago(development.opened_at, now)}" if now else f", {utc(development.opened_at)}"
    doubt = "not yet confirmed" if development.corroboration is Corroboration.PROVISIONAL else development.corroboration
    urgency = development.urgency.capitalize()
    return f"{urgency} on {tracks or mrkdwn(negotiation.name)}: {sentence(told)} {by}{age}; {doubt}."


def _capped(words: Sequence[str], most: int) -> str:
    over = len(words) - most
    return ", ".join(words[:most]) + (f" +{over} more" if over > 0 else "")
