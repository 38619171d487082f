"""Databases with their tables: made once in a test run, then copied, which is ten times as fast."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from bot.storage.database import Database
from bot.storage.place import Place
from support.postgresql import fresh_database

if TYPE_CHECKING:
    from pathlib import Path


class ReadyDatabases:
    """Gives the URLs of new databases that need no migrating; `folder` is where the one to copy is kept."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ready.db"
        self._name: str | None = None

    async def sqlite(self, file: Path) -> str:
        """A database in this file."""
        if not self._file.exists():
            await _migrate(_sqlite(self._file))
        shutil.copy(self._file, file)
        shutil.copy(Place(self._file).lock_file, Place(file).lock_file)  # which notes that there is a database
        return _sqlite(file)

    async def postgresql(self, host: str) -> str:
        """A database of this server: the same one at each call."""
        if self._name is None:
            url = await fresh_database(host)
            await _migrate(url)
            self._name = make_url(url).database
        return await fresh_database(host, like=self._name)


def _sqlite(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()
