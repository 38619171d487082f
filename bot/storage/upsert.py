"""`INSERT ... ON CONFLICT`, the same on SQLite and PostgreSQL; for either sort of connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def insert_once(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; those whose unique key is already there are left as they are."""
    await connection.run_sync(put_once, table, rows)


def put_once(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same within a transaction that runs in one go."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), [dict(row) for row in rows])


async def insert_first(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert one row; False when its unique key is already there."""
    return await connection.run_sync(put_first, table, row)


def put_first(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """The same within a transaction that runs in one go."""
    return bool(connection.execute(_insert(connection, table).on_conflict_do_nothing(), dict(row)).rowcount)


async def insert_or_update(
    connection: AsyncConnection,
    table: Table,
    row: Mapping[str, Any],
    *,
    key: Sequence[str],
    only_if: ColumnElement[bool] | None = None,
) -> bool:
    """Insert one row, or make the row with the same `key` columns equal to it; False where `only_if` forbids that."""
    return await connection.run_sync(put_or_update, table, row, key=key, only_if=only_if)


def put_or_update(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    *,
    key: Sequence[str],
    only_if: ColumnElement[bool] | None = None,
) -> bool:
    """The same within a transaction that runs in one go."""
    changed = {name: value for name, value in row.items() if name not in key}
    statement = _insert(connection, table).values(dict(row))
    result = connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed, where=only_if))
    return bool(result.rowcount)
