"""Items let go of that a source still lists: they stay gone, and are no news again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.storage.schema import forgotten

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

NOTED_EVERY = timedelta(days=1)  # seldom enough that polling writes next to nothing for them


async def still_listed(connection: AsyncConnection, ids: Sequence[str], *, now: datetime) -> set[str]:
    """Which of these were let go of; that they are listed still is noted, within the caller's transaction."""
    if not ids:
        return set()
    rows = (await connection.execute(select(forgotten).where(forgotten.c.item.in_(ids)))).all()
    stale = [row.item for row in rows if row.last_listed_at < now - NOTED_EVERY]
    if stale:
        await connection.execute(update(forgotten).where(forgotten.c.item.in_(stale)).values(last_listed_at=now))
    return {row.item for row in rows}
