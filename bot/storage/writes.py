"""Single changes to developments, each within its caller's transaction: locked, counted, told, put right.

Two processes may change one at once: whoever changes developments locks their rows first, in one order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, select, update

from bot.detection.corroboration import standing
from bot.domain.decision import AlertAction, Corroboration, StateChange
from bot.storage.codec import decision_from
from bot.storage.schema import alerts, corrections, decisions, development_tracks, developments, items, reports
from bot.storage.upsert import put_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.domain.correction import Act

# Built once, what is asked for given beside it, for each portion of decisions runs them.
_LOCKED = (
    select(developments)
    .where(developments.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(developments.c.id)
    .with_for_update(key_share=True)
)
_CHANGE = update(developments).where(developments.c.id == bindparam("of"))
# A reason that counts is wrong once the count is another; the card counts for itself.
_COUNTED = "independent origins report it"


def lock(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The rows of developments, locked, by the id asked for: of one that was merged, the row it was merged into.

    Ids nobody knows are left out. Locked, for two processes that counted from the same revision would lose an alert.
    """
    rows: dict[str, Row[Any]] = {}
    wanted, asked = set(ids), tuple(ids)
    while wanted:
        found = connection.execute(_LOCKED, {"ids": sorted(wanted)}).all()
        rows |= {row.id: row for row in found}
        wanted = {row.merged_into for row in found if row.merged_into} - rows.keys()
    return {each: _end_of(rows, each) for each in asked if each in rows}


def _end_of(rows: dict[str, Row[Any]], development: str) -> Row[Any]:
    row = rows[development]
    while row.merged_into:
        row = rows[row.merged_into]
    return row


def survivor(connection: Connection, development: str | None) -> str | None:
    """The development another one is by now."""
    if development is None:
        return None
    into = connection.scalar(select(developments.c.merged_into).where(developments.c.id == development))
    return into or development


def recount(connection: Connection, development: str) -> Corroboration:
    """Count the origins of a development's reports anew; returns how it stands by that.

    A roundup, whose decision names no origin, counts for none. A dispute stays one.
    """
    query = (
        select(reports.c.origin, items.c.party, decisions.c.body)
        .join(items, items.c.id == reports.c.item)
        .outerjoin(decisions, and_(decisions.c.item == items.c.id, decisions.c.revision == items.c.decided_revision))
        .where(reports.c.development == development, reports.c.moved_to.is_(None))
    )
    origins: dict[str, set[str]] = {}
    for row in connection.execute(query):
        if row.body is None or decision_from(row.body).origin is not None:
            origins.setdefault(row.origin, set()).update({row.party} if row.party else ())
    stands = standing(origins)
    this = select(developments.c.corroboration, developments.c.urgency_reasons).where(developments.c.id == development)
    before = connection.execute(this).one()
    disputed = before.corroboration == Corroboration.DISPUTED
    corroboration = Corroboration.DISPUTED if disputed else stands.corroboration
    values = {
        "origins": max(stands.origins, 1),
        "corroboration": corroboration,
        "urgency_reasons": [reason for reason in before.urgency_reasons if not reason.endswith(_COUNTED)],
    }
    put(connection, development, values)
    return corroboration


def retrack(connection: Connection, development: str, tracks: Sequence[str]) -> None:
    """Put a development on these tracks and no others, whatever its reports say from now on."""
    connection.execute(development_tracks.delete().where(development_tracks.c.development == development))
    add_tracks(connection, development, tracks)
    put(connection, development, {"tracks_fixed": True})


def note(
    connection: Connection,
    negotiation: str,
    act: Act,
    development: str,
    *,
    now: datetime,
    other: str | None = None,
    tracks: Sequence[str] = (),
    user: str | None = None,
    why: str = "",
) -> None:
    """Keep what was put right, for running detectors and for the cards."""
    row = {
        "negotiation": negotiation,
        "act": act,
        "development": development,
        "other": other,
        "tracks": list(tracks),
        "user": user,
        "why": why,
        "at": now,
    }
    connection.execute(corrections.insert().values(row))


def tell(
    connection: Connection,
    development: str,
    *,
    action: AlertAction,
    item: str,
    now: datetime,
    change: str | None = None,
    state_change: StateChange | None = None,
    after: int | None = None,
    besides: Mapping[str, Any] | None = None,
) -> None:
    """Leave work for the alert step: the next thing to tell about a development whose row is locked.

    `after` is what was told of it last, where that is known; `besides` are columns to change at the same time.
    """
    if after is None:
        after = connection.scalar(select(developments.c.revision).where(developments.c.id == development))
    revision = (after or 0) + 1
    row = alert_row(development, revision, action=action, item=item, change=change, state_change=state_change, now=now)
    put_once(connection, alerts, [row])
    put(connection, development, {**(besides or {}), "revision": revision})


def alert_row(
    development: str,
    revision: int,
    *,
    action: AlertAction,
    item: str,
    change: str | None,
    state_change: StateChange | None,
    now: datetime,
) -> dict[str, Any]:
    """The row of an alert nobody has been addressed for yet."""
    return {
        "development": development,
        "revision": revision,
        "action": action,
        "item": item,
        "change": change,
        "state_change": state_change,
        "created_at": now,
    }


def add_tracks(connection: Connection, development: str, tracks: Sequence[str]) -> None:
    """Put a development on these tracks too."""
    start = connection.scalar(
        select(func.count()).select_from(development_tracks).where(development_tracks.c.development == development)
    )
    rows = [
        {"development": development, "track": track, "position": position}
        for position, track in enumerate(tracks, start or 0)
    ]
    put_once(connection, development_tracks, rows)


def put(connection: Connection, development: str, values: dict[str, Any]) -> None:
    """Change columns of one development."""
    connection.execute(_CHANGE, {**values, "of": development})


def union(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Both lists, each thing once."""
    return list(dict.fromkeys([*first, *second]))
