"""A small HTTP server: `/healthz`, Slack's requests in HTTP mode, and hubs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp

    from bot.web.push import PushRoutes

log = logging.getLogger(__name__)


class WebServer:
    """Serves on `port` until stopped. `healthy` answers whether the database can be read; `push` hears hubs."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        healthy: Callable[[], Awaitable[bool]],
        slack: AsyncApp | None,
        push: PushRoutes | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._healthy = healthy
        self._slack = slack
        self._push = push
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            ConfigurationError: The port cannot be used.
        """
        application = web.Application()
        application.router.add_get("/healthz", self._health)
        if self._slack is not None:
            application.router.add_post("/slack/events", self._events)
        if self._push is not None:
            self._push.add_to(application)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise ConfigurationError(
                f"port {self._port} cannot be used ({error.strerror})", where="PORT", remedy="Choose another"
            ) from error
        log.info("listening on port %d", self.port)

    @property
    def port(self) -> int:
        """The port listened on, also where any free one was asked for."""
        return int(self._runner.addresses[0][1]) if self._runner is not None else self._port

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        well = await self._healthy()
        return web.json_response({"ok": well}, status=200 if well else 503)

    async def _events(self, request: web.Request) -> web.Response:
        if self._slack is None:
            raise web.HTTPNotFound
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await self._slack.async_dispatch(bolt_request))
