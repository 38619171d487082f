"""The migrations make exactly the tables the program uses."""

from __future__ import annotations

import asyncio
import fcntl
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import TypeAdapter
from support.archive import NOON
from support.postgresql import fresh_database

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState, Lane
from bot.domain.errors import StorageError
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryStore
from bot.storage.developments import DevelopmentStore
from bot.storage.schema import metadata
from bot.storage.source_notices import SourceNoticeStore
from bot.storage.versions import alembic_config

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from sqlalchemy import Connection
    from support.archive import Archive


@pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
async def test_migrating_from_nothing_makes_the_tables_of_the_schema(archive: Archive) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with archive.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


FIRST_NEWS = """
INSERT INTO items (seq, id, negotiation, source, url, canonical_url, outlet, publisher, title, summary, tier,
 first_seen, revision, decided_revision, backfill)
 VALUES (1, 'one', 'talks', 'wire', 'https://w.example/1', 'https://w.example/1', 'Sample Wire', 'wire', 'Envoys meet',
 '', 'agency', '2025-12-03 12:00:00.000000', 1, 1, false);
INSERT INTO developments (id, negotiation, revision, opened_at, last_report_at, parties, people, corroboration, origins,
 urgency, urgency_reasons)
 VALUES ('d-one', 'talks', 1, '2025-12-03 12:00:00.000000', '2025-12-03 12:00:00.000000', '[]', '[]', 'provisional', 1,
 'urgent', '[]');
INSERT INTO development_tracks (development, track, position) VALUES ('d-one', 'politics', 0);
INSERT INTO reports (development, item, status, origin, added_at)
 VALUES ('d-one', 'one', 'new', 'wire', '2025-12-03 12:00:00.000000');
INSERT INTO feedback (development, "user", verdict, tracks, note, at)
 VALUES ('d-one', 'U1', 'not_new', '[]', 'had it', '2025-12-03 12:00:00.000000');
INSERT INTO feedback (development, "user", verdict, tracks, note, at)
 VALUES ('d-one', 'U2', 'wrong_track', '["economy", "territory"]', '', '2025-12-03 12:00:00.000000')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_at(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Make a database with the tables of a version."""
    made: list[Database] = []

    async def make(version: str) -> Database:
        url = f"sqlite+aiosqlite:///{tmp_path}/{version}.db"
        if request.param == "postgresql":
            url = await fresh_database(request.getfixturevalue("postgresql"))
        made.append(Database(url))
        async with made[-1].engine.begin() as connection:
            await connection.run_sync(lambda plain: command.upgrade(alembic_config(plain), version))
        return made[-1]

    yield make
    for database in made:
        await database.close()


async def test_a_database_of_the_first_version_keeps_its_news_and_what_was_said_of_it_is_carried_out(
    database_at: Callable[[str], Awaitable[Database]],
) -> None:
    database = await database_at("0001")
    async with database.engine.begin() as connection:
        for statement in FIRST_NEWS.split(";"):
            await connection.exec_driver_sql(statement)
    await database.migrate()

    store = DevelopmentStore(database)
    kept = await store.development("d-one")
    assert kept is not None
    assert (kept.headline, kept.not_new, kept.tracks) == ("Envoys meet", True, ("economy", "territory"))
    assert [(said.user, said.note) for said in await store.feedback("d-one")] == [("U1", "had it"), ("U2", "")]


NOTICES = """
INSERT INTO source_notices (key, conversation, kind, facts, state, attempts, created_at, attempted_at, not_before,
 sent_at, ts) VALUES
 ('moved radio', 'C1', 'moved', '{facts}', 'sent', 1, '{noon}', '{noon}', NULL, '{noon}', '1.2'),
 ('broke wire', 'C1', 'broke', '{facts}', 'sending', 1, '{noon}', '{noon}', NULL, NULL, NULL),
 ('broke paper', 'C1', 'broke', '{facts}', 'pending', 2, '{noon}', '{noon}', '{noon}', NULL, NULL),
 ('healed post', '#desk', 'healed', '{facts}', 'pending', 0, '{noon}', NULL, NULL, NULL, NULL)
"""


