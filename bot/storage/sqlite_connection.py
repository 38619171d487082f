"""A SQLite connection that goes to its thread once a statement.

aiosqlite does every small thing in the connection's thread: makes a cursor, executes, fetches, closes. Each is a way
there and back past the interpreter's lock, and where other threads are at work those ways, not SQLite, are what a
transaction costs. Here a statement and its rows are one; what needs no thread takes none.
"""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import aiosqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

_T = TypeVar("_T")
# Rows fetched with a statement; a backup reads tables that are many times longer.
_AT_ONCE = 1_000


class Cursor:
    """What SQLAlchemy asks of a cursor. The first rows of a statement are fetched with it, mostly all there are."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self._more: sqlite3.Cursor | None = None
        self.description: tuple[Any, ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Execute it, and fetch what it gives."""
        return await self._run(sqlite3.Cursor.execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> Cursor:
        """Execute it with each of the parameters."""
        return await self._run(sqlite3.Cursor.executemany, statement, parameters)

    async def fetchone(self) -> Any:
        """The next row, or None."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, at most so many; fewer only at the end."""
        size = size or self.arraysize
        if len(self._rows) < size and self._more is not None:
            self._rows += await self._connection.run(self._more.fetchmany, max(size, _AT_ONCE))
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        """The rows not fetched yet."""
        rows, self._rows = self._rows, []
        return rows if self._more is None else rows + await self._connection.run(self._more.fetchall)

    async def close(self) -> None:
        """Let go of the rows not fetched."""
        if self._more is not None:
            more, self._more = self._more, None
            await self._connection.run(more.close)

    async def _run(self, how: Callable[..., Any], statement: str, parameters: Any) -> Cursor:
        await self.close()
        await self._connection.run(self._executed, how, statement, parameters)
        return self

    def _executed(self, how: Callable[..., Any], statement: str, parameters: Any) -> None:
        """In the connection's thread; nobody looks at this cursor meanwhile."""
        cursor = self._connection.raw_cursor()
        how(cursor, statement, parameters)
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        self._rows = cursor.fetchmany(_AT_ONCE) if cursor.description else []
        if len(self._rows) == _AT_ONCE:
            self._more = cursor
        else:
            cursor.close()


class Connection(aiosqlite.Connection):
    """An aiosqlite connection with such cursors. Commits and rolls back only where a transaction is open."""

    @asynccontextmanager
    async def cursor(self) -> AsyncIterator[Cursor]:  # type: ignore[override]  # ours is one of its own
        """A cursor."""
        yield Cursor(self)

    async def commit(self) -> None:
        """Commit, if there is something to."""
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll back, if there is something to."""
        if self.in_transaction:
            await super().rollback()

    async def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Call it in the connection's thread."""
        result: _T = await self._execute(function, *arguments)  # type: ignore[no-untyped-call]
        return result

    def raw_cursor(self) -> sqlite3.Cursor:
        """A cursor of the connection itself, for its thread alone."""
        return self._conn.cursor()


def connect(database: str, **options: Any) -> Connection:
    """As aiosqlite's own `connect`; SQLAlchemy's `async_creator_fn`."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **options)
        return opened

    connection = Connection(connector, iter_chunk_size=_AT_ONCE)
    connection._thread.daemon = True  # noqa: SLF001 -- as SQLAlchemy sets it for those it makes
    return connection
