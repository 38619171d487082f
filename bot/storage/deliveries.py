"""The outbox: copies of alerts on the way to each conversation."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select, update

from bot.domain.alert import Told
from bot.domain.catch_up import Notice
from bot.domain.decision import AlertAction, Urgency
from bot.domain.delivery import Address, Delivery, DeliveryState, Lane
from bot.storage.alerts import alert_from
from bot.storage.catch_ups import caught_up, order, unfold
from bot.storage.developments import DevelopmentStore
from bot.storage.holds import HoldStore
from bot.storage.reconcile import first_state
from bot.storage.schema import OPEN, alerts, conversations, deliveries, developments, holds, pauses
from bot.storage.source_notices import notice_of
from bot.storage.upsert import insert_once, insert_or_update, put_or_update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select

    from bot.domain.catch_up import Besides
    from bot.storage.database import Database

ENDED = frozenset({DeliveryState.SENT, DeliveryState.SUPERSEDED, DeliveryState.HELD})
_NO_ALERTS = frozenset({AlertAction.CATCH_UP, AlertAction.NOTICE, AlertAction.SOURCES})
UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)
_LAST_AT = {Lane.MESSAGES: "last_message_at", Lane.EDITS: "last_edit_at"}


class DeliveryStore:
    """Implements the deliver step's store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._developments = DevelopmentStore(database)
        self._holds = HoldStore(database)

    async def conversations_waiting(self, lane: Lane, *, now: datetime, pace: timedelta) -> Sequence[str]:
        """Conversations with something in a lane that may be tried at `now`, and nothing tried there for `pace`.

        Those where something urgent waits come first, then those where something has waited longest. None while Slack
        has asked for a pause in the lane; not those that are held. What waits for a channel by its name (`#talks`) has
        nowhere to go until the channel is found.
        """
        return [row.conversation for row in await self._database.ask(_WAITING[lane], now=now, rested=now - pace)]

    async def head(self, conversation: str, lane: Lane, *, now: datetime) -> Delivery | None:
        """What a conversation gets next in a lane; None while it waits.

        No message overtakes one that waits for its time or for its fate to be known. After a restore all that Slack may
        have is looked up before anything is sent: what is late among the rest can then be told in one. An edit waits
        for its card, and is the newest of those that wait for it.
        """
        row = await self._database.in_one_go(partial(_head, conversation=conversation, lane=lane), read_only=True)
        if row is None or (row.not_before is not None and row.not_before > now):
            return None
        return _delivery(row)

    async def begin(
        self, delivery: Delivery, *, now: datetime, pace: timedelta = timedelta(), ahead: timedelta = timedelta()
    ) -> bool:
        """Commit that the call is about to be made.

        False if somebody else began or ended it meanwhile, or if calls there, one every `pace`, are `ahead` of the
        clock already, or while Slack has asked for a pause. A conversation's last call is kept as made when its turn
        would have been, which may be later than now.
        """
        return await self._database.in_one_go(partial(_begin, delivery=delivery, now=now, pace=pace, ahead=ahead))

    async def pause(self, lane: Lane, *, until: datetime) -> None:
        """Slack asked to be left alone in a lane, in every conversation."""
        async with self._database.write() as connection:
            row = {"lane": lane, "until": until}
            await insert_or_update(connection, pauses, row, key=("lane",), only_if=pauses.c.until < until)

    async def settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        *,
        now: datetime,
        ts: str | None = None,
        note: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Commit how it ended.

        An edit that was sent, or let go, takes the older edits of its card with it. A catch-up message that is held
        gives back what was folded into it.
        """
        values: dict[str, Any] = {"state": state, "note": note, "not_before": not_before}
        if state is DeliveryState.SENT:
            values |= {"ts": ts, "sent_at": now}
        if state is DeliveryState.SENDING and delivery.attempted_at is None:
            values["attempted_at"] = now  # looked up, and nothing found out: from now on it is unknown
        await self._database.in_one_go(partial(_settle, delivery=delivery, state=state, values=values))

    async def card_ts(self, conversation: str, development: str) -> str | None:
        """The message id of a development's card in a conversation, once it is there."""
        query = select(deliveries.c.ts).where(
            deliveries.c.conversation == conversation,
            deliveries.c.development == development,
            deliveries.c.action == AlertAction.POST,
            deliveries.c.state == DeliveryState.SENT,
        )
        found = await self._database.ask(query.limit(1))
        return found[0].ts if found else None

    async def told(self, delivery: Delivery) -> Told | Besides:
        """What a delivery tells: an alert with its development as it stands, or what is told besides alerts."""
        if delivery.action in _NO_ALERTS:
            return await self._told_besides(delivery)
        this = and_(alerts.c.development == delivery.development, alerts.c.revision == delivery.revision)
        (row,) = await self._database.ask(select(alerts).where(this))
        alert = alert_from(row)
        development = await self._developments.development(alert.development)
        if development is None:
            raise LookupError(f"delivery {delivery.key} has no development")
        return Told(alert, development, tuple(await self._developments.feedback(development.id)))

    async def _told_besides(self, delivery: Delivery) -> Besides:
        async with self._database.read() as connection:
            body = await connection.scalar(select(deliveries.c.body).where(deliveries.c.id == delivery.id)) or {}
            if delivery.action is AlertAction.CATCH_UP:
                return await caught_up(connection, self._developments, delivery.id, body)
        if delivery.action is AlertAction.SOURCES:
            return notice_of(body)
        held = await self._holds.held(body["place"])
        return Notice(held[0] if held else None)

    async def rehome(self, name: str, conversation: str) -> None:
        """What waited for a channel by its name waits for the channel itself, now that its id is known.

        A conversation that already has a development's card, or a copy of the same alert, gets no second.
        """
        here = deliveries.c.conversation == name
        async with self._database.write() as connection:
            notices = update(deliveries).where(here, deliveries.c.development.is_(None))
            await connection.execute(notices.values(conversation=conversation))
            waiting = select(deliveries).where(here).order_by(deliveries.c.id)
            there = select(deliveries.c.development).where(
                deliveries.c.conversation == conversation, deliveries.c.action == AlertAction.POST
            )
            carded = set((await connection.scalars(there)).all())
            for row in (await connection.execute(waiting)).all():
                if row.action == AlertAction.POST and row.development in carded:
                    continue
                address = Address(conversation, AlertAction(row.action))
                moved = dict(row._mapping) | {  # noqa: SLF001 -- SQLAlchemy's public way to a row as a mapping
                    "key": address.key(row.development, row.revision),
                    "conversation": conversation,
                    "state": DeliveryState.PENDING,
                    "note": None,
                    **first_state(address.action, doubted=row.look_from, now=row.not_before),
                }
                del moved["id"]
                await insert_once(connection, deliveries, [moved])
            await connection.execute(deliveries.delete().where(here))


