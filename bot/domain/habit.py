"""A source's habits, learned from what it gave: how long it is usually silent, and how right its clock is.

Pure arithmetic over stored times. Where there is too little to learn from, nothing is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

FEWEST_GAPS = 8
LONGEST_OF = 50  # of so many gaps the longest is the measure: nights and weekends are among them, one outage is not
KNOWN_FOR = timedelta(days=3)  # who was met on two afternoons only is not known by night
BEYOND_HABIT = 2
SHORTEST_ALARM = timedelta(hours=2)

LOOKS_KEPT = 12
FEWEST_LOOKS = 5
STEADY = timedelta(minutes=40)
STEADIER = 3  # an offset is so many times what it varies by
LEAST_OFFSET = timedelta(minutes=45)
QUARTER = timedelta(minutes=15)  # what time zones differ by, at the least


@dataclass(frozen=True, slots=True)
class Silence:
    """The longest a source is usually without anything new, learned from `gaps` pauses."""

    usual: timedelta
    gaps: int

    @property
    def alarming(self) -> timedelta:
        """A silence so long that this source is not known for it."""
        return max(self.usual * BEYOND_HABIT, SHORTEST_ALARM)


def usual_silence(moments: Iterable[datetime]) -> Silence | None:
    """What a source's silences are like, by the times of what it gave; None where it gave too little to tell.

    The pause that all but two of a hundred are within: a newspaper's nights count as usual, its one outage does not.
    """
    ordered = sorted(set(moments))
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    if len(gaps) < FEWEST_GAPS or ordered[-1] - ordered[0] < KNOWN_FOR:
        return None
    seconds = quantiles((gap.total_seconds() for gap in gaps), n=LONGEST_OF, method="inclusive")[-1]
    return Silence(timedelta(seconds=seconds), len(gaps))


def freshest(lags: Sequence[float], new: Iterable[timedelta]) -> tuple[float, ...]:
    """What is kept to judge a clock by: of each of the last looks that brought news, the least of (seen - dated).

    The least, for an old article listed late says nothing; in seconds, oldest look first.
    """
    seconds = [lag.total_seconds() for lag in new]
    return (*lags, min(seconds))[-LOOKS_KEPT:] if seconds else tuple(lags)


def clock_ahead(lags: Sequence[float], pace: timedelta) -> timedelta | None:
    """How far a source's dates run ahead of our clock (negative: behind), to the quarter of an hour; None if they fit.

    A right clock's freshest article is seen within a look or so of its date. A wrong one's is off by nearly the same
    each time: lags that vary are a slow publisher's, not a clock's. A date behind may also mean that articles are
    listed as late as that; nobody can tell the two apart from here.
    """
    if len(lags) < FEWEST_LOOKS:
        return None
    ordered = sorted(lags)
    trimmed = ordered[1:-1]  # one look in either direction may be odd
    spread = timedelta(seconds=trimmed[-1] - trimmed[0])
    offset = pace / 2 - timedelta(seconds=median(ordered))
    if spread > max(STEADY, 2 * pace) or spread * STEADIER > abs(offset):
        return None
    rounded = round(offset / QUARTER) * QUARTER
    return rounded if abs(rounded) >= max(LEAST_OFFSET, 2 * pace) else None


FEWEST_SHARED = 3


@dataclass(frozen=True, slots=True)
class Delay:
    """How much later than others a source has what both have: the median over `developments` reported by both.

    Negative: it is usually the first. Both are counted from when we saw it, so a slow look counts as a late report.
    """

    typical: timedelta
    developments: int


def peer_delays(first_reports: Iterable[tuple[str, str, datetime]]) -> dict[str, Delay]:
    """How late each source is, from (development, source, when that source first reported it), each pair once."""
    by_development: dict[str, dict[str, datetime]] = defaultdict(dict)
    for development, source, at in first_reports:
        by_development[development][source] = at
    delays: dict[str, list[float]] = defaultdict(list)
    for reported in by_development.values():
        for source, at in reported.items():
            if others := [theirs for other, theirs in reported.items() if other != source]:
                delays[source].append((at - min(others)).total_seconds())
    return {
        source: Delay(timedelta(seconds=median(each)), len(each))
        for source, each in delays.items()
        if len(each) >= FEWEST_SHARED
    }
