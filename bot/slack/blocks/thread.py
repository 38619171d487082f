"""What is said in a card's thread: what changed, by whom, and where to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration
from bot.slack.blocks.card import headline
from bot.slack.blocks.elements import context, message, section
from bot.slack.blocks.evidence import quote, source_line
from bot.slack.blocks.text import count, mrkdwn, sentence, utc, when
from bot.slack.blocks.vocabulary import corroboration, origin_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.alert import Alert, Message
    from bot.domain.development import Development, Report
    from bot.slack.blocks.elements import Block
    from config.schema import Negotiation

_LONGEST_HEADLINE = 300
_LONGEST_CHANGE = 600
_MOST_ORIGINS = 6


def thread_update(development: Development, negotiation: Negotiation, alert: Alert) -> Message:
    """What `alert` says is different, with the report that caused it. Also what a broadcast shows in the channel."""
    cause = next((report for report in development.reports if report.item == alert.item), None)
    blocks: list[Block] = []
    if cause is not None and cause.revised_from is not None:
        label, told, spoken = "Correction", _correction(cause, alert, when), _correction(cause, alert, utc)
    else:
        label, told = _change(development, negotiation, alert)
        spoken = told
    blocks.append(section(f"*{label}:* {told}"))
    if cause is not None:
        source = source_line(cause, development, negotiation).removeprefix("• ")
        blocks.append(section("\n".join(filter(None, (source, quote(cause))))))
    about = headline(development, _LONGEST_HEADLINE)
    blocks.append(context(f"About: {about}"))
    return message(f"{label}: {spoken} About: {sentence(about)}", *blocks)


def _correction(cause: Report, alert: Alert, at: Callable[[datetime], str]) -> str:
    before = mrkdwn(cause.revised_from or "", _LONGEST_HEADLINE)
    after = mrkdwn(cause.title, _LONGEST_HEADLINE)
    outlet = mrkdwn(cause.outlet, 80)
    return f"{outlet} said “{before}” at {at(cause.first_seen)}; at {at(alert.created_at)} it says “{after}”."


def _change(development: Development, negotiation: Negotiation, alert: Alert) -> tuple[str, str]:
    """The change's kind and its sentence. What the detector put in words is shown as it is."""
    change = sentence(mrkdwn(alert.change or "", _LONGEST_CHANGE))
    if alert.broadcast and development.corroboration is Corroboration.CONFIRMED and _says(change, "confirm"):
        origins = origin_names(development, negotiation)
        more = f" +{len(origins) - _MOST_ORIGINS} more" if len(origins) > _MOST_ORIGINS else ""
        named = mrkdwn(", ".join(origins[:_MOST_ORIGINS]) + more, _LONGEST_CHANGE)
        told_by = f" ({named})" if named else ""
        return "Now confirmed", f"{count(development.origins, 'independent origin')}{told_by}."
    if (
        alert.broadcast
        and development.corroboration is Corroboration.DISPUTED
        and _says(change, "disput", "contradict")
    ):
        return "Now disputed", change or sentence(corroboration(development).removeprefix("disputed: "))
    return ("Changed" if alert.broadcast else "Update"), change or "A further report came in."


def _says(change: str, *words: str) -> bool:
    """Whether a change is of this sort; one without words is."""
    return not change or any(word in change.lower() for word in words)
