"""What a person said about an alert, kept and carried out within one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.alert import Verdict
from bot.domain.correction import Act
from bot.domain.decision import AlertAction
from bot.storage.development_rows import members_of
from bot.storage.mergers import merge
from bot.storage.schema import feedback
from bot.storage.writes import lock, note, put, retrack, tell

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from bot.domain.alert import Feedback


def judge(connection: Connection, judged: Feedback) -> bool:
    """Keep a judgement and put right what it says is wrong.

    One about a development that was merged meanwhile is about the one it was merged into. False, and nothing changed,
    where that is so already: the same person said the same last, or the two are one.
    """
    rows = lock(connection, [judged.development, *([judged.other] if judged.other else [])])
    row = rows.get(judged.development)
    if row is None:
        return False
    other = rows.get(judged.other or "")
    if other is not None and other.id == row.id:
        return False
    values = {
        "development": row.id,
        "user": judged.user,
        "verdict": judged.verdict,
        "tracks": list(judged.tracks),
        "note": judged.note,
        "other": other.id if other is not None else None,
    }
    if _said_before(connection, values):
        return False
    connection.execute(feedback.insert().values(values | {"at": judged.at}))
    match judged.verdict:
        case Verdict.NOT_NEW:
            _not_new(connection, row, other, judged)
        case Verdict.WRONG_TRACK:
            _wrong_track(connection, row, judged)
        case Verdict.SAME_AS if other is not None:
            older, newer = sorted((row, other), key=lambda each: (each.opened_at, each.id))
            merge(connection, newer.id, older.id, user=judged.user, why=judged.note, now=judged.at)
        case Verdict.SAME_AS:
            raise LookupError(f"{judged.development} is the same as {judged.other!r}, which is not kept")
    return True


def _said_before(connection: Connection, values: dict[str, Any]) -> bool:
    """Whether that was the last of its sort anybody said of it."""
    same = select(feedback).where(
        feedback.c.development == values["development"], feedback.c.verdict == values["verdict"]
    )
    last = connection.execute(same.order_by(feedback.c.id.desc()).limit(1)).one_or_none()
    return last is not None and all(getattr(last, name) == value for name, value in values.items())


def _not_new(connection: Connection, row: Row[Any], other: Row[Any] | None, judged: Feedback) -> None:
    repeats = other.id if other is not None else None
    put(connection, row.id, {"not_new": True})
    note(
        connection,
        row.negotiation,
        Act.NOT_NEW,
        row.id,
        other=repeats,
        user=judged.user,
        why=judged.note,
        now=judged.at,
    )
    tell(connection, row.id, action=AlertAction.EDIT, item=_lead(connection, row), now=judged.at)


def _wrong_track(connection: Connection, row: Row[Any], judged: Feedback) -> None:
    """On other tracks, others may want to hear of it: who has no card yet gets one."""
    retrack(connection, row.id, judged.tracks)
    note(
        connection,
        row.negotiation,
        Act.RETRACKED,
        row.id,
        tracks=judged.tracks,
        user=judged.user,
        why=judged.note,
        now=judged.at,
    )
    tell(connection, row.id, action=AlertAction.POST, item=_lead(connection, row), now=judged.at)


def _lead(connection: Connection, row: Row[Any]) -> str:
    return members_of(connection, [row.id]).of(row.id)[0].item
