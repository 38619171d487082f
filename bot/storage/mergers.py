"""Two developments that are one: the newer ends in the older, with all it had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from bot.domain.correction import Act
from bot.domain.decision import AlertAction, StateChange, Status, Urgency
from bot.domain.delivery import DeliveryState
from bot.storage.development_rows import tracks_of
from bot.storage.schema import decisions, deliveries, developments, items, reports
from bot.storage.upsert import put_or_update
from bot.storage.writes import add_tracks, note, put, recount, tell, union

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row


def merge(
    connection: Connection,
    gone: str,
    into: str,
    *,
    user: str | None,
    why: str,
    now: datetime,
    silent: bool = False,
) -> None:
    """End `gone` in `into`: reports and decisions move there, both cards are shown again.

    Both rows are locked, and neither was merged before: `lock` gave them so.
    """
    rows = {row.id: row for row in connection.execute(select(developments).where(developments.c.id.in_([gone, into])))}
    older, newer = rows[into], rows[gone]
    lead = _lead(connection, gone)
    _move_reports(connection, gone, into, now)
    connection.execute(update(decisions).where(decisions.c.development == gone).values(development=into))
    earlier = select(developments.c.id).where(developments.c.merged_into == gone)
    chained = connection.scalars(earlier).all()
    moved = or_(developments.c.id == gone, developments.c.merged_into == gone)
    connection.execute(update(developments).where(moved).values(merged_into=into))
    connection.execute(update(developments).where(developments.c.follows == gone).values(follows=into))
    if not older.tracks_fixed:
        add_tracks(connection, into, tracks_of(connection, [gone])[gone])
    note(connection, older.negotiation, Act.MERGED, gone, other=into, user=user, why=why, now=now)
    put(connection, into, _together(older, newer))
    recount(connection, into)
    _spare(connection, gone, into)
    if silent:
        return
    for each in (gone, *chained):
        tell(connection, each, action=AlertAction.EDIT, item=lead, now=now)
    tell(
        connection,
        into,
        action=AlertAction.POST if older.waits and not newer.waits else AlertAction.EDIT,
        item=lead,
        change=None if older.not_new else why,
        state_change=None if older.not_new else StateChange.MERGED,
        now=now,
    )


def _together(older: Row[Any], newer: Row[Any]) -> dict[str, Any]:
    """What the older one is with the newer one in it."""
    urgent = min(older, newer, key=lambda row: Urgency(row.urgency).rank)
    follows = next((each for each in (older.follows, newer.follows) if each not in {None, older.id, newer.id}), None)
    return {
        "opened_at": min(older.opened_at, newer.opened_at),
        "last_report_at": max(older.last_report_at, newer.last_report_at),
        "people": union(older.people, newer.people),
        "parties": union(older.parties, newer.parties),
        "urgency": urgent.urgency,
        "urgency_reasons": urgent.urgency_reasons,
        "follows": follows,
        "waits": older.waits and newer.waits,
    }


def _move_reports(connection: Connection, gone: str, into: str, now: datetime) -> None:
    here = and_(reports.c.development == into, reports.c.moved_to.is_(None))
    known = set(connection.scalars(select(reports.c.origin).where(here)).all())
    leaving = and_(reports.c.development == gone, reports.c.moved_to.is_(None))
    for row in connection.execute(select(reports).where(leaving)).all():
        status = Status.REPORT if row.status == Status.NEW else Status(row.status)
        values = {
            "development": into,
            "item": row.item,
            "status": Status.COPY if row.origin in known else status,
            "origin": row.origin,
            "added_at": row.added_at,
            "revised_from": row.revised_from,
            "moved_to": None,
            "moved_at": None,
            "said": None,
        }
        put_or_update(connection, reports, values, key=("development", "item"))
    connection.execute(update(reports).where(leaving).values(moved_to=into, moved_at=now))


def _spare(connection: Connection, gone: str, into: str) -> None:
    """A card not posted yet is not posted only to say that it was merged, where the other card is."""
    card = deliveries.c.action == AlertAction.POST
    there = select(deliveries.c.conversation).where(
        deliveries.c.development == into, card, deliveries.c.state != DeliveryState.HELD
    )
    waiting = and_(
        deliveries.c.development == gone,
        card,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.conversation.in_(there),
    )
    spared = {"state": DeliveryState.SUPERSEDED, "note": f"merged into {into} before it was posted"}
    connection.execute(update(deliveries).where(waiting).values(spared))


def _lead(connection: Connection, development: str) -> str:
    """The item a development is known by."""
    query = select(items.c.id).join(reports, reports.c.item == items.c.id)
    here = and_(reports.c.development == development, reports.c.moved_to.is_(None))
    return connection.scalar(query.where(here).order_by(items.c.first_seen, items.c.seq).limit(1)) or ""
