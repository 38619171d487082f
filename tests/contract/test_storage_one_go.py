"""Transactions that run in one go, on either database and in memory."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text
from support.archive import NOON, Archive

from bot.domain.errors import DamagedDatabaseError
from bot.storage.database import Database
from bot.storage.schema import leases

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

both = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


def put(connection: Connection, name: str, until: datetime = NOON) -> None:
    connection.execute(insert(leases).values(name=name, owner="here:1", until=until))


def names(connection: Connection) -> list[str]:
    return [*connection.scalars(select(leases.c.name).order_by(leases.c.name))]


@both
async def test_it_is_committed_as_a_whole_or_not_at_all(archive: Archive) -> None:
    def breaks_off(connection: Connection) -> None:
        put(connection, "b")
        raise ValueError("half-way")

    await archive.database.in_one_go(lambda connection: put(connection, "a"))
    with pytest.raises(ValueError, match="half-way"):
        await archive.database.in_one_go(breaks_off)

    assert await archive.database.in_one_go(names, read_only=True) == ["a"]


async def test_who_is_cancelled_waits_for_the_end_so_that_the_next_writer_finds_nobody_there(archive: Archive) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        go_on.wait(60)
        put(connection, "slow")

    async def next_one() -> None:
        async with archive.database.write() as connection:
            await connection.run_sync(put, "next")

    first = asyncio.create_task(archive.database.in_one_go(slow))
    await asyncio.to_thread(begun.wait, 60)
    second = asyncio.create_task(next_one())
    first.cancel()
    await asyncio.sleep(0.05)
    assert not first.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await first
    await second

    assert await archive.database.in_one_go(names, read_only=True) == ["next", "slow"]


async def test_what_is_in_memory_has_it_too() -> None:
    database = Database("sqlite+aiosqlite://")
    await database.migrate()
    await database.in_one_go(lambda connection: put(connection, "a"))
    async with database.read() as connection:
        assert await connection.run_sync(names) == ["a"]
    await database.close()


async def test_damage_found_in_it_is_told_and_nothing_more_is_written(archive: Archive, tmp_path: Path) -> None:
    await archive.database.close()
    (tmp_path / "archive.db").write_text("these are somebody's notes\n" * 500)
    told = asyncio.create_task(archive.database.damaged())
    with pytest.raises(DamagedDatabaseError):
        await archive.database.in_one_go(names)

    async with asyncio.timeout(60):
        assert "is damaged" in str(await told)
    with pytest.raises(DamagedDatabaseError):
        await archive.database.in_one_go(names)


@both
@pytest.mark.parametrize("time", [NOON, NOON + timedelta(microseconds=7), datetime(1969, 1, 1, tzinfo=UTC)])
async def test_a_time_of_any_zone_is_read_as_the_same_in_utc(archive: Archive, time: datetime) -> None:
    kyiv = timezone(timedelta(hours=2))
    await archive.database.in_one_go(lambda connection: put(connection, "a", time.astimezone(kyiv)))
    async with archive.database.read() as connection:
        read = await connection.scalar(select(leases.c.until))
        written = await connection.scalar(text("SELECT until FROM leases"))

    assert read is not None
    assert (read, read.tzinfo) == (time, UTC)
    if archive.database.is_sqlite:  # compared as text, also with what earlier versions wrote
        assert written == f"{time:%Y-%m-%d %H:%M:%S.%f}"
