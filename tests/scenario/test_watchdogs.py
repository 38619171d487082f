"""What happens to the machine: the disk fills, the database is locked, names do not resolve, the clock is put back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.feed_host import Feed, Poller, polling
from support.fullness import Quota, impatient, locked
from support.machine import TICK, Machine
from support.patience import until

from bot.domain.source import Problem
from bot.engine.clock_watch import ClockWatch
from bot.storage.leases import LeaseStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.archive import Archive, Clock

HOUR = timedelta(hours=1)


@pytest.fixture
async def poller(archive: Archive, clock: Clock) -> AsyncIterator[Poller]:
    await impatient(archive.database)
    async for one in polling(archive, clock):
        yield one


@pytest.fixture
async def machine(poller: Poller) -> AsyncIterator[Machine]:
    machine = Machine(poller)
    poller.clock.now = machine.clock()
    await poller.list("wire", minutes=0.005)
    yield machine
    await machine.engine.stop()


async def test_when_the_disk_is_full_the_engine_pauses_says_so_and_goes_on_with_nothing_lost(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    feed, quota = machine.poller.host.feeds["wire"], Quota(machine.archive.database)
    feed.articles = [("before", machine.clock())]
    await machine.engine.start()
    await until(lambda: machine.asked() > 1)
    quota.fill()
    feed.articles += [(f"while full {number} {'x' * 500}", machine.clock()) for number in range(40)]
    await until(lambda: machine.engine.paused is not None)

    assert "there is no room left to write sqlite+aiosqlite:///" in (machine.engine.paused or "")
    assert "MB free on its disk" in (machine.engine.paused or "")
    asked, runs = machine.asked(), machine.runs
    await asyncio.sleep(20 * TICK)
    assert machine.asked() - asked <= 1  # one may have been under way
    assert machine.runs - runs <= 3  # nor does any step run
    assert len(await machine.titles()) == 1

    quota.make_room()
    await until(lambda: machine.engine.paused is None)
    await until(lambda: machine.asked() > asked + 1)
    assert len(await machine.titles()) == 41
    said = [record.getMessage() for record in caplog.records if "engine" in record.getMessage()]
    assert sum("the engine pauses" in each for each in said) == 1
    assert sum("the engine goes on" in each for each in said) == 1
    assert "Traceback" not in caplog.text


async def test_while_another_process_keeps_the_database_locked_the_engine_waits_and_then_goes_on(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    await machine.engine.start()
    await until(lambda: machine.asked() > 1)
    with locked(machine.archive.database):
        machine.poller.host.feeds["wire"].articles = [("while locked", machine.clock())]
        await until(lambda: machine.engine.paused is not None)
        assert "another process keeps" in (machine.engine.paused or "")
    await until(lambda: machine.engine.paused is None)
    asked = machine.asked()
    await until(lambda: machine.asked() > asked + 1)

    assert await machine.titles() == {"while locked"}
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("off", [-HOUR, HOUR], ids=["back", "forward"])
async def test_a_clock_that_is_set_neither_stalls_what_is_due_nor_floods(
    machine: Machine, off: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    machine.poller.host.feeds["daily"] = Feed()
    daily = machine.archive.source("daily", url=machine.poller.host.url("daily"), minutes=240)
    listed = await machine.poller.list("wire", minutes=0.005)
    await machine.archive.sources.list_sources([*listed, daily], now=machine.clock())
    await machine.engine.start()
    await until(lambda: machine.asked() > 2 and machine.asked("daily") == 1)
    machine.off = off
    await until(lambda: "the clock jumped 3600 s" in caplog.text)
    asked = machine.asked()
    await until(lambda: machine.asked() > asked + 3)

    assert machine.asked("daily") == 1  # not due before its time, nor later than it
    due = (await machine.poller.health("daily")).next_poll_at
    assert due is not None
    assert HOUR < due - machine.clock() < 3 * HOUR
    assert caplog.text.count("the clock jumped") == 1
    leased = LeaseStore(machine.archive.database)
    leased.owner = "elsewhere:1"
    assert await leased.acquire(
        "engine", now=machine.clock() + timedelta(seconds=60), term=HOUR
    )  # ours is renewed anew


async def test_a_clock_set_back_while_nobody_was_at_work_is_noticed_at_the_start(machine: Machine) -> None:
    machine.off = HOUR
    await machine.engine.start()
    await until(lambda: machine.asked() > 1)
    await machine.engine.stop()
    machine.off = timedelta()
    machine.engine = machine.make()
    asked = machine.asked()
    await machine.engine.start()
    await until(lambda: machine.asked() > asked + 2)


def test_clocks_that_drift_apart_slowly_are_left_alone(clock: Clock) -> None:
    watch = ClockWatch(clock(), 0.0)
    for second in range(1, 100):
        assert watch.jumped(clock.forward(seconds=1.1), float(second)) is None
    assert watch.jumped(clock.forward(seconds=-3599), 100.0) == -HOUR
    assert watch.jumped(clock.forward(seconds=1), 101.0) is None


async def test_a_scheduler_that_stalls_is_started_anew(
    machine: Machine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.local.STALL_SECONDS", 0.3)
    await machine.engine.start()
    await until(lambda: machine.asked() > 1)
    machine.engine._scheduler.remove_all_jobs()  # noqa: SLF001 -- nothing outside could stall it
    await until(lambda: "the scheduler has not ticked for" in caplog.text)
    asked = machine.asked()
    await until(lambda: machine.asked() > asked + 1)
    assert machine.engine.since_tick < machine.engine.stalls_after


async def test_while_names_do_not_resolve_sources_fail_in_words_and_come_back(machine: Machine) -> None:
    listed = await machine.poller.list("wire", minutes=0.005)
    lost = machine.archive.source("lost", url="http://no-such-name.invalid/feed", minutes=0.005)
    await machine.archive.sources.list_sources([*listed, lost], now=machine.clock())
    await machine.engine.start()
    async with machine.soon():
        while (await machine.poller.health("lost")).problem is None:
            await machine.a_moment()
    failing = await machine.poller.health("lost")
    assert failing.problem is Problem.DNS
    assert failing.reason is not None
    assert "Errno" not in failing.reason
    asked = machine.asked()
    await until(lambda: machine.asked() > asked + 1)  # nobody waits for it

    found = machine.archive.source("lost", url=machine.poller.host.url("wire"), minutes=0.005)
    await machine.archive.sources.list_sources([*listed, found], now=machine.clock())
    async with machine.soon():
        while (await machine.poller.health("lost")).last_success_at is None:
            await machine.a_moment()