def _head(connection: Connection, *, conversation: str, lane: Lane) -> Row[Any] | None:
    mine = and_(deliveries.c.conversation == conversation, OPEN, _in_lane(lane))
    if lane is Lane.EDITS:
        card = deliveries.alias()
        of_this = and_(card.c.conversation == conversation, card.c.development == deliveries.c.development)
        on_its_way = and_(card.c.action == AlertAction.POST, card.c.state.in_(UNDER_WAY))
        mine = and_(mine, ~exists().where(of_this, on_its_way))
    doubted = and_(deliveries.c.state == DeliveryState.SENDING, deliveries.c.look_from.is_not(None))
    places = case((doubted, 0), else_=1), order(), deliveries.c.id
    row = connection.execute(select(deliveries).where(mine).order_by(*places).limit(1)).one_or_none()
    return connection.execute(_newest_edit(row)).one() if row is not None and lane is Lane.EDITS else row


def _begin(connection: Connection, *, delivery: Delivery, now: datetime, pace: timedelta, ahead: timedelta) -> bool:
    last = conversations.c[_LAST_AT[delivery.lane]]
    before = connection.scalar(select(last).where(conversations.c.id == delivery.conversation))
    if before is not None and before > now - pace + ahead:
        return False
    turn = now if before is None else max(now, before + pace)
    row = {"id": delivery.conversation, _LAST_AT[delivery.lane]: turn}
    # Only if nobody took the turn since it was read: of two processes one has it.
    unchanged = last.is_(None) if before is None else last == before
    if not put_or_update(connection, conversations, row, key=("id",), only_if=unchanged):
        return False
    mine = and_(deliveries.c.id == delivery.id, deliveries.c.state == DeliveryState.PENDING)
    values = {
        "state": DeliveryState.SENDING,
        "attempted_at": now,
        "attempts": deliveries.c.attempts + 1,
        "not_before": None,
    }
    begun = connection.execute(update(deliveries).where(mine, ~_paused(delivery.lane, now)).values(values))
    return bool(begun.rowcount)


