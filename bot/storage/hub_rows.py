"""What a poll leaves of a feed's hub, within the poll's transaction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.among import among
from bot.storage.schema import hubs, sources
from bot.storage.upsert import put_or_update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.poll import PollRecord

# Beside a row of `sources`: until when its hub pushes it.
pushed_until = select(hubs.c.live_until).where(hubs.c.source == sources.c.id).scalar_subquery().label("pushed_until")
_AMONG = select(hubs.c.source, hubs.c.hub, hubs.c.topic).where(among(hubs.c.source, "ids"))


def note_hubs(connection: Connection, looks: Sequence[PollRecord]) -> None:
    """Within a transaction: a hub or topic not known yet is due to be asked, under a new token and secret."""
    named = {look.source.id: (look.hub, look.at) for look in looks if look.hub is not None}
    if not named:
        return
    known = {row.source: (row.hub, row.topic) for row in connection.execute(_AMONG, {"ids": [*named]})}
    for source, (hub, at) in sorted(named.items()):
        if known.get(source) == (hub.url, hub.topic):
            continue
        row = {
            "source": source,
            "hub": hub.url,
            "topic": hub.topic,
            "token": secrets.token_urlsafe(32),
            "secret": secrets.token_urlsafe(48),
            "next_at": at,
            "asked_at": None,
            "live_until": None,
            "attempts": 0,
            "reason": None,
        }
        put_or_update(connection, hubs, row, key=("source",))


async def forget_hub(connection: AsyncConnection, source: str) -> None:
    """A source read from elsewhere now is not pushed from where it was."""
    await connection.execute(delete(hubs).where(hubs.c.source == source))
