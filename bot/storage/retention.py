"""Letting go: what may, and the transactions that do it. Whatever is asked before a batch is asked again within it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, or_, select, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.domain.retention import Chore
from bot.storage.schema import (
    alerts,
    corrections,
    decisions,
    deliveries,
    developments,
    feedback,
    forgotten,
    holds,
    inbound,
    items,
    metadata,
    reports,
)
from bot.storage.upsert import insert_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.database import Database

PAGES_A_TIME = 256
UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)

_KEYS: dict[Chore, Column[Any]] = {
    Chore.BACKGROUND: items.c.id,
    Chore.UNTOLD: developments.c.id,
    Chore.COPIES: deliveries.c.id,
    Chore.INBOUND: inbound.c.key,
    Chore.FORGOTTEN: forgotten.c.item,
}
_AGES: dict[Chore, Column[Any]] = {
    Chore.BACKGROUND: items.c.first_seen,
    Chore.UNTOLD: developments.c.last_report_at,
    Chore.COPIES: deliveries.c.created_at,
    Chore.INBOUND: inbound.c.at,
    Chore.FORGOTTEN: forgotten.c.last_listed_at,
}


class RetentionStore:
    """Implements the housekeeping step's store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, chore: Chore, *, before: datetime, limit: int | None) -> Sequence[str | int]:
        """The keys of what may go, oldest first."""
        key, age = _KEYS[chore], _AGES[chore]
        query = select(key).where(age < before, _may_go(chore)).order_by(age).limit(limit)
        async with self._database.read() as connection:
            return (await connection.scalars(query)).all()

    async def let_go(self, chore: Chore, keys: Sequence[str | int], *, before: datetime, now: datetime) -> int:
        """Let go of those that still may, in one transaction; returns how many went."""
        key, age = _KEYS[chore], _AGES[chore]
        still = select(key).where(key.in_(keys), age < before, _may_go(chore)).with_for_update(skip_locked=True)
        async with self._database.write() as connection:
            going = (await connection.scalars(still)).all()
            if not going:
                return 0
            if chore is Chore.BACKGROUND:
                await _let_go_of_what_hangs_on_items(connection, going, now)
            elif chore is Chore.UNTOLD:
                await _let_go_of_what_hangs_on_developments(connection, going)
            await connection.execute(delete(key.table).where(key.in_(going)))
        return len(going)

    async def give_back(self) -> int:
        """Give a megabyte back to the disk, where SQLite was set up to.

        A file made before that was so gives nothing until it is compacted; PostgreSQL looks after its own space.
        """
        if not self._database.is_sqlite:
            return 0
        async with self._database.write() as connection:
            free = await _pragma(connection, "freelist_count")
            if not free or await _pragma(connection, "auto_vacuum") != INCREMENTAL:
                return 0
            # As a script: only so does the driver take it further than one page. The script ends our transaction, in
            # which nothing was written, and is one of its own.
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.executescript(f"PRAGMA incremental_vacuum({PAGES_A_TIME})")  # type: ignore[union-attr]  # aiosqlite's, as this is SQLite
            given = free - await _pragma(connection, "freelist_count")
            return given * await _pragma(connection, "page_size")

    async def free_bytes(self) -> int:
        """Bytes within a SQLite file that hold nothing; they are used again. 0 for PostgreSQL, which does not say."""
        if not self._database.is_sqlite:
            return 0
        async with self._database.read() as connection:
            return await _pragma(connection, "freelist_count") * await _pragma(connection, "page_size")


INCREMENTAL = 2  # SQLite's number for auto_vacuum=INCREMENTAL


async def _pragma(connection: AsyncConnection, name: str) -> int:
    return int((await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one())


def _may_go(chore: Chore) -> ColumnElement[bool]:
    match chore:
        case Chore.BACKGROUND:
            return _belongs_nowhere()
        case Chore.UNTOLD:
            return _is_referred_to_by_nothing()
        case Chore.COPIES:
            return _is_over_and_done_with()
        case Chore.INBOUND:
            return inbound.c.owner.is_(None)  # nobody has anything left to do for it
        case Chore.FORGOTTEN:
            return forgotten.c.item.is_not(None)


def _belongs_nowhere() -> ColumnElement[bool]:
    """An item decided on, and in no development, nor ever was in one that is kept."""
    return and_(
        items.c.decided_revision == items.c.revision,
        ~exists().where(reports.c.item == items.c.id),
        ~exists().where(decisions.c.item == items.c.id, decisions.c.development.is_not(None)),
        ~exists().where(alerts.c.item == items.c.id),
    )


def _is_over_and_done_with() -> ColumnElement[bool]:
    """A copy that ended; not of a card or a list, whose row says where it stands for as long as it does.

    One that is held goes with its development; a notice has none.
    """
    catch_up = deliveries.alias()
    given_back = and_(catch_up.c.id == deliveries.c.folded_into, catch_up.c.state.in_(UNDER_WAY))
    return and_(
        deliveries.c.action.not_in([AlertAction.POST, AlertAction.CATCH_UP]),
        or_(
            deliveries.c.state.in_([DeliveryState.SENT, DeliveryState.SUPERSEDED]),
            and_(deliveries.c.state == DeliveryState.HELD, deliveries.c.development.is_(None)),
        ),
        ~exists().where(given_back),  # if the list it went into cannot be sent, it is told by itself
        ~exists().where(holds.c.delivery == deliveries.c.id),
    )


def _is_referred_to_by_nothing() -> ColumnElement[bool]:
    """A development whose card stands, or will stand, nowhere, and that nothing kept names."""
    this = developments.c.id
    later = developments.alias()
    at_rest = deliveries.c.state.in_([DeliveryState.HELD, DeliveryState.SUPERSEDED])
    listed = deliveries.c.folded_into.is_not(None)
    held = exists().where(holds.c.delivery == deliveries.c.id)
    return and_(
        ~exists().where(deliveries.c.development == this, or_(~at_rest, listed, held)),
        ~exists().where(alerts.c.development == this, alerts.c.addressed_at.is_(None)),
        ~exists().where(or_(corrections.c.development == this, corrections.c.other == this)),
        ~exists().where(or_(feedback.c.development == this, feedback.c.other == this)),
        ~exists().where(or_(later.c.follows == this, later.c.merged_into == this)),
        ~exists().where(reports.c.moved_to == this),
        ~exists().where(  # one of its reports says something new that nobody has decided on
            reports.c.development == this,
            items.c.id == reports.c.item,
            items.c.decided_revision < items.c.revision,
        ),
    )


async def _let_go_of_what_hangs_on_items(connection: AsyncConnection, going: Sequence[Any], now: datetime) -> None:
    # Whether their source still lists them is known at its next look; till then, as if it did.
    await insert_once(connection, forgotten, [{"item": each, "last_listed_at": now} for each in going])
    await _delete_children(connection, items.c.id, going)


async def _let_go_of_what_hangs_on_developments(connection: AsyncConnection, going: Sequence[Any]) -> None:
    """Its reports become background, and go as such."""
    await _delete_children(connection, developments.c.id, going)
    belonged = decisions.c.development.in_(going)
    await connection.execute(update(decisions).where(belonged).values(development=None))


async def _delete_children(connection: AsyncConnection, parent: Column[Any], going: Sequence[Any]) -> None:
    """Whatever is kept about these and about nothing else: the rows whose foreign key names them."""
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is parent:
                await connection.execute(delete(table).where(key.parent.in_(going)))
