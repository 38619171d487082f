"""Notices that the clock was set: wall time against time that only ever passes."""

from __future__ import annotations

from datetime import datetime, timedelta

NOTICEABLE = timedelta(seconds=30)


class ClockWatch:
    """Compares two clocks from one look to the next. Slow corrections, as time servers make them, go unnoticed."""

    def __init__(self, now: datetime, passed: float) -> None:
        self._now = now
        self._passed = passed

    def jumped(self, now: datetime, passed: float) -> timedelta | None:
        """How far the clock was set since the last look, forward or (negative) back; None if it just went on."""
        off = (now - self._now) - timedelta(seconds=passed - self._passed)
        self._now, self._passed = now, passed
        return off if abs(off) >= NOTICEABLE else None
