"""The sample outlets on this machine: their feeds, their articles, and the newsroom that reads them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.samples import conditional, feeds, newsroom, pages
from bot.sandbox.samples.release import Clock
from bot.sandbox.samples.rundown import load
from bot.sandbox.samples.troublemaker import TROUBLES, Troublemaker
from config.schema import SourceConfig

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox.samples.rundown import ExpectedEvent, Outlet, Rundown

POLL_MINUTES = 0.05
"""How often the demo's newsroom asks each outlet at speed 1: every three seconds."""
SHORTEST_POLL_MINUTES = 0.01

_STOP_SECONDS = 2.0


class SampleSources:
    """Serves the rundown's outlets over loopback, releasing their stories as time passes.

    Feeds are polled at the address it listens on; articles are linked under each outlet's own `*.localhost` name, so
    that outlets are told apart by host as real publishers are. Everything is in memory: a process that takes over
    from a killed one and should carry on where that stood passes the same `started` and the same port, and serves
    the same addresses.

    Args:
        speed: 2 releases everything in half the time.
        started: Unix time the release began; None for the moment of `start`.
        trouble: Also serve, and list, sources that misbehave.
        clock: Tells the Unix time.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        started: float | None = None,
        trouble: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._rundown = load()
        self._speed = speed
        self._started = started
        self._time = clock
        self._troublemaker = Troublemaker() if trouble else None
        self._runner: web.AppRunner | None = None
        self._host, self._port = "", 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen and begin to release. A `port` of 0 takes a free one; raises OSError where it is taken."""
        if self._started is None:
            self._started = self._time()
        if self._troublemaker is not None:
            await self._troublemaker.start(host)
        self._runner = web.AppRunner(self._app(), handler_cancellation=True, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._host, self._port = host, self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let go of every connection and stop listening; safe to call twice."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._troublemaker is not None:
            await self._troublemaker.stop()

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:41234`."""
        if not self._port:
            raise RuntimeError("the sample sources have no address before they are started")
        return f"http://{self._host}:{self._port}"

    @property
    def rundown(self) -> Rundown:
        """What the outlets say, and when."""
        return self._rundown

    @property
    def started(self) -> float:
        """Unix time the release began: what a process that takes over is given."""
        if self._started is None:
            raise RuntimeError("the sample sources have not been started")
        return self._started

    @property
    def inside_reads(self) -> int:
        """How often the troubled redirect led somebody inside; 0 where private addresses are refused."""
        return self._troublemaker.inside_reads if self._troublemaker is not None else 0

    def sources(self) -> list[SourceConfig]:
        """One source an outlet, and one a trouble where those are served."""
        interval = max(SHORTEST_POLL_MINUTES, POLL_MINUTES / max(1.0, self._speed))
        listed = [
            SourceConfig(
                id=outlet.id,
                name=outlet.name,
                url=self._feed_address(outlet),
                language=outlet.language,
                tier=outlet.tier,
                party=outlet.affiliation,
                interval=interval,
                verified=True,
            )
            for outlet in self._rundown.outlets
        ]
        if self._troublemaker is not None:
            met_at = self._troublemaker.addresses()
            listed += [
                SourceConfig(id=each.id, name=each.name, url=met_at[each.id], tier="other", interval=interval)
                for each in TROUBLES
            ]
        return listed

    @property
    def allowed_hosts(self) -> list[str]:
        """What BACKCHANNEL_ALLOW_HOSTS must list for a bot to read these sources: each port, and no other."""
        return sorted({source.url.split("/")[2] for source in self.sources()})

    def expected(self) -> tuple[ExpectedEvent, ...]:
        """The events the desk should be alerted to, each exactly once, in order of their first report."""
        return self._rundown.expected()

    def write_config(self, directory: Path, base: Path) -> None:
        """Write the configuration of a newsroom that reads these sources; see `newsroom.write`."""
        newsroom.write(directory, base, rundown=self._rundown, sources=self.sources())

    def story_address(self, story_id: str) -> str:
        """The address a story of the rundown has in this run; KeyError where there is no such story."""
        outlet = {story.id: story.outlet for story in self._rundown.stories}[story_id]
        return feeds.article(self._site(self._rundown.outlet(outlet)), story_id)

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/", self._front)
        app.router.add_get("/feeds/{outlet}", self._feed)
        app.router.add_get("/stories/{story}", self._story)
        return app

    def _clock(self) -> Clock:
        return Clock(datetime.fromtimestamp(self.started, UTC), self._speed)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._time(), UTC)

    def _site(self, outlet: Outlet) -> str:
        return f"http://{outlet.host}:{self._port}"

    def _feed_address(self, outlet: Outlet) -> str:
        return f"{self.url}/feeds/{outlet.id}"

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = {outlet.id: outlet for outlet in self._rundown.outlets}.get(request.match_info["outlet"])
        if outlet is None:
            raise web.HTTPNotFound(text="No such sample outlet.")
        now = self._now()
        released = self._clock().released(self._rundown, outlet.id, now=now)
        return conditional.answer(
            request.headers,
            feeds.render(outlet, released, address=self._feed_address(outlet), site=self._site(outlet)),
            content_type=feeds.CONTENT_TYPES[outlet.format],
            changed=max((item.updated for item in released), default=None),
            now=now,
            validators=outlet.validators,
        )

    async def _story(self, request: web.Request) -> web.Response:
        item = self._clock().read(self._rundown, request.match_info["story"], now=self._now())
        if item is None:
            raise web.HTTPNotFound(text="No such sample story, or not yet.")
        outlet = self._rundown.outlet(item.story.outlet)
        return _page(pages.story_page(outlet, item, site=self._site(outlet)))

    async def _front(self, request: web.Request) -> web.Response:
        name = request.host.rpartition(":")[0] or request.host
        outlet = {outlet.host: outlet for outlet in self._rundown.outlets}.get(name)
        if outlet is None:
            return _page(
                pages.index_page(self._rundown.outlets, sites={o.id: self._site(o) for o in self._rundown.outlets})
            )
        released = self._clock().released(self._rundown, outlet.id, now=self._now())
        return _page(pages.front_page(outlet, released, site=self._site(outlet)))


def _page(html: str) -> web.Response:
    return web.Response(
        text=html,
        content_type="text/html",
        headers={"Content-Security-Policy": pages.SECURITY_POLICY, "X-Content-Type-Options": "nosniff"},
    )
