"""Subscriptions at hubs, and what hubs push. That a feed names a hub is noted with its poll: see `hub_rows`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.domain.push import Subscription, pause_before_asking
from bot.domain.source import Hub
from bot.storage.looks import keep_pushed
from bot.storage.schema import hubs, sources
from bot.storage.sources import source_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Row

    from bot.domain.poll import PollRecord, Recorded
    from bot.storage.database import Database

_LISTED = (hubs.c.source == sources.c.id) & sources.c.enabled & ~sources.c.stopped


class HubStore:
    """Implements the stores of the subscribe and push steps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_hubs(self, *, now: datetime, limit: int) -> Sequence[Subscription]:
        """Hubs due to be asked, kept as asked at `now` before anybody does: one may answer before we are done asking.

        Each is due again after a pause that doubles, unless it grants what was asked.
        """
        due = select(sources, hubs).join(hubs, _LISTED).where(hubs.c.next_at <= now).order_by(hubs.c.next_at)
        async with self._database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return []
        async with self._database.write() as connection:
            locked = due.limit(limit).with_for_update(of=hubs, skip_locked=True)
            rows = (await connection.execute(locked)).all()
            for row in rows:
                asked = {
                    "asked_at": now,
                    "attempts": row.attempts + 1,
                    "next_at": now + pause_before_asking(row.attempts),
                }
                await connection.execute(update(hubs).where(hubs.c.source == row.source).values(asked))
        return [_subscription(row) for row in rows]

    async def note_refusal(self, source: str, reason: str) -> None:
        """Keep why a hub did not take the request."""
        await self._set(source, reason=reason)

    async def subscription(self, token: str) -> Subscription | None:
        """The subscription of a listed source by its token."""
        found = select(sources, hubs).join(hubs, _LISTED).where(hubs.c.token == token)
        async with self._database.read() as connection:
            row = (await connection.execute(found)).one_or_none()
        return _subscription(row) if row is not None else None

    async def grant(self, source: str, *, live_until: datetime, renew_at: datetime) -> None:
        """Keep that a hub granted it."""
        await self._set(source, live_until=live_until, next_at=renew_at, attempts=0, reason=None)

    async def deny(self, source: str, reason: str) -> None:
        """Keep that a hub ended or denied it; it is asked again when it was due to be."""
        await self._set(source, live_until=None, reason=reason)

    async def record_push(self, record: PollRecord) -> Recorded:
        """Keep pushed items in one transaction; when the source is next polled stays as it is."""
        return await self._database.in_one_go(partial(keep_pushed, push=record))

    async def _set(self, source: str, **values: Any) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(hubs).where(hubs.c.source == source).values(values))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        source=source_of(row),
        hub=Hub(row.hub, row.topic),
        token=row.token,
        secret=row.secret,
        asked_at=row.asked_at,
        live_until=row.live_until,
    )
