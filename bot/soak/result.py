"""What a campaign is made of, and what it did and found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.soak.audit import Findings
from bot.soak.faults import FAULTS, ONLY_UNDER
from bot.soak.points import ANYWHERE, all_points
from bot.soak.strategies import NAIVE, SDK_RETRIES

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

# The SDK waits by itself where it is asked for a pause.
_NOT_IN = {
    NAIVE: ("deliver: begin", "deliver: find", "deliver: pause", "deliver: probe"),
    SDK_RETRIES: ("deliver: pause",),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One life to end: at a point, under a fault."""

    point: str
    fault: str


@dataclass(frozen=True, slots=True)
class Share:
    """One of so many campaigns that run side by side, each with a Slack, a database and a clock of its own."""

    number: int = 0
    of: int = 1


@dataclass(slots=True)
class Result:
    """What a campaign did and found. `missed` are points a worker did not come by in time; those are no kills."""

    strategy: str
    seed: int
    by_point: Counter[str] = field(default_factory=Counter)
    by_fault: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    cases: set[Case] = field(default_factory=set)
    missed: Counter[str] = field(default_factory=Counter)
    at_rest: int = 0
    mentions: int = 0
    developments: int = 0
    reports: int = 0
    notes: int = 0
    findings: Findings = field(default_factory=Findings)
    unfinished: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: Result) -> None:
        """Count in what another share of the same campaign did, side by side with this one."""
        for mine, theirs in (
            (self.by_point, other.by_point),
            (self.by_fault, other.by_fault),
            (self.met, other.met),
            (self.missed, other.missed),
            (self.errors, other.errors),
        ):
            mine.update(theirs)
        self.cases |= other.cases
        self.at_rest += other.at_rest
        self.mentions += other.mentions
        self.developments += other.developments
        self.reports += other.reports
        self.notes += other.notes
        self.findings.add(other.findings)
        self.unfinished += other.unfinished
        self.seconds = max(self.seconds, other.seconds)

    @property
    def kills(self) -> int:
        """Workers that died of SIGKILL at the point they were to, or at a random moment."""
        return self.by_point.total()

    @property
    def passed(self) -> bool:
        """Nothing lost, nothing twice, order kept, every card as it should be, nothing stuck."""
        return not self.findings.wrong and not self.unfinished


def points_of(strategy: str) -> list[str]:
    """Every point a strategy comes by."""
    names = [str(point) for point in all_points()]
    return [*(name for name in names if not name.startswith(_NOT_IN.get(strategy, ()))), ANYWHERE]


def all_cases(strategy: str) -> list[Case]:
    """Every point with every fault it can be come by under."""
    return [
        Case(point, fault)
        for point in points_of(strategy)
        for fault in FAULTS
        if fault in ONLY_UNDER.get(point.split(",")[0], FAULTS)
    ]


def shuffled(strategy: str, chance: random.Random, share: Share) -> Iterator[Case]:
    """A share of all cases in a random order, again and again."""
    while True:
        every = all_cases(strategy)
        chance.shuffle(every)
        yield from every[share.number :: share.of]
