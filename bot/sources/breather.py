"""Work on the event loop that lets others have their turn."""

from __future__ import annotations

import asyncio
from time import monotonic

SPAN_SECONDS = 0.005


class Breather:
    """Keeps many tasks that have a little to do each from holding the event loop together, while nobody is answered.

    Args:
        span: Seconds after which a turn of the loop gets no further piece of work. One it always gets, and none is
            interrupted.
    """

    def __init__(self, span: float = SPAN_SECONDS) -> None:
        self._span = span
        self._until = 0.0
        self._first = True
        self._renewing = False

    async def breathe(self) -> None:
        """Before a piece of work: return at once while the turn has time left, else in a turn that has."""
        while not self._first and monotonic() >= self._until:
            if not self._renewing:
                self._renewing = True
                asyncio.get_running_loop().call_soon(self._renew)
            await asyncio.sleep(0)
        self._first = False

    def _renew(self) -> None:
        """A turn has begun."""
        self._renewing = False
        self._first = True
        self._until = monotonic() + self._span
