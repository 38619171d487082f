"""What a look teaches about its source's habits, within the look's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, select

from bot.domain.habit import clock_ahead, freshest, usual_silence
from bot.storage.among import among
from bot.storage.schema import items, sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, Row, Select

    from bot.domain.poll import PollRecord

LEARNED_FROM = 200
# Built once, for each look asks them. Locked in the order of ids, as by everybody who locks several sources: so two
# wait for each other in one direction only.
_BEFORE: Select[Any] = (
    select(
        sources.c.id,
        sources.c.url,
        sources.c.failing_since,
        sources.c.digest,
        sources.c.unchanged_since,
        sources.c.clock_lags,
    )
    .where(among(sources.c.id, "ids"))
    .order_by(sources.c.id)
    .with_for_update()
)
# When the last things a source gave came: as it dates what was there before we first looked, else as we saw it.
_LATEST = (
    select(
        case(
            (and_(items.c.backfill, items.c.published < items.c.first_seen), items.c.published),
            else_=items.c.first_seen,
        ).label("came")
    )
    .where(items.c.source == bindparam("of"))
    .order_by(items.c.first_seen.desc(), items.c.seq)
    .limit(LEARNED_FROM)
    .subquery()
)
_MOMENTS = select(_LATEST.c.came).distinct()  # a document's news all comes in one moment


def habits_of(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """What sources have learned so far, by id, their rows locked; those nobody lists are missing."""
    return {row.id: row for row in connection.execute(_BEFORE, {"ids": [*ids]})}


def learned(connection: Connection, known: Row[Any], record: PollRecord, new: Collection[str]) -> dict[str, Any]:
    """The columns of `sources` a look changes, given the ids of the items that were new in it, already stored."""
    values: dict[str, Any] = {"failing_since": None}
    if record.problem is not None:
        values["failing_since"] = known.failing_since or record.at
    values |= _moved(known, record)
    if record.digest is not None:
        values |= {"digest": record.digest, "entries": record.entries}
        if record.digest != known.digest or known.unchanged_since is None:
            values["unchanged_since"] = record.at
    if new:
        values |= silences(connection, record.source.id)
    dated = [] if record.first else [record.at - record.dated[each] for each in new if each in record.dated]
    if dated:
        lags = freshest(known.clock_lags, dated)
        ahead = clock_ahead(lags, record.pace)
        values |= {"clock_lags": list(lags), "clock_ahead_s": ahead.total_seconds() if ahead else None}
    return values


def silences(connection: Connection, source: str) -> dict[str, Any]:
    """The columns of `sources` that say when something new last came, and how long that usually takes.

    To be asked when something new was stored, by whichever way it came.
    """
    moments = connection.scalars(_MOMENTS, {"of": source}).all()
    silence = usual_silence(moments)
    return {
        "newest_at": max(moments),
        "silence_s": silence.usual.total_seconds() if silence else None,
        "silences": silence.gaps if silence else 0,
    }


def _moved(known: Row[Any], record: PollRecord) -> dict[str, Any]:
    move = record.move
    values: dict[str, Any] = {
        "moving_to": move.to if move else None,
        "moving_seen": move.sightings if move else 0,
        "moving_since": move.since if move else None,
    }
    if record.moved_back:
        values |= {"address": None, "moved_at": None}
    elif record.moved_to is not None:
        listed = record.moved_to == known.url
        values |= {"address": None if listed else record.moved_to, "moved_at": None if listed else record.at}
    return values
