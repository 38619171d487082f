"""How the sources are doing: what is broken, why, and what happens next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.condition import Condition
from bot.queries.coverage import coverage
from bot.slack.blocks.catch_up import held_rows
from bot.slack.blocks.elements import BUDGET, context, header, message, section, sections
from bot.slack.blocks.seeing import blindness, moment
from bot.slack.blocks.text import ago, clock_time, count, mrkdwn, ordinal, sentence, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.hold import Held
    from bot.queries.sources import SourcesReport, SourceStanding
    from bot.slack.blocks.elements import Block

_ANSWERING = (Condition.FINE, Condition.QUIET)
_NOTABLE_DELAY = timedelta(minutes=5)


def sources_answer(reports: Sequence[SourcesReport], held: Sequence[Held] = ()) -> Message:
    """Every source: those needing somebody first, each with its reason; then those at work.

    Before them the conversations nothing can be delivered to, which need somebody too.
    """
    blocks: list[Block] = []
    if held:
        blocks.append(section("*Waiting to be delivered*"))
        blocks += sections(held_rows(held), _more, budget=BUDGET // 8, gap="\n")
    share = BUDGET // 2 // max(1, len(reports))
    for report in reports:
        blocks.append(header(f"Sources · {report.negotiation.name}"))
        broken = report.having(Condition.STOPPED, Condition.FAILING)
        blocks.append(section(_tally(report)))
        rows = [_broken(each, report.at, report.negotiation.id) for each in broken]
        rows += [_doubtful(each, report.at) for each in report.having(Condition.FROZEN, Condition.SILENT)]
        if rows:
            blocks += sections(rows, _more, budget=share, gap="\n")
        if working := report.having(Condition.UNTRIED, *_ANSWERING):
            rows = [_working(each, report.at) for each in working]
            blocks += sections(rows, _more, budget=share, gap="\n")
    blocks.append(
        context(
            "Quiet: answers, and has had nothing new for a day, as it happens with it; nothing needs doing. "
            "Silent: nothing new for longer than it usually is. Frozen: always the same while others have news."
        )
    )
    told = " ".join(f"{mrkdwn(each.negotiation.name, 100)}: {_tally(each)}" for each in reports)
    stuck = f" {count(len(held), 'conversation')} cannot be delivered to." if held else ""
    return message(f"{told}{stuck}", *blocks)


def _tally(report: SourcesReport) -> str:
    of = {each: len(report.having(each)) for each in Condition}
    parts = [f"{number} {each}" for each, number in of.items() if number]
    total = count(len(report.sources), "source")
    told = f"{total}: {', '.join(parts)}." if parts else f"{total}: none is listed."
    blind = blindness(coverage([each.health for each in report.sources], report.at))
    return f"{told} {blind}" if blind and parts else told


def _broken(standing: SourceStanding, now: datetime, negotiation: str) -> str:
    health = standing.health
    reason = mrkdwn(health.reason or "it gave no reason", 300)
    name = mrkdwn(health.source.name, 80)
    last = f"Last good: {ago(health.last_success_at, now)}." if health.last_success_at else "It has never answered."
    if standing.condition is Condition.STOPPED:
        place = f"config/sources/{negotiation}.yaml"
        return f"• *{name}* stopped: {sentence(reason)} {last} Not asked again; change its address in `{place}`."
    then = "Next try: soon"
    if health.next_poll_at is not None:
        then = f"Next try: {clock_time(health.next_poll_at)}"
    since = f" since {moment(health.failing_since, now)}" if health.failing_since else ""
    tries = f"{then}, the {ordinal(health.error_count + 1)} in a row."
    return f"• *{name}* failing{since}: {sentence(reason)} {last} {tries}"


def _doubtful(standing: SourceStanding, now: datetime) -> str:
    """It answers, and yet: counted against its own habit, so that the reader can judge."""
    health = standing.health
    silent = span(now - health.newest_at) if health.newest_at else "long"
    told = f"• *{mrkdwn(health.source.name, 80)}* {standing.condition}: nothing new for {silent}"
    if health.silence is not None:
        told += f", usually at most {span(health.silence.usual)} (by its last {health.silence.gaps} pauses)"
    if health.entries == 0:
        told += "; its feed is empty"
    elif standing.condition is Condition.FROZEN and health.unchanged_since is not None:
        told += f"; the same document since {moment(health.unchanged_since, now)}"
    return f"{told}. It answers; open {mrkdwn(health.address or health.source.url, 200)} and see."


def _working(standing: SourceStanding, now: datetime) -> str:
    health = standing.health
    name = mrkdwn(health.source.name, 80)
    if standing.condition is Condition.UNTRIED:
        return f"• {name} · not asked yet"
    new = f"last new {ago(health.last_new_at, now)}" if health.last_new_at else "nothing new yet"
    day = f"{count(health.items_last_day, 'item')} in 24 h, " if standing.condition is Condition.FINE else "quiet: "
    return " · ".join((f"• {name}", f"{day}{new}", *_remarks(standing, now)))


def _remarks(standing: SourceStanding, now: datetime) -> list[str]:
    """What is odd about a source that does its work."""
    health, delay, remarks = standing.health, standing.delay, []
    if delay is not None and delay.typical >= _NOTABLE_DELAY:
        counted = count(delay.developments, "development")
        remarks.append(f"others had this {span(delay.typical)} earlier (median of {counted})")
    if ahead := health.clock_ahead:
        if ahead > timedelta():
            remarks.append(f"its clock seems {span(ahead)} ahead")
        else:
            remarks.append(f"its clock seems {span(-ahead)} behind, or it lists things as late as that")
    if health.address and health.moved_at:
        listed, there = mrkdwn(health.source.url, 120), mrkdwn(health.address, 120)
        remarks.append(
            f"moved for good: polled at {there} since {moment(health.moved_at, now)}; the list says {listed}"
        )
    return remarks


def _more(left_out: int) -> str:
    return f"+{left_out} more."
