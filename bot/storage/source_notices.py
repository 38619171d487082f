"""Notices about the sources: left among the deliveries, in the transaction that marks the sources told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import Text, and_, cast, or_, select, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.domain.source_notice import SourceNews, SourceNotice
from bot.storage.reconcile import doubted_since, first_state
from bot.storage.schema import deliveries, sources
from bot.storage.sources import SourceStore
from bot.storage.upsert import insert_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.source import SourceHealth
    from bot.domain.source_notice import Telling
    from bot.storage.database import Database

_ADAPTER = TypeAdapter(SourceNotice)
_OF_ITS_END = frozenset({SourceNews.HEALED, SourceNews.OVER})
_OF_TROUBLE = or_(*(deliveries.c.key.startswith(f"{news} ") for news in (SourceNews.BROKE, SourceNews.OUTAGE)))


class SourceNoticeStore:
    """Implements the store of the source watch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sources = SourceStore(database)

    async def every_source(self, *, now: datetime) -> Sequence[SourceHealth]:
        """Every listed source of every negotiation."""
        return await self._sources.source_health(None, now=now)

    async def tell(self, telling: Telling, conversation: str, *, now: datetime) -> None:
        """Leave a notice and mark its sources told, in one transaction; a notice left before is not left again.

        Where nobody has been told yet of what it says is over, nobody is told of either.
        """
        async with self._database.write() as connection:
            if telling.notice.news in _OF_ITS_END and await _took_back(connection, telling.told):
                return
            row = {
                "key": telling.notice.key,
                "conversation": conversation,
                "action": AlertAction.SOURCES,
                "created_at": now,
                "body": _ADAPTER.dump_python(telling.notice, mode="json"),
                **first_state(AlertAction.SOURCES, doubted=await connection.run_sync(doubted_since, now=now), now=now),
            }
            await insert_once(connection, deliveries, [row])
            for source, told in sorted(telling.told.items()):  # as everybody locks several
                await connection.execute(update(sources).where(sources.c.id == source).values(told=told))


def notice_of(body: dict[str, Any]) -> SourceNotice:
    """The notice a delivery's body stands for."""
    return _ADAPTER.validate_python(body, strict=False)


async def _took_back(connection: AsyncConnection, of: Iterable[str]) -> bool:
    """Let go of notices of trouble with these sources that still wait; false where there are none.

    The sources count as not told then: what is still wrong with others that were named is told at the next look. It
    may go by the same key, so that is given up.
    """
    marks = select(sources.c.told).where(sources.c.id.in_(of))
    waiting = and_(deliveries.c.key.in_(marks), _OF_TROUBLE, deliveries.c.state == DeliveryState.PENDING)
    values = {
        "state": DeliveryState.SUPERSEDED,
        "note": "over before anybody was told",
        "key": deliveries.c.key + ":" + cast(deliveries.c.id, Text),
    }
    let_go = update(deliveries).where(waiting).values(values).returning(deliveries.c.body)
    keys = [body["key"] for body in (await connection.scalars(let_go)).all()]
    named = select(sources.c.id).where(sources.c.told.in_(keys))
    ids = (await connection.scalars(named.order_by(sources.c.id).with_for_update())).all()  # as everybody locks several
    await connection.execute(update(sources).where(sources.c.id.in_(ids)).values(told=None))
    return bool(keys)
