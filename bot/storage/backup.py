"""Back up while the bot runs, and put a backup in a database's place: whole, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import DamagedDatabaseError, StorageError
from bot.storage.backup_file import copy_sqlite, exists_already, publish, seal, second_name, strip_manifest, verify
from bot.storage.damage import check_pages, damaged, is_damage
from bot.storage.database import MIGRATION_LOCK, Database
from bot.storage.occupied import OURS, refuse_occupied, refuse_open
from bot.storage.place import place_of
from bot.storage.portable import copy_in, copy_out
from bot.storage.reconcile import look_before_sending
from bot.storage.versions import refuse_newer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from bot.storage.backup_file import Manifest
    from bot.storage.place import Place


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place; `kept` says where what was there before is, where there was anything."""

    manifest: Manifest
    kept: str | None
    to_look_up: int


async def back_up(database: Database, file: Path, *, force: bool, now: datetime, program: str) -> Manifest:
    """Write a backup of a database to `file`, and read it back.

    Raises:
        InputError: `file` is there already, and `force` was not said.
        StorageError: There is nothing to back up, or it cannot be read or written.
    """
    if not force and await asyncio.to_thread(file.exists):
        raise exists_already(file)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        async with _half_made(file) as part:
            if database.is_sqlite:
                await asyncio.to_thread(_copy_file, database, part)
            else:
                target = _at(part)
                try:
                    await copy_out(database, target)
                finally:
                    await target.close()
            manifest = await asyncio.to_thread(
                seal, part, made_at=now, program=program, kind=kind, where=database.shown
            )
            refuse_newer(manifest.tables, database.shown)
            await asyncio.to_thread(verify, part)
            await asyncio.to_thread(publish, part, file, force=force)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise _could_not(error, f"could not be backed up to {file}", database) from error
    return manifest


async def restore(database: Database, file: Path, *, now: datetime) -> Restored:
    """Put a backup in the place of a database; keep what was there beside it.

    What was on its way to Slack when the backup was made is looked up there before it is sent: see `reconcile`.

    Raises:
        InputError: `file` is no whole backup.
        StorageError: The backup is newer than this program, the database is in use, or it cannot be written.
    """
    manifest = await asyncio.to_thread(verify, file)
    refuse_newer(manifest.tables, str(file))
    place = place_of(database.url) if database.is_sqlite else None
    beside = place.file if place is not None else file.with_name(f"{file.name}.restoring")
    await refuse_occupied(database, now=now)
    try:
        async with _half_made(beside) as part:
            await asyncio.to_thread(shutil.copyfile, file, part)
            await asyncio.to_thread(strip_manifest, part)
            staged = _at(part)
            try:
                await staged.migrate()
                to_look_up = await look_before_sending(staged, backed_up_at=manifest.made_at, now=now)
                kept = None if place is not None else await _replace_tables(database, staged, now)
            finally:
                await staged.close()
            if place is not None:
                await asyncio.to_thread(_one_file, part)
                async with place.locked():
                    await refuse_occupied(database, now=now)
                    kept = await asyncio.to_thread(_replace_file, place, part, now)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise _could_not(error, "could not be replaced", database) from error
    return Restored(manifest, kept, to_look_up)


def _could_not(error: Exception, what: str, database: Database) -> StorageError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if is_damage(cause):
        return damaged(cause, database.shown)
    return StorageError(
        f"{what} ({cause})",
        where=database.shown,
        remedy="It is as it was; check the folder, its permissions and the disk",
    )


@asynccontextmanager
async def _half_made(file: Path) -> AsyncIterator[Path]:
    """A file of our own beside another, that only we may read; what is left of it at the end goes."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
    try:
        yield part
    finally:
        for ending in ("", "-wal", "-shm", "-journal", ".lock"):
            part.with_name(f"{part.name}{ending}").unlink(missing_ok=True)


def _at(file: Path) -> Database:
    return Database(URL.create("sqlite+aiosqlite", database=str(file)).render_as_string(hide_password=False))


def _copy_file(database: Database, part: Path) -> None:
    place = place_of(database.url)
    if place is None or place.is_empty:
        raise StorageError(
            "there is no database yet, so there is nothing to back up",
            where=database.shown,
            remedy="Run this where the bot runs, or set DATABASE_URL to its database",
        )
    copy_sqlite(place.file, part)


def _one_file(file: Path) -> None:
    """Fold a closed database's log into it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _replace_file(place: Place, part: Path, now: datetime) -> str | None:
    """The old file gets a second name, then the new one takes the first: at no moment is there none."""
    kept = None
    if not place.is_empty:
        kept = place.file.with_name(f"{place.file.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
        with contextlib.suppress(DamagedDatabaseError, sqlite3.Error):  # damaged: kept as it is, with its log
            check_pages(place.file, str(place.file))
            _one_file(place.file)
        refuse_open(place.file, str(place.file))
        second_name(place.file, kept)
        for ending in ("-wal", "-shm"):
            log = place.file.with_name(f"{place.file.name}{ending}")
            if log.exists():
                log.replace(kept.with_name(f"{kept.name}{ending}"))
    publish(part, place.file, force=True)
    place.note_made()
    return str(kept) if kept is not None else None


async def _replace_tables(database: Database, staged: Database, now: datetime) -> str | None:
    aside = f"replaced_{now:%Y%m%dt%H%M%Sz}"
    async with database.engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        await connection.execute(text(f"SET LOCAL application_name = '{OURS}'"))
        await refuse_occupied(database, now=now)
        replaced = await copy_in(staged, connection, aside=aside, where=database.shown)
    return f"schema {aside}" if replaced else None


async def compact(database: Database, *, now: datetime) -> tuple[int, int]:
    """Rewrite a SQLite file without its free space, in a form that gives space back by itself; its bytes then and now.

    Raises:
        StorageError: Somebody uses it, or the disk has no room for a second copy.
    """
    place = place_of(database.url)
    if place is None:
        return 0, 0
    before = await asyncio.to_thread(lambda: place.file.stat().st_size)
    try:
        async with place.locked():
            await refuse_occupied(database, now=now)
            await asyncio.to_thread(_vacuum, place.file)
    except (OSError, sqlite3.Error) as error:
        raise _could_not(error, "could not be compacted", database) from error
    return before, await asyncio.to_thread(lambda: place.file.stat().st_size)


def _vacuum(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
