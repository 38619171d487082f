"""Notices about sources: what broke and since when, what is well again, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.source_notice import SourceNews
from bot.slack.blocks.elements import context, message, section, sections
from bot.slack.blocks.seeing import moment
from bot.slack.blocks.text import clock_time, count, mrkdwn, sentence, span

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.source_notice import Patient, SourceNotice

_MOST_NAMED = 3000
_MORE = "Type `/peace-status sources` for every source."


def source_notice(notice: SourceNotice) -> Message:
    """The notice as it is posted."""
    first = _opening(notice)
    rows = [_patient(each, notice) for each in notice.patients] if notice.news is not SourceNews.OUTAGE else []
    listed = sections(rows, lambda left_out: f"+{left_out} more.", budget=_MOST_NAMED, gap="\n")
    answering = f"{notice.answering} of {count(notice.listed, 'source')} answer. {_MORE}"
    return message(first, section(f"*{first}*"), *listed, context(answering))


def _opening(notice: SourceNotice) -> str:
    named = [mrkdwn(each.name, 80) for each in notice.patients]
    one = named[0] if len(named) == 1 else None
    since = moment(notice.since, notice.at)
    match notice.news:
        case SourceNews.BROKE:
            return f"{one or count(len(named), 'source')} broke: nothing new reaches us from there."
        case SourceNews.HEALED:
            return (
                f"{one or count(len(named), 'source')} answers again." if one else f"{len(named)} sources answer again."
            )
        case SourceNews.OUTAGE:
            of = count(notice.listed, "source")
            away = f"{notice.listed - notice.answering} of {of} have stopped answering since {since}"
            if notice.ours:
                return f"{away}: this looks like our own network, not like them. Until it is mended we cannot know."
            return f"{away}, many at once: look at what they share. Until it is mended we cannot know."
        case SourceNews.OVER:
            still = f"; {count(len(named), 'source')} not yet" if named else ""
            return f"Sources answer again: {notice.answering} of {notice.listed}{still}."
        case SourceNews.MOVED:
            return f"{one} has moved for good and is polled at its new address."


def _patient(patient: Patient, notice: SourceNotice) -> str:
    name = mrkdwn(patient.name, 80)
    match notice.news:
        case SourceNews.HEALED:
            return f"• {name}: answered {moment(patient.since, notice.at)}."
        case SourceNews.MOVED:
            undo = f"`backchannel sources unmove {patient.source}`"
            return f"• {name}: now {mrkdwn(patient.what, 300)}. Correct its list, or undo it with {undo}."
        case _:
            said = f"• {name}: {sentence(mrkdwn(patient.what, 300))} Since {moment(patient.since, notice.at)}"
            return f"{said}{_next(patient, notice.at)}."


def _next(patient: Patient, now: datetime) -> str:
    if patient.next_try is None:
        return "; not asked again until its address is changed"
    if patient.next_try <= now:
        return ""
    return f"; next try {clock_time(patient.next_try)} (in {span(patient.next_try - now)})"
