"""What a decision does to developments: opens one, adds a report to it, merges others into it, takes a report away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from bot.domain.decision import AlertAction, Corroboration, Decision, StateChange, Status, Urgency
from bot.storage.development_rows import tracks_of
from bot.storage.mergers import merge
from bot.storage.schema import developments, reports, revisions
from bot.storage.upsert import put_first
from bot.storage.writes import add_tracks, lock, put, recount, survivor, tell, union

if TYPE_CHECKING:
    from datetime import datetime
    from types import SimpleNamespace

    from sqlalchemy import Connection, Row

    from bot.domain.item import Item


def move_on(
    connection: Connection, negotiation: str, item: Item, decision: Decision, *, silent: bool, now: datetime
) -> Decision:
    """Do to developments what a decision says; returns the decision as it holds.

    What was merged or put on other tracks meanwhile, unknown to who decided, is taken into account.
    """
    if decision.development is None:
        return decision
    follows = survivor(connection, decision.follows)
    others = [*decision.merges, *([decision.moved_from] if decision.moved_from else [])]
    rows, opened = lock(connection, [decision.development, *others]), False
    if decision.development not in rows:
        opening = _opening(negotiation, item, replace(decision, follows=follows))
        opened = put_first(connection, developments, opening)
        rows |= lock(connection, [decision.development])
    row = rows[decision.development]
    gone = dict.fromkeys(rows[each].id for each in decision.merges if each in rows and rows[each].id != row.id)
    left = rows.get(decision.moved_from or "")
    kept = replace(
        decision,
        development=row.id,
        follows=None if follows == row.id else follows,
        tracks=tuple(tracks_of(connection, [row.id])[row.id]) if row.tracks_fixed else decision.tracks,
        merges=tuple(gone),
        moved_from=left.id if left is not None and left.id != row.id else None,
    )
    if left is not None and kept.moved_from:
        _leave(connection, left, item, row.id, silent=silent, now=now)
    _add_report(connection, item, kept, now)
    if (opened or kept.status is Status.UPDATE) and not row.tracks_fixed:
        add_tracks(connection, row.id, kept.tracks)
    for each in kept.merges:
        why = kept.merges_why or "one report speaks of both"
        merge(connection, each, row.id, user=None, why=why, now=now, silent=silent)
    if kept.merges or kept.moved_from:
        row = lock(connection, [row.id])[row.id]
    as_decided = row.id == decision.development
    changes = {} if opened else grown(row, item, kept, as_decided=as_decided)
    if kept.alert is not AlertAction.NONE and not silent:
        quiet = row.not_new
        tell(
            connection,
            row.id,
            action=AlertAction.EDIT if quiet else kept.alert,
            item=item.id,
            change=None if quiet else kept.change,
            state_change=None if quiet else kept.state_change,
            now=now,
            after=row.revision,
            besides=changes,
        )
    elif changes:
        put(connection, row.id, changes)
    if not opened and not as_decided:
        recount(connection, row.id)
    return kept


def _leave(connection: Connection, row: Row[Any], item: Item, to: str, *, silent: bool, now: datetime) -> None:
    """An item's report leaves a development for another, because of what it says now."""
    here = and_(reports.c.development == row.id, reports.c.moved_to.is_(None))
    said = _title_before(connection, item)
    gone = update(reports).where(here, reports.c.item == item.id).values(moved_to=to, moved_at=now, said=said)
    if not connection.execute(gone).rowcount:
        return
    left = connection.scalar(select(func.count()).select_from(reports).where(here))
    stands = recount(connection, row.id) if left else row.corroboration
    if silent:
        return
    change = f"said “{said}”, now says “{item.title}”" if said else "changed what it reports"
    speaks = not row.not_new and row.merged_into is None
    weaker = left and stands != row.corroboration
    tell(
        connection,
        row.id,
        action=AlertAction.THREAD if weaker and speaks else AlertAction.EDIT,
        item=item.id,
        change=change,
        state_change=StateChange.WITHDRAWN if not left and speaks else None,
        now=now,
    )


def _opening(negotiation: str, item: Item, decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.development,
        "negotiation": negotiation,
        "revision": 0,
        "opened_at": item.first_seen,
        "last_report_at": item.first_seen,
        "parties": union(decision.actors, decision.targets),
        "people": list(decision.people),
        "plover": decision.plover,
        "stage": decision.stage,
        "corroboration": decision.corroboration or Corroboration.PROVISIONAL,
        "origins": max(decision.origins, 1),
        "urgency": decision.urgency or Urgency.ROUTINE,
        "urgency_reasons": list(decision.urgency_reasons),
        "follows": decision.follows,
        "waits": decision.waits,
    }


def grown(row: Row[Any] | SimpleNamespace, item: Item, decision: Decision, *, as_decided: bool) -> dict[str, Any]:
    """What one more report changes of a known development: it stands as was decided, where that was of itself."""
    values = {
        "last_report_at": max(row.last_report_at, item.first_seen),
        "people": union(row.people, decision.people),
        "waits": row.waits and decision.waits,
    }
    if as_decided:
        values |= {
            "corroboration": decision.corroboration or row.corroboration,
            "origins": max(decision.origins, 1),
            "urgency": decision.urgency or row.urgency,
            "urgency_reasons": list(decision.urgency_reasons) or row.urgency_reasons,
        }
    return values


def report_row(item: Item, decision: Decision, now: datetime) -> dict[str, Any]:
    """The row of an item's report in its development."""
    return {
        "development": decision.development,
        "item": item.id,
        "status": decision.status,
        "origin": decision.origin or item.publisher,
        "added_at": now,
    }


def _add_report(connection: Connection, item: Item, decision: Decision, now: datetime) -> None:
    row = report_row(item, decision, now)
    if put_first(connection, reports, row):
        return
    member = and_(reports.c.development == decision.development, reports.c.item == item.id)
    values = {
        "origin": row["origin"],  # its own page may name another than its headline did
        "revised_from": _title_before(connection, item),
        "moved_to": None,
        "moved_at": None,
        "said": None,
    }
    if decision.status is Status.COPY:
        values["status"] = Status.COPY
    connection.execute(update(reports).where(member).values(values))


def _title_before(connection: Connection, item: Item) -> str | None:
    """The last headline an item had that it has no more."""
    query = select(revisions.c.title).where(revisions.c.item == item.id, revisions.c.title != item.title)
    title: str | None = connection.scalar(query.order_by(revisions.c.number.desc()).limit(1))
    return title
