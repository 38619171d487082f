"""After the clock jumped: what waits goes on waiting as long as it was to, by the clock as it is now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, true, update

from bot.storage.schema import (
    OPEN,
    article_texts,
    conversations,
    deliveries,
    holds,
    hubs,
    pauses,
    sources,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table, TextClause

    from bot.storage.database import Database

# When a call was made says from where Slack's history is read back, so that moves with what waits.
_WAITING: tuple[tuple[Table, tuple[str, ...], ColumnElement[bool] | TextClause], ...] = (
    (sources, ("next_poll_at", "leased_until"), true()),
    (deliveries, ("created_at", "attempted_at", "not_before"), OPEN),
    (hubs, ("next_at", "asked_at", "live_until"), true()),
    (article_texts, ("not_before",), article_texts.c.done_at.is_(None)),
    (conversations, ("last_message_at", "last_edit_at"), true()),
    (pauses, ("until",), true()),
    (holds, ("next_probe_at",), true()),
)


class TimeShift:
    """Moves the times that decide when something is done. What happened, and when we saw it, stays as written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shift(self, by: timedelta, *, now: datetime) -> int:
        """Move by `by` what was written by the clock before it jumped so far, to `now`; returns how many rows.

        What lies nearer to the present than to what was the present before is by the new clock already.
        """
        moved = 0
        async with self._database.write() as connection:
            for table, names, where in _WAITING:
                key = next(iter(table.primary_key.columns))
                columns = [table.c[name] for name in names]
                # In the order sources are locked in by everybody who locks several.
                for row in (await connection.execute(select(key, *columns).where(where).order_by(key))).all():
                    values = _shifted(dict(zip(names, row[1:], strict=True)), by, now)
                    if values:
                        await connection.execute(update(table).where(key == row[0]).values(values))
                        moved += 1
        return moved

    async def ahead(self, *, now: datetime) -> timedelta:
        """How far what happened last lies in the future: the clock was set back while nobody was at work."""
        async with self._database.read() as connection:
            last: datetime | None = await connection.scalar(select(func.max(sources.c.last_polled_at)))
        return max(last - now, timedelta()) if last is not None else timedelta()


def _shifted(times: dict[str, Any], by: timedelta, now: datetime) -> dict[str, Any]:
    before = now - by
    return {name: at + by for name, at in times.items() if at is not None and abs(at - before) < abs(at - now)}
