"""Sources that misbehave, one in each way a newsroom meets: for the demo's `--trouble` and for tests.

None of them gives an item to a careful reader.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ENDLESS_BYTES = 50 * 1024 * 1024

_INSIDE = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Inside</title><link>http://127.0.0.1/</link><description>Private</description>
<item><title>Sample of something inside the network that must never be read</title><link>http://127.0.0.1/inside</link>
</item></channel></rss>
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One misbehaving source: what the desk calls it and the path it is met at."""

    id: str
    name: str
    path: str


HANGING = Trouble("sample_hanging_feed", "Sample Hanging Feed", "/hanging")
BROKEN = Trouble("sample_broken_server", "Sample Broken Server", "/broken")
WEB_PAGE = Trouble("sample_web_page", "Sample Web Page", "/page")
ENDLESS = Trouble("sample_endless_feed", "Sample Endless Feed", "/endless")
REDIRECTING = Trouble("sample_redirecting_feed", "Sample Redirecting Feed", "/redirecting")
TROUBLES = (HANGING, BROKEN, WEB_PAGE, ENDLESS, REDIRECTING)


class Troublemaker:
    """Serves each trouble on a port of its own, since real ones are strangers to each other and to the outlets.

    One more port stands for something inside a newsroom's network; the redirect leads there, and `inside_reads`
    counts who followed it.
    """

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self._host = ""
        self._runner: web.AppRunner | None = None
        self._ports: list[int] = []
        self.inside_reads = 0

    async def start(self, host: str) -> None:
        """Listen on free ports of `host`."""
        app = web.Application()
        handlers: dict[str, Handler] = {
            HANGING.path: self._hang,
            BROKEN.path: self._break,
            WEB_PAGE.path: self._page,
            ENDLESS.path: self._endless,
            REDIRECTING.path: self._redirect,
            "/inside": self._inside,
        }
        app.router.add_routes([web.get(path, handler) for path, handler in handlers.items()])
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        for _ in handlers:
            await web.TCPSite(self._runner, host, 0).start()
        self._ports = [address[1] for address in self._runner.addresses]
        self._host = host

    async def stop(self) -> None:
        """Let go of whoever hangs and stop listening; safe to call twice."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def addresses(self) -> dict[str, str]:
        """Where each trouble is met, by its id."""
        return {
            trouble.id: f"http://{self._host}:{port}{trouble.path}"
            for trouble, port in zip(TROUBLES, self._ports, strict=False)
        }

    async def _hang(self, _request: web.Request) -> web.StreamResponse:
        await self._stopping.wait()
        raise web.HTTPServiceUnavailable

    async def _break(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPInternalServerError(text="The sample server fell over on purpose.")

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(
            text="<!DOCTYPE html><title>Sample page</title><h1>We have moved our feed, we do not say where</h1>",
            content_type="text/html",
        )

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        # No Content-Length: the reader has to notice by itself that it has had enough.
        response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
        await response.prepare(request)
        await response.write(b'<?xml version="1.0"?><rss version="2.0"><channel><title>Endless</title>')
        filler = b"<item><title>" + b"a sample that goes on " * 3000 + b"</title></item>"
        with contextlib.suppress(ConnectionResetError):  # the reader has had enough
            for _ in range(ENDLESS_BYTES // len(filler) + 1):
                if self._stopping.is_set():
                    break
                await response.write(filler)
            await response.write(b"</channel></rss>")
        return response

    async def _redirect(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"http://{self._host}:{self._ports[-1]}/inside")

    async def _inside(self, _request: web.Request) -> web.StreamResponse:
        self.inside_reads += 1
        return web.Response(text=_INSIDE, content_type="application/rss+xml")
