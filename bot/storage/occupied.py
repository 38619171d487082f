"""Whether somebody uses a database: it must not be replaced under them."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select, text

from bot.domain.errors import StorageError
from bot.storage.leases import is_dead
from bot.storage.place import place_of
from bot.storage.schema import leases

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.database import Database

# Where SQLite locks a file it has open, on every system: its locks there are shared, so ours fails while one is held.
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510
OURS = "backchannel restore"  # what a restore's own connections are called
REMEDY = "Stop the bot (`run`, `worker`, `web`) everywhere first, then try again"


async def refuse_occupied(database: Database, *, now: datetime) -> None:
    """Let pass a database nobody uses: no process runs the engine on it, none has it open.

    Raises:
        StorageError: Somebody does.
    """
    if not database.is_sqlite:
        await _refuse_connected(database, now)
        return
    place = place_of(database.url)
    if place is not None and not place.is_empty:
        await asyncio.to_thread(_refuse_leased, place.file, database.shown, now)
        await asyncio.to_thread(refuse_open, place.file, database.shown)


def refuse_open(file: Path, where: str) -> None:
    """Let pass a SQLite file no other process has open, damaged or not.

    Raises:
        StorageError: One has.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
    except BlockingIOError:
        raise StorageError("is in use: a process has it open", where=where, remedy=REMEDY) from None
    finally:
        os.close(descriptor)


def _refuse_leased(file: Path, where: str, now: datetime) -> None:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT owner, until FROM leases").fetchall()
    except sqlite3.DatabaseError:
        return  # damaged, or of no use yet: nobody runs on it
    for owner, until in rows:
        _refuse_owner(owner, datetime.fromisoformat(until).replace(tzinfo=UTC), where, now)


async def _refuse_connected(database: Database, now: datetime) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND application_name <> :ours"
    )
    async with database.read() as connection:
        if await connection.run_sync(lambda plain: inspect(plain).has_table(leases.name)):
            for row in (await connection.execute(select(leases))).all():
                _refuse_owner(row.owner, row.until, database.shown, now)
        number = await connection.scalar(others, {"ours": OURS})
    if number:
        raise StorageError(f"is in use: {number} others are connected to it", where=database.shown, remedy=REMEDY)


def _refuse_owner(owner: str, until: datetime, where: str, now: datetime) -> None:
    if until > now and not is_dead(owner):
        host, _, pid = owner.rpartition(":")
        raise StorageError(f"is in use: process {pid} on {host} runs the engine", where=where, remedy=REMEDY)
