"""A source that says it has moved for good: believed once it has said so often enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SIGHTINGS = 3
SPAN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Move:
    """The same permanent redirect, met at `sightings` looks in a row since `since`."""

    to: str
    sightings: int
    since: datetime

    def established(self, now: datetime) -> bool:
        """Whether it is to be believed: a login page or a lapsed domain redirects for good, too, and not for long."""
        return self.sightings >= SIGHTINGS and now - self.since >= SPAN


def sighted(before: Move | None, to: str | None, now: datetime) -> Move | None:
    """What is known of a move after a look that was redirected for good to `to`, or was not (None)."""
    if to is None:
        return None
    if before is not None and before.to == to:
        return replace(before, sightings=before.sightings + 1)
    return Move(to, 1, now)
