"""Pauses between requests to a server that asks for them."""

from __future__ import annotations

import asyncio


class Pauses:
    """Gives turns at least `seconds` apart, in the order asked for; nobody waits longer than `longest` seconds.

    It knows of this process alone.
    """

    def __init__(self, seconds: float, *, longest: float) -> None:
        self._seconds = seconds
        self._longest = longest
        self._next = 0.0

    async def turn(self) -> bool:
        """Wait for a turn; False at once where the wait would be too long."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        if at - now > self._longest:
            return False
        self._next = at + self._seconds
        await asyncio.sleep(at - now)
        return True
