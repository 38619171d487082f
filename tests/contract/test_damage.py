"""A damaged database is noticed, named with what to do, and never written to."""

# ruff: noqa: ASYNC240 -- small files, and nothing else waits meanwhile

from __future__ import annotations

import asyncio
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from support.archive import NOON, Archive
from support.program import Program

from bot.domain.errors import DamagedDatabaseError, StorageError
from bot.sandbox.server import Sandbox
from bot.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = 4096


def flip_pages(file: Path) -> None:
    """Turn over every bit of the middle half of its pages."""
    content = bytearray(file.read_bytes())
    quarter = len(content) // PAGE // 4
    for place in range(quarter * PAGE, 3 * quarter * PAGE):
        content[place] ^= 0xFF
    file.write_bytes(content)


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def cut_within_a_page(file: Path) -> None:
    os.truncate(file, file.stat().st_size - PAGE - 100)


def write_notes(file: Path) -> None:
    file.write_text("these are somebody's notes\n" * 500)


def spoil_the_header(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(b"\0" * 16)


def empty(file: Path) -> None:
    os.truncate(file, 0)


@pytest.fixture
async def file(archive: Archive, tmp_path: Path) -> Path:
    """A database with news in it, closed."""
    await archive.keep(*[archive.item(f"item{number}") for number in range(200)])
    await archive.open_development("one")
    await archive.database.close()
    return tmp_path / "archive.db"


def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def remains(file: Path) -> dict[str, bytes]:
    """The file and its log; an empty log says nothing, as does the log's index."""
    log = file.with_name(f"{file.name}-wal")
    return {"file": file.read_bytes(), "log": log.read_bytes() if log.exists() else b""}


@pytest.mark.parametrize("spoil", [flip_pages, cut_off, cut_within_a_page, write_notes, spoil_the_header, empty])
async def test_it_is_noticed_at_the_start_and_not_a_byte_is_changed(file: Path, spoil: Callable[[Path], None]) -> None:
    spoil(file)
    before = remains(file)
    database = Database(url(file))

    with pytest.raises(DamagedDatabaseError, match="backchannel restore FILE") as told:
        await database.migrate()
    await database.close()

    assert str(file) in str(told.value)
    assert remains(file) == before


async def test_what_its_log_still_holds_is_not_folded_into_a_damaged_file(file: Path) -> None:
    live = sqlite3.connect(file, isolation_level=None)
    live.execute("PRAGMA wal_autocheckpoint=0")
    live.execute("UPDATE items SET title = 'written to the log'")
    left = file.with_name("left.db")
    left.write_bytes(file.read_bytes())
    left.with_name("left.db-wal").write_bytes(file.with_name(f"{file.name}-wal").read_bytes())
    live.close()
    flip_pages(left)
    os.truncate(left.with_name("left.db-wal"), 32 + 3 * (PAGE + 24))  # a whole log would put the pages right again
    before = remains(left)
    database = Database(url(left))

    with pytest.raises(DamagedDatabaseError):
        await database.migrate()
    await database.close()
    assert remains(left) == before


async def test_one_that_is_gone_is_missed_and_can_be_begun_anew_on_purpose(file: Path) -> None:
    file.unlink()
    with pytest.raises(DamagedDatabaseError, match=r"is gone, though there was a database.*to begin anew, remove"):
        await Database(url(file)).migrate()
    assert not file.exists()

    file.with_name(f"{file.name}.lock").unlink()
    database = Database(url(file))
    await database.migrate()
    await database.close()
    assert file.stat().st_mode & 0o077 == 0


async def work_on(archive: Archive) -> None:
    for number in range(500):  # sooner or later a broken page is met
        await archive.keep(archive.item(f"more{number}"), at=NOON)
        await archive.developments.first_revisions([f"item{number}"])


async def test_it_is_noticed_while_running_and_nothing_more_is_written(file: Path) -> None:
    database = Database(url(file))
    await database.migrate()
    archive = Archive(database)
    waiting = asyncio.create_task(database.damaged())
    flip_pages(file)

    with pytest.raises(DamagedDatabaseError, match="is damaged"):
        await work_on(archive)
    assert isinstance(await asyncio.wait_for(waiting, 5), DamagedDatabaseError)
    with pytest.raises(StorageError):
        await archive.keep(archive.item("another"))
    await database.close()


async def test_the_program_ends_and_says_so(file: Path) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    environment = {
        "DATABASE_URL": url(file),
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.workspace.app.bot_token,
        "SLACK_APP_TOKEN": sandbox.workspace.app.app_token,
        "BACKCHANNEL_ALLOW_HOSTS": "127.0.0.1",
    }
    async with Program("run", environment=environment) as bot:
        await bot.said("this process runs the engine")
        content = bytearray(file.read_bytes())
        content[PAGE:] = bytes(byte ^ 0xFF for byte in content[PAGE:])
        file.write_bytes(content)
        assert await asyncio.wait_for(bot.process.wait(), 30) == 2
    await sandbox.stop()

    assert "backchannel: " in bot.lines[-1]
    assert "is damaged (database disk image is malformed)" in bot.lines[-1]
    assert "backchannel restore FILE" in bot.lines[-1]
