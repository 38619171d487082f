"""Where the talks stand: each track's last development and how much has happened this week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.decision import Corroboration
from bot.queries.coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.domain.development import Development
    from bot.queries.coverage import Coverage
    from bot.queries.ports import DevelopmentReader, SourceReader
    from config.schema import Negotiation, Track

DAYS = 7
WEEK = timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class TrackStatus:
    """One track. `days` counts developments opened in each of the last seven 24-hour spans, the latest last.

    `standing` counts those same developments by how they are corroborated now; zero for each that has none.
    """

    track: Track
    last: Development | None
    days: tuple[int, ...]
    standing: Mapping[Corroboration, int]

    @property
    def week(self) -> int:
        """How many developments were opened in the seven days."""
        return sum(self.days)


@dataclass(frozen=True, slots=True)
class NegotiationStatus:
    """Every track of a negotiation, in the newsroom's order, as of `at`; `coverage` says whether we would know."""

    negotiation: Negotiation
    tracks: tuple[TrackStatus, ...]
    at: datetime
    coverage: Coverage | None = None

    def only(self, tracks: AbstractSet[str]) -> NegotiationStatus:
        """The same with only some of its tracks."""
        return replace(self, tracks=tuple(status for status in self.tracks if status.track.id in tracks))


@dataclass(frozen=True, slots=True)
class TrackReport:
    """One track with its latest developments, most recently opened first."""

    negotiation: Negotiation
    status: TrackStatus
    developments: tuple[Development, ...]
    at: datetime
    coverage: Coverage | None = None


async def negotiation_status(
    negotiation: Negotiation, developments: DevelopmentReader, sources: SourceReader, *, now: datetime
) -> NegotiationStatus:
    """The state of every track."""
    tracks = await _tracks(negotiation, negotiation.tracks, developments, now=now)
    seen = coverage(await sources.source_health(negotiation.id, now=now), now)
    return NegotiationStatus(negotiation, tracks, now, seen)


async def track_report(
    negotiation: Negotiation,
    track: Track,
    developments: DevelopmentReader,
    sources: SourceReader,
    *,
    now: datetime,
    limit: int = 5,
) -> TrackReport:
    """The state of one track and its last `limit` developments."""
    (status,) = await _tracks(negotiation, (track,), developments, now=now)
    latest = await developments.latest(negotiation.id, track=track.id, limit=limit)
    seen = coverage(await sources.source_health(negotiation.id, now=now), now)
    return TrackReport(negotiation, status, tuple(latest), now, seen)


async def _tracks(
    negotiation: Negotiation, tracks: Iterable[Track], developments: DevelopmentReader, *, now: datetime
) -> tuple[TrackStatus, ...]:
    since = now - WEEK
    opened = await developments.opened_by_track(negotiation.id, since=since)
    standing = await developments.standing_by_track(negotiation.id, since=since)
    found = []
    for track in tracks:
        latest = await developments.latest(negotiation.id, track=track.id, limit=1)
        now_standing = standing.get(track.id, {})
        found.append(
            TrackStatus(
                track=track,
                last=latest[0] if latest else None,
                days=_by_day(opened.get(track.id, ()), now),
                standing={each: now_standing.get(each, 0) for each in Corroboration},
            )
        )
    return tuple(found)


def _by_day(opened: Iterable[datetime], now: datetime) -> tuple[int, ...]:
    counts = [0] * DAYS
    for at in opened:
        age = (now - at) // timedelta(days=1)
        if age < DAYS:
            counts[DAYS - 1 - max(0, age)] += 1
    return tuple(counts)
