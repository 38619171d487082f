"""The inbox: requests from Slack, kept before they are acknowledged, until what they asked for is done."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.inbound import Unfinished
from bot.storage.leases import is_dead, this_process
from bot.storage.schema import UNFINISHED, inbound
from bot.storage.upsert import insert_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.database import Database


class InboxStore:
    """Implements the listeners' inbox. Its owner is one run of a process: a restart under the same pid is another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.owner = f"{this_process()}#{uuid.uuid4().hex[:8]}"

    async def receive(
        self, keys: Sequence[tuple[str, str]], body: Mapping[str, Any], *, now: datetime, lease: timedelta
    ) -> bool:
        """Keep a request under the first of its (kind, key) pairs, for us to do; False if it came under any before.

        All are recorded, in one transaction: an event comes again under either.
        """
        (kind, first), *others = keys
        work = {"body": dict(body), "owner": self.owner, "leased_until": now + lease, "attempts": 1}
        async with self._database.write() as connection:
            new = [await insert_first(connection, inbound, {"key": key, "kind": of, "at": now}) for of, key in others]
            row = {"key": first, "kind": kind, "at": now, **(work if all(new) else {})}
            return await insert_first(connection, inbound, row) and all(new)

    async def finish(self, key: str) -> None:
        """What was asked for is done, and told; what was said is not kept."""
        done = {"body": None, "owner": None, "leased_until": None}
        async with self._database.write() as connection:
            await connection.execute(update(inbound).where(inbound.c.key == key).values(done))

    async def take_up(self, *, now: datetime, lease: timedelta, limit: int = 20) -> Sequence[Unfinished]:
        """Requests whose process ended before it had done them, oldest first; ours to do from now on.

        A process of this machine is looked for; one of another is given up when its lease has run out.
        """
        query = select(inbound).where(UNFINISHED, inbound.c.owner != self.owner)
        async with self._database.write() as connection:
            rows = (await connection.execute(query.with_for_update(skip_locked=True))).all()
            left = [row for row in rows if self._is_free(row.owner, row.leased_until, now)]
            free = sorted(left, key=lambda row: row.at)[:limit]
            ours = {"owner": self.owner, "leased_until": now + lease, "attempts": inbound.c.attempts + 1}
            keys = [row.key for row in free]
            await connection.execute(update(inbound).where(inbound.c.key.in_(keys)).values(ours))
        return [
            Unfinished(row.key, row.body, at=row.at, attempts=row.attempts + 1, acted=row.acted_at is not None)
            for row in free
        ]

    def _is_free(self, owner: str, leased_until: datetime, now: datetime) -> bool:
        process, _, _run = owner.partition("#")
        return process == this_process() or is_dead(process) or leased_until <= now


async def acted(connection: AsyncConnection, key: str | None, at: datetime) -> None:
    """Within the act's own transaction: what request `key` asked for is done, though not told yet."""
    if key is not None:
        await connection.execute(update(inbound).where(inbound.c.key == key).values(acted_at=at))
