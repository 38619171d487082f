"""Which errors are the database's trouble, not a bug of ours: full, locked, away. Each passes, or somebody mends it."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, InterfaceError

if TYPE_CHECKING:
    from bot.storage.database import Database

MEBIBYTE = 1024 * 1024
_FULL = {"DiskFullError", "InsufficientResourcesError"}  # asyncpg's classes, which need not be installed
_AWAY = {"ConnectionDoesNotExistError", "CannotConnectNowError", "AdminShutdownError", "TooManyConnectionsError"}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def trouble(error: BaseException, database: Database) -> str | None:
    """What stands in the way of writing to `database`, in words; None where this is another sort of error.

    Several errors together are trouble if each is.
    """
    if isinstance(error, BaseExceptionGroup):
        found = [trouble(each, database) for each in error.exceptions]
        return found[0] if all(found) else None
    cause = error.orig if isinstance(error, DBAPIError) else error
    names = {each.__name__ for each in type(cause).__mro__} | {type(getattr(cause, "__cause__", None)).__name__}
    if _is_full(cause, names):
        return f"there is no room left to write {database.shown}{_room(database)}"
    if isinstance(cause, sqlite3.OperationalError) and _code(cause) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"another process keeps {database.shown} locked"
    away = isinstance(error, InterfaceError) or bool(names & _AWAY)
    if not database.is_sqlite and (away or isinstance(cause, OSError)):
        return f"{database.shown} cannot be reached ({type(cause).__name__})"
    return None


def free_bytes(database: Database) -> int | None:
    """Room on the disk of a SQLite file; None for another database, whose disk is not ours to see."""
    if not database.is_sqlite or not database.url.database:
        return None
    folder = Path(database.url.database).absolute().parent
    return shutil.disk_usage(folder).free if folder.exists() else None


def _is_full(cause: BaseException | None, names: set[str]) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        return _code(cause) == sqlite3.SQLITE_FULL
    return bool(names & _FULL) or (isinstance(cause, OSError) and cause.errno in _NO_ROOM)


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF  # the rest says more than we ask


def _room(database: Database) -> str:
    free = free_bytes(database)
    return "" if free is None else f" ({free // MEBIBYTE} MB free on its disk)"
