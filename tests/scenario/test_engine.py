"""The engine over a real database: one leader, no source in another's way, a stop that gives back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.source import Entry, Fetched, FetchFailed, FetchOutcome, Problem, Source, Validators
from bot.engine.local import LocalEngine, Steps
from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.storage.leases import LeaseStore
from bot.storage.sources import SourceStore
from config.schema import Publishers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from support.archive import Archive
from support.patience import until

TICK = 0.05


def clock() -> datetime:
    return datetime.now(UTC)


class Looker:
    """Answers by source id: one hangs, one fails, one raises, the rest give one item."""

    def __init__(self) -> None:
        self.looked: list[str] = []

    async def look(self, source: Source, validators: Validators) -> FetchOutcome:
        del validators
        self.looked.append(source.id)
        match source.id:
            case "hangs":
                await asyncio.sleep(3600)
            case "fails":
                return FetchFailed(Problem.HTTP_STATUS, "answered 500 Internal Server Error")
            case "breaks":
                raise RuntimeError("a bug in a reader")
        return Fetched((Entry(f"https://{source.id}.example/1", "Talks", "", published=clock()),), Validators())


class Engine:
    def __init__(self, archive: Archive, *, owner: str | None = None, sources: SourceStore | None = None) -> None:
        self.archive = archive
        self.runs = 0
        self.looker = Looker()
        self.seen: list[str] = []
        self.leases = LeaseStore(archive.database)
        if owner is not None:
            self.leases.owner = owner
        publishers = Publishers(families=(), agencies=())
        poll = PollStep(archive.sources, self.looker, publishers, Rhythm(lambda: 0.5), clock)
        self.engine = LocalEngine(
            Steps(poll, self, self, self, self.tidy), self.leases, sources or archive.sources, clock, tick_seconds=TICK
        )

    async def run(self, now: datetime) -> int:
        del now
        self.runs += 1
        return 0

    async def tidy(self, now: datetime) -> None:
        del now


@pytest.fixture
async def engine(archive: Archive) -> AsyncIterator[Engine]:
    names = ["hangs", "fails", "breaks", "good", "fine"]
    await archive.sources.list_sources([archive.source(name, minutes=0.002) for name in names], now=clock())
    one = Engine(archive)
    yield one
    with pytest.MonkeyPatch.context() as quickly:
        quickly.setattr("bot.engine.local.POLL_STOP_SECONDS", 0.1)
        await one.engine.stop()


async def test_a_source_that_hangs_fails_or_breaks_delays_no_other(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    await engine.engine.start()
    looked = engine.looker.looked
    await until(lambda: looked.count("good") >= 3 and looked.count("fine") >= 3)

    assert looked.count("hangs") == 1
    assert "polling breaks failed" in caplog.text
    (failing,) = [
        health for health in await engine.archive.sources.source_health("talks", now=clock()) if health.problem
    ]
    assert failing.reason == "answered 500 Internal Server Error"


async def test_stopping_is_quick_and_gives_back_what_was_claimed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.local.POLL_STOP_SECONDS", 0.2)
    await engine.engine.start()
    await asyncio.sleep(0.3)
    began = clock()
    await engine.engine.stop()

    assert clock() - began < timedelta(seconds=2)
    due = await engine.archive.sources.claim_due(now=clock(), lease=timedelta(minutes=1), limit=10)
    assert "hangs" in [claim.source.id for claim in due]


async def test_only_one_process_runs_the_engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.engine.local.POLL_STOP_SECONDS", 0.1)
    await engine.engine.start()
    await asyncio.sleep(0.2)
    other = Engine(engine.archive, owner="elsewhere:1")
    await other.engine.start()
    await asyncio.sleep(0.3)
    assert not other.looker.looked

    await engine.engine.stop()
    await until(lambda: bool(other.looker.looked))
    await other.engine.stop()


class LockedOnce(SourceStore):
    """A database that is busy the first time sources are given back."""

    locked = True

    async def release(self, source_ids: Sequence[str] | None = None) -> None:
        if self.locked:
            self.locked = False
            raise OperationalError("UPDATE sources", None, Exception("database is locked"))
        await super().release(source_ids)


async def test_a_database_busy_as_the_engine_starts_only_delays_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.engine.local.POLL_STOP_SECONDS", 0.1)
    stumbling = Engine(engine.archive, sources=LockedOnce(engine.archive.database))
    await stumbling.engine.start()
    await until(lambda: stumbling.runs > 0 and bool(stumbling.looker.looked))
    await stumbling.engine.stop()

    assert caplog.text.count("cannot reach its database") == 1


async def test_a_lease_of_a_process_that_was_killed_is_free_at_once(engine: Engine) -> None:
    killed = Engine(engine.archive)
    host = killed.leases.owner.rpartition(":")[0]
    killed.leases.owner = f"{host}:999999999"
    await killed.leases.acquire("engine", now=clock(), term=timedelta(minutes=1))

    assert await engine.leases.acquire("engine", now=clock(), term=timedelta(minutes=1))
