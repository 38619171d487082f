"""The engine of one process: a scheduler that ticks, and workers that run each step while it has work.

What is due lives in the database; the scheduler only asks. One engine runs at a time: a lease sees to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.engine.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.domain.poll import Claim, Recorded

LEASE = "engine"
LEASE_TERM = timedelta(seconds=15)
AT_ONCE = 50
DELIVER_SECONDS = 0.3
LOOK_SECONDS = 1.0
STOP_SECONDS = 6.0
POLL_STOP_SECONDS = 2.0

log = logging.getLogger(__name__)


class Poll(Protocol):
    """The poll step."""

    async def claim(self, now: datetime, *, limit: int) -> Sequence[Claim]:
        """Sources to look at now, leased to us."""
        ...

    async def run(self, claim: Claim) -> Recorded:
        """Look at one and keep what it gave."""
        ...


class Step(Protocol):
    """A step that works through what waits in the database."""

    async def run(self, now: datetime) -> int:
        """Do some of what waits; returns how much was done."""
        ...


class Leases(Protocol):
    """One process at a time."""

    async def acquire(self, name: str, *, now: datetime, term: timedelta) -> bool:
        """Take or renew a lease; False while another living process holds it."""
        ...

    async def give_up(self, name: str) -> None:
        """Let another process have it."""
        ...


class Sources(Protocol):
    """Claims to give back."""

    async def release(self, source_ids: Sequence[str] | None = None) -> None:
        """Give claimed sources back unpolled; None gives back all of them."""
        ...


@dataclass(frozen=True, slots=True)
class Steps:
    """What the engine runs, in the order news passes through."""

    poll: Poll
    detect: Step
    alert: Step
    deliver: Step
    housekeeping: Callable[[datetime], Awaitable[object]]


class LocalEngine:
    """Runs the steps in this process until stopped."""

    def __init__(
        self, steps: Steps, leases: Leases, sources: Sources, clock: Callable[[], datetime], *, tick_seconds: float
    ) -> None:
        self._steps = steps
        self._leases = leases
        self._sources = sources
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._polls: dict[asyncio.Task[None], str] = {}
        self._leading = False
        self._renew_at = clock()
        self._stopping = False
        self._ticking = asyncio.Lock()
        deliver = Worker("deliver", steps.deliver.run, clock, every=DELIVER_SECONDS)
        alert = Worker("alert", steps.alert.run, clock, every=LOOK_SECONDS, then=deliver)
        self._detect = Worker("detect", steps.detect.run, clock, every=LOOK_SECONDS, then=alert)
        self._workers = (self._detect, alert, deliver)
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A late tick is still a tick, and a hundred missed ones are one: what is due is in the database.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    async def start(self) -> None:
        """Begin ticking. The workers start once this process leads."""
        every = IntervalTrigger(seconds=self._tick_seconds)
        self._scheduler.add_job(self._tick, every, id="tick", next_run_time=self._clock())
        self._scheduler.add_job(self._tidy, CronTrigger(minute=17), id="housekeeping")
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop claiming; let looks and calls under way end, or give them back; within 6 s."""
        self._stopping = True
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        async with self._ticking:  # shutting down would cut a tick off in the middle of its transaction
            self._scheduler.shutdown(wait=False)
        polls = dict(self._polls)
        await asyncio.gather(*(worker.stop(STOP_SECONDS) for worker in self._workers), _end(polls, POLL_STOP_SECONDS))
        if self._leading:
            await self._sources.release(sorted(polls.values()))
            await self._leases.give_up(LEASE)

    async def _tick(self) -> None:
        async with self._ticking:
            try:
                await self._lead_and_claim()
            except Exception:
                log.exception("the engine cannot reach its database; trying again at the next tick")

    async def _lead_and_claim(self) -> None:
        now = self._clock()
        if not await self._lead(now):
            if self._leading:
                log.error("another process has taken over the engine; this one stands by")
                self._leading = False
                await asyncio.gather(*(worker.stop(STOP_SECONDS) for worker in self._workers))
            return
        if not self._leading and not self._stopping:
            await self._sources.release()  # may fail: until it is done this process does not lead
            log.info("this process runs the engine")
            self._leading = True
            for worker in self._workers:
                worker.start()
        if not self._stopping and (free := AT_ONCE - len(self._polls)) > 0:
            for claim in await self._steps.poll.claim(now, limit=free):
                task = asyncio.create_task(self._poll(claim), name=f"poll {claim.source.id}")
                self._polls[task] = claim.source.id
                task.add_done_callback(self._polls.pop)

    async def _lead(self, now: datetime) -> bool:
        """Whether this process holds the engine's lease, renewed when a third of its term has passed."""
        if self._leading and now < self._renew_at:
            return True
        leads = await self._leases.acquire(LEASE, now=now, term=LEASE_TERM)
        self._renew_at = now + LEASE_TERM / 3
        return leads

    async def _poll(self, claim: Claim) -> None:
        try:
            recorded = await self._steps.poll.run(claim)
        except Exception:
            # A bug or a full disk: the claim's lease runs out and the source is tried again; say so, loudly.
            log.exception("polling %s failed", claim.source.id)
            return
        if recorded.new or recorded.revised:
            self._detect.wake()

    async def _tidy(self) -> None:
        if self._leading:
            await self._steps.housekeeping(self._clock())


async def _end(tasks: dict[asyncio.Task[None], str], seconds: float) -> None:
    if not tasks:
        return
    _done, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        log.info("%s was still under way; it will be done again", task.get_name())
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
