"""How the sources are doing: what is broken, why, and what happens next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.queries.sources import Condition
from bot.slack.blocks.catch_up import held_rows
from bot.slack.blocks.elements import BUDGET, context, header, message, section, sections
from bot.slack.blocks.text import ago, clock_time, count, mrkdwn, ordinal, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.alert import Message
    from bot.domain.hold import Held
    from bot.queries.sources import SourcesReport, SourceStanding
    from bot.slack.blocks.elements import Block

_ANSWERING = (Condition.FINE, Condition.QUIET)


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
        if broken:
            rows = [_broken(each, report.at, report.negotiation.id) for each in broken]
            blocks += sections(rows, _more, budget=share, gap="\n")
        if working := report.having(Condition.UNTRIED, *_ANSWERING):
            rows = [_working(each, report.at) for each in working]
            blocks += sections(rows, _more, budget=share, gap="\n")
    blocks.append(context("Quiet means the source answers and has had nothing new for a day; nothing needs doing."))
    told = " ".join(f"{mrkdwn(each.negotiation.name, 100)}: {_tally(each)}" for each in reports)
    stuck = f" {count(len(held), 'conversation')} cannot be delivered to." if held else ""
    return message(f"{told}{stuck}", *blocks)


def _tally(report: SourcesReport) -> str:
    of = {each: len(report.having(each)) for each in Condition}
    parts = [f"{number} {each}" for each, number in of.items() if number]
    total = count(len(report.sources), "source")
    return f"{total}: {', '.join(parts)}." if parts else f"{total}: none is listed."


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
    return f"• *{name}* failing: {sentence(reason)} {last} {then}, the {ordinal(health.error_count + 1)} in a row."


def _working(standing: SourceStanding, now: datetime) -> str:
    health = standing.health
    name = mrkdwn(health.source.name, 80)
    if standing.condition is Condition.UNTRIED:
        return f"• {name} · not asked yet"
    new = f"last new {ago(health.last_new_at, now)}" if health.last_new_at else "nothing new yet"
    day = f"{count(health.items_last_day, 'item')} in 24 h, " if standing.condition is Condition.FINE else "quiet: "
    return f"• {name} · {day}{new}"


def _more(left_out: int) -> str:
    return f"+{left_out} more."
