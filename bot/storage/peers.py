"""Which source had what first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from bot.domain.habit import peer_delays
from bot.storage.schema import developments, items, reports

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.habit import Delay
    from bot.storage.database import Database


async def delays(database: Database, negotiation: str, *, since: datetime) -> Mapping[str, Delay]:
    """How late each source is with what others have too, over the developments opened at or after `since`.

    What was old news when we first saw it counts for nothing: it was there before we looked.
    """
    query = (
        select(reports.c.development, items.c.source, func.min(items.c.first_seen).label("at"))
        .join(items, items.c.id == reports.c.item)
        .join(developments, developments.c.id == reports.c.development)
        .where(
            and_(
                developments.c.negotiation == negotiation,
                developments.c.opened_at >= since,
                reports.c.moved_to.is_(None),
                ~items.c.backfill,
            )
        )
        .group_by(reports.c.development, items.c.source)
    )
    async with database.read() as connection:
        return peer_delays([(row.development, row.source, row.at) for row in await connection.execute(query)])
