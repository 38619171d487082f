"""Catch-up messages: cards that would come too late, folded into one delivery that takes the place of the oldest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select, update

from bot.domain.catch_up import CatchUp, Waiting
from bot.domain.decision import AlertAction, Urgency
from bot.domain.delivery import Address, DeliveryState
from bot.domain.hold import Obstacle
from bot.storage.reconcile import doubted_since, first_state
from bot.storage.schema import OPEN, deliveries, developments, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.database import Database
    from bot.storage.developments import DevelopmentStore

_CARD = deliveries.c.action == AlertAction.POST
_PENDING = deliveries.c.state == DeliveryState.PENDING
_WHOLE = and_(
    OPEN, _PENDING, or_(_CARD, deliveries.c.action == AlertAction.CATCH_UP), deliveries.c.folded_into.is_(None)
)


class CatchUpStore:
    """Implements the catch-up step's store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def conversations_behind(self, *, before: datetime) -> Sequence[str]:
        """Conversations that can be delivered to, with a card that has waited since `before` or longer.

        Not those where it is unknown whether a message arrived: whether it is late too turns out first.
        """
        unknown = select(deliveries.c.conversation).where(
            OPEN,
            deliveries.c.state == DeliveryState.SENDING,
            deliveries.c.action.in_([AlertAction.POST, AlertAction.CATCH_UP]),
        )
        held = exists().where(holds.c.place == deliveries.c.conversation, holds.c.mended_at.is_(None))
        query = (
            select(deliveries.c.conversation)
            .where(_WHOLE, _CARD, deliveries.c.created_at <= before, ~held)
            .where(
                ~deliveries.c.conversation.startswith("#"), deliveries.c.conversation.not_in(unknown.correlate(None))
            )
            .distinct()
        )
        return [row.conversation for row in await self._database.ask(query)]

    async def backlog(self, conversation: str) -> Sequence[Waiting]:
        """What waits in a conversation and might be folded, in order. One that was folded in vain is not again."""
        query = (
            select(deliveries.c.id, deliveries.c.action, deliveries.c.created_at, developments.c.urgency)
            .join(developments, developments.c.id == deliveries.c.development)
            .where(_WHOLE, deliveries.c.conversation == conversation)
            .order_by(order(), deliveries.c.id)
        )
        return [
            Waiting(row.id, AlertAction(row.action), Urgency(row.urgency), row.created_at)
            for row in await self._database.ask(query)
        ]

    async def fold(
        self,
        conversation: str,
        chosen: Sequence[int],
        *,
        since: datetime,
        until: datetime,
        obstacle: Obstacle | None,
        now: datetime,
    ) -> bool:
        """Put one catch-up message in the place of these deliveries, in one transaction.

        With a card go the replies and edits that wait for it. False, and nothing changed, where one of them is on its
        way or ended meanwhile.
        """
        async with self._database.write() as connection:
            here = and_(deliveries.c.id.in_(chosen), _WHOLE, deliveries.c.conversation == conversation)
            query = select(deliveries).where(here).order_by(order(), deliveries.c.id).with_for_update()
            rows = (await connection.execute(query)).all()
            if len(rows) != len(chosen):
                return False
            before = [row for row in rows if row.action == AlertAction.CATCH_UP]
            cards = [row.development for row in rows if row.action == AlertAction.POST]
            oldest = rows[0]
            listed = len(cards) + await _count(connection, [row.id for row in before])
            key = Address(conversation, AlertAction.CATCH_UP).key(oldest.development, oldest.revision)
            body = {"since": since.isoformat(), "until": until.isoformat(), "obstacle": obstacle}
            values = {
                "key": f"{key}:{listed}",
                "conversation": conversation,
                "development": oldest.development,
                "revision": oldest.revision,
                "action": AlertAction.CATCH_UP,
                "created_at": now,
                "turn": oldest.turn or oldest.id,
                "body": body,
                **first_state(AlertAction.CATCH_UP, doubted=await connection.run_sync(doubted_since, now=now), now=now),
            }
            made = deliveries.insert().values(values).returning(deliveries.c.id)
            catch_up = (await connection.execute(made)).scalar_one()
            of_cards = and_(deliveries.c.conversation == conversation, deliveries.c.development.in_(cards), _PENDING)
            of_cards &= deliveries.c.action.in_([AlertAction.POST, AlertAction.THREAD, AlertAction.EDIT])
            older = deliveries.c.id.in_([row.id for row in before])
            folded = {
                "state": DeliveryState.SUPERSEDED,
                "folded_into": catch_up,
                "note": "listed in a catch-up message",
            }
            in_older = deliveries.c.folded_into.in_([row.id for row in before])
            await connection.execute(update(deliveries).where(in_older).values(folded_into=catch_up))
            await connection.execute(update(deliveries).where(or_(of_cards, older)).values(folded))
        return True


def order() -> ColumnElement[int]:
    """A delivery's place in its conversation."""
    return func.coalesce(deliveries.c.turn, deliveries.c.id)


async def caught_up(
    connection: AsyncConnection, known: DevelopmentStore, delivery: int, body: dict[str, Any]
) -> CatchUp:
    """What a catch-up message lists: the developments of its cards that are still news."""
    listed = select(deliveries.c.development).where(deliveries.c.folded_into == delivery, _CARD)
    ids = dict.fromkeys((await connection.scalars(listed.order_by(order(), deliveries.c.id))).all())
    found = [await known.development(each) for each in ids]
    return CatchUp(
        developments=tuple(each for each in found if each is not None and each.is_news),
        since=datetime.fromisoformat(body["since"]),
        until=datetime.fromisoformat(body["until"]),
        obstacle=Obstacle(body["obstacle"]) if body["obstacle"] else None,
    )


def unfold(connection: Connection, catch_up: int) -> None:
    """Let what was folded into a message that will never be sent be told by itself after all."""
    again = {"state": DeliveryState.PENDING, "note": "its catch-up message could not be sent", "not_before": None}
    connection.execute(update(deliveries).where(deliveries.c.folded_into == catch_up).values(again))


async def _count(connection: AsyncConnection, catch_ups: Sequence[int]) -> int:
    query = select(func.count()).select_from(deliveries).where(deliveries.c.folded_into.in_(catch_ups), _CARD)
    return await connection.scalar(query) or 0
