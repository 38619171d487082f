"""Fixtures every test may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.archive import NOON, Archive, Clock
from support.postgresql import server
from support.ready import ReadyDatabases

from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The socket directory of a real PostgreSQL server."""
    yield from server(tmp_path_factory.mktemp("pg"))


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> ReadyDatabases:
    """Databases with their tables."""
    return ReadyDatabases(tmp_path_factory.mktemp("ready"))


@pytest.fixture
async def archive(request: pytest.FixtureRequest, ready: ReadyDatabases, tmp_path: Path) -> AsyncIterator[Archive]:
    """A migrated database with one source; SQLite, unless a test asks for another by indirect parameter."""
    if getattr(request, "param", "sqlite") == "postgresql":
        database = Database(await ready.postgresql(request.getfixturevalue("postgresql")))
    else:
        database = Database(await ready.sqlite(tmp_path / "archive.db"))
    archive = Archive(database)
    await archive.sources.list_sources([archive.source()], now=NOON)
    yield archive
    await database.close()
