"""What looks leave: items, habits, hubs, and when their sources are next due. Many in one transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from bot.storage.hub_rows import note_hubs
from bot.storage.items import keep_items
from bot.storage.schema import sources
from bot.storage.source_habits import habits_of, learned, silences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from bot.domain.poll import PollRecord, Recorded

KEEPING_LOCK = 0x6974656D  # one number all processes agree on, for PostgreSQL's advisory lock
_CHANGE = update(sources).where(sources.c.id == bindparam("of"))


def keep_looks(connection: Connection, looks: Sequence[PollRecord]) -> list[Recorded]:
    """Within a transaction: keep what looks gave as if one after another; what was new in each."""
    if any(look.items for look in looks):
        _one_keeper(connection)
    return [recorded for some in _each_source_once(looks) for recorded in _keep(connection, some)]


def keep_pushed(connection: Connection, push: PollRecord) -> Recorded:
    """Within a transaction: keep pushed items; when the source is next polled stays as it is."""
    _one_keeper(connection)
    (recorded,) = keep_items(connection, [push])
    if recorded.new:
        # Else a source that is pushed all its news would pass for silent.
        values = {"last_new_at": push.at} | silences(connection, push.source.id)
        connection.execute(_CHANGE, values | {"of": push.source.id})
    return recorded


def _one_keeper(connection: Connection) -> None:
    """As SQLite has one writer: of two processes that were given the same news at once, one finds it known.

    Nor do they wait for each other's rows in turn.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(KEEPING_LOCK)))


def _each_source_once(looks: Sequence[PollRecord]) -> Iterator[list[PollRecord]]:
    """In order; a second look at a source begins with what the first left."""
    some: dict[str, PollRecord] = {}
    for look in looks:
        if look.source.id in some:
            yield [*some.values()]
            some = {}
        some[look.source.id] = look
    yield [*some.values()]


def _keep(connection: Connection, looks: Sequence[PollRecord]) -> list[Recorded]:
    habits = habits_of(connection, [look.source.id for look in looks])
    recorded = keep_items(connection, looks)
    note_hubs(connection, [look for look in looks if look.source.id in habits])
    # Looks of one sort change the same columns: one statement for all of them.
    changes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for look, its in zip(looks, recorded, strict=True):
        if (habit := habits.get(look.source.id)) is not None:  # else nobody lists it
            values = _left(look, its) | learned(connection, habit, look, its.ids[: its.new])
            changes[(*values,)].append(values | {"of": look.source.id})
    for rows in changes.values():
        connection.execute(_CHANGE, rows)
    return recorded


def _left(look: PollRecord, recorded: Recorded) -> dict[str, Any]:
    """The columns of `sources` that say what became of a look."""
    values: dict[str, Any] = {
        "leased_until": None,
        "last_polled_at": look.at,
        "next_poll_at": look.next_poll_at,
        "pace_s": look.pace.total_seconds(),
        "error_count": look.error_count,
        "problem": look.problem,
        "reason": look.reason,
        "stopped": look.stopped,
    }
    if look.problem is None:
        values["last_success_at"] = look.at
    if look.validators is not None:
        values |= {"etag": look.validators.etag, "last_modified": look.validators.last_modified}
    if recorded.new:
        values["last_new_at"] = look.at
    return values
