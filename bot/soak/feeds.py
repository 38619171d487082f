"""The soak's sources: real feeds over loopback, with what the script has published so far."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.soak.script import Article, Script

_LISTED = 60


class Feeds:
    """Serves `/feed/N` for each source of a script, which may be replaced while it runs."""

    def __init__(self) -> None:
        self.script: Script | None = None
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get("/feed/{source}", self._feed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _feed(self, request: web.Request) -> web.Response:
        source = int(request.match_info["source"])
        articles = self.script.feed(source) if self.script is not None else []
        etag = f'"{hash(tuple((each.name, each.summary) for each in articles))}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        text = _rss(source, articles[:_LISTED], self.url)
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": etag})


def _rss(source: int, articles: list[Article], url: str) -> str:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{url}/{each.name}</link>"
        f"<description>{escape(each.summary)}</description><pubDate>{format_datetime(each.published)}</pubDate></item>"
        for each in articles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Sample {source}</title>{items}</channel></rss>'
