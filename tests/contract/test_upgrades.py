"""From every version there has been, with rows in every table, to this one: nothing is lost, whoever is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text
from support.postgresql import fresh_database
from support.rows import Content, content, fill

from bot.domain.errors import StorageError
from bot.storage.database import Database
from bot.storage.schema import metadata
from bot.storage.versions import alembic_config, known_versions, version_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

TESTS = Path(__file__).parents[1]


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Awaitable[str]]:
    """Make a database of a version with rows in every table; gives its URL."""

    async def make(version: str) -> str:
        url = f"sqlite+aiosqlite:///{tmp_path}/{version}-{uuid.uuid4().hex}.db"
        if request.param == "postgresql":
            url = await fresh_database(request.getfixturevalue("postgresql"))
        database = Database(url)

        def build(connection: Connection) -> None:
            command.upgrade(alembic_config(connection), version)
            fill(connection)

        async with database.engine.begin() as connection:
            await connection.run_sync(build)
        await database.close()
        return url

    return make


async def look(url: str) -> tuple[str | None, Content, list[Any]]:
    """The version, every row, and how the tables differ from the program's."""
    database = Database(url)

    def see(connection: Connection) -> tuple[str | None, Content, list[Any]]:
        differences = list(compare_metadata(MigrationContext.configure(connection), metadata))
        return version_of(connection), content(connection), differences

    async with database.read() as connection:
        seen = await connection.run_sync(see)
    await database.close()
    return seen


async def copy_of(url: str) -> str:
    """Another database with the same in it."""
    if url.startswith("sqlite"):
        file = url.removeprefix("sqlite+aiosqlite:///")
        copy = f"{file}.{uuid.uuid4().hex}.db"
        shutil.copy(file, copy)
        return f"sqlite+aiosqlite:///{copy}"
    parts = make_url(url)
    return await fresh_database(str(parts.query["host"]), like=parts.database)


def without_new_columns(after: Content, before: Content) -> Content:
    """What is there now of the tables and columns there were."""
    after = dict(after)
    if "source_notices" in before:
        after["source_notices"] = _as_notices([each for each in after["deliveries"] if each["action"] == "sources"])
        after["deliveries"] = [each for each in after["deliveries"] if each["action"] != "sources"]
    return {
        table: [
            {name: value for name, value in now.items() if name in then}
            for now, then in zip(after[table], rows, strict=True)
        ]
        for table, rows in before.items()
    }


def _as_notices(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deliveries as the table of their own that notices about sources had."""
    assert all(each["development"] is each["revision"] is None for each in rows)
    made = {"id": lambda number: number + 1, "kind": lambda number: f"source_notices kind {number}"}
    return [
        {**row, "facts": row["body"]} | {name: of(number) for name, of in made.items()}
        for number, row in enumerate(rows)
    ]


def migrate(*arguments: str) -> list[dict[str, Any]]:
    """Migrate in processes of their own, killed where an argument says so."""
    ended = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-m", "support.migrating", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told: list[dict[str, Any]] = json.loads(ended.stdout)
    return told


@pytest.mark.parametrize("version", known_versions())
async def test_every_row_of_every_version_is_there_in_this_one(
    database_of: Callable[[str], Awaitable[str]], version: str
) -> None:
    url = await database_of(version)
    was, before, _ = await look(url)
    assert was == version
    assert all(len(rows) == 3 for rows in before.values())
    database = Database(url)
    await database.migrate()
    await database.close()

    now, after, differences = await look(url)
    assert (now, differences) == (known_versions()[-1], [])
    assert without_new_columns(after, before) == before


async def test_killed_at_any_statement_it_is_as_it_was_and_the_next_one_does_it(
    database_of: Callable[[str], Awaitable[str]],
) -> None:
    first = known_versions()[0]
    (whole,) = migrate(await database_of(first))
    assert whole["status"] == 0
    statements = len(whole["changed"])
    assert statements > 20
    points = [1, statements // 2, statements, "commit"]
    urls = [await database_of(first)]
    urls += [await copy_of(urls[0]) for _ in points[1:]]
    _, before, _ = await look(urls[0])
    killed = migrate(*[f"{url}@@{point}" for url, point in zip(urls, points, strict=True)])

    assert [each["status"] for each in killed] == [-signal.SIGKILL] * len(points)
    for url in urls:
        assert (await look(url))[:2] == (first, before)
    assert [each["status"] for each in migrate(*urls)] == [0] * len(points)
    for url in urls:
        version, after, differences = await look(url)
        assert (version, differences) == (known_versions()[-1], [])
        assert without_new_columns(after, before) == before


async def test_of_three_processes_that_start_at_once_one_migrates(
    database_of: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_of(known_versions()[0])
    ended = migrate(url, url, url)

    assert [each["status"] for each in ended] == [0, 0, 0]
    assert sorted(bool(each["changed"]) for each in ended) == [False, False, True]
    assert (await look(url))[0] == known_versions()[-1]


async def test_a_newer_one_is_refused_in_words_and_left_as_it_is(
    database_of: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_of(known_versions()[-1])
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    before = await look(url)

    with pytest.raises(
        StorageError, match=r"newer version of this program \(its tables are of version 9999_later"
    ) as no:
        await database.migrate()
    await database.close()
    assert "Start the newer version" in str(no.value)
    assert await look(url) == before
