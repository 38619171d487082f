"""Hosts that asked to be left alone, for every source on them and not only the one that was told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# What a host is left alone for when it says "too many requests" and not for how long; and at most, for a longer pause
# is meant for the document that was asked for, and the host is asked again, gently, before that.
UNSAID = timedelta(minutes=1)
LONGEST = timedelta(hours=1)


class Spared:
    """Which hosts and ports are left alone, and until when; kept in memory only, and only as long as it lasts."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, int], datetime] = {}

    def begin(self, where: tuple[str, int], wait: timedelta | None, *, now: datetime) -> None:
        """Leave `where` (host, port) alone for as long as it asked, or for a minute where it did not say."""
        until = now + min(UNSAID if wait is None else wait, LONGEST)
        self._until[where] = max(until, self._until.get(where, until))

    def left(self, where: tuple[str, int], *, now: datetime) -> timedelta | None:
        """How much longer it is to be left alone, if at all."""
        self._until = {place: until for place, until in self._until.items() if until > now}
        until = self._until.get(where)
        return until - now if until is not None else None
