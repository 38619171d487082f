"""Polling: which source is ours to look at now, and what a look at it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.item import Item
    from bot.domain.source import Problem, Source, Validators


@dataclass(frozen=True, slots=True)
class Claim:
    """A due source, leased to us. `pace` is the interval its rhythm has led to; `first` if never read before."""

    source: Source
    validators: Validators
    pace: timedelta
    error_count: int
    first: bool


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Everything one look leaves in the database, in one transaction.

    `items` carry revision 1; the store decides which are new, which are revisions, which are known.
    `backfill` marks ids of items too old to alert anyone. `problem` and `reason` are None after a good look.
    """

    source: Source
    at: datetime
    next_poll_at: datetime
    pace: timedelta
    items: tuple[Item, ...] = ()
    canonical_urls: tuple[str, ...] = ()
    backfill: frozenset[str] = frozenset()
    validators: Validators | None = None
    problem: Problem | None = None
    reason: str | None = None
    error_count: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was new to us in a look."""

    new: int
    revised: int
