"""Opening the database: an engine that keeps its promises, and migrations under a lock."""

from __future__ import annotations

import asyncio
import fcntl
import os
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.domain.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL

BUSY_SECONDS = 30.0
LOCK_AGAIN_SECONDS = 0.05
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x6261636B  # one number all processes agree on, for PostgreSQL's advisory lock


class Database:
    """One database. `write()` is a transaction that excludes other writers; `read()` one consistent snapshot.

    Raises:
        StorageError: The URL cannot be used.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url: URL = make_url(url)
            options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}} if self.is_sqlite else {}
            self.engine = create_async_engine(self.url, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise StorageError(
                f"cannot be used ({error})",
                where="DATABASE_URL",
                remedy="Use sqlite+aiosqlite:///FILE.db or postgresql+asyncpg://USER@HOST/NAME",
            ) from error
        # SQLite has one writer at a time and no queue: those who wait here wait in order, and hold no connection.
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def shown(self) -> str:
        """The URL as it may be shown: without its password."""
        return self.url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end unless the block raises."""
        async with self._turn, self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent snapshot to read from."""
        async with self.engine.connect() as plain:
            connection = await plain.execution_options(read_only=True)
            async with connection.begin():
                yield connection

    async def migrate(self) -> None:
        """Bring the tables to this program's version; only one process does it at a time.

        Raises:
            StorageError: The file is not a database, is damaged, is newer than this program, or cannot be written.
        """
        try:
            lock = _file_lock(self.url) if self.is_sqlite else self._advisory_lock()
            async with lock, self.engine.begin() as connection:
                await connection.run_sync(_upgrade)
        except (DBAPIError, OSError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StorageError(
                f"cannot be opened ({cause})",
                where=self.shown,
                remedy="Nothing in it was changed; check its name, permissions and disk space, or restore a copy",
            ) from error
        except CommandError as error:
            raise StorageError(
                f"was written by another version of this program ({error})",
                where=self.shown,
                remedy="Start the version that wrote it, or use another database",
            ) from error

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def _advisory_lock(self) -> AsyncIterator[None]:
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, with the scripts of this package."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we write BEGIN ourselves, below: the driver's own comes too late
    cursor = connection.cursor()
    # Says something to a file that is empty yet, and nothing to any other: free pages can be given back to the disk.
    cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: upgrading a read lock half-way fails with "database is locked" at any time-out.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@asynccontextmanager
async def _file_lock(url: URL) -> AsyncIterator[None]:
    if not url.database or url.database == ":memory:":
        yield
        return
    descriptor = os.open(f"{url.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _locked(descriptor):  # noqa: ASYNC110 -- a thread that waited for the lock could not be stopped
            await asyncio.sleep(LOCK_AGAIN_SECONDS)
        yield
    finally:
        os.close(descriptor)
