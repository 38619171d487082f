"""`python -m bot.evaluation.bench.ours`: our own poll step over a real SQLite file, alone in its process.

Prints one JSON object; `Measured` says what is in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot.domain.source import Source, Tier
from bot.engine.pauses import spare_the_start, take_short_turns
from bot.evaluation.bench.feed_server import ENTRIES, HOSTS
from bot.evaluation.bench.pollers import AT_ONCE, WARM_ROUNDS, addresses
from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.sources.http import Fetcher
from bot.sources.registry import SourceReader
from bot.storage.database import Database
from bot.storage.sources import SourceStore
from config.load import load_newsroom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

INTERVAL = timedelta(minutes=5)
_TICK = 1.0
_BEAT = 0.02
# Longer than the slowest pace with its jitter, so that every source is due again.
_LATER = INTERVAL * 3


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of the process for the first look at all sources and for the cheapest later one.

    `core` is the share of one core at the pace of every five minutes, ticking once a second; `resident` the most
    megabytes held at any time, None where the system does not tell. The others are the 99th percentile of the event
    loop's lateness, in seconds, while everything is looked at as fast as it goes (the first time and later) and at that
    pace. None where it was not paced.
    """

    cold: float
    warm: float
    cold_lag: float
    warm_lag: float
    resident: float | None
    core: float | None = None
    paced_lag: float | None = None


class Beats:
    """How late the event loop was, by a task that wants to run fifty times a second. Its cost counts as ours."""

    def __init__(self) -> None:
        self._late: list[float] = []

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Beat while the block runs."""
        beating = asyncio.create_task(self._beat(), name="beats")
        try:
            yield
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            due = time.monotonic() + _BEAT
            await asyncio.sleep(_BEAT)
            self._late.append(max(0.0, time.monotonic() - due))

    @property
    def p99(self) -> float:
        """What 99 of 100 beats were no later than, in seconds."""
        return sorted(self._late)[int(len(self._late) * 0.99)]


class Ours:
    """The real steps and adapters; only the clock is moved on, so that nobody waits for what is due."""

    def __init__(self, step: PollStep, ahead: list[timedelta]) -> None:
        self._step = step
        self._ahead = ahead

    async def look(self, expected: int) -> float:
        """Look at every source once, fifty at a time; CPU seconds. `expected` entries have to be new."""
        began, new = time.process_time(), 0
        while claims := await self._step.claim(now(self._ahead[0]), limit=AT_ONCE):
            new += sum(recorded.new for recorded in await asyncio.gather(*map(self._step.run, claims)))
        spent = time.process_time() - began
        if new != expected:
            raise RuntimeError(f"{new} entries were new, not {expected}")
        self._ahead[0] += _LATER
        return spent

    async def pace(self, sources: int, seconds: float) -> float:
        """Tick once a second and look at as many as five minutes allow; the share of a core that takes."""
        owed, looks = 0.0, set[asyncio.Task[object]]()
        began, begin = time.process_time(), time.monotonic()
        for tick in range(1, round(seconds / _TICK) + 1):
            owed += sources * _TICK / INTERVAL.total_seconds()
            claims = await self._step.claim(now(self._ahead[0]), limit=int(owed))
            owed -= len(claims)
            looks |= {asyncio.create_task(self._step.run(claim)) for claim in claims}
            await asyncio.sleep(max(0.0, begin + tick * _TICK - time.monotonic()))
        await asyncio.gather(*looks)
        return (time.process_time() - began) / (time.monotonic() - begin)


def now(ahead: timedelta) -> datetime:
    """The present, moved on."""
    return datetime.now(UTC) + ahead


async def measured(urls: Sequence[str], config: Path, file: Path, seconds: float) -> Measured:
    """Look at `urls` the first time, a few times more, and then at the pace of production for `seconds`."""
    ahead = [timedelta()]

    def clock() -> datetime:
        return now(ahead[0])

    listed = [
        Source(
            id=f"courier-{number}",
            negotiation="sample",
            name=f"Sample Courier {number}",
            url=url,
            language="en",
            tier=Tier.OTHER,
            party=None,
            interval=INTERVAL,
        )
        for number, url in enumerate(urls)
    ]
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.migrate()
    store = SourceStore(database)
    await store.list_sources(listed, now=clock())
    async with Fetcher(version="bench", contact=None, clock=clock, allow_hosts=HOSTS, gap=0.0) as fetcher:
        publishers = load_newsroom(config).publishers
        step = PollStep(store, SourceReader(fetcher, clock), publishers, Rhythm(random.random), clock)
        ours = Ours(step, ahead)
        first, later, paced = Beats(), Beats(), Beats()
        spare_the_start()
        async with first.kept():
            cold = await ours.look(ENTRIES * len(urls))
        async with later.kept():
            warm = [await ours.look(0) for _ in range(WARM_ROUNDS)]
        core = None
        if seconds:
            async with aiohttp.ClientSession() as session, session.get(f"{urls[0].rsplit('/', 2)[0]}/news"):
                pass
            async with paced.kept():
                core = await ours.pace(len(urls), seconds)
    await database.close()
    return Measured(cold, min(warm), first.p99, later.p99, _most_resident(), core, paced.p99 if seconds else None)


def _most_resident() -> float | None:
    """Megabytes; not from `getrusage`, which counts what the parent held when it forked as well."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), None)


def main() -> None:
    """Measure ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--manner", choices=("tagged", "plain"), required=True)
    parser.add_argument("--sources", type=int, required=True)
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--paced", type=float, default=0.0, help="seconds at the pace of production; 0 for none")
    options = parser.parse_args()
    take_short_turns()  # as the program does; and so with what the start has made
    urls = addresses(options.port, options.manner, options.sources)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(urls, options.config, Path(folder) / "bench.db", options.paced))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
