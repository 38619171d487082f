"""The sandbox as one thing to start and stop."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.backend import Backend
from bot.sandbox.control.routes import Control
from bot.sandbox.guard import guard, is_loopback
from bot.sandbox.limits import Limits
from bot.sandbox.page_files import PageFiles
from bot.sandbox.response_url import ResponseUrls
from bot.sandbox.specification import default_workspace
from bot.sandbox.web_api.dispatch import WebApi
from bot.sandbox.web_api.methods import all_methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.specification import WorkspaceSpec

__all__ = ["Limits", "Sandbox", "default_workspace"]

_LARGEST_REQUEST = 8 * 1024 * 1024


class Sandbox:
    """A Slack workspace on loopback: point an app at `api_url` with the tokens of `workspace.app`.

    Everything is in memory and gone after `stop`. `clock` gives seconds since 1970; `limits` are Slack's, unless a test
    needs shorter waits. It may be started once.
    """

    def __init__(
        self,
        workspace: WorkspaceSpec | None = None,
        page_dir: Path | None = None,
        *,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.workspace = workspace or default_workspace()
        self._page_dir = page_dir or Path(__file__).with_name("page")
        self._backend = Backend(self.workspace, limits or Limits(), clock)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The page's address, without a slash at its end. Empty before `start`."""
        return self._backend.url

    @property
    def api_url(self) -> str:
        """The Web API's address, as `base_url` of the Slack SDK."""
        return f"{self.url}/api/"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one.

        Raises:
            ValueError: `host` is not loopback.
            OSError: the port is taken.
        """
        if not is_loopback(host):
            raise ValueError(f"The sandbox listens on loopback only, not on {host!r}: use 127.0.0.1.")
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        bound = self._runner.addresses[0][1]
        self._backend.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"

    async def stop(self) -> None:
        """End deliveries, close every socket and page, stop listening. Nothing is done if it never started."""
        await self._backend.tasks.cancel()
        await self._backend.sockets.close()
        await self._backend.pages.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        backend = self._backend
        app = web.Application(middlewares=[guard], client_max_size=_LARGEST_REQUEST)
        api = WebApi(backend, all_methods())
        answers = ResponseUrls(backend)
        app.add_routes(
            [
                web.post("/api/{method}", api.serve),
                web.get("/api/{method}", api.serve),
                web.get("/socket/", backend.sockets.serve),
                web.post("/commands/{team}/{key}", answers.serve),
                web.post("/actions/{team}/{key}", answers.serve),
                *Control(backend).routes(),
                *PageFiles(self._page_dir).routes(),
            ],
        )
        return app
