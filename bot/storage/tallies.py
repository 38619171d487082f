"""Counts for whoever watches the program, from the database itself: right whichever process did the work."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.domain.reading import Queue, Tally
from bot.storage.schema import OPEN, UNADDRESSED, UNDECIDED, alerts, decisions, deliveries, items

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.database import Database

_QUEUES = {
    "undecided": (items.c.first_seen, UNDECIDED),
    "unaddressed": (alerts.c.created_at, UNADDRESSED),
    "deliveries": (deliveries.c.created_at, OPEN),
}


class TallyStore:
    """Counts what is in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tally(self, before: Tally | None, *, now: datetime) -> Tally:
        """What there is; the items and decisions since `before` (None: none yet, only the place is taken)."""
        async with self._database.read() as connection:
            item_seq = await connection.scalar(select(func.coalesce(func.max(items.c.seq), 0))) or 0
            decision_seq = await connection.scalar(select(func.coalesce(func.max(decisions.c.seq), 0))) or 0
            return Tally(
                item_seq=item_seq,
                decision_seq=decision_seq,
                items=await _items(connection, before.item_seq) if before else 0,
                decisions=await _decisions(connection, before.decision_seq) if before else {},
                deliveries=await _deliveries(connection),
                queues={name: await _queue(connection, name, now) for name in _QUEUES},
            )


async def _items(connection: AsyncConnection, after: int) -> int:
    return await connection.scalar(select(func.count()).select_from(items).where(items.c.seq > after)) or 0


async def _decisions(connection: AsyncConnection, after: int) -> dict[str, int]:
    bodies = await connection.scalars(select(decisions.c.body).where(decisions.c.seq > after))
    return Counter(str(body["status"]) for body in bodies)


async def _deliveries(connection: AsyncConnection) -> dict[str, int]:
    query = select(deliveries.c.state, func.count().label("number")).group_by(deliveries.c.state)
    return {row.state: row.number for row in await connection.execute(query)}


async def _queue(connection: AsyncConnection, name: str, now: datetime) -> Queue:
    since, waits = _QUEUES[name]
    query = select(func.count().label("depth"), func.min(since).label("oldest")).where(waits).select_from(since.table)
    row = (await connection.execute(query)).one()
    return Queue(row.depth, max(0.0, (now - row.oldest).total_seconds()) if row.oldest else 0.0)
