"""Developments: read as they stand, and moved on by one decision at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select

from bot.domain.alert import Feedback, Verdict
from bot.domain.correction import Act, Correction
from bot.domain.decision import Corroboration, Decided
from bot.storage.codec import decision_from
from bot.storage.development_rows import developments_from, members_of, tracks_of
from bot.storage.items import item_from
from bot.storage.portions import keep_decisions
from bot.storage.schema import (
    corrections,
    decisions,
    development_tracks,
    developments,
    feedback,
    items,
    reports,
    revisions,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.domain.decision import Decision
    from bot.domain.development import Development
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
        return [(item_from(row), row.backfill) for row in await self._database.ask(waiting)]

    async def remembered(self, negotiation: str, *, since: datetime) -> Sequence[tuple[Item, Decision]]:
        """Everything decided on items first seen after `since`, in the order it was decided, as it holds by now.

        By now: in the development that another was merged into, and on the tracks the desk put it on.
        """
        query = (
            select(items, decisions.c.body, revisions.c.title.label("then_title"), revisions.c.summary.label("then"))
            .add_columns(
                revisions.c.text.label("then_text"),
                revisions.c.number,
                decisions.c.development,
                developments.c.follows,
                developments.c.tracks_fixed,
            )
            .join(decisions, decisions.c.item == items.c.id)
            .join(revisions, and_(revisions.c.item == items.c.id, revisions.c.number == decisions.c.revision))
            .outerjoin(developments, developments.c.id == decisions.c.development)
            .where(decisions.c.negotiation == negotiation, decisions.c.first_seen > since)
            .order_by(decisions.c.seq)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            fixed = await connection.run_sync(tracks_of, list({row.development for row in rows if row.tracks_fixed}))
        past = []
        for row in rows:
            decision = decision_from(row.body)
            now = replace(
                decision,
                development=row.development,
                follows=row.follows if decision.follows else None,
                tracks=tuple(fixed[row.development]) if row.tracks_fixed else decision.tracks,
            )
            then = item_from(row, title=row.then_title, summary=row.then, revision=row.number, text=row.then_text)
            past.append((then, now))
        return past

    async def record_decisions(
        self, negotiation: str, decided: Sequence[tuple[Item, Decision, bool]], *, now: datetime
    ) -> Sequence[Decision]:
        """Keep decisions in order, what each does to its development and the alert it calls for, in one transaction.

        The flag keeps the desk out of it. Returns them as they hold: what was put right meanwhile counts. At the first
        whose revision of the item was decided on before it stops: that one and those after it are not kept.
        """
        return await self._database.in_one_go(
            partial(keep_decisions, negotiation=negotiation, decided=decided, now=now)
        )

    async def corrections(self, negotiation: str, *, since: datetime) -> Sequence[Correction]:
        """What was put right at or after `since`, in the order it was."""
        query = select(corrections).where(corrections.c.negotiation == negotiation, corrections.c.at >= since)
        return [
            Correction(
                id=row.id,
                act=Act(row.act),
                development=row.development,
                at=row.at,
                other=row.other,
                tracks=tuple(row.tracks),
                user=row.user,
                why=row.why,
            )
            for row in await self._database.ask(query.order_by(corrections.c.id))
        ]

    # --- queries ---

    async def development(self, development: str) -> Development | None:
        """One development with all its reports, or None."""
        found = await self._read(developments.c.id == development, limit=1)
        return found[0] if found else None

    async def latest(
        self, negotiation: str, *, track: str | None = None, since: datetime | None = None, limit: int = 5
    ) -> Sequence[Development]:
        """Developments of a track (or of all) that are news, most recently opened first."""
        wanted = and_(developments.c.negotiation == negotiation, counts_as_news())
        if track is not None:
            on_track = select(development_tracks.c.development).where(development_tracks.c.track == track)
            wanted = and_(wanted, developments.c.id.in_(on_track))
        if since is not None:
            wanted = and_(wanted, developments.c.opened_at >= since)
        return await self._read(wanted, limit=limit)

    async def opened_by_track(self, negotiation: str, *, since: datetime) -> Mapping[str, Sequence[datetime]]:
        """When developments that are news were opened, by track, oldest first; a track without any may be missing."""
        query = (
            select(development_tracks.c.track, developments.c.opened_at)
            .join(developments, developments.c.id == development_tracks.c.development)
            .where(developments.c.negotiation == negotiation, developments.c.opened_at >= since, counts_as_news())
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
        """How many developments that are news, opened at or after `since` stand at each corroboration now, by track.

        A development on several tracks counts once on each. A track or a corroboration without any may be missing.
        """
        query = (
            select(development_tracks.c.track, developments.c.corroboration, func.count().label("number"))
            .join(developments, developments.c.id == development_tracks.c.development)
            .where(developments.c.negotiation == negotiation, developments.c.opened_at >= since, counts_as_news())
            .group_by(development_tracks.c.track, developments.c.corroboration)
        )
        standing: dict[str, dict[Corroboration, int]] = defaultdict(dict)
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                standing[row.track][Corroboration(row.corroboration)] = row.number
        return standing

    async def decided(self, development: str) -> Sequence[Decided]:
        """Every decision on a report of a development, with those of what was merged into it, in order."""
        query = (
            select(decisions.c.body, decisions.c.decided_at, revisions.c.title, items.c.url, items.c.outlet)
            .join(items, items.c.id == decisions.c.item)
            .join(revisions, and_(revisions.c.item == items.c.id, revisions.c.number == decisions.c.revision))
            .where(decisions.c.development == development)
            .order_by(decisions.c.seq)
        )
        async with self._database.read() as connection:
            return [
                Decided(decision_from(row.body), row.decided_at, row.title, row.url, row.outlet)
                for row in await connection.execute(query)
            ]

    async def feedback(self, development: str) -> Sequence[Feedback]:
        """What people said about a development's alert, oldest first, with what they compared it with."""
        return await self._said(feedback.c.development == development)

    async def feedback_since(self, negotiation: str, since: datetime | None) -> Sequence[Feedback]:
        """Everything said about a negotiation's alerts at or after `since`, oldest first."""
        of_these = select(developments.c.id).where(developments.c.negotiation == negotiation)
        wanted = feedback.c.development.in_(of_these)
        return await self._said(wanted if since is None else and_(wanted, feedback.c.at >= since))

    async def first_revisions(self, wanted: Iterable[str]) -> Sequence[Item]:
        """Items as they were first seen, in first-seen order."""
        query = (
            select(items, revisions.c.title.label("then_title"), revisions.c.summary.label("then"))
            .join(revisions, and_(revisions.c.item == items.c.id, revisions.c.number == 1))
            .where(items.c.id.in_(list(wanted)))
            .order_by(items.c.first_seen, items.c.seq)
        )
        async with self._database.read() as connection:
            return [
                item_from(row, title=row.then_title, summary=row.then, revision=1, text="")
                for row in await connection.execute(query)
            ]

    async def _said(self, wanted: ColumnElement[bool]) -> list[Feedback]:
        rows = await self._database.ask(select(feedback).where(wanted).order_by(feedback.c.id))
        others = [row.other for row in rows if row.other]
        members = await self._database.in_one_go(partial(members_of, ids=others), read_only=True)
        return [
            Feedback(
                development=row.development,
                user=row.user,
                verdict=Verdict(row.verdict),
                at=row.at,
                tracks=tuple(row.tracks),
                note=row.note,
                other=row.other,
                other_lead=next(iter(members.of(row.other)), None) if row.other else None,
            )
            for row in rows
        ]

    async def _read(self, wanted: ColumnElement[bool], *, limit: int) -> list[Development]:
        heads = (
            select(developments).where(wanted).order_by(developments.c.opened_at.desc(), developments.c.id).limit(limit)
        )
        return await self._database.in_one_go(
            lambda connection: developments_from(connection, connection.execute(heads).all()), read_only=True
        )


def counts_as_news() -> ColumnElement[bool]:
    """Developments that count: they stand by themselves, the desk did not know them, and some report carries them."""
    carried = exists().where(reports.c.development == developments.c.id, reports.c.moved_to.is_(None))
    return and_(developments.c.merged_into.is_(None), developments.c.not_new.is_(False), carried)
