"""Rows from one database to the other kind: how PostgreSQL is backed up, restored, moved to and from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Integer, insert, select, text

from bot.domain.errors import StorageError
from bot.storage.schema import metadata
from bot.storage.versions import known_versions, refuse_newer, upgrade, version_of

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.database import Database

AT_A_TIME = 1000
OURS = (*metadata.tables, "alembic_version")


async def copy_out(source: Database, target: Database) -> None:
    """Copy every row of a PostgreSQL database, as of one moment, into an empty SQLite file.

    Raises:
        StorageError: Its tables are not of this program's version.
    """
    await target.migrate()
    async with source.engine.connect() as plain:
        reading = await plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async with reading.begin():
            version = await reading.run_sync(version_of)
            refuse_newer(version, source.shown)
            if version != known_versions()[-1]:
                has = f"has tables of version {version}; this program writes {known_versions()[-1]}"
                raise StorageError(
                    has if version else "holds nothing yet, so there is nothing to back up",
                    where=source.shown,
                    remedy="Back up with the version of the program that wrote it; `check` brings it up to date",
                )
            async with target.write() as writing:
                await _copy(reading, writing)


async def copy_in(source: Database, connection: AsyncConnection, *, aside: str, where: str) -> bool:
    """Put the rows of a SQLite file of this version in place of what PostgreSQL has, within the caller's transaction.

    What was there goes to a schema of its own, `aside`; returns whether there was anything.
    """
    replaced = await connection.run_sync(_put_aside, aside)
    await connection.run_sync(upgrade, where)
    async with source.read() as reading:
        await _copy(reading, connection)
    for table in metadata.sorted_tables:
        (key, *others) = table.primary_key.columns
        if not others and isinstance(key.type, BigInteger | Integer):
            sequence = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            highest = f'(SELECT max("{key.name}") FROM "{table.name}")'  # noqa: S608 -- names of our own schema
            await connection.execute(text(f"SELECT setval({sequence}, coalesce({highest}, 1), {highest} IS NOT NULL)"))
    return replaced


async def _copy(reading: AsyncConnection, writing: AsyncConnection) -> None:
    for table in metadata.sorted_tables:
        result = await reading.stream(select(table))
        async for rows in result.mappings().partitions(AT_A_TIME):
            await writing.execute(insert(table), [dict(row) for row in rows])


def _put_aside(connection: Connection, aside: str) -> bool:
    present = connection.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(:ours)"),
        {"ours": list(OURS)},
    )
    names = [row.tablename for row in present]
    if names:
        connection.execute(text(f'CREATE SCHEMA "{aside}"'))
    for name in names:
        connection.execute(text(f'ALTER TABLE "{name}" SET SCHEMA "{aside}"'))
    return bool(names)
