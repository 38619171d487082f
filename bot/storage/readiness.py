"""Whether the database is there, of this program's version, and has room."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import DamagedDatabaseError
from bot.domain.reading import Reading
from bot.storage.trouble import MEBIBYTE, free_bytes

if TYPE_CHECKING:
    from bot.storage.database import Database

LEAST_FREE = 200 * MEBIBYTE


async def database_readings(database: Database) -> list[Reading]:
    """Reachable, migrated, room on its disk. Changes nothing and waits for no lock."""
    try:
        async with database.read() as connection:
            found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError, DamagedDatabaseError) as error:
        cause = getattr(error, "orig", None) or error
        return [Reading("database", ok=False, seen=f"{database.shown} cannot be read ({type(cause).__name__})")]
    head = newest_version()
    readings = [
        Reading("database", ok=True, seen=f"{database.shown} can be read"),
        Reading("migrations", ok=found == head, seen=f"at {found}" + ("" if found == head else f", wanted {head}")),
    ]
    return [*readings, *disk_reading(database)]


def disk_reading(database: Database) -> list[Reading]:
    """The room on a SQLite file's disk; nothing for a database whose disk is not ours to see."""
    free = free_bytes(database)
    if free is None:
        return []
    return [Reading("disk", ok=free >= LEAST_FREE, seen=f"{free // MEBIBYTE} MB free where {database.shown} is")]


def newest_version() -> str | None:
    """The version of the tables this program is written for."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()
