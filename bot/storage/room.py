"""Whether the database can be written again: tried by writing, for nothing else tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from bot.storage.schema import leases

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Database

TRIED = 64 * 1024
"""Bytes written: more than a lease or a small change needs, for those may find room where a poll does not."""
_NAME = "is there room"


async def try_to_write(database: Database, *, now: datetime) -> None:
    """Write something of some size and take it away again; raises what the database raises. Leaves nothing behind."""
    async with database.write() as connection:
        await connection.execute(delete(leases).where(leases.c.name == _NAME))
        await connection.execute(insert(leases).values(name=_NAME, owner="x" * TRIED, until=now))
    async with database.write() as connection:
        await connection.execute(delete(leases).where(leases.c.name == _NAME))
