"""Holds: the conversations, or the workspace, that nothing can be delivered to, and the notices about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, null, select, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.domain.hold import EVERYWHERE, Held, Hold, Obstacle
from bot.storage.reconcile import doubted_since, first_state
from bot.storage.schema import OPEN, deliveries, holds
from bot.storage.upsert import insert_first, insert_once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Row

    from bot.domain.delivery import Delivery
    from bot.storage.database import Database


class HoldStore:
    """Implements the deliver step's store of holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holds(self) -> Mapping[str, Hold]:
        """Every hold, by its place."""
        return {row.place: _hold(row) for row in await self._database.ask(select(holds))}

    async def hold(
        self,
        place: str,
        obstacle: Obstacle,
        reason: str,
        *,
        delivery: Delivery,
        now: datetime,
        pause: Callable[[int], timedelta],
    ) -> tuple[Hold, bool]:
        """Keep that something stands in the way; the hold, and whether it is a new one.

        `pause` says how long after the so many-th failure to look again.
        """
        this = holds.c.place == place
        first = {
            "place": place,
            "obstacle": obstacle,
            "reason": reason,
            "since": now,
            "failures": 1,
            "next_probe_at": now + pause(1),
            "mended_at": None,
            "told_at": None,
            "delivery": delivery.id,
        }
        async with self._database.write() as connection:
            new = await insert_first(connection, holds, first)
            row = (await connection.execute(select(holds).where(this).with_for_update())).one()
            if not new:
                # A lost call or two are no hold yet, so what is met now is another thing.
                new = row.obstacle != obstacle and row.mended_at is None and not _hold(row).closed
                # A call lost just after an outage is a lost call.
                another = row.obstacle != obstacle or (obstacle is Obstacle.UNREACHABLE and row.mended_at is not None)
                failures = 1 if another else row.failures + 1
                again = {"obstacle": obstacle, "reason": reason, "failures": failures, "mended_at": None}
                values = first if new else again | {"next_probe_at": now + pause(failures)}
                await connection.execute(update(holds).where(this).values(values))
                row = (await connection.execute(select(holds).where(this))).one()
        return _hold(row), new

    async def put_off(self, place: str, obstacle: Obstacle, *, until: datetime) -> None:
        """It is still in the way, or something else is."""
        values = {"obstacle": obstacle, "failures": holds.c.failures + 1, "next_probe_at": until}
        async with self._database.write() as connection:
            await connection.execute(update(holds).where(holds.c.place == place).values(values))

    async def mended(self, place: str, *, now: datetime) -> None:
        """Nothing is in the way any more: what waits there need wait no longer."""
        here = deliveries.c.state == DeliveryState.PENDING
        if place != EVERYWHERE:
            here &= deliveries.c.conversation == place
        async with self._database.write() as connection:
            await connection.execute(update(holds).where(holds.c.place == place).values(mended_at=now))
            await connection.execute(update(deliveries).where(here).values(not_before=None))

    async def release(self, place: str) -> None:
        """The hold has ended."""
        async with self._database.write() as connection:
            await connection.execute(delete(holds).where(holds.c.place == place))

    async def hasten(self, place: str, *, now: datetime) -> bool:
        """Look at a held place now: something is said to have happened there. False where it is not held."""
        closed = (holds.c.place == place) & holds.c.mended_at.is_(None)
        async with self._database.write() as connection:
            return bool((await connection.execute(update(holds).where(closed).values(next_probe_at=now))).rowcount)

    async def tell(self, hold: Hold, conversations: Sequence[str], *, now: datetime) -> None:
        """Leave a notice for each of `conversations` and mark the hold told, in one transaction."""
        async with self._database.write() as connection:
            met = await connection.scalar(select(deliveries.c.key).where(deliveries.c.id == hold.delivery))
            state = first_state(AlertAction.NOTICE, doubted=await connection.run_sync(doubted_since, now=now), now=now)
            rows = [
                {
                    "key": f"{each}:{AlertAction.NOTICE}:{met}",
                    "conversation": each,
                    "action": AlertAction.NOTICE,
                    **state,
                    "created_at": now,
                    "body": {"place": hold.place, "since": hold.since.isoformat()},
                }
                for each in conversations
            ]
            await insert_once(connection, deliveries, rows)
            await connection.execute(update(holds).where(holds.c.place == hold.place).values(told_at=now))

    async def held(self, place: str | None = None) -> Sequence[Held]:
        """Conversations that are held, longest first, with how many alerts wait in each; or only `place`, if it is."""
        waiting = (
            select(func.count(func.distinct(deliveries.c.development)))
            .where(deliveries.c.conversation == holds.c.place, OPEN)
            .scalar_subquery()
        )
        query = select(holds, waiting.label("waiting")).order_by(holds.c.since)
        query = query.where(holds.c.place != EVERYWHERE, holds.c.mended_at == null())
        if place is not None:
            query = query.where(holds.c.place == place)
        return [
            Held(row.place, Obstacle(row.obstacle), row.since, row.waiting) for row in await self._database.ask(query)
        ]


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        place=row.place,
        obstacle=Obstacle(row.obstacle),
        reason=row.reason,
        since=row.since,
        failures=row.failures,
        next_probe_at=row.next_probe_at,
        delivery=row.delivery,
        mended_at=row.mended_at,
        told_at=row.told_at,
    )
