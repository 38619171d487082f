"""Notices about the sources, from when they are called for until they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import and_, select, update

from bot.domain.delivery import DeliveryState
from bot.domain.source_notice import SourceNotice, WaitingNotice
from bot.storage.schema import OPEN, source_notices, sources
from bot.storage.sources import SourceStore
from bot.storage.upsert import insert_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.source import SourceHealth
    from bot.domain.source_notice import Telling
    from bot.storage.database import Database

_ADAPTER = TypeAdapter(SourceNotice)


class SourceNoticeStore:
    """Implements the store of the source watch and the outbox of its notices."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sources = SourceStore(database)

    async def every_source(self, *, now: datetime) -> Sequence[SourceHealth]:
        """Every listed source of every negotiation."""
        return await self._sources.source_health(None, now=now)

    async def tell(self, telling: Telling, conversation: str, *, now: datetime) -> None:
        """Leave a notice and mark its sources told, in one transaction; a notice left before is not left again."""
        row = {
            "key": telling.notice.key,
            "conversation": conversation,
            "kind": telling.notice.news,
            "facts": _ADAPTER.dump_python(telling.notice, mode="json"),
            "state": DeliveryState.PENDING,
            "created_at": now,
        }
        async with self._database.write() as connection:
            await insert_once(connection, source_notices, [row])
            for source, told in sorted(telling.told.items()):  # as everybody locks several
                await connection.execute(update(sources).where(sources.c.id == source).values(told=told))

    async def next_notice(self, *, now: datetime) -> WaitingNotice | None:
        """The oldest that is not settled; None where there is none, or it waits for its time or its channel."""
        query = select(source_notices).where(OPEN).order_by(source_notices.c.id).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None or row.conversation.startswith("#") or (row.not_before is not None and row.not_before > now):
            return None
        return WaitingNotice(
            id=row.id,
            key=row.key,
            conversation=row.conversation,
            notice=_ADAPTER.validate_python(row.facts, strict=False),
            state=DeliveryState(row.state),
            attempts=row.attempts,
            created_at=row.created_at,
            attempted_at=row.attempted_at,
            not_before=row.not_before,
        )

    async def begin(self, waiting: WaitingNotice, *, now: datetime) -> bool:
        """Commit that the call is about to be made; False if somebody else began or ended it meanwhile."""
        mine = and_(source_notices.c.id == waiting.id, source_notices.c.state == DeliveryState.PENDING)
        values = {
            "state": DeliveryState.SENDING,
            "attempted_at": now,
            "attempts": source_notices.c.attempts + 1,
            "not_before": None,
        }
        async with self._database.write() as connection:
            begun = await connection.execute(update(source_notices).where(mine).values(values))
        return bool(begun.rowcount)

    async def settle(
        self,
        waiting: WaitingNotice,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        note: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Commit how it ended."""
        values: dict[str, Any] = {"state": state, "note": note, "not_before": not_before}
        if state is DeliveryState.SENT:
            values |= {"ts": ts, "sent_at": now}
        this = and_(source_notices.c.id == waiting.id, OPEN)
        async with self._database.write() as connection:
            await connection.execute(update(source_notices).where(this).values(values))

    async def rehome(self, name: str, conversation: str) -> None:
        """What waited for a channel by its name waits for the channel itself, now that its id is known."""
        here = and_(source_notices.c.conversation == name, OPEN)
        async with self._database.write() as connection:
            await connection.execute(update(source_notices).where(here).values(conversation=conversation))