async def test_notices_that_waited_in_a_table_of_their_own_wait_in_their_order_and_none_is_left_again(
    database_at: Callable[[str], Awaitable[Database]],
) -> None:
    patient = Patient("wire", "Sample Wire", NOON, "did not answer", NOON)
    notice = SourceNotice(SourceNews.BROKE, "broke wire", (patient,), NOON, NOON, listed=4, answering=3)
    facts = TypeAdapter(SourceNotice).dump_json(notice).decode()
    database = await database_at("0007_operation")
    async with database.engine.begin() as connection:
        filled = NOTICES.format(facts=facts, noon="2025-12-03 12:00:00.000000")
        await connection.exec_driver_sql(filled)
    await database.migrate()

    outbox = DeliveryStore(database)
    first = await outbox.head("C1", Lane.MESSAGES, now=NOON)
    assert first is not None
    assert (first.key, first.action, first.state) == ("broke wire", AlertAction.SOURCES, DeliveryState.SENDING)
    assert (first.attempts, first.created_at, first.attempted_at) == (1, NOON, NOON)
    assert await outbox.told(first) == notice
    await outbox.settle(first, DeliveryState.SENT, now=NOON, ts="1.3")
    second = await outbox.head("C1", Lane.MESSAGES, now=NOON)
    assert second is not None
    assert (second.key, second.state, second.not_before) == ("broke paper", DeliveryState.PENDING, NOON)
    await outbox.rehome("#desk", "C2")
    assert await outbox.head("C2", Lane.MESSAGES, now=NOON) is not None

    again = replace(notice, news=SourceNews.MOVED, key="moved radio")
    await SourceNoticeStore(database).tell(Telling(again), "C3", now=NOON)
    assert await outbox.head("C3", Lane.MESSAGES, now=NOON) is None, "told before"


@pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
async def test_many_processes_may_start_at_once(archive: Archive) -> None:
    others = [Database(archive.database.url.render_as_string(hide_password=False)) for _ in range(3)]
    await asyncio.gather(*(other.migrate() for other in others))
    await asyncio.gather(*(other.close() for other in others))


async def test_three_processes_may_make_the_same_new_database(tmp_path: Path) -> None:
    others = [Database(f"sqlite+aiosqlite:///{tmp_path}/new.db") for _ in range(3)]
    await asyncio.gather(*(other.migrate() for other in others))
    await asyncio.gather(*(other.close() for other in others))


async def test_what_is_no_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("these are somebody's notes, not a database at all\n" * 100)
    before = file.read_bytes()
    database = Database(f"sqlite+aiosqlite:///{file}")

    with pytest.raises(StorageError, match=r"notes\.db: is damaged \(file is not a database\)"):
        await database.migrate()
    await database.close()
    assert file.read_bytes() == before


async def test_a_database_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/missing/folder/new.db")

    with pytest.raises(StorageError, match=r"missing/folder/new\.db: cannot be opened"):
        await database.migrate()


async def test_a_database_its_server_does_not_have_is_named(postgresql: str) -> None:
    database = Database(f"postgresql+asyncpg://somebody:secret@/nothing?host={postgresql}")

    with pytest.raises(StorageError, match="cannot be opened") as refused:
        await database.migrate()
    assert "secret" not in str(refused.value)
    await database.close()


async def test_starting_can_be_given_up_while_another_process_migrates(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/busy.db")
    with (tmp_path / "busy.db.lock").open("w") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(database.migrate(), 0.2)
        fcntl.flock(theirs, fcntl.LOCK_UN)
        await database.migrate()
    await database.close()


def test_an_address_of_no_database_says_what_to_write() -> None:
    with pytest.raises(StorageError, match=r"DATABASE_URL: cannot be used .* sqlite\+aiosqlite"):
        Database("oracle://nowhere/else")


async def test_commits_are_on_disk_before_they_are_done(archive: Archive) -> None:
    async with archive.database.read() as connection:
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
