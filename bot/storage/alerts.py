"""Alerts nobody has been addressed for yet, what decides who hears of them, and the copies left for each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select, update

from bot.domain.alert import Alert
from bot.domain.decision import AlertAction, StateChange, Urgency
from bot.domain.delivery import Address, DeliveryState
from bot.domain.development import Heading
from bot.storage.developments import counts_as_news
from bot.storage.reconcile import doubted_since, first_state
from bot.storage.schema import alerts, deliveries, development_tracks, developments
from bot.storage.upsert import put_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

    from bot.storage.database import Database

# Built once, for they are asked with every few items.
_UNADDRESSED = select(alerts).where(alerts.c.addressed_at.is_(None)).order_by(alerts.c.id).limit(bindparam("limit"))
_ADDRESSED = update(alerts).where(alerts.c.development == bindparam("of"), alerts.c.revision == bindparam("at"))
_HEADINGS = select(
    developments.c.id,
    developments.c.negotiation,
    developments.c.urgency,
    developments.c.waits,
    counts_as_news().label("is_news"),
).where(developments.c.id.in_(bindparam("ids", expanding=True)))
_TRACKS = (
    select(development_tracks)
    .where(development_tracks.c.development.in_(bindparam("ids", expanding=True)))
    .order_by(development_tracks.c.position)
)
# Told in a catch-up message; one that was folded in vain is told by itself, and no longer SUPERSEDED.
_LISTED = and_(deliveries.c.state == DeliveryState.SUPERSEDED, deliveries.c.folded_into.is_not(None))
_PLACES = select(deliveries.c.development, deliveries.c.conversation).where(
    deliveries.c.development.in_(bindparam("ids", expanding=True)), deliveries.c.action == AlertAction.POST
)
_LISTING = _PLACES.where(_LISTED)
_WITH_CARD = _PLACES.where(deliveries.c.state != DeliveryState.HELD, ~_LISTED)


class AlertStore:
    """Implements the alert step's store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unaddressed(self, *, limit: int) -> Sequence[Alert]:
        """Alerts without addresses, oldest first."""
        return await self._database.in_one_go(partial(_unaddressed, limit=limit), read_only=True)

    async def headings_of(self, ids: Sequence[str]) -> Mapping[str, Heading]:
        """What decides who hears of developments, as they stand, by id; unknown ids are left out."""
        return await self._database.in_one_go(partial(_headings, ids=ids), read_only=True)

    async def conversations_with_card(self, ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """By development: conversations that have, or will have, its card.

        One whose card is held has none, nor has one where it was listed in a catch-up message.
        """
        return await self._database.in_one_go(partial(_places, query=_WITH_CARD, ids=ids), read_only=True)

    async def conversations_listing(self, ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """By development: conversations where it is listed in a catch-up message."""
        return await self._database.in_one_go(partial(_places, query=_LISTING, ids=ids), read_only=True)

    async def address(self, addressed: Sequence[tuple[Alert, Sequence[Address]]], *, now: datetime) -> None:
        """Leave the copies of these alerts to be delivered and mark them addressed, in one transaction."""
        await self._database.in_one_go(partial(_address, addressed=addressed, now=now))


def alert_from(row: Row[Any]) -> Alert:
    """The alert in a row of `alerts`."""
    return Alert(
        development=row.development,
        revision=row.revision,
        action=AlertAction(row.action),
        item=row.item,
        created_at=row.created_at,
        change=row.change,
        state_change=StateChange(row.state_change) if row.state_change else None,
    )


def _unaddressed(connection: Connection, *, limit: int) -> list[Alert]:
    return [alert_from(row) for row in connection.execute(_UNADDRESSED, {"limit": limit})]


def _headings(connection: Connection, *, ids: Sequence[str]) -> dict[str, Heading]:
    tracks: dict[str, list[str]] = {each: [] for each in ids}
    for row in connection.execute(_TRACKS, {"ids": ids}):
        tracks[row.development].append(row.track)
    return {
        row.id: Heading(
            id=row.id,
            negotiation=row.negotiation,
            tracks=tuple(tracks[row.id]),
            urgency=Urgency(row.urgency),
            is_news=row.is_news,
            waits=row.waits,
        )
        for row in connection.execute(_HEADINGS, {"ids": ids})
    }


def _places(connection: Connection, *, query: Select[Any], ids: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {each: set() for each in ids}
    for row in connection.execute(query, {"ids": ids}):
        found[row.development].add(row.conversation)
    return {development: frozenset(places) for development, places in found.items()}


def _address(connection: Connection, *, addressed: Sequence[tuple[Alert, Sequence[Address]]], now: datetime) -> None:
    doubted = doubted_since(connection, now=now)
    rows = [
        {
            "key": address.key(alert.development, alert.revision),
            "conversation": address.conversation,
            "development": alert.development,
            "revision": alert.revision,
            "action": address.action,
            "created_at": now,
            "look_from": None,
            "not_before": None,
            **first_state(address.action, doubted=doubted, now=now),
        }
        for alert, addresses in addressed
        for address in addresses
    ]
    put_once(connection, deliveries, rows)
    marked = [{"of": alert.development, "at": alert.revision} for alert, _ in addressed]
    if marked:
        connection.execute(_ADDRESSED.values(addressed_at=now), marked)
