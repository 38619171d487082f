"""Backups of both databases: made while others write, whole or refused, and put back whole or not at all."""

# ruff: noqa: ASYNC240 -- small files, and nothing else waits meanwhile

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from sqlalchemy import text
from support.archive import NOON, Archive
from support.postgresql import fresh_database
from support.rows import Content, content, fill

from bot.domain.errors import DamagedDatabaseError, InputError, StorageError
from bot.storage.backup import Restored, back_up, compact, restore
from bot.storage.backup_file import MANIFEST, seal, verify
from bot.storage.database import Database
from bot.storage.leases import LeaseStore
from bot.storage.schema import feedback
from bot.storage.versions import alembic_config, known_versions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.storage.backup_file import Manifest

KINDS = ("sqlite", "postgresql")
LATER = NOON + timedelta(days=1)
HOLD = """
import asyncio, sys
from bot.storage.database import Database
async def main():
    database = Database(sys.argv[1])
    async with database.read() as connection:
        await connection.exec_driver_sql("SELECT count(*) FROM items")
    print("open", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""
# What a restore itself writes.
CHANGED = {"restores", "leases", "sources", "deliveries", "holds"}


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Awaitable[str]]:
    """Make an empty database of a kind; gives its URL."""

    async def make(kind: str) -> str:
        if kind == "postgresql":
            return await fresh_database(request.getfixturevalue("postgresql"))
        return f"sqlite+aiosqlite:///{tmp_path}/live.db"

    return make


async def filled(url: str) -> Content:
    """Put rows into every table; gives them."""
    database = Database(url)
    await database.migrate()
    async with database.engine.begin() as connection:
        await connection.run_sync(fill)
    await database.close()
    return await rows(url)


async def rows(url: str) -> Content:
    database = Database(url)
    async with database.read() as connection:
        found = await connection.run_sync(content)
    await database.close()
    return comparable(found)


def comparable(found: Content) -> Content:
    """The same moment is the same, whichever database gives it, with its zone or without."""

    def plain(value: Any) -> Any:
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value

    return {
        table: [{name: plain(value) for name, value in row.items()} for row in listed]
        for table, listed in found.items()
    }


async def kept(url: str, file: Path) -> Manifest:
    database = Database(url)
    try:
        return await back_up(database, file, force=False, now=NOON, program="0.1.0")
    finally:
        await database.close()


async def put_back(url: str, file: Path, now: datetime = LATER) -> Restored:
    database = Database(url)
    try:
        return await restore(database, file, now=now)
    finally:
        await database.close()


@pytest.mark.parametrize("to", KINDS)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_row_comes_back_into_either_database(
    kind: str, to: str, fresh: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    url, file = await fresh(kind), tmp_path / "kept.backup"
    before = await filled(url)
    manifest = await kept(url, file)
    assert manifest.rows == {**dict.fromkeys(before, 3), "alembic_version": 1}
    assert manifest.tables == known_versions()[-1]
    other = await fresh(to) if to == "postgresql" else f"sqlite+aiosqlite:///{tmp_path}/other.db"

    restored = await put_back(other, file)

    assert restored.manifest == manifest
    assert restored.kept is None
    after = await rows(other)
    for table in before.keys() - CHANGED:
        assert after[table] == before[table], table
    assert len(after["deliveries"]) == len(before["deliveries"])
    assert [each | {"next_probe_at": None} for each in after["holds"]] == [
        each | {"next_probe_at": None} for each in before["holds"]
    ]
    assert await _next_id(other) == 4


async def _next_id(url: str) -> int:
    """The id the next judgement gets: a restored sequence goes on."""
    said = {"development": "developments id 0", "user": "U", "verdict": "not_new", "tracks": [], "note": "", "at": NOON}
    database = Database(url)
    async with database.write() as connection:
        found = await connection.scalar(feedback.insert().values(said).returning(feedback.c.id))
    await database.close()
    return int(found)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_made_while_others_write_is_one_moment(
    kind: str, fresh: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    url = await fresh(kind)
    database = Database(url)
    await database.migrate()
    archive = Archive(database)
    await archive.sources.list_sources([archive.source()], now=NOON)
    stop = asyncio.Event()
    written = 0

    async def write() -> int:
        nonlocal written
        while not stop.is_set():
            written += 1
            await archive.keep(*[archive.item(f"{written}-{part}") for part in range(7)])
        return written

    writing = asyncio.create_task(write())
    try:
        made = 0
        while made < 3 or written <= 3:  # on a slow machine the writers may need more backups' time
            made += 1
            manifest = await kept(url, tmp_path / f"{made}.backup")
            assert manifest.rows["items"] == manifest.rows["revisions"]
            assert manifest.rows["items"] % 7 == 0  # a poll is one transaction
    finally:
        stop.set()
        assert await writing > 3
        await database.close()


async def test_it_is_for_its_owner_only_and_never_over_another_unless_told(tmp_path: Path) -> None:
    url, file = f"sqlite+aiosqlite:///{tmp_path}/live.db", tmp_path / "kept.backup"
    await filled(url)
    await kept(url, file)
    first = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(InputError, match=r"kept\.backup: is there already.*--force"):
        await kept(url, file)
    assert file.read_bytes() == first

    database = Database(url)
    later = await back_up(database, file, force=True, now=NOON.replace(year=2026), program="0.1.0")
    await database.close()
    assert verify(file) == later
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_there_is_kept_beside_it(
    kind: str, fresh: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    url, file = await fresh(kind), tmp_path / "kept.backup"
    before = await filled(url)
    await kept(url, file)
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE items SET title = 'after the backup'"))
    await database.close()
    live = await rows(url)

    restored = await put_back(url, file)

    assert (await rows(url))["items"] == before["items"]
    assert restored.kept is not None
    if kind == "sqlite":
        assert await rows(f"sqlite+aiosqlite:///{restored.kept}") == live
        return
    schema = restored.kept.removeprefix("schema ")
    database = Database(url)
    async with database.read() as connection:
        titles = (await connection.scalars(text(f"SELECT title FROM {schema}.items"))).all()  # noqa: S608 -- ours
    await database.close()
    assert titles == ["after the backup"] * 3


@pytest.mark.parametrize("version", known_versions())
async def test_an_older_backup_is_brought_up_to_date(version: str, tmp_path: Path) -> None:
    url, file = f"sqlite+aiosqlite:///{tmp_path}/old.db", tmp_path / "old.backup"
    database = Database(url)

    def build(connection: Any) -> None:
        command.upgrade(alembic_config(connection), version)
        fill(connection)

    async with database.engine.begin() as connection:
        await connection.run_sync(build)
    manifest = await kept(url, file)
    assert manifest.tables == version
    await database.close()

    await put_back(f"sqlite+aiosqlite:///{tmp_path}/new.db", file)

    target = Database(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    await target.migrate()  # is so already, and is found whole
    async with target.read() as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == known_versions()[-1]
        assert await connection.scalar(text("SELECT count(*) FROM items")) == 3
    await target.close()


async def test_a_newer_backup_is_refused_as_are_rows_that_were_changed(tmp_path: Path) -> None:
    url, file = f"sqlite+aiosqlite:///{tmp_path}/live.db", tmp_path / "kept.backup"
    before = await filled(url)
    await kept(url, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(InputError, match="its rows differ from its manifest"):
        await put_back(url, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"DROP TABLE {MANIFEST}")
    seal(file, made_at=NOON, program="9.9.9", kind="SQLite", where="a later program")
    with pytest.raises(StorageError, match=r"kept\.backup: was written by a newer version"):
        await put_back(url, file)
    assert await rows(url) == before


@pytest.mark.parametrize("harm", ["text", "cut", "page", "word", "no backup", "missing"])
async def test_what_is_no_whole_backup_is_refused_and_the_database_left_alone(harm: str, tmp_path: Path) -> None:
    url, file = f"sqlite+aiosqlite:///{tmp_path}/live.db", tmp_path / "kept.backup"
    await filled(url)
    await kept(url, file)
    live = (tmp_path / "live.db").read_bytes()
    whole = file.read_bytes()
    match harm:
        case "text":
            file.write_text("no backup\n" * 1000)
        case "cut":
            file.write_bytes(whole[: len(whole) // 2])
        case "page":
            middle = len(whole) // 4096 // 2 * 4096
            file.write_bytes(whole[:middle] + bytes(4096) + whole[middle + 4096 :])
        case "word":  # one word of one row: every page is sound
            assert b"items title 1" in whole
            file.write_bytes(whole.replace(b"items title 1", b"items title 7"))
        case "no backup":
            file.write_bytes(live)
        case "missing":
            file.unlink()

    with pytest.raises(InputError, match=str(file)):
        await put_back(url, file)
    assert (tmp_path / "live.db").read_bytes() == live
    assert not list(tmp_path.glob(".*"))
    assert not list(tmp_path.glob("*replaced*"))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_in_use_is_not_replaced(
    kind: str, fresh: Callable[[str], Awaitable[str]], tmp_path: Path, hold: Callable[[str], Awaitable[None]]
) -> None:
    url, file = await fresh(kind), tmp_path / "kept.backup"
    before = await filled(url)
    await kept(url, file)
    await hold(url)

    with pytest.raises(StorageError, match=r"is in use: .*Stop the bot"):
        await put_back(url, file)
    assert await rows(url) == before


@pytest.fixture
async def hold() -> Any:
    """Have a database open in another process, which does nothing else."""
    processes = []

    async def start(url: str) -> None:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, url, stdout=asyncio.subprocess.PIPE)
        processes.append(process)
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"open\n"

    yield start
    for process in processes:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_engine_elsewhere_is_named_while_its_lease_lasts(
    kind: str, fresh: Callable[[str], Awaitable[str]], tmp_path: Path
) -> None:
    url, file = await fresh(kind), tmp_path / "kept.backup"
    await filled(url)
    await kept(url, file)
    database = Database(url)
    theirs = LeaseStore(database)
    theirs.owner = "otherhost:77"
    assert await theirs.acquire("engine", now=LATER, term=timedelta(seconds=15))
    await database.close()

    with pytest.raises(StorageError, match="is in use: process 77 on otherhost runs the engine"):
        await put_back(url, file, LATER + timedelta(seconds=14))
    await put_back(url, file, LATER + timedelta(seconds=16))


async def test_a_backup_replaces_a_damaged_database_which_is_kept(tmp_path: Path) -> None:
    url, file = f"sqlite+aiosqlite:///{tmp_path}/live.db", tmp_path / "kept.backup"
    before = await filled(url)
    await kept(url, file)
    live = tmp_path / "live.db"
    broken = live.read_bytes()[: live.stat().st_size // 2]
    live.write_bytes(broken)
    with pytest.raises(DamagedDatabaseError):
        await kept(url, tmp_path / "of_the_broken.backup")
    assert not (tmp_path / "of_the_broken.backup").exists()

    restored = await put_back(url, file)

    assert restored.kept is not None
    with open(restored.kept, "rb") as old:  # noqa: PTH123, ASYNC230 -- its name is told as text
        assert old.read() == broken
    assert (await rows(url))["items"] == before["items"]


async def test_nothing_is_nothing_to_back_up(tmp_path: Path, postgresql: str) -> None:
    for url in (f"sqlite+aiosqlite:///{tmp_path}/none.db", await fresh_database(postgresql)):
        with pytest.raises(StorageError, match="nothing to back up"):
            await kept(url, tmp_path / "kept.backup")
    assert list(tmp_path.glob("*backup*")) == []
    assert not (tmp_path / "none.db").exists()


async def test_a_file_made_before_space_was_given_back_is_compacted(tmp_path: Path) -> None:
    url, file = f"sqlite+aiosqlite:///{tmp_path}/live.db", tmp_path / "live.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # a first page, without
        connection.execute("CREATE TABLE early (x)")
        connection.executemany("INSERT INTO early VALUES (?)", [("x" * 1000,)] * 1000)
        connection.commit()
        connection.execute("DROP TABLE early")
        connection.commit()
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (0,)
    before = await filled(url)
    database = Database(url)

    large, small = await compact(database, now=LATER)

    assert small < large / 2
    assert await rows(url) == before
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
