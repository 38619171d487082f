"""After a restore Slack may have what the database does not know of: it is asked before anything is posted.

A message that was waiting, or under way, when the backup was made may have been sent since. And what is found in the
sources again may have been told after the backup, or what is late again listed. Each carries the same key as then, so
the conversation's history, read back to the time of the backup, says whether Slack has it. What stood in the way then
is looked at again at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, func, insert, select, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.storage.schema import deliveries, holds, leases, restores, sources

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

# As long as detection remembers: what a source lists again after that opens a development of its own.
DOUBTED_FOR = timedelta(hours=96)


async def look_before_sending(database: Database, *, backed_up_at: datetime, now: datetime) -> int:
    """Within a restored database: doubt all that was on its way, which is counted, and forget who was at work."""
    doubtful = (
        deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.SENDING]),
        deliveries.c.action != AlertAction.EDIT,  # the same edit twice is one edit
    )
    since = case((deliveries.c.attempted_at < backed_up_at, deliveries.c.attempted_at), else_=backed_up_at)
    values = {"state": DeliveryState.SENDING, "look_from": since, "attempted_at": None, "not_before": now}
    async with database.write() as connection:
        number = await connection.scalar(select(func.count()).select_from(deliveries).where(*doubtful))
        await connection.execute(update(deliveries).where(*doubtful).values(values))
        await connection.execute(insert(restores).values(restored_at=now, backed_up_at=backed_up_at))
        await connection.execute(update(holds).values(next_probe_at=now))
        await connection.execute(delete(leases))
        await connection.execute(update(sources).values(leased_until=None))
    return number or 0


def doubted_since(connection: Connection, *, now: datetime) -> datetime | None:
    """Where a restore was made lately: since when Slack may have what is addressed at `now`."""
    query = select(func.min(restores.c.backed_up_at)).where(restores.c.restored_at > now - DOUBTED_FOR)
    since: datetime | None = connection.scalar(query)
    return since


def first_state(action: AlertAction, *, doubted: datetime | None, now: datetime) -> dict[str, Any]:
    """How a delivery begins: waiting for its turn or, where Slack may have it already, to be looked up."""
    if doubted is None or action is AlertAction.EDIT:
        return {"state": DeliveryState.PENDING}
    return {"state": DeliveryState.SENDING, "look_from": doubted, "not_before": now}
