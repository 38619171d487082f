"""A SQLite file that may grow no further, and one that somebody else has locked: real errors of a real database."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.storage.database import Database


class Quota:
    """How many pages a database may have; every connection is held to it, those open already too."""

    def __init__(self, database: Database) -> None:
        self._pages = 2**30
        self._path = str(database.url.database)
        # At each transaction, for the limit belongs to a connection and connections are pooled.
        for engine in database.engines:
            event.listen(engine, "begin", self._hold, insert=True)

    def fill(self) -> None:
        """No page more than there are."""
        with sqlite3.connect(self._path) as connection:
            self._pages = connection.execute("PRAGMA page_count").fetchone()[0]

    def make_room(self) -> None:
        self._pages = 2**30

    def _hold(self, connection: object) -> None:
        connection.connection.cursor().execute(f"PRAGMA max_page_count={self._pages}")  # type: ignore[attr-defined]


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else keeps the write lock."""
    connection = sqlite3.connect(str(database.url.database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def impatient(database: Database, milliseconds: int = 100) -> None:
    """Have the database wait for a lock no longer than this."""

    def on_connect(connection: object, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA busy_timeout={milliseconds}")  # type: ignore[attr-defined]

    for engine in database.engines:
        event.listen(engine, "connect", on_connect)
    await database.close()  # connections made from here on are impatient
