"""Rows for every table of a database, whatever its version: made from what the tables say of themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, MetaData, Table, func, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

Content = dict[str, list[dict[str, Any]]]

NOON = datetime(2025, 12, 3, 12, 0)  # noqa: DTZ001 -- as SQLite keeps it; PostgreSQL takes it as the session's zone
ROWS = 3
_MADE: dict[Any, Callable[[int], Any]] = {
    JSON: lambda _: [],
    Boolean: lambda number: bool(number % 2),
    DateTime: lambda number: NOON + timedelta(hours=number),
    Integer: lambda number: number + 1,
    Float: lambda number: number + 0.5,
}
# Where a migration reads what a column says, it says something that is said.
_WORDS = {"verdict": "not_new", "act": "not_new", "state": "sent", "action": "post"}


def fill(connection: Connection) -> None:
    """Put rows into every table but Alembic's own, parents first."""
    for table in _tables(connection).sorted_tables:
        for number in range(ROWS):
            connection.execute(table.insert().values({c.name: _value(table, c, number) for c in table.columns}))
        if connection.dialect.name == "postgresql":
            _number_on(connection, table)


def _number_on(connection: Connection, table: Table) -> None:
    """What comes next is numbered as if the database had numbered these rows itself."""
    for column in table.primary_key.columns:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, ROWS)).where(sequence.is_not(None)))


def content(connection: Connection) -> Content:
    """Every row of every table but Alembic's own, in the order of its key."""
    return {
        table.name: [
            dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public way to a row as a mapping
            for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in _tables(connection).sorted_tables
    }


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    found.remove(found.tables["alembic_version"])
    return found


def _value(table: Table, column: Column[Any], number: int) -> Any:
    parent = next((key.column.table for key in column.foreign_keys), None)
    if parent is not None:
        return f"{parent.name} id {number}"
    for kind, made in _MADE.items():
        if isinstance(column.type, kind):
            return made(number)
    return _WORDS.get(column.name, f"{table.name} {column.name} {number}")
