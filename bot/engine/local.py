"""The engine of one process: a scheduler that ticks, and workers that run each step while it has work.

What is due lives in the database; the scheduler only asks. One engine runs at a time: a lease sees to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.engine.clock_watch import NOTICEABLE, ClockWatch
from bot.engine.guard import unguarded
from bot.engine.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

    from bot.domain.poll import Claim, Recorded
    from bot.engine.guard import Guard

LEASE = "engine"
LEASE_TERM = timedelta(seconds=15)
AT_ONCE = 50
DELIVER_SECONDS = 0.3
LOOK_SECONDS = 1.0
SUBSCRIBE_SECONDS = 10.0
STOP_SECONDS = 6.0
POLL_STOP_SECONDS = 2.0
STALL_TICKS, STALL_SECONDS = 10, 30.0

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


class Times(Protocol):
    """Times that decide when something is done."""

    async def shift(self, by: timedelta, *, now: datetime) -> int:
        """Move those written before the clock jumped by so much; returns how many."""
        ...

    async def ahead(self, *, now: datetime) -> timedelta:
        """How far what happened last lies in the future."""
        ...


@dataclass(frozen=True, slots=True)
class Steps:
    """What the engine runs, in the order news passes through; and what goes its own way.

    `edits` keeps cards true beside `deliver`, which then does only the rest. `texts` reads pages, `subscribe` asks
    hubs, where there is something to do; `besides` is whatever else, by name.
    """

    poll: Poll
    detect: Step
    alert: Step
    deliver: Step
    housekeeping: Callable[[datetime], Awaitable[object]]
    edits: Step | None = None
    texts: Step | None = None
    subscribe: Step | None = None
    besides: Mapping[str, Step] = field(default_factory=dict)


class LocalEngine:
    """Runs the steps in this process until stopped."""

    def __init__(
        self,
        steps: Steps,
        leases: Leases,
        sources: Sources,
        clock: Callable[[], datetime],
        *,
        tick_seconds: float,
        guard: Guard | None = None,
        times: Times | None = None,
    ) -> None:
        self._guard = guard or unguarded()
        self._times = times
        self._clock_watch = ClockWatch(clock(), monotonic())
        self._jump = timedelta()
        self._ticked = monotonic()
        self._unsaved: set[str] = set()
        self._watching: asyncio.Task[None] | None = None
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
        deliver = Worker("deliver", steps.deliver.run, clock, every=DELIVER_SECONDS, guard=self._guard)
        alert = Worker("alert", steps.alert.run, clock, every=LOOK_SECONDS, then=deliver, guard=self._guard)
        self._detect = Worker("detect", steps.detect.run, clock, every=LOOK_SECONDS, then=alert, guard=self._guard)
        self._workers = [self._detect, alert, deliver, *self._own_way(steps)]
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A late tick is still a tick, and a hundred missed ones are one: what is due is in the database.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def _own_way(self, steps: Steps) -> Iterator[Worker]:
        clock, guard = self._clock, self._guard
        if (edits := steps.edits) is not None:
            yield Worker("edits", edits.run, clock, every=DELIVER_SECONDS, guard=guard)
        if (texts := steps.texts) is not None:
            yield Worker("texts", texts.run, clock, every=LOOK_SECONDS, then=self._detect, guard=guard)
        if (subscribe := steps.subscribe) is not None:
            yield Worker("subscribe", subscribe.run, clock, every=SUBSCRIBE_SECONDS, guard=guard)
        for name, step in steps.besides.items():
            yield Worker(name, step.run, clock, every=LOOK_SECONDS, guard=guard)

    async def start(self) -> None:
        """Begin ticking. The workers start once this process leads."""
        self._begin_ticking()
        self._scheduler.add_job(self._tidy, CronTrigger(minute=17), id="housekeeping")
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch(), name="engine watch")

    async def stop(self) -> None:
        """Stop claiming; let looks and calls under way end, or give them back; within 6 s."""
        self._stopping = True
        if not self._scheduler.running:
            return
        if self._watching is not None:
            self._watching.cancel()
        self._scheduler.pause()
        async with self._ticking:  # shutting down would cut a tick off in the middle of its transaction
            self._scheduler.shutdown(wait=False)
        polls = dict(self._polls)
        await asyncio.gather(*(worker.stop(STOP_SECONDS) for worker in self._workers), _end(polls, POLL_STOP_SECONDS))
        if self._leading:
            await self._let_go(sorted(polls.values()))

    async def _let_go(self, polled: Sequence[str]) -> None:
        try:
            await self._sources.release(polled)
            await self._leases.give_up(LEASE)
        except Exception as error:
            if not self._guard.took(error):
                raise
            log.warning("what this process had leased could not be given back; it is free when the leases run out")

    @property
    def started(self) -> bool:
        """Whether it has begun, and not been stopped."""
        return self._scheduler.running and not self._stopping

    @property
    def leading(self) -> bool:
        """Whether this process runs the engine; otherwise it stands by."""
        return self._leading

    @property
    def paused(self) -> str | None:
        """What cannot be written, while that is so."""
        return self._guard.paused

    @property
    def since_tick(self) -> float:
        """Seconds since the scheduler last ticked; more than `stalls_after` says that it is stalled."""
        return monotonic() - self._ticked

    @property
    def stalls_after(self) -> float:
        """Seconds without a tick that are too many."""
        return max(STALL_TICKS * self._tick_seconds, STALL_SECONDS)

    def _begin_ticking(self) -> None:
        # The scheduler goes by the machine's clock, whichever we are given.
        every = IntervalTrigger(seconds=self._tick_seconds)
        self._scheduler.add_job(self._tick, every, id="tick", next_run_time=datetime.now(UTC), replace_existing=True)

    async def _watch(self) -> None:
        """See to it that ticks come: the scheduler counts on the clock, and waits for an hour if that is put back."""
        while True:
            await asyncio.sleep(min(self._tick_seconds, 1.0))
            if jump := self._clock_watch.jumped(self._clock(), monotonic()):
                told = (jump.total_seconds(), "forward" if jump > timedelta() else "back")
                log.warning("the clock jumped %.0f s %s", abs(told[0]), told[1], extra={"event": "clock.jumped"})
                self._jump += jump
                self._begin_ticking()
            if self.since_tick > self.stalls_after and not self._ticking.locked():
                told_stalled = {"event": "engine.stalled", "seconds": round(self.since_tick)}
                log.error("the scheduler has not ticked for %.0f s; started anew", self.since_tick, extra=told_stalled)
                self._ticked = monotonic()
                self._begin_ticking()

    async def _tick(self) -> None:
        self._ticked = monotonic()
        async with self._ticking:
            try:
                if self._guard.paused is not None:
                    await self._go_on()
                else:
                    await self._lead_and_claim()
            except Exception as error:
                if self._guard.took(error):
                    return
                log.exception("the engine cannot reach its database; trying again at the next tick")

    async def _go_on(self) -> None:
        """Where writing is possible again: what was looked at in vain is looked at again at once."""
        if await self._guard.over():
            await self._sources.release(sorted(self._unsaved))
            self._unsaved.clear()

    async def _set_clock(self, now: datetime) -> None:
        jump = self._jump
        if self._times is not None:
            moved = await self._times.shift(jump, now=now)
            log.info("%d times were moved with the clock", moved)
        self._jump -= jump  # it may have jumped again meanwhile
        self._renew_at = now

    async def _lead_and_claim(self) -> None:
        now = self._clock()
        if self._jump and self._leading:
            await self._set_clock(now)
        if not await self._lead(now):
            if self._leading:
                standing_by = {"event": "engine.standing_by"}
                log.error("another process has taken over the engine; this one stands by", extra=standing_by)
                self._leading = False
                await asyncio.gather(*(worker.stop(STOP_SECONDS) for worker in self._workers))
            return
        if not self._leading and not self._stopping:
            await self._sources.release()  # may fail: until it is done this process does not lead
            log.info("this process runs the engine", extra={"event": "engine.leading"})
            self._leading = True
            self._jump = timedelta()  # whoever led meanwhile saw to it
            if self._times is not None and (ahead := await self._times.ahead(now=now)) >= NOTICEABLE:
                log.warning("the clock was set %.0f s back while nobody was at work", ahead.total_seconds())
                self._jump = -ahead
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
        except Exception as error:
            if self._guard.took(error):
                self._unsaved.add(claim.source.id)
                return
            # A bug: the claim's lease runs out and the source is tried again; say so, loudly.
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
