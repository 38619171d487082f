"""What a poll leaves of a feed's hub, within the poll's transaction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.schema import hubs, sources
from bot.storage.upsert import insert_or_update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.source import Hub

# Beside a row of `sources`: until when its hub pushes it.
pushed_until = select(hubs.c.live_until).where(hubs.c.source == sources.c.id).scalar_subquery().label("pushed_until")


async def note_hub(connection: AsyncConnection, source: str, hub: Hub, now: datetime) -> None:
    """A hub or topic not known yet is due to be asked, under a new token and secret."""
    known = (await connection.execute(select(hubs).where(hubs.c.source == source))).one_or_none()
    if known is not None and (known.hub, known.topic) == (hub.url, hub.topic):
        return
    row = {
        "source": source,
        "hub": hub.url,
        "topic": hub.topic,
        "token": secrets.token_urlsafe(32),
        "secret": secrets.token_urlsafe(48),
        "next_at": now,
        "asked_at": None,
        "live_until": None,
        "attempts": 0,
        "reason": None,
    }
    await insert_or_update(connection, hubs, row, key=("source",))


async def forget_hub(connection: AsyncConnection, source: str) -> None:
    """A source read from elsewhere now is not pushed from where it was."""
    await connection.execute(delete(hubs).where(hubs.c.source == source))
