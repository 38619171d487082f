"""An engine at work on real feeds and a real database, with a clock that runs and may be set."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.engine.guard import Guard
from bot.engine.local import LocalEngine, Steps
from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.storage.leases import LeaseStore
from bot.storage.room import try_to_write
from bot.storage.time_shift import TimeShift
from bot.storage.trouble import trouble
from support.feed_host import PUBLISHERS

if TYPE_CHECKING:
    from support.feed_host import Poller

TICK = 0.02


class Machine:
    """Polls in earnest; the other steps only count their runs."""

    def __init__(self, poller: Poller) -> None:
        self.poller = poller
        self.archive = poller.archive
        self.off = timedelta()
        self.runs = 0
        database = self.archive.database
        self.guard = Guard(partial(trouble, database=database), lambda: try_to_write(database, now=self.clock()))
        self.engine = self.make()

    def make(self) -> LocalEngine:
        poll = PollStep(self.archive.sources, self.poller.looker, PUBLISHERS, Rhythm(lambda: 0.5), self.clock)
        return LocalEngine(
            Steps(poll, self, self, self, self.tidy),
            LeaseStore(self.archive.database),
            self.archive.sources,
            self.clock,
            tick_seconds=TICK,
            guard=self.guard,
            times=TimeShift(self.archive.database),
        )

    def clock(self) -> datetime:
        return datetime.now(self.poller.clock().tzinfo) + self.off

    async def run(self, now: datetime) -> int:
        del now
        self.runs += 1
        return 0

    async def tidy(self, now: datetime) -> None:
        del now

    def asked(self, name: str = "wire") -> int:
        return self.poller.host.feeds[name].asked

    async def titles(self) -> set[str]:
        return {item.title for item, _ in await self.archive.developments.undecided("talks", limit=1000)}

    def soon(self) -> asyncio.Timeout:
        return asyncio.timeout(20)

    async def a_moment(self) -> None:
        await asyncio.sleep(TICK)
