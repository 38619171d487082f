"""Fixtures every test may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.archive import NOON, Archive, Clock

from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/archive.db")
    await database.migrate()
    archive = Archive(database)
    await archive.sources.list_sources([archive.source()], now=NOON)
    yield archive
    await database.close()
