"""A small HTTP server: `/healthz`, `/readyz` and `/metrics`, Slack's requests in HTTP mode, and hubs."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from bot.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from slack_bolt.async_app import AsyncApp

    from bot.domain.reading import Reading
    from bot.web.push import PushRoutes

log = logging.getLogger(__name__)


class WebServer:
    """Serves on `port` until stopped.

    `alive` says whether this process is to be left running, `ready` whether all it depends on is there, `metrics` is
    Prometheus' page. None of them shows a secret, and none is behind a password. `push` hears hubs.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        alive: Callable[[], Awaitable[Sequence[Reading]]],
        ready: Callable[[], Awaitable[Sequence[Reading]]],
        metrics: Callable[[], Awaitable[bytes]],
        slack: AsyncApp | None,
        push: PushRoutes | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._alive = alive
        self._ready = ready
        self._metrics = metrics
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
        application.router.add_get("/readyz", self._readiness)
        application.router.add_get("/metrics", self._page)
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
        wrong = {each.what: each.seen for each in await self._alive() if not each.ok}
        return web.json_response({"ok": False, "reasons": wrong} if wrong else {"ok": True}, status=_status(not wrong))

    async def _readiness(self, _request: web.Request) -> web.Response:
        readings = await self._ready()
        ok = all(each.ok for each in readings)
        checks = {each.what: {"ok": each.ok, "seen": each.seen} for each in readings}
        return web.json_response({"ok": ok, "checks": checks}, status=_status(ok))

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _events(self, request: web.Request) -> web.Response:
        if self._slack is None:
            raise web.HTTPNotFound
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await self._slack.async_dispatch(bolt_request))


def _status(ok: bool) -> int:  # noqa: FBT001 -- its one argument
    return HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
