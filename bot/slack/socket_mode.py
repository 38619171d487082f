"""Socket Mode: a connection that comes up when Slack does, and comes back whatever happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

PATIENCE = 10.0
LOOK_SECONDS = 5.0

log = logging.getLogger(__name__)


class SocketMode:
    """Hears Slack for `app` until closed.

    The SDK's client reconnects by itself, but while it cannot it tries one address for ever, and an address is good
    once and not for long. So it is made to forget its address as long as it is not connected, and asks for a new one.
    """

    def __init__(self, app: AsyncApp, app_token: str, base_url: str) -> None:
        # A client of its own: opening the socket wants the app token, at the same address as everything else.
        opener = AsyncWebClient(token=app_token, base_url=base_url)
        told = logging.getLogger("slack_sdk.socket_mode")  # not Bolt's, which tells of every connection
        self._client = AsyncSocketModeHandler(app, app_token, logger=told, web_client=opener).client
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect; where Slack cannot be reached soon, return and go on trying."""
        connecting = asyncio.create_task(self._client.connect(), name="socket mode")  # type: ignore[no-untyped-call]  # untyped in the SDK
        self._tasks = [connecting, asyncio.create_task(self._keep_fresh(), name="socket mode address")]
        _done, late = await asyncio.wait([connecting], timeout=PATIENCE)
        if late:
            log.warning("Slack cannot be heard yet; trying on")

    async def close(self) -> None:
        """Stop hearing."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._client.close()  # type: ignore[no-untyped-call]  # untyped in the SDK

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not await self._client.is_connected():
                self._client.wss_uri = None
