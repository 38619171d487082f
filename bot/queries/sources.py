"""How the sources are doing: broken told apart from quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.source import SourceHealth
    from bot.queries.ports import SourceReader
    from config.schema import Negotiation

QUIET_AFTER = timedelta(days=1)


class Condition(StrEnum):
    """What a source is, worst first.

    STOPPED is not polled again until somebody changes its address. FAILING did not answer last time and is tried
    again. UNTRIED has not been asked yet. QUIET answers, and has had nothing new for a day. FINE answers, with news.
    """

    STOPPED = "stopped"
    FAILING = "failing"
    UNTRIED = "untried"
    QUIET = "quiet"
    FINE = "fine"

    @property
    def broken(self) -> bool:
        """Whether somebody may have to do something."""
        return self in {Condition.STOPPED, Condition.FAILING}


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """One source with its condition."""

    health: SourceHealth
    condition: Condition


@dataclass(frozen=True, slots=True)
class SourcesReport:
    """A negotiation's sources, worst first and otherwise in the newsroom's order, as of `at`."""

    negotiation: Negotiation
    sources: tuple[SourceStanding, ...]
    at: datetime

    def having(self, *conditions: Condition) -> tuple[SourceStanding, ...]:
        """The sources in one of `conditions`."""
        return tuple(each for each in self.sources if each.condition in conditions)


async def sources_report(negotiation: Negotiation, sources: SourceReader, *, now: datetime) -> SourcesReport:
    """Every source of a negotiation with its condition."""
    every = [
        SourceStanding(health, condition(health, now))
        for health in await sources.source_health(negotiation.id, now=now)
    ]
    worst_first = list(Condition)
    every.sort(key=lambda each: worst_first.index(each.condition))
    return SourcesReport(negotiation, tuple(every), now)


def condition(health: SourceHealth, now: datetime) -> Condition:
    """What a source's record amounts to."""
    if health.stopped:
        return Condition.STOPPED
    if health.problem is not None:
        return Condition.FAILING
    if health.last_polled_at is None:
        return Condition.UNTRIED
    if health.last_new_at is None or now - health.last_new_at > QUIET_AFTER:
        return Condition.QUIET
    return Condition.FINE
