"""Polling: which source is ours to look at now, and what a look at it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.domain.item import Item
    from bot.domain.move import Move
    from bot.domain.source import Hub, Problem, Source, Validators


@dataclass(frozen=True, slots=True)
class Claim:
    """A due source, leased to us. `pace` is the interval its rhythm has led to; `first` if never read before.

    `source.url` is where to look: the newsroom's address, or where it has moved for good, and then `listed` is the
    newsroom's. `problem` and `reason` are those of the last look, if it failed. `move` is a permanent redirect met
    lately and not believed yet, `unwanted` one that somebody said is not to be believed. `clock_ahead` is how far its
    dates run ahead. `pushed_until` is until when its hub sends us what is new, where one does. `looked_at` is when it
    was last looked at.
    """

    source: Source
    validators: Validators
    pace: timedelta
    error_count: int
    first: bool
    listed: str | None = None
    problem: Problem | None = None
    reason: str | None = None
    move: Move | None = None
    unwanted: str | None = None
    clock_ahead: timedelta | None = None
    pushed_until: datetime | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """Everything one look leaves in the database, in one transaction.

    `items` carry revision 1; the store decides which are new, which are revisions, which are known.
    `backfill` marks ids of items too old to alert anyone; `dated` is when the source says each was published, by id,
    as it wrote it. `first` says that nothing was known of the source before. `problem` and `reason` are None after a
    good look. `validators` None leaves those there are; `digest` and `entries` are of the document, where one was read.
    `moved_to` is where the source is polled from now on, and `moved_back` that it is where the newsroom says again.
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
    first: bool = False
    dated: Mapping[str, datetime] = field(default_factory=dict)
    digest: str | None = None
    entries: int | None = None
    move: Move | None = None
    moved_to: str | None = None
    moved_back: bool = False
    hub: Hub | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was new to us in a look; `ids` of those items, the new ones first."""

    new: int
    revised: int
    ids: tuple[str, ...] = field(default=(), compare=False)
