"""Socket Mode: a connection that comes up when Slack does, and comes back whatever happens to it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from time import monotonic
from typing import TYPE_CHECKING

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.messenger import UNREADABLE

if TYPE_CHECKING:
    from aiohttp import WSMessage
    from slack_bolt.async_app import AsyncApp

PATIENCE = 10.0
LOOK_SECONDS = 5.0
# Nothing at all, not even the answer to a ping: the connection is dead, whatever the socket says.
DEAD_SECONDS = 60.0
# No word for so long may be a quiet day, or a connection Slack has forgotten: a new one costs little.
QUIET_SECONDS = 30 * 60.0

log = logging.getLogger(__name__)


class SocketMode:
    """Hears Slack for `app` until closed.

    The SDK's client reconnects by itself, but while it cannot it tries one address for ever, and an address is good
    once and not for long. So it is made to forget its address as long as it is not connected, and asks for a new one.
    A connection that stands and is silent for too long is given up for a new one, too.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        base_url: str,
        *,
        dead_seconds: float = DEAD_SECONDS,
        quiet_seconds: float = QUIET_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        # A client of its own: opening the socket wants the app token, at the same address as everything else.
        opener = AsyncWebClient(token=app_token, base_url=base_url)
        told = logging.getLogger("slack_sdk.socket_mode")  # not Bolt's, which tells of every connection
        self._client = AsyncSocketModeHandler(app, app_token, logger=told, web_client=opener).client
        self._client.on_message_listeners.append(self._heard_word)
        self._dead_seconds, self._quiet_seconds, self._look_seconds = dead_seconds, quiet_seconds, look_seconds
        self._word_at = self._sign_at = monotonic()
        self._pong: float | None = None
        self._up = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def connected(self) -> bool:
        """Whether Slack could be heard when last looked."""
        return self._up

    @property
    def silent_for(self) -> float:
        """Seconds since Slack last said anything."""
        return monotonic() - self._word_at

    async def open(self) -> None:
        """Connect; where Slack cannot be reached soon, return and go on trying."""
        connecting = asyncio.create_task(self._client.connect(), name="socket mode")  # type: ignore[no-untyped-call]  # untyped in the SDK
        self._tasks = [connecting, asyncio.create_task(self._keep_fresh(), name="socket mode address")]
        done, late = await asyncio.wait([connecting], timeout=PATIENCE)
        self._up = bool(done)
        if late:
            log.warning("Slack cannot be heard yet; trying on")

    async def close(self) -> None:
        """Stop hearing."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._client.close()  # type: ignore[no-untyped-call]  # untyped in the SDK

    async def _heard_word(self, _message: WSMessage) -> None:
        self._word_at = self._sign_at = monotonic()

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            up = await self._client.is_connected()
            if up != self._up:
                told = {"event": "slack.connected" if up else "slack.disconnected"}
                log.info("Slack can be heard" if up else "Slack cannot be heard; reconnecting", extra=told)
                self._word_at = self._sign_at = monotonic()
            self._up = up
            if not up:
                self._client.wss_uri = None
            elif (why := self._too_silent()) is not None:
                log.warning("the socket stands, but %s; connecting anew", why, extra={"event": "slack.silent"})
                self._word_at = self._sign_at = monotonic()
                with contextlib.suppress(*UNREADABLE):  # the look after this one finds it not connected, and goes on
                    await self._client.connect_to_new_endpoint(force=True)

    def _too_silent(self) -> str | None:
        """Why a connection that stands is not to be trusted; None while it is."""
        pong = self._client.last_ping_pong_time
        if pong != self._pong:
            self._pong, self._sign_at = pong, monotonic()
        if monotonic() - self._sign_at > self._dead_seconds:
            return f"nothing has come for {self._dead_seconds:.0f} s, not even the answer to a ping"
        if self.silent_for > self._quiet_seconds:
            return f"Slack has said nothing for {self._quiet_seconds:.0f} s"
        return None
