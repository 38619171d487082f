"""Open pages in browsers: each is told at once what changed, and fetches it itself."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

if TYPE_CHECKING:
    from bot.sandbox.wire import Json


class Pages:
    """The pages listening on `/_control/stream`. A page that stops reading is cut off, not waited for."""

    _BACKLOG = 1_000

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Json], web.WebSocketResponse] = {}

    def changed(self, what: str, **where: str) -> None:
        """Tell every page that something changed: `what` is "messages", "view", "home", "channels" or "state"."""
        self._send({"type": "changed", "what": what, **where})

    def notice(self, user: str, text: str) -> None:
        """Show one person a passing notice, e.g. that a button got no answer."""
        self._send({"type": "changed", "what": "notice", "user": user, "text": text})

    def _send(self, message: Json) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(message)
            except asyncio.QueueFull:
                del self._queues[queue]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One page, until it goes away."""
        socket = web.WebSocketResponse(heartbeat=20, timeout=1)
        await socket.prepare(request)
        queue: asyncio.Queue[Json] = asyncio.Queue(self._BACKLOG)
        self._queues[queue] = socket
        pump = asyncio.create_task(self._pump(queue, socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            self._queues.pop(queue, None)
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await pump
        return socket

    @staticmethod
    async def _pump(queue: asyncio.Queue[Json], socket: web.WebSocketResponse) -> None:
        while True:
            await socket.send_json(await queue.get())

    async def close(self) -> None:
        """Say goodbye to every page."""
        await asyncio.gather(*(socket.close() for socket in self._queues.values()))
