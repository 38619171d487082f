"""Sources that misbehave, one in each way a newsroom meets: for the demo's `--trouble` and for tests.

None of them gives an item. The one that redirects points at a second server on another port of this machine,
standing for something inside a newsroom's network that must not be read; `inside_reads` counts who read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import asyncio
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


HANGING = Trouble("sample_hanging_feed", "Sample Hanging Feed", "/trouble/hanging")
BROKEN = Trouble("sample_broken_server", "Sample Broken Server", "/trouble/broken")
WEB_PAGE = Trouble("sample_web_page", "Sample Web Page", "/trouble/page")
ENDLESS = Trouble("sample_endless_feed", "Sample Endless Feed", "/trouble/endless")
REDIRECTING = Trouble("sample_redirecting_feed", "Sample Redirecting Feed", "/trouble/redirecting")
TROUBLES = (HANGING, BROKEN, WEB_PAGE, ENDLESS, REDIRECTING)


class Troublemaker:
    """The handlers of the troubled paths, and the inside server the redirect points at.

    Args:
        stopping: Set when the server is going down, so that what hangs lets go.
    """

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._inside: web.AppRunner | None = None
        self._inside_url = ""
        self.inside_reads = 0

    def routes(self) -> list[web.RouteDef]:
        """One route for each troubled source."""
        handlers: dict[str, Handler] = {
            HANGING.path: self._hang,
            BROKEN.path: self._break,
            WEB_PAGE.path: self._page,
            ENDLESS.path: self._endless,
            REDIRECTING.path: self._redirect,
        }
        return [web.get(path, handler) for path, handler in handlers.items()]

    async def start(self) -> None:
        """Start the inside server on a free port of 127.0.0.1."""
        app = web.Application()
        app.router.add_get("/feed", self._read_inside)
        self._inside = web.AppRunner(app)
        await self._inside.setup()
        await web.TCPSite(self._inside, "127.0.0.1", 0).start()
        self._inside_url = f"http://127.0.0.1:{self._inside.addresses[0][1]}/feed"

    async def stop(self) -> None:
        """Stop the inside server; safe to call when it never started."""
        if self._inside is not None:
            await self._inside.cleanup()
            self._inside = None

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
        for _ in range(ENDLESS_BYTES // len(filler) + 1):
            if self._stopping.is_set():
                break
            await response.write(filler)
        await response.write(b"</channel></rss>")
        return response

    async def _redirect(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(self._inside_url)

    async def _read_inside(self, _request: web.Request) -> web.StreamResponse:
        self.inside_reads += 1
        return web.Response(text=_INSIDE, content_type="application/rss+xml")
