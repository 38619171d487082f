"""What a growing store costs: memory for a month of 300 sources, and time per item as more and more have passed."""

from __future__ import annotations

import gc
import resource
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bot.evaluation.bench.items import A_DAY, SOURCES, made_up
from bot.evaluation.bench.timing import decide, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.detection.decider import Detector
    from bot.domain.item import Item
    from config.schema import Negotiation

MONTH = 30 * SOURCES * A_DAY
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Point:
    """After `passed` items: microseconds for one of the next, those relevant among them, and MB grown since the start.

    Memory is what the process holds in RAM, its caches of words included; None where the system does not tell.
    """

    passed: int
    microseconds: float
    relevant: int
    megabytes: float | None


def grow(detector: Detector, negotiation: Negotiation, marks: list[int]) -> Iterator[Point]:
    """A point for each number of items passed, in growing order; the window is kept as in production."""
    before = _resident()
    items = made_up(negotiation)
    passed = 0
    for mark in sorted(marks):
        decide(islice(items, mark - passed), detector)
        relevant = 0
        sample = list(islice(items, _SAMPLE))
        gc.collect()
        resident = _resident()

        def next_ones(sample: list[Item] = sample) -> None:
            nonlocal relevant
            relevant = decide(sample, detector)

        spent = seconds(next_ones)
        passed = mark + _SAMPLE
        grown = (resident - before) / 1e6 if resident is not None and before is not None else None
        yield Point(mark, spent / _SAMPLE * 1e6, relevant, grown)


def _resident() -> int | None:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return None
