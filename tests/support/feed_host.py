"""A publisher's server on loopback whose feeds a test changes, and a poller that reads them by a test's clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import TYPE_CHECKING

from aiohttp import web

from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.sources.http import Fetcher
from bot.sources.registry import SourceReader
from config.schema import Publishers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime, timedelta

    from bot.domain.poll import Claim
    from bot.domain.source import Source, SourceHealth
    from support.archive import Archive, Clock

PUBLISHERS = Publishers(families=(), agencies=())


@dataclass
class Feed:
    """What one path answers: its articles with their dates, or in their place a body, a status, a way elsewhere.

    One that is not `tagged` cannot be asked whether it has changed.
    """

    articles: list[tuple[str, datetime | None]] = field(default_factory=list)
    body: str | None = None
    status: int = 200
    location: str = ""
    asked: int = 0
    tagged: bool = True

    @property
    def text(self) -> str:
        if self.body is not None:
            return self.body
        dated = {each: f"<pubDate>{format_datetime(at)}</pubDate>" if at else "" for each, at in self.articles}
        items = "".join(
            f"<item><title>{each}</title><link>https://sample.example/{each}</link>{date}</item>"
            for each, date in reversed(dated.items())
        )
        return f'<rss version="2.0"><channel><title>Sample</title>{items}</channel></rss>'


class FeedHost:
    """Serves feeds by path, tagged ones with an ETag made of their bytes."""

    def __init__(self) -> None:
        self.feeds: dict[str, Feed] = {}
        self.port = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    async def running(self) -> AsyncIterator[FeedHost]:
        app = web.Application()
        app.router.add_get("/{path}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        yield self
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        feed = self.feeds[request.match_info["path"]]
        feed.asked += 1
        if feed.location:
            return web.Response(status=feed.status, headers={"Location": feed.location})
        if feed.status != 200:
            return web.Response(status=feed.status)
        if not feed.tagged:
            return web.Response(text=feed.text, content_type="application/rss+xml")
        etag = f'"{hash(feed.text)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=feed.text, content_type="application/rss+xml", headers={"ETag": etag})


class Poller:
    """The real poll step over a real database and sockets; time passes when a test says so."""

    def __init__(self, archive: Archive, clock: Clock, host: FeedHost, fetcher: Fetcher) -> None:
        self.archive = archive
        self.clock = clock
        self.host = host
        self.looker = SourceReader(fetcher, clock)
        self._step = PollStep(archive.sources, self.looker, PUBLISHERS, Rhythm(lambda: 0.5), clock)

    async def list(self, *names: str, minutes: float = 10) -> list[Source]:
        """Have these, and no others, listed, each with a feed of its own."""
        for name in names:
            self.host.feeds.setdefault(name, Feed())
        listed = [
            replace(
                self.archive.source(name),
                url=self.host.url(name),
                interval=self.archive.source(minutes=minutes).interval,
            )
            for name in names
        ]
        await self.archive.sources.list_sources(listed, now=self.clock())
        return listed

    async def look(self) -> list[Claim]:
        """Look at whatever is due now."""
        claims = list(await self._step.claim(self.clock(), limit=100))
        for claim in claims:
            await self._step.run(claim)
        return claims

    async def pass_time(self, span: timedelta, *, every: timedelta) -> None:
        """Let time pass, looking at what is due now and then."""
        until = self.clock() + span
        while self.clock() < until:
            self.clock.now += every
            await self.look()

    async def health(self, name: str) -> SourceHealth:
        every = await self.archive.sources.source_health("talks", now=self.clock())
        return next(each for each in every if each.source.id == name)


async def polling(archive: Archive, clock: Clock) -> AsyncIterator[Poller]:
    fetcher = Fetcher(version="1", contact=None, clock=clock, allow_hosts=["127.0.0.1"], deadline=5)
    async for host in FeedHost().running():
        async with fetcher:
            yield Poller(archive, clock, host, fetcher)
