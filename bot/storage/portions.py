"""A portion of decisions kept in one transaction: what only adds a report to a known development is written together.

Nine of ten items of a great story are such. Whatever else a decision does goes the long way, `moves.move_on`, once
what was put off has been written.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, update

from bot.domain.decision import AlertAction, Status
from bot.storage.codec import decision_to
from bot.storage.moves import grown, move_on, report_row
from bot.storage.schema import alerts, decisions, items, reports
from bot.storage.upsert import put_first, put_once
from bot.storage.writes import alert_row, lock, put, survivor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.domain.decision import Decision
    from bot.domain.item import Item

_COVERED = update(items).where(items.c.id == bindparam("of")).values(decided_revision=bindparam("by"))


def keep_decisions(
    connection: Connection,
    *,
    negotiation: str,
    decided: Sequence[tuple[Item, Decision, bool]],
    now: datetime,
) -> list[Decision]:
    """Keep decisions in order; the flag keeps the desk out of it. Returns them as they hold.

    At the first whose revision of the item was decided on before it stops: that one and those after it are not kept.
    """
    held = []
    portion = Portion(connection, negotiation, now)
    for item, decision, silent in decided:
        kept = portion.keep(item, decision, silent=silent)
        if kept is None:
            break
        held.append(kept)
    portion.end()
    return held


class Portion:
    """Decisions of one negotiation, in order, within their caller's transaction; `end` writes what was put off."""

    def __init__(self, connection: Connection, negotiation: str, now: datetime) -> None:
        self._connection = connection
        self._negotiation = negotiation
        self._now = now
        # Developments as they stand with what was put off, locked; None where one has to go the long way.
        self._standing: dict[str, SimpleNamespace | None] = {}
        self._changes: dict[str, dict[str, Any]] = {}
        self._followed: dict[str, str | None] = {}
        self._reports: list[dict[str, Any]] = []
        self._alerts: list[dict[str, Any]] = []
        self._covered: list[dict[str, Any]] = []

    def keep(self, item: Item, decision: Decision, *, silent: bool) -> Decision | None:
        """Keep one; returns it as it holds, or None where that revision of the item was decided on before."""
        row = {
            "negotiation": self._negotiation,
            "item": item.id,
            "revision": item.revision,
            "decided_at": self._now,
            "first_seen": item.first_seen,
            "development": decision.development,
            "body": decision_to(decision),
        }
        if not put_first(self._connection, decisions, row):
            return None
        self._covered.append({"of": item.id, "by": item.revision})
        kept = self._add(item, decision, silent=silent)
        if kept is None:
            self._write()
            kept = move_on(self._connection, self._negotiation, item, decision, silent=silent, now=self._now)
        if kept != decision:
            this = and_(decisions.c.item == item.id, decisions.c.revision == item.revision)
            holds = {"development": kept.development, "body": decision_to(kept)}
            self._connection.execute(update(decisions).where(this).values(holds))
        return kept

    def end(self) -> None:
        """Write what was put off."""
        self._write()
        if self._covered:
            self._connection.execute(_COVERED, self._covered)

    def _add(self, item: Item, decision: Decision, *, silent: bool) -> Decision | None:
        """The first report of an item that only adds to a known development, put off; None for all others."""
        if decision.development is None:
            return decision
        simple = item.revision == 1 and not decision.merges and not decision.moved_from
        row = self._row(decision.development) if simple and decision.status is not Status.UPDATE else None
        if row is None:
            return None
        if decision.follows is not None and decision.follows not in self._followed:
            self._followed[decision.follows] = survivor(self._connection, decision.follows)
        follows = self._followed.get(decision.follows or "")
        kept = replace(decision, follows=None if follows == row.id else follows)
        self._reports.append(report_row(item, kept, self._now))
        changes = grown(row, item, kept, as_decided=True)
        if kept.alert is not AlertAction.NONE and not silent:
            told = replace(kept, alert=AlertAction.EDIT, change=None, state_change=None) if row.not_new else kept
            changes["revision"] = row.revision + 1
            self._alerts.append(
                alert_row(
                    row.id,
                    row.revision + 1,
                    action=told.alert,
                    item=item.id,
                    change=told.change,
                    state_change=told.state_change,
                    now=self._now,
                )
            )
        vars(row).update(changes)
        self._changes.setdefault(row.id, {}).update(changes)
        return kept

    def _row(self, development: str) -> SimpleNamespace | None:
        if development not in self._standing:
            row = lock(self._connection, [development]).get(development)
            plain = row is not None and row.id == development and not row.tracks_fixed
            self._standing[development] = SimpleNamespace(**row._mapping) if row is not None and plain else None  # noqa: SLF001 -- SQLAlchemy's public way to a row as a mapping
        return self._standing[development]

    def _write(self) -> None:
        put_once(self._connection, reports, self._reports)
        put_once(self._connection, alerts, self._alerts)
        for development, changes in self._changes.items():
            put(self._connection, development, changes)
        # What the long way does to developments is not known here.
        self._standing, self._changes, self._followed, self._reports, self._alerts = {}, {}, {}, [], []
