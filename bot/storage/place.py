"""The place of a SQLite file: one process at a time makes or changes its tables, and a file that went is missed."""

from __future__ import annotations

import asyncio
import fcntl
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import DamagedDatabaseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.engine import URL

LOCK_AGAIN_SECONDS = 0.05
_MADE = b"Backchannel made a database beside this file.\n"


class Place:
    """Where one SQLite file is. Its lock stands beside it, and notes that a database was made: an empty file is new."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lock_file = file.with_name(f"{file.name}.lock")

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Keep out every other process that would make, change or replace the file.

        Raises:
            OSError: Its folder is missing or cannot be written to.
        """
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _locked(descriptor):  # noqa: ASYNC110 -- a thread that waited for the lock could not be stopped
                await asyncio.sleep(LOCK_AGAIN_SECONDS)
            yield
        finally:
            os.close(descriptor)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there yet."""
        return not self.file.exists() or self.file.stat().st_size == 0

    def make_room(self) -> None:
        """Where nothing is, a file only we may read: addresses of sources may hold keys.

        Raises:
            DamagedDatabaseError: There was a database.
        """
        if self.lock_file.exists() and self.lock_file.read_bytes() == _MADE:
            state = "is empty" if self.file.exists() else "is gone"
            raise DamagedDatabaseError(
                f"{state}, though there was a database",
                where=str(self.file),
                remedy=f"Put it back, or a backup: `backchannel restore FILE`; to begin anew, remove {self.lock_file}",
            )
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    def note_made(self) -> None:
        """From now on there is a database here."""
        if self.lock_file.read_bytes() != _MADE:
            self.lock_file.write_bytes(_MADE)


def place_of(url: URL) -> Place | None:
    """The place of a SQLite URL's file; None for one in memory."""
    return Place(Path(url.database)) if url.database and url.database != ":memory:" else None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
