"""The connections a fetcher fetches over."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING

import aiohttp
from httpx_aiohttp import AiohttpTransport

from bot.sources.addresses import public_socket

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    import httpx
    from aiohttp.abc import AbstractResolver


class Turns:
    """Lets at most `each` fetches at once to one host and port, begun at least `gap` seconds apart.

    It remembers only places in use or asked less than a gap ago.
    """

    def __init__(self, each: int, gap: float = 0.0) -> None:
        self._gap = gap
        self._gates = defaultdict[tuple[str, int], asyncio.Semaphore](lambda: asyncio.Semaphore(each))
        self._users: Counter[tuple[str, int]] = Counter()
        self._next: dict[tuple[str, int], float] = {}

    @asynccontextmanager
    async def at(self, where: tuple[str, int], *, gap: float = 0.0) -> AsyncIterator[None]:
        """Wait for a turn at `where` (host, port) and hold it; who comes next waits `gap` seconds if that is more."""
        gate = self._gates[where]
        self._users[where] += 1
        try:
            async with gate:
                await self._pause(where, max(gap, self._gap))
                yield
        finally:
            self._users[where] -= 1
            if not self._users[where]:
                del self._users[where], self._gates[where]

    async def _pause(self, where: tuple[str, int], gap: float) -> None:
        now = monotonic()
        self._next = {place: moment for place, moment in self._next.items() if moment > now}
        begins = self._next.get(where, now)
        if gap:
            self._next[where] = begins + gap
        if begins > now:
            await asyncio.sleep(begins - now)


def transport(
    context: ssl.SSLContext, *, public_only: bool, resolver: AbstractResolver | None = None
) -> httpx.AsyncBaseTransport:
    """Build a pool of connections that keeps no cookies and, if `public_only`, dials public addresses only.

    It is used bare: a client around it would keep cookies, and fail on a redirect it cannot read before we see it.
    It goes through no proxy: a proxy would resolve names where we cannot see the address dialled.
    """

    def session() -> aiohttp.ClientSession:
        # Turns are taken above, so the pool itself has no limit to queue at.
        connector = aiohttp.TCPConnector(
            ssl=context,
            limit=0,
            socket_factory=public_socket if public_only else None,
            resolver=resolver or aiohttp.ThreadedResolver(),
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    return AiohttpTransport(verify=context, client=session)
