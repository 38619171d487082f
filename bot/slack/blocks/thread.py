"""What is said in a card's thread, and for a change of state in the channel too: what changed and who says so.

A change of state is told in a line or two: the card it belongs to carries the evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import AlertAction, Corroboration, StateChange
from bot.slack.blocks.elements import context, message, section
from bot.slack.blocks.evidence import marks, quote, voice
from bot.slack.blocks.put_right import fewer_update, merged_update, withdrawn_update
from bot.slack.blocks.reading import headline_link, readable
from bot.slack.blocks.text import count, link, listing, mrkdwn, sentence, utc, when
from bot.slack.blocks.vocabulary import corroboration, origin_names

if TYPE_CHECKING:
    from bot.domain.alert import Alert, Message
    from bot.domain.development import Development, Report
    from config.schema import Negotiation

_LONGEST_HEADLINE = 300
_LONGEST_CHANGE = 1_200
_LONGEST_NAME = 80
_MOST_ORIGINS = 6
_LABELS = {
    StateChange.CONFIRMED: "Now confirmed",
    StateChange.DISPUTED: "Now disputed",
    StateChange.CORRECTED: "Correction",
    StateChange.REVERSED: "Reversed",
}
_CAUSES = {StateChange.CONFIRMED: "confirming report", StateChange.DISPUTED: "report that disputes it"}


def thread_update(development: Development, negotiation: Negotiation, alert: Alert) -> Message:
    """What `alert` says is different, with the report that caused it."""
    cause = next((report for report in development.reports if report.item == alert.item), None)
    left = next((report for report in development.former if report.item == alert.item), None)
    merger = next((each for each in development.absorbed if each.lead.item == alert.item), None)
    match alert.state_change:
        case StateChange.MERGED if merger is not None:
            return merged_update(development, negotiation, merger)
        case StateChange.WITHDRAWN if left is not None:
            return withdrawn_update(left)
        case StateChange.CONFIRMED | StateChange.DISPUTED as change:
            return _standing(development, negotiation, alert, change, cause)
        case StateChange.CORRECTED | StateChange.REVERSED as change:
            return _correction(development, negotiation, alert, change, cause)
        case None if left is not None and cause is None:
            return fewer_update(development, negotiation, left)
        case _:
            return _update(development, negotiation, alert, cause)


def _standing(
    development: Development, negotiation: Negotiation, alert: Alert, change: StateChange, cause: Report | None
) -> Message:
    """How well the development stands by now; what it is about, and the report that made the difference."""
    told = _told_by(development, negotiation) if change is StateChange.CONFIRMED else _dispute(development, alert)
    shown = readable(development.reports, negotiation)
    about = f"About: {headline_link(shown, negotiation)}"
    if cause is shown:
        about += f" · the {_CAUSES[change]}"
    elif cause is not None:
        notes = marks(cause, development, negotiation)
        told_apart = f" ({', '.join(notes)})" if notes else ""
        about += f" · {_CAUSES[change]}: {link(cause.url, cause.outlet, _LONGEST_NAME)}{told_apart}"
    rows = [f"*{_LABELS[change]}:* {told}"]
    if change is StateChange.CONFIRMED and alert.action is AlertAction.THREAD and alert.change:
        rows.append(f"*Update:* {_words(alert)}")
    return message(
        f"{_LABELS[change]}: {told} About: {_about(development, negotiation)}",
        section("\n".join(rows)),
        context(about),
    )


def _correction(
    development: Development, negotiation: Negotiation, alert: Alert, change: StateChange, cause: Report | None
) -> Message:
    """What a publisher said and says now, as the detector quoted it, and when."""
    outlet, linked, seen = "Its publisher", "Its publisher", ""
    times = [f"Changed: {when(alert.created_at)}"]
    if cause is not None:
        outlet, linked = mrkdwn(cause.outlet, _LONGEST_NAME), link(cause.url, cause.outlet, _LONGEST_NAME)
        times.insert(0, f"First seen: {when(cause.first_seen)}")
        seen = f"First seen {utc(cause.first_seen)}, changed {utc(alert.created_at)}. "
    words = mrkdwn(alert.change or "changed its report", _LONGEST_CHANGE)
    notes = [*times]
    shown = readable(development.reports, negotiation)
    if cause is not shown:
        notes.append(f"About: {headline_link(shown, negotiation)}")
    return message(
        f"{_LABELS[change]}: {sentence(f'{outlet} {words}')} {seen}About: {_about(development, negotiation)}",
        section(f"*{_LABELS[change]}:* {_closed(f'{linked} {words}')}"),
        context(" · ".join(notes)),
    )


def _update(development: Development, negotiation: Negotiation, alert: Alert, cause: Report | None) -> Message:
    """New detail, with the report that has it; what the card itself quotes is not quoted again."""
    told = _words(alert) or "A further report came in."
    rows = [f"*Update:* {told}"]
    if cause is not None:
        if cause.revised_from is None:
            rows.append(link(cause.url, cause.title, _LONGEST_HEADLINE))
        rows.append(voice(cause, development, negotiation))
        if cause.revised_from is None and cause is not development.lead:
            rows += filter(None, [quote(cause, negotiation)])
    blocks = [section("\n".join(rows))]
    shown = readable(development.reports, negotiation)
    if cause is not shown:
        blocks.append(context(f"About: {headline_link(shown, negotiation)}"))
    return message(f"Update: {told} About: {_about(development, negotiation)}", *blocks)


def _told_by(development: Development, negotiation: Negotiation) -> str:
    """Who confirms: counted, and named where the names add up."""
    origins = origin_names(development, negotiation)
    over = len(origins) - _MOST_ORIGINS
    shown = [mrkdwn(name, _LONGEST_NAME) for name in origins[:_MOST_ORIGINS]]
    named = listing([*shown, f"{over} more"] if over > 0 else shown)
    return f"{count(development.origins, 'independent origin')}{f' ({named})' if named else ''}."


def _dispute(development: Development, alert: Alert) -> str:
    if alert.change or development.corroboration is not Corroboration.DISPUTED:
        return _words(alert) or "A party contradicts it."
    return sentence(corroboration(development).removeprefix("disputed: "))


def _words(alert: Alert) -> str:
    """What the detector put in words, shown as it is."""
    return sentence(mrkdwn(alert.change or "", _LONGEST_CHANGE))


def _about(development: Development, negotiation: Negotiation) -> str:
    return sentence(mrkdwn(readable(development.reports, negotiation).title, _LONGEST_HEADLINE))


def _closed(text: str) -> str:
    """With a full stop, but for what a link opens with."""
    return text if text[-1] in ".!?…" else f"{text}."
