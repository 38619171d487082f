"""The alert card: what an editor reads in two seconds, and the evidence under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.alert import Verdict
from bot.domain.decision import Corroboration
from bot.slack.blocks import limits
from bot.slack.blocks.elements import actions, button, context, header, menu, message, option, section
from bot.slack.blocks.ended import merged_card, withdrawn_card
from bot.slack.blocks.evidence import quote, source_list
from bot.slack.blocks.put_right import by, changed_words, judgement, outlet
from bot.slack.blocks.reading import foreign, headline_link, readable
from bot.slack.blocks.text import ago, link, mrkdwn, plain, sentence, size, utc, when
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
    from bot.domain.development import Development, Merger
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

TIMELINE, MUTE, NOT_NEW, MORE = "alert_timeline", "alert_mute", "alert_not_new", "alert_more"
WHY, WRONG_TRACK, SAME_AS = "why", "wrong_track", "same_as"
_MOST_PEOPLE = 5
_MOST_PARTIES = 5
_MOST_ORIGINS = 5
_LONGEST_HEADLINE = 500
_LONGEST_NOTE = 300
_LONGEST_REMARK = 200
_MOST_SAID = 3


def card(
    development: Development,
    negotiation: Negotiation,
    *,
    feedback: Sequence[Feedback],
    now: datetime | None = None,
    elsewhere: str | None = None,
) -> Message:
    """One development as the desk sees it. With `now`, the text for notifications says how old it is.

    `elsewhere` is the address of the card of the development it was merged into, or repeats.
    """
    if development.merger is not None:
        return merged_card(development, negotiation, development.merger, ended_row(development), elsewhere=elsewhere)
    if development.withdrawn:
        return withdrawn_card(development, ended_row(development))
    blocks: list[Block] = [header(f"{_flag(development)} · {development.headline}")]
    known = [each for each in feedback if each.verdict is Verdict.NOT_NEW]
    if development.not_new and known:
        blocks.append(section(judgement(known[-1], negotiation, elsewhere)))
    blocks.append(section(_facts(development, negotiation)))
    if quoted := quote(development.lead, negotiation):
        blocks.append(section(quoted))
    blocks += [
        *source_list(development, negotiation),
        context("\n".join(_notes(development, negotiation, feedback))),
        actions(
            button("Timeline", TIMELINE, development.id),
            button("Mute track", MUTE, development.id),
            button("Not new", NOT_NEW, development.id),
            menu(
                MORE,
                option("Why this alert?", f"{WHY}:{development.id}"),
                option("Wrong track…", f"{WRONG_TRACK}:{development.id}"),
                option("Same as another alert…", f"{SAME_AS}:{development.id}"),
            ),
        ),
    ]
    return message(_spoken(development, negotiation, now), *blocks)


def ended_row(development: Development) -> Block:
    """What can still be asked of a development that has ended."""
    why = menu(MORE, option("Why this alert?", f"{WHY}:{development.id}"))
    return actions(button("Timeline", TIMELINE, development.id), why)


def headline(development: Development, limit: int = _LONGEST_HEADLINE) -> str:
    """The headline, harmless in mrkdwn."""
    return mrkdwn(development.headline, limit)


def names(development: Development, negotiation: Negotiation) -> str:
    """Who acts, by name: people, then the parties. Empty where nobody is named."""
    people = [mrkdwn(name, 80) for name in people_names(development.people, negotiation)]
    parties = [mrkdwn(party_name(party, negotiation), 80) for party in development.parties]
    return " — ".join(part for part in (_capped(people, _MOST_PEOPLE), _capped(parties, _MOST_PARTIES)) if part)


def _flag(development: Development) -> str:
    return "NOT NEW" if development.not_new else URGENCY[development.urgency]


def _facts(development: Development, negotiation: Negotiation) -> str:
    rows = []
    cut_by_header = size(f"{_flag(development)} · {plain(development.headline)}") > limits.HEADER
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
    rows += [_absorbed(each, negotiation) for each in development.absorbed[-_MOST_SAID:]]
    rows += [f"No longer counted: {outlet(left)} {changed_words(left)}" for left in development.former[-_MOST_SAID:]]
    moved = [each for each in feedback if each.verdict is Verdict.WRONG_TRACK]
    rows += [judgement(each, negotiation) for each in moved[-_MOST_SAID:]]
    return rows


def _absorbed(merger: Merger, negotiation: Negotiation) -> str:
    return f"Merged with: {headline_link(merger.lead, negotiation, _LONGEST_REMARK)} · {by(merger)}"


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
    urgency = "Not new" if development.not_new else development.urgency.capitalize()
    return f"{urgency} on {tracks or mrkdwn(negotiation.name)}: {sentence(told)} {by}{age}; {doubt}."


def _capped(words: Sequence[str], most: int) -> str:
    over = len(words) - most
    return ", ".join(words[:most]) + (f" +{over} more" if over > 0 else "")
