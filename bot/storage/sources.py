"""Sources: the newsroom's list, who polls which now, and what each look left."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from bot.domain.errors import DamagedDatabaseError
from bot.domain.habit import Silence
from bot.domain.kind import Kind, Layout
from bot.domain.move import Move
from bot.domain.poll import Claim, PollRecord, Recorded
from bot.domain.source import Problem, Source, SourceHealth, Tier, Validators
from bot.storage.among import among
from bot.storage.group_commit import GroupCommit
from bot.storage.hub_rows import forget_hub, pushed_until
from bot.storage.looks import keep_looks
from bot.storage.peers import delays
from bot.storage.schema import items, sources
from bot.storage.trouble import trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.habit import Delay
    from bot.storage.database import Database

DAY = timedelta(days=1)
# Built once, for each tick asks it.
_DUE = (
    select(sources, pushed_until)
    .where(
        sources.c.enabled,
        ~sources.c.stopped,
        sources.c.next_poll_at <= bindparam("now"),
        or_(sources.c.leased_until.is_(None), sources.c.leased_until <= bindparam("now")),
    )
    .order_by(sources.c.next_poll_at, sources.c.position)
    .limit(bindparam("limit"))
)
_ANY_DUE = _DUE.with_only_columns(sources.c.id)
# What another process has locked it also claims, or records and is not due: nobody waits for it here.
_FREE = _DUE.with_for_update(skip_locked=True)
_CLAIM = update(sources).where(among(sources.c.id, "ids"))


class SourceStore:
    """Implements the poll step's store and the source queries."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks = GroupCommit(self._keep, shared=self._meets_all)

    async def list_sources(self, listed: Sequence[Source], *, now: datetime) -> None:
        """Make the table agree with the newsroom's list; what is no longer listed is kept but not polled.

        A changed address or kind starts its source afresh: old validators and errors say nothing about it.
        """
        async with self._database.write() as connection:
            rows = select(sources).order_by(sources.c.id).with_for_update()
            known = {row.id: row for row in await connection.execute(rows)}
            await connection.execute(update(sources).values(enabled=False))
            for position, source in enumerate(listed):
                values = _columns(source) | {"position": position, "enabled": True}
                row = known.get(source.id)
                if row is None:
                    await connection.execute(insert(sources).values(values | _fresh(source, now)))
                    continue
                if _reads(source_of(row)) != _reads(source):
                    values |= _fresh(source, now)
                    await forget_hub(connection, source.id)
                elif timedelta(seconds=row.interval_s) != source.interval:
                    values |= {"pace_s": source.interval.total_seconds(), "next_poll_at": now}
                await connection.execute(update(sources).where(sources.c.id == source.id).values(values))

    async def claim_due(self, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Claim]:
        """Lease up to `limit` sources that are due, longest waiting first; nobody else gets them meanwhile."""
        if not await self._database.in_one_go(partial(_any_due, now=now), read_only=True):
            return []  # most of the time: no need to keep writers out
        return await self._database.in_one_go(partial(_claim_due, now=now, until=now + lease, limit=limit))

    async def release(self, source_ids: Sequence[str] | None = None) -> None:
        """Give claimed sources back unpolled; None gives back all of them."""
        leased = select(sources.c.id).where(sources.c.leased_until.is_not(None))
        if source_ids is not None:
            leased = leased.where(sources.c.id.in_(source_ids))
        async with self._database.write() as connection:
            ids = (await connection.scalars(leased.order_by(sources.c.id).with_for_update())).all()
            await connection.execute(update(sources).where(sources.c.id.in_(ids)).values(leased_until=None))

    async def record_poll(self, record: PollRecord) -> Recorded:
        """Keep what one look gave and when the next is due, in one transaction with whatever else waits to be kept."""
        return await self._looks.add(record)

    async def _keep(self, looks: Sequence[PollRecord]) -> Sequence[Recorded]:
        return await self._database.in_one_go(partial(keep_looks, looks=looks))

    def _meets_all(self, error: Exception) -> bool:
        return isinstance(error, DamagedDatabaseError) or trouble(error, self._database) is not None

    async def unmove(self, source: str, *, now: datetime) -> bool:
        """Poll a source where the newsroom lists it, at once, and not believe the same move again.

        False, and nothing changed, where it has not moved.
        """
        moved = sources.c.address.is_not(None)
        values = {"unwanted": sources.c.address, "address": None, "moved_at": None, "etag": None, "last_modified": None}
        async with self._database.write() as connection:
            statement = update(sources).where(sources.c.id == source, moved).values(values | {"next_poll_at": now})
            return bool((await connection.execute(statement)).rowcount)

    async def source_health(self, negotiation: str | None, *, now: datetime) -> Sequence[SourceHealth]:
        """Every listed source of a negotiation (None: of all), in the order of the newsroom's list."""
        recent = (  # counted source by source: the index is by source first
            select(func.count()).where(items.c.source == sources.c.id, items.c.first_seen > now - DAY).scalar_subquery()
        )
        listed = select(sources, recent.label("items_last_day")).where(sources.c.enabled).order_by(sources.c.position)
        if negotiation is not None:
            listed = listed.where(sources.c.negotiation == negotiation)
        async with self._database.read() as connection:
            return [_health(row) for row in await connection.execute(listed)]

    async def peer_delays(self, negotiation: str, *, since: datetime) -> Mapping[str, Delay]:
        """How late each source is with what others have too; those with too little in common are missing."""
        return await delays(self._database, negotiation, since=since)


