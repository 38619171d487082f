"""The soak's time: faster than ours, and only as fast as the Slack it is measured against gets on with its work.

All waits of delivery are Slack's time over SPEED: 5 s of settling pass in an eighth of a second. What that changes: the
machine's own delays weigh forty times as much beside them, so that calls time out which never would. The clock is moved
on by the process that serves Slack, a fixed step each time its event loop comes round, so that on a busy machine time
stands still for all rather than run on while Slack has no chance to do what it was asked.
"""

from __future__ import annotations

import asyncio
import mmap
import struct
from datetime import UTC, datetime

SPEED = 40.0
TICK_SECONDS = 0.005
START = datetime(2031, 5, 6, 6, 0, tzinfo=UTC).timestamp()

_MOMENT = struct.Struct("d")


class SoakClock:
    """Seconds since 1970 in memory that forked processes share; called, it gives aware UTC."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _MOMENT.size)
        self._put(START)

    def __call__(self) -> datetime:
        """Now."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        """Now, in seconds since 1970."""
        (moment,) = _MOMENT.unpack_from(self._shared)
        return float(moment)

    async def run(self) -> None:
        """Move time on until cancelled; for the one process that serves Slack."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._put(self.seconds() + TICK_SECONDS * SPEED)

    def _put(self, moment: float) -> None:
        _MOMENT.pack_into(self._shared, 0, moment)
