"""Items let go of that a source still lists: they stay gone, and are no news again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from bot.storage.among import among
from bot.storage.schema import forgotten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

NOTED_EVERY = timedelta(days=1)  # seldom enough that polling writes next to nothing for them
_AMONG = select(forgotten).where(among(forgotten.c.item, "ids"))
_NOTE = update(forgotten).where(forgotten.c.item == bindparam("of"))


def still_listed(connection: Connection, listed: Mapping[str, datetime]) -> set[str]:
    """Which of these, listed at those times, were let go of; that they are listed still is noted."""
    rows = connection.execute(_AMONG, {"ids": [*listed]}).all() if listed else []
    stale = sorted(row.item for row in rows if row.last_listed_at < listed[row.item] - NOTED_EVERY)
    if stale:
        connection.execute(_NOTE, [{"of": each, "last_listed_at": listed[each]} for each in stale])
    return {row.item for row in rows}