def _any_due(connection: Connection, *, now: datetime) -> bool:
    return connection.execute(_ANY_DUE, {"now": now, "limit": 1}).first() is not None


def _claim_due(connection: Connection, *, now: datetime, until: datetime, limit: int) -> list[Claim]:
    rows = connection.execute(_FREE, {"now": now, "limit": limit}).all()
    if rows:
        connection.execute(_CLAIM, {"ids": [row.id for row in rows], "leased_until": until})
    return [_claim(row) for row in rows]


def _columns(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "negotiation": source.negotiation,
        "name": source.name,
        "url": source.url,
        "language": source.language,
        "tier": source.tier,
        "party": source.party,
        "interval_s": source.interval.total_seconds(),
        "kind": source.kind,
        "layout": asdict(source.layout) if source.layout else None,
    }


def _reads(source: Source) -> tuple[str, Kind | None, Layout | None]:
    """What a source is read by."""
    return source.url, source.kind, source.layout


def _fresh(source: Source, now: datetime) -> dict[str, Any]:
    return {
        "pace_s": source.interval.total_seconds(),
        "next_poll_at": now,
        "leased_until": None,
        "etag": None,
        "last_modified": None,
        "last_success_at": None,
        "error_count": 0,
        "problem": None,
        "reason": None,
        "stopped": False,
        "failing_since": None,
        "digest": None,
        "unchanged_since": None,
        "entries": None,
        "address": None,
        "moved_at": None,
        "moving_to": None,
        "moving_seen": 0,
        "moving_since": None,
        "unwanted": None,
        "clock_lags": [],
        "clock_ahead_s": None,
    }


def source_of(row: Row[Any]) -> Source:
    """A source from a row that has its columns."""
    return Source(
        id=row.id,
        negotiation=row.negotiation,
        name=row.name,
        url=row.url,
        language=row.language,
        tier=Tier(row.tier),
        party=row.party,
        interval=timedelta(seconds=row.interval_s),
        kind=Kind(row.kind) if row.kind else None,
        layout=Layout(**row.layout) if row.layout else None,
    )


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        source=replace(source_of(row), url=row.address or row.url),
        validators=Validators(etag=row.etag, last_modified=row.last_modified, digest=row.digest),
        pace=timedelta(seconds=row.pace_s),
        error_count=row.error_count,
        first=row.last_success_at is None,
        listed=row.url if row.address else None,
        problem=Problem(row.problem) if row.problem else None,
        reason=row.reason,
        move=Move(row.moving_to, row.moving_seen, row.moving_since) if row.moving_to else None,
        unwanted=row.unwanted,
        clock_ahead=_seconds(row.clock_ahead_s),
        pushed_until=row.pushed_until,
        looked_at=row.last_polled_at,
    )


def _seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _health(row: Row[Any]) -> SourceHealth:
    return SourceHealth(
        source=source_of(row),
        last_polled_at=row.last_polled_at,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        next_poll_at=None if row.stopped else row.next_poll_at,
        error_count=row.error_count,
        problem=Problem(row.problem) if row.problem else None,
        reason=row.reason,
        stopped=row.stopped,
        items_last_day=row.items_last_day,
        failing_since=row.failing_since,
        newest_at=row.newest_at,
        silence=Silence(timedelta(seconds=row.silence_s), row.silences) if row.silence_s is not None else None,
        unchanged_since=row.unchanged_since,
        entries=row.entries,
        clock_ahead=_seconds(row.clock_ahead_s),
        address=row.address,
        moved_at=row.moved_at,
        told=row.told,
    )
