"""Opening the database: an engine that keeps its promises, and migrations under a lock."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.domain.errors import DamagedDatabaseError, StorageError
from bot.domain.secrets import shown_address
from bot.storage.damage import check_pages, damaged, is_damage
from bot.storage.one_go import OneGo
from bot.storage.place import place_of
from bot.storage.versions import upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import Connection, Engine, Row, Select
    from sqlalchemy.engine import URL, ExceptionContext

T = TypeVar("T")
BUSY_SECONDS = 30.0
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
            # Errors and logs show statements without what was in them: addresses hold keys.
            options["hide_parameters"] = True
            self.engine = create_async_engine(self.url, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise StorageError(
                f"cannot be used ({error})",
                where="DATABASE_URL",
                remedy="Use sqlite+aiosqlite:///FILE.db or postgresql+asyncpg://USER@HOST/NAME",
            ) from error
        # SQLite has one writer at a time and no queue: those who wait here wait in order, and hold no connection.
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        self._damage: DamagedDatabaseError | None = None
        self._found_damaged = asyncio.Event()
        # What is in memory belongs to one connection: no second one would see it.
        in_file = self.is_sqlite and place_of(self.url) is not None
        self._one_go = OneGo(self.url, **options) if in_file else None
        event.listen(self.engine.sync_engine, "handle_error", self._tell_of_damage)
        if self._one_go is not None:
            event.listen(self._one_go.engine, "handle_error", self._notice_damage)
        for engine in self.engines:
            if self.is_sqlite:
                event.listen(engine, "connect", _prepare_sqlite)
                event.listen(engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Whatever sends statements, for those who listen to its events."""
        return (self.engine.sync_engine, *([self._one_go.engine] if self._one_go is not None else []))

    @property
    def shown(self) -> str:
        """The URL as it may be shown: without its password, wherever that stands."""
        return shown_address(self.url.render_as_string(hide_password=True))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end unless the block raises."""
        self._refuse_damaged()
        async with self._turn, self.engine.begin() as connection:
            yield connection

    async def in_one_go(self, work: Callable[[Connection], T], *, read_only: bool = False) -> T:
        """Run `work` in a transaction as `write()` or `read()` give it; for steps of many small statements.

        In a SQLite file it costs one way to a thread and back, not several a statement. `work` must not use the event
        loop, nor keep the connection.
        """
        if self._one_go is None:
            async with self.read() if read_only else self.write() as connection:
                return await connection.run_sync(work)
        if not read_only:
            self._refuse_damaged()
        try:
            async with nullcontext() if read_only else self._turn:
                return await self._one_go.run(work, read_only=read_only)
        except DamagedDatabaseError:
            self._found_damaged.set()  # only here: events belong to the loop, and errors are noticed in the thread
            raise

    async def ask(self, query: Select[Any], **given: Any) -> Sequence[Row[Any]]:
        """The rows that answer one question, with what is `given` for the parameters it names."""
        return await self.in_one_go(lambda connection: connection.execute(query, given).all(), read_only=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent snapshot to read from."""
        async with self.engine.connect() as plain:
            connection = await plain.execution_options(read_only=True)
            async with connection.begin():
                yield connection

    async def migrate(self) -> None:
        """Bring the tables to this program's version; only one process does it at a time. Checks a SQLite file first.

        All of it or nothing: a process killed half-way leaves the database as it was.

        Raises:
            DamagedDatabaseError: The file is not a database, is not whole, or is gone; nothing was written to it.
            StorageError: The database is newer than this program, or cannot be opened or written.
        """
        place = place_of(self.url) if self.is_sqlite else None
        lock = self._advisory_lock() if not self.is_sqlite else place.locked() if place is not None else nullcontext()
        try:
            async with lock:
                if place is not None and place.is_empty:
                    place.make_room()
                elif place is not None:
                    await asyncio.to_thread(check_pages, place.file, self.shown)
                async with self.engine.begin() as connection:
                    await connection.run_sync(upgrade, self.shown)
                if place is not None:
                    place.note_made()
        except (DBAPIError, OSError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StorageError(
                f"cannot be opened ({cause})",
                where=self.shown,
                remedy="Nothing in it was changed; check its name, permissions and disk space, or restore a copy",
            ) from error

    async def damaged(self) -> DamagedDatabaseError:
        """Wait until the database is found damaged; from then on `write()` raises that too."""
        await self._found_damaged.wait()
        if self._damage is None:
            raise AssertionError("found damaged by nobody")
        return self._damage

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()
        if self._one_go is not None:
            await self._one_go.close()

    def _refuse_damaged(self) -> None:
        if self._damage is not None:
            raise self._damage

    def _notice_damage(self, context: ExceptionContext) -> DamagedDatabaseError | None:
        """Told of every error; that of a damaged database is raised in words, in place of the driver's."""
        if not is_damage(context.original_exception):
            return None
        self._damage = damaged(context.original_exception, self.shown)
        return self._damage

    def _tell_of_damage(self, context: ExceptionContext) -> DamagedDatabaseError | None:
        found = self._notice_damage(context)
        if found is not None:
            self._found_damaged.set()
        return found

    @asynccontextmanager
    async def _advisory_lock(self) -> AsyncIterator[None]:
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we write BEGIN ourselves, below: the driver's own comes too late
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    if cursor.fetchone() == (0,):
        # Free pages can be given back to the disk. It can be said to an empty file only, and waits for any writer.
        cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: upgrading a read lock half-way fails with "database is locked" at any time-out.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
