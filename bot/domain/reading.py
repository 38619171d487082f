"""A reading: one thing looked at, whether it is as it should be, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reading:
    """`what` is a short stable name ("database"); `seen` says in words what there is, good or bad."""

    what: str
    ok: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Work that waits: how much, and for how many seconds the oldest has."""

    depth: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What the database holds, counted for whoever watches the program.

    `items` and `decisions` (by status) are those added after the places asked for; `item_seq` and `decision_seq` are
    the places reached. `deliveries` are all there are, by state.
    """

    item_seq: int
    decision_seq: int
    items: int = 0
    decisions: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
