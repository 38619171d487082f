"""A hold: a place nothing can be delivered to until somebody mends it, or until it passes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

EVERYWHERE = "*"
"""The place of a hold on the whole workspace."""

OUTAGE_CALLS = 3
"""So many calls in a row that Slack did not answer are an outage; fewer are a lost call or two."""


class Obstacle(StrEnum):
    """What stands in the way.

    Of one conversation: ARCHIVED; NOT_THERE, we are not in it; NOT_FOUND, it is gone or was made private;
    RESTRICTED, posting in it is kept to some. Of the whole workspace: TOKEN, Slack does not take ours any more; SCOPE,
    it may not do what we do; UNREACHABLE, Slack gives no answer.
    """

    ARCHIVED = "archived"
    NOT_THERE = "not_there"
    NOT_FOUND = "not_found"
    RESTRICTED = "restricted"
    TOKEN = "token"  # noqa: S105 -- the word for it, not one
    SCOPE = "scope"
    UNREACHABLE = "unreachable"

    @property
    def everywhere(self) -> bool:
        """Whether it stands in the way of every conversation."""
        return self in {Obstacle.TOKEN, Obstacle.SCOPE, Obstacle.UNREACHABLE}


@dataclass(frozen=True, slots=True)
class Hold:
    """`place` (a conversation, or EVERYWHERE) gets nothing since `since`; `reason` is what Slack said.

    `failures` counts the calls it stood in the way of and the looks that found it still there. `mended_at` is when it
    was found gone: what waits is tried then, and the hold ends with the first success. `told_at` is when whoever can
    mend it was told. `delivery` is the one that met it first.
    """

    place: str
    obstacle: Obstacle
    reason: str
    since: datetime
    failures: int
    next_probe_at: datetime
    delivery: int
    mended_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing is to be tried there."""
        lost_calls = self.obstacle is Obstacle.UNREACHABLE and self.failures < OUTAGE_CALLS
        return self.mended_at is None and not lost_calls


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation that is held, for those who ask: since when, by what, and how many alerts wait there."""

    place: str
    obstacle: Obstacle
    since: datetime
    waiting: int
