"""Polling: which source is ours to look at now, and what a look at it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.item import Item
    from bot.domain.source import Hub, Problem, Source, Validators


@dataclass(frozen=True, slots=True)
class Claim:
    """A due source, leased to us. `pace` is the interval its rhythm has led to; `first` if never read before.

    `pushed_until` is until when its hub sends us what is new, where one does.
    """

    source: Source
    validators: Validators
    pace: timedelta
    error_count: int
    first: bool
    pushed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Everything one look leaves in the database, in one transaction.

    `items` carry revision 1; the store decides which are new, which are revisions, which are known.
    `backfill` marks ids of items too old to alert anyone. `problem` and `reason` are None after a good look.
    `hub` is who pushes the source, where it named one and may.
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
    hub: Hub | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was new to us in a look."""

    new: int
    revised: int
