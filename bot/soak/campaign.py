"""The campaign: chapters one after another, until enough were killed."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.decision import Urgency
from bot.domain.subscription import ALL_TRACKS, Subscription
from bot.sandbox.client import ControlClient
from bot.sandbox.server import Limits, Sandbox, default_workspace
from bot.sandbox.specification import Room
from bot.soak.chapter import ASKED_IN, Chapter
from bot.soak.feeds import Feeds
from bot.soak.nursery import Order
from bot.soak.result import Result, shuffled
from bot.soak.script import DIRECT, ECONOMY, TALKS, WORLD, Script
from bot.soak.worker import listed_sources
from bot.storage.database import Database
from bot.storage.desk import DeskStore
from bot.storage.sources import SourceStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from bot.soak.clock import SoakClock
    from bot.soak.nursery import Life, Nursery
    from bot.soak.result import Case, Share

CASES = 60
"""Cases a chapter: enough for what one leaves to trouble the next, few enough for workers to start quickly."""

REST_EVERY = 15
_EVENT_RETRIES = (0.0, 0.3, 0.6, 1.2)


class Campaign:
    """Runs its share of all cases against a sandbox in this process, with workers from a nursery."""

    def __init__(
        self, clock: SoakClock, nursery: Nursery, folder: Path, *, strategy: str, seed: int, share: Share
    ) -> None:
        self._clock = clock
        self._nursery = nursery
        self._folder = folder
        # To be repeated, not to be unguessable. The order of cases is one for all shares.
        self._order = random.Random(seed)  # noqa: S311
        self._chance = random.Random(f"{seed} {share.number}")  # noqa: S311
        self._share = share
        self.result = Result(strategy, seed)
        self._feeds = Feeds()
        spec = default_workspace()
        asked_in = Room(ASKED_IN, "ask", ("U0DANA", spec.app.bot_user))
        self._sandbox = Sandbox(
            replace(spec, rooms=(*spec.rooms, asked_in)),
            limits=Limits(event_retries=_EVENT_RETRIES),
            clock=clock.seconds,
        )

    async def run(self, *, kills: int | None, seconds: float | None) -> Result:
        """Go on until so many were killed, or so long; a last chapter is brought to its end."""
        began = time.monotonic()
        ticking = asyncio.create_task(self._clock.run(), name="the soak's clock")
        await self._sandbox.start()
        await self._feeds.start()

        def enough() -> bool:
            late = seconds is not None and time.monotonic() - began >= seconds
            return late or (kills is not None and self.result.kills >= kills)

        try:
            plan = shuffled(self.result.strategy, self._order, self._share)
            number = 0
            while not enough():
                number += 1
                await self._chapter(number, plan, enough)
                if sys.stderr.isatty():
                    told = f"{self.result.strategy}, share {self._share.number + 1} of {self._share.of}"
                    sys.stderr.write(
                        f"{told}: {self.result.kills:,} kills, {self.result.findings.wrong} wrong so far\n"
                    )
        finally:
            ticking.cancel()
            await self._feeds.stop()
            await self._sandbox.stop()
        self.result.seconds = time.monotonic() - began
        return self.result

    async def _chapter(self, number: int, plan: Iterator[Case], enough: Callable[[], bool]) -> None:
        script = Script(self._chance)
        self._feeds.script = script
        async with self._database(number) as database, ControlClient(self._sandbox.url) as slack:
            await slack.do("reset")
            for person in ("omar", "lena"):
                await slack.do("open-dm", user=person)

            async def start(point: str | None, nth: int, conversation: str | None, hears: bool) -> Life:  # noqa: FBT001
                url = database.url.render_as_string()
                strategy = self.result.strategy
                return await self._nursery.start(
                    Order(url, self._sandbox.api_url, self._feeds.url, strategy, point, nth, conversation, hears)
                )

            chapter = Chapter(
                self.result,
                start,
                database=database,
                slack=slack,
                script=script,
                clock=self._clock,
                chance=self._chance,
            )
            for done in range(1, CASES + 1):
                await chapter.case(next(plan))
                if enough():
                    break
                if done % REST_EVERY == 0:
                    await chapter.rest()
            await chapter.end()

    @asynccontextmanager
    async def _database(self, number: int) -> AsyncIterator[Database]:
        database = Database(
            f"sqlite+aiosqlite:///{self._folder}/{self.result.strategy}-{self._share.number}-{number}.db"
        )
        await database.migrate()
        now = self._clock()
        await SourceStore(database).list_sources(listed_sources(self._feeds.url), now=now)
        wanted = ((WORLD, ALL_TRACKS), (DIRECT, ALL_TRACKS), (ECONOMY, "economy"))
        await DeskStore(database).subscribe(
            [Subscription("U0DANA", place, TALKS.id, track, Urgency.LOW, now) for place, track in wanted]
        )
        try:
            yield database
        finally:
            await database.close()
