"""Damage: how a broken database is told from one that is merely busy, full or away, and what is said of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.domain.errors import DamagedDatabaseError

if TYPE_CHECKING:
    from pathlib import Path

_SQLITE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY = 0xFF  # SQLite's extended codes carry the plain one in their lowest byte
_POSTGRESQL = frozenset({"XX001", "XX002"})  # data_corrupted, index_corrupted
REMEDY = (
    "Nothing more is written to it. Keep it, and put a backup in its place: `backchannel restore FILE`; "
    "docs/operations.md says how"
)


def is_damage(error: BaseException | None) -> bool:
    """Whether a driver's error says that the database itself is broken."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return (code & _PRIMARY) in _SQLITE
    return getattr(error, "sqlstate", None) in _POSTGRESQL


def damaged(reason: object, where: str) -> DamagedDatabaseError:
    """What is said of a damaged database."""
    return DamagedDatabaseError(f"is damaged ({reason})", where=where, remedy=REMEDY)


def check_pages(file: Path, where: str) -> None:
    """Read every page of a SQLite file; changes nothing, not even what its log has not been folded into it yet.

    Raises:
        DamagedDatabaseError: It is no database, or not a whole one.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise damaged(error, where) from error
        return  # busy, or not ours to read: whoever opens it next says so
    if found != "ok":
        raise damaged(" ".join(str(found).split()), where)
