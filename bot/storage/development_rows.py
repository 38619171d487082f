"""Developments put together from their rows: heads, tracks, reports, and what was merged with what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from bot.domain.correction import Act
from bot.domain.decision import Corroboration, EventType, Stage, Status, Urgency
from bot.domain.development import Development, Merger, Report
from bot.domain.source import Tier
from bot.storage.schema import corrections, development_tracks, items, reports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row


@dataclass(slots=True)
class Members:
    """The reports of developments by id, earliest first: those in it, and those that left it."""

    reports: dict[str, list[Report]] = field(default_factory=lambda: defaultdict(list))
    former: dict[str, list[Report]] = field(default_factory=lambda: defaultdict(list))

    def of(self, development: str) -> tuple[Report, ...]:
        """Those in it; of a development that has ended, those it had."""
        return tuple(self.reports.get(development) or self.former.get(development) or ())


def developments_from(connection: Connection, rows: Sequence[Row[Any]]) -> list[Development]:
    """The developments these rows of `developments` head, in their order."""
    ids = [row.id for row in rows]
    mergers = _mergers(connection, ids)
    tracks = tracks_of(connection, ids)
    named = [other for row in rows for other in (row.follows, row.merged_into) if other]
    members = members_of(connection, [*ids, *named, *(merger.development for merger in mergers)])
    return [_development(row, tracks[row.id], members, mergers) for row in rows]


def tracks_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """Tracks by development, in their order there."""
    query = (
        select(development_tracks)
        .where(development_tracks.c.development.in_(ids))
        .order_by(development_tracks.c.development, development_tracks.c.position)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query) if ids else ():
        found[row.development].append(row.track)
    return found


def members_of(connection: Connection, ids: Sequence[str]) -> Members:
    """The reports of developments, and those that left them."""
    query = (
        select(reports, items)
        .join(items, items.c.id == reports.c.item)
        .where(reports.c.development.in_(ids))
        .order_by(items.c.first_seen, items.c.seq)
    )
    found = Members()
    for row in connection.execute(query) if ids else ():
        (found.reports if row.moved_to is None else found.former)[row.development].append(_report(row))
    return found


def _report(row: Row[Any]) -> Report:
    title = row.said or row.title
    return Report(
        item=row.item,
        url=row.url,
        outlet=row.outlet,
        title=title,
        summary=row.summary,
        first_seen=row.first_seen,
        tier=Tier(row.tier),
        status=Status(row.status),
        origin=row.origin,
        language=row.language,
        published=row.published,
        party=row.party,
        revised_from=row.revised_from,
        now_says=row.title if row.title != title else None,
        left_at=row.moved_at,
    )


def _mergers(connection: Connection, ids: Sequence[str]) -> list[Row[Any]]:
    """How developments ended in another, and which others ended in them."""
    either = or_(corrections.c.development.in_(ids), corrections.c.other.in_(ids))
    query = select(corrections).where(corrections.c.act == Act.MERGED, either).order_by(corrections.c.id)
    return list(connection.execute(query).all()) if ids else []


def _merger(row: Row[Any], into: str, members: Members) -> Merger:
    left = members.former[row.development]
    return Merger(
        gone=row.development,
        into=into,
        at=row.at,
        user=row.user,
        why=row.why,
        lead=next((report for report in left if report.left_at == row.at), left[0]),
        shown=members.of(into),
    )


def _development(row: Row[Any], tracks: Sequence[str], members: Members, mergers: Sequence[Row[Any]]) -> Development:
    ended = [
        _merger(each, row.merged_into, members) for each in mergers if row.merged_into and each.development == row.id
    ]
    former = members.former.get(row.id, ())
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
        reports=tuple(members.reports.get(row.id, ())),
        follows=row.follows,
        follows_reports=members.of(row.follows) if row.follows else (),
        former=tuple(report for report in former if not ended or report.left_at == ended[-1].at),
        merger=ended[-1] if ended else None,
        absorbed=tuple(_merger(each, row.id, members) for each in mergers if each.other == row.id),
        not_new=row.not_new,
        waits=row.waits,
    )
