"""A SQLite connection that fetches a statement's rows with it: the long ones too, and after errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/rows.db")
    yield database
    await database.close()


@pytest.mark.parametrize("most", [1, 999, 1_000, 1_001, 5_432])
async def test_all_rows_come_at_once_or_as_a_stream(database: Database, most: int) -> None:
    async with database.read() as connection:
        whole = (await connection.scalars(text(NUMBERS), {"most": most})).all()
        streamed = [row.i async for row in await connection.stream(text(NUMBERS), {"most": most})]
        first = await connection.scalar(text(NUMBERS), {"most": most})
    assert whole == streamed == list(range(1, most + 1))
    assert first == 1


async def test_what_was_not_fetched_keeps_no_transaction_open(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE kept (i INTEGER)"))
    async with database.read() as connection:
        result = await connection.stream(text(NUMBERS), {"most": 5_000})
        await result.fetchone()
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO kept VALUES (1)"))
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM kept")) == 1


async def test_an_error_leaves_nothing_behind(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE kept (i INTEGER)"))

    async def half() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO kept VALUES (1)"))
            await connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(OperationalError):
        await half()
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM kept")) == 0
