"""How the sources are doing: broken told apart from quiet, each by its own habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.condition import Condition, condition

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.habit import Delay
    from bot.domain.source import SourceHealth
    from bot.queries.ports import SourceReader
    from config.schema import Negotiation

COMPARED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """One source with its condition, and how late it is compared with the others, as far as that is known."""

    health: SourceHealth
    condition: Condition
    delay: Delay | None = None


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
    listed = await sources.source_health(negotiation.id, now=now)
    delays = await sources.peer_delays(negotiation.id, since=now - COMPARED)
    every = [
        SourceStanding(health, condition(health, now, peers=listed), delays.get(health.source.id)) for health in listed
    ]
    worst_first = list(Condition)
    every.sort(key=lambda each: worst_first.index(each.condition))
    return SourcesReport(negotiation, tuple(every), now)