def _settle(connection: Connection, *, delivery: Delivery, state: DeliveryState, values: dict[str, Any]) -> None:
    # Not one that ended meanwhile: another process may have seen what this one did not.
    connection.execute(update(deliveries).where(deliveries.c.id == delivery.id, OPEN).values(values))
    if delivery.action is AlertAction.EDIT and state in ENDED:
        older = and_(_edits_of(delivery.conversation, delivery.development), deliveries.c.id < delivery.id)
        folded = {"state": DeliveryState.SUPERSEDED, "note": f"folded into {delivery.key}"}
        connection.execute(update(deliveries).where(older).values(folded))
    if delivery.action is AlertAction.CATCH_UP and state is DeliveryState.HELD:
        unfold(connection, delivery.id)


def _in_lane(lane: Lane) -> ColumnElement[bool]:
    edit = deliveries.c.action == AlertAction.EDIT
    return edit if lane is Lane.EDITS else ~edit


def _paused(lane: Lane, now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    return exists().where(pauses.c.lane == lane, pauses.c.until > now)


def _waiting_in(lane: Lane) -> Select[tuple[str]]:
    now: BindParameter[Any] = bindparam("now")
    last = conversations.c[_LAST_AT[lane]]
    ripe = or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= now)
    rested = or_(last.is_(None), last <= bindparam("rested"))
    held = exists().where(holds.c.place == deliveries.c.conversation, holds.c.mended_at.is_(None))
    urgent = case((developments.c.urgency.in_([Urgency.FLASH, Urgency.URGENT]), 0), else_=1)
    return (
        select(deliveries.c.conversation)
        .outerjoin(conversations, conversations.c.id == deliveries.c.conversation)
        .outerjoin(developments, developments.c.id == deliveries.c.development)
        .where(_in_lane(lane), OPEN, ripe, rested, ~deliveries.c.conversation.startswith("#"))
        .where(~held, ~_paused(lane, now))
        .group_by(deliveries.c.conversation)
        .order_by(func.min(urgent), func.min(order()))
    )


# Built once, for each look asks them.
_WAITING = {lane: _waiting_in(lane) for lane in Lane}


def _edits_of(conversation: str, development: str | None) -> ColumnElement[bool]:
    return and_(
        deliveries.c.conversation == conversation,
        deliveries.c.development == development,
        deliveries.c.action == AlertAction.EDIT,
        OPEN,
    )


def _newest_edit(row: Row[Any]) -> Any:
    newest = select(deliveries).where(_edits_of(row.conversation, row.development))
    return newest.order_by(deliveries.c.id.desc()).limit(1)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        conversation=row.conversation,
        development=row.development,
        revision=row.revision,
        action=AlertAction(row.action),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        attempted_at=row.attempted_at,
        not_before=row.not_before,
        look_from=row.look_from,
        ts=row.ts,
        note=row.note,
    )
