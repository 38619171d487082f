"""What a look teaches about its source's habits, within the look's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from bot.domain.habit import clock_ahead, freshest, usual_silence
from bot.storage.schema import items, sources

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.poll import PollRecord

LEARNED_FROM = 200
# Built once, for each look asks them.
_BEFORE = select(sources).where(sources.c.id == bindparam("of"))
_LATEST = (
    select(items.c.first_seen, items.c.published, items.c.backfill)
    .where(items.c.source == bindparam("of"))
    .order_by(items.c.first_seen.desc(), items.c.seq)
    .limit(LEARNED_FROM)
)


async def learned(connection: AsyncConnection, record: PollRecord, new: Collection[str]) -> dict[str, Any]:
    """The columns of `sources` a look changes, given the ids of the items that were new in it, already stored."""
    before = (await connection.execute(_BEFORE, {"of": record.source.id})).one_or_none()
    if before is None:
        return {}  # nobody lists it
    values: dict[str, Any] = {"failing_since": None}
    if record.problem is not None:
        values["failing_since"] = before.failing_since or record.at
    values |= _moved(before, record)
    if record.digest is not None:
        values |= {"digest": record.digest, "entries": record.entries}
        if record.digest != before.digest or before.unchanged_since is None:
            values["unchanged_since"] = record.at
    if new:
        values |= await silences(connection, record.source.id)
    dated = [] if record.first else [record.at - record.dated[each] for each in new if each in record.dated]
    if dated:
        lags = freshest(before.clock_lags, dated)
        ahead = clock_ahead(lags, record.pace)
        values |= {"clock_lags": list(lags), "clock_ahead_s": ahead.total_seconds() if ahead else None}
    return values


async def silences(connection: AsyncConnection, source: str) -> dict[str, Any]:
    """The columns of `sources` that say when something new last came, and how long that usually takes.

    To be asked when something new was stored, by whichever way it came.
    """
    moments = await _moments(connection, source)
    silence = usual_silence(moments)
    return {
        "newest_at": max(moments),
        "silence_s": silence.usual.total_seconds() if silence else None,
        "silences": silence.gaps if silence else 0,
    }


def _moved(before: Row[Any], record: PollRecord) -> dict[str, Any]:
    move = record.move
    values: dict[str, Any] = {
        "moving_to": move.to if move else None,
        "moving_seen": move.sightings if move else 0,
        "moving_since": move.since if move else None,
    }
    if record.moved_back:
        values |= {"address": None, "moved_at": None}
    elif record.moved_to is not None:
        listed = record.moved_to == before.url
        values |= {"address": None if listed else record.moved_to, "moved_at": None if listed else record.at}
    return values


async def _moments(connection: AsyncConnection, source: str) -> list[datetime]:
    """When the last things a source gave came: as it dates what was there before we first looked, else as we saw it."""
    return [
        min(row.published, row.first_seen) if row.backfill and row.published else row.first_seen
        for row in await connection.execute(_LATEST, {"of": source})
    ]
