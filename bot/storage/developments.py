"""Developments: read as they stand, and moved on by one decision at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from bot.domain.alert import Feedback
from bot.domain.decision import AlertAction, Corroboration, Decision, EventType, Stage, StateChange, Status, Urgency
from bot.domain.development import Development, Report
from bot.domain.source import Tier
from bot.storage.codec import decision_from, decision_to
from bot.storage.items import item_from
from bot.storage.schema import (
    alerts,
    decisions,
    development_tracks,
    developments,
    feedback,
    items,
    reports,
    revisions,
)
from bot.storage.upsert import insert_first, insert_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.item import Item
    from bot.storage.database import Database


class DevelopmentStore:
    """Implements the detect step's store and the development queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- detect ---

    async def undecided(self, negotiation: str, *, limit: int) -> Sequence[tuple[Item, bool]]:
        """Items whose latest revision no decision covers, in the order they were first seen.

        The flag says the item came as backfill: old news that alerts nobody.
        """
        waiting = (
            select(items)
            .where(items.c.negotiation == negotiation, items.c.decided_revision < items.c.revision)
            .order_by(items.c.first_seen, items.c.seq)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [(item_from(row), row.backfill) for row in await connection.execute(waiting)]

    async def remembered(self, negotiation: str, *, since: datetime) -> Sequence[tuple[Item, Decision]]:
        """Everything decided on items first seen after `since`, in the order it was decided."""
        query = (
            select(items, decisions.c.body, revisions.c.title.label("then_title"), revisions.c.summary.label("then"))
            .add_columns(revisions.c.number)
            .join(decisions, decisions.c.item == items.c.id)
            .join(revisions, and_(revisions.c.item == items.c.id, revisions.c.number == decisions.c.revision))
            .where(decisions.c.negotiation == negotiation, decisions.c.first_seen > since)
            .order_by(decisions.c.seq)
        )
        async with self._database.read() as connection:
            return [
                (item_from(row, title=row.then_title, summary=row.then, revision=row.number), decision_from(row.body))
                for row in await connection.execute(query)
            ]

    async def record_decision(
        self, negotiation: str, item: Item, decision: Decision, *, silent: bool, now: datetime
    ) -> bool:
        """Keep a decision, what it does to its development, and the alert it calls for, in one transaction.

        `silent` keeps the desk out of it. False, and nothing changed, when that revision of the item was decided on
        before.
        """
        row = {
            "negotiation": negotiation,
            "item": item.id,
            "revision": item.revision,
            "decided_at": now,
            "first_seen": item.first_seen,
            "development": decision.development,
            "body": decision_to(decision),
        }
        async with self._database.write() as connection:
            if not await insert_first(connection, decisions, row):
                return False
            await connection.execute(update(items).where(items.c.id == item.id).values(decided_revision=item.revision))
            if decision.development is not None:
                await _move_development(connection, negotiation, item, decision, silent=silent, now=now)
        return True

    # --- queries ---

    async def development(self, development: str) -> Development | None:
        """One development with all its reports, or None."""
        found = await self._read(developments.c.id == development, limit=1)
        return found[0] if found else None

    async def latest(
        self, negotiation: str, *, track: str | None = None, since: datetime | None = None, limit: int = 5
    ) -> Sequence[Development]:
        """Developments of a track (or of all), most recently opened first."""
        wanted = developments.c.negotiation == negotiation
        if track is not None:
            on_track = select(development_tracks.c.development).where(development_tracks.c.track == track)
            wanted = and_(wanted, developments.c.id.in_(on_track))
        if since is not None:
            wanted = and_(wanted, developments.c.opened_at >= since)
        return await self._read(wanted, limit=limit)

    async def opened_by_track(self, negotiation: str, *, since: datetime) -> Mapping[str, Sequence[datetime]]:
        """When developments were opened, by track, oldest first; a track without any may be missing."""
        query = (
            select(development_tracks.c.track, developments.c.opened_at)
            .join(developments, developments.c.id == development_tracks.c.development)
            .where(developments.c.negotiation == negotiation, developments.c.opened_at >= since)
            .order_by(developments.c.opened_at)
        )
        opened: dict[str, list[datetime]] = defaultdict(list)
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                opened[row.track].append(row.opened_at)
        return opened

    async def standing_by_track(
        self, negotiation: str, *, since: datetime
    ) -> Mapping[str, Mapping[Corroboration, int]]:
        """How many developments opened at or after `since` stand at each corroboration now, by track.

        A development on several tracks counts once on each. A track or a corroboration without any may be missing.
        """
        query = (
            select(development_tracks.c.track, developments.c.corroboration, func.count().label("number"))
            .join(developments, developments.c.id == development_tracks.c.development)
            .where(developments.c.negotiation == negotiation, developments.c.opened_at >= since)
            .group_by(development_tracks.c.track, developments.c.corroboration)
        )
        standing: dict[str, dict[Corroboration, int]] = defaultdict(dict)
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                standing[row.track][Corroboration(row.corroboration)] = row.number
        return standing

    async def feedback(self, development: str) -> Sequence[Feedback]:
        """What people said about a development's alert, oldest first."""
        query = select(feedback).where(feedback.c.development == development).order_by(feedback.c.id)
        async with self._database.read() as connection:
            return [
                Feedback(
                    development=row.development,
                    user=row.user,
                    verdict=row.verdict,
                    at=row.at,
                    tracks=tuple(row.tracks),
                    note=row.note,
                )
                for row in await connection.execute(query)
            ]

    async def _read(self, wanted: ColumnElement[bool], *, limit: int) -> list[Development]:
        heads = (
            select(developments).where(wanted).order_by(developments.c.opened_at.desc(), developments.c.id).limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(heads)).all()
            ids = [row.id for row in rows]
            tracks = await _tracks(connection, ids)
            members = await _reports(connection, [*ids, *(row.follows for row in rows if row.follows)])
        return [_development(row, tracks[row.id], members) for row in rows]


async def _move_development(
    connection: AsyncConnection, negotiation: str, item: Item, decision: Decision, *, silent: bool, now: datetime
) -> None:
    identity = decision.development
    opened = await insert_first(connection, developments, _opening(negotiation, item, decision))
    # Locked: two processes that counted from the same revision would lose one of their alerts.
    this = select(developments).where(developments.c.id == identity).with_for_update(key_share=True)
    row = (await connection.execute(this)).one()
    await _add_report(connection, item, decision, now)
    values: dict[str, Any] = {}
    if not opened:
        values = {
            "last_report_at": max(row.last_report_at, item.first_seen),
            "corroboration": decision.corroboration or row.corroboration,
            "origins": max(decision.origins, 1),
            "urgency": decision.urgency or row.urgency,
            "urgency_reasons": list(decision.urgency_reasons) or row.urgency_reasons,
            "people": _union(row.people, decision.people),
        }
    if opened or decision.status is Status.UPDATE:
        await _add_tracks(connection, identity, decision.tracks)
    if decision.alert is not AlertAction.NONE and not silent:
        values["revision"] = row.revision + 1
        await add_alert(
            connection,
            development=row.id,
            revision=row.revision + 1,
            action=decision.alert,
            item=item.id,
            change=decision.change,
            state_change=decision.state_change,
            now=now,
        )
    if values:
        await connection.execute(update(developments).where(developments.c.id == identity).values(values))


async def add_alert(
    connection: AsyncConnection,
    *,
    development: str,
    revision: int,
    action: AlertAction,
    item: str,
    change: str | None,
    state_change: StateChange | None,
    now: datetime,
) -> None:
    """Leave work for the alert step: the `revision`-th thing to tell about a development."""
    row = {
        "development": development,
        "revision": revision,
        "action": action,
        "item": item,
        "change": change,
        "state_change": state_change,
        "created_at": now,
    }
    await insert_once(connection, alerts, [row])


def _opening(negotiation: str, item: Item, decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.development,
        "negotiation": negotiation,
        "revision": 0,
        "opened_at": item.first_seen,
        "last_report_at": item.first_seen,
        "parties": _union(decision.actors, decision.targets),
        "people": list(decision.people),
        "plover": decision.plover,
        "stage": decision.stage,
        "corroboration": decision.corroboration or Corroboration.PROVISIONAL,
        "origins": max(decision.origins, 1),
        "urgency": decision.urgency or Urgency.ROUTINE,
        "urgency_reasons": list(decision.urgency_reasons),
        "follows": decision.follows,
    }


async def _add_report(connection: AsyncConnection, item: Item, decision: Decision, now: datetime) -> None:
    row = {
        "development": decision.development,
        "item": item.id,
        "status": decision.status,
        "origin": decision.origin or item.publisher,
        "added_at": now,
    }
    if await insert_first(connection, reports, row):
        return
    before = await connection.scalar(
        select(revisions.c.title)
        .where(revisions.c.item == item.id, revisions.c.title != item.title)
        .order_by(revisions.c.number.desc())
        .limit(1)
    )
    member = and_(reports.c.development == decision.development, reports.c.item == item.id)
    await connection.execute(update(reports).where(member).values(revised_from=before))


async def _add_tracks(connection: AsyncConnection, development: str | None, tracks: Sequence[str]) -> None:
    start = await connection.scalar(
        select(func.count()).select_from(development_tracks).where(development_tracks.c.development == development)
    )
    rows = [
        {"development": development, "track": track, "position": position}
        for position, track in enumerate(tracks, start or 0)
    ]
    await insert_once(connection, development_tracks, rows)


async def _tracks(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[str]]:
    query = (
        select(development_tracks)
        .where(development_tracks.c.development.in_(ids))
        .order_by(development_tracks.c.development, development_tracks.c.position)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.development].append(row.track)
    return found


async def _reports(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Report]]:
    query = (
        select(reports, items)
        .join(items, items.c.id == reports.c.item)
        .where(reports.c.development.in_(ids))
        .order_by(items.c.first_seen, items.c.seq)
    )
    found: dict[str, list[Report]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.development].append(
            Report(
                item=row.item,
                url=row.url,
                outlet=row.outlet,
                title=row.title,
                summary=row.summary,
                first_seen=row.first_seen,
                tier=Tier(row.tier),
                status=Status(row.status),
                origin=row.origin,
                language=row.language,
                published=row.published,
                party=row.party,
                revised_from=row.revised_from,
            )
        )
    return found


def _development(row: Row[Any], tracks: Sequence[str], members: Mapping[str, Sequence[Report]]) -> Development:
    return Development(
        id=row.id,
        negotiation=row.negotiation,
        revision=row.revision,
        opened_at=row.opened_at,
        last_report_at=row.last_report_at,
        tracks=tuple(tracks),
        parties=tuple(row.parties),
        people=tuple(row.people),
        plover=EventType(row.plover) if row.plover else None,
        stage=Stage(row.stage) if row.stage else None,
        corroboration=Corroboration(row.corroboration),
        origins=row.origins,
        urgency=Urgency(row.urgency),
        urgency_reasons=tuple(row.urgency_reasons),
        reports=tuple(members[row.id]),
        follows=row.follows,
        follows_reports=tuple(members.get(row.follows, ())) if row.follows else (),
    )


def _union(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))
