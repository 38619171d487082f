"""Looks that end at about the same time are kept in one transaction, and leave what each by itself would have left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, select, update
from support.archive import NOON, Archive

from bot.domain.move import Move
from bot.domain.poll import PollRecord, Recorded
from bot.domain.source import Hub, Problem, Validators
from bot.storage.database import Database
from bot.storage.schema import forgotten, hubs, items, revisions, sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime
    from pathlib import Path

    from support.ready import ReadyDatabases

    from bot.domain.item import Item

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LEASE = 2 * MINUTE
NAMES = ("wire", "ledger", "mirror", "down", "moves", "moved", "back")
UNREADABLE = "\ud800"  # half a character: neither database takes it

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def elsewhere(archive: Archive) -> AsyncIterator[Archive]:
    """The same database as another process has it open."""
    database = Database(archive.database.url.render_as_string(hide_password=False))
    yield Archive(database)
    await database.close()


@pytest.fixture
async def twin(
    archive: Archive, request: pytest.FixtureRequest, ready: ReadyDatabases, tmp_path: Path
) -> AsyncIterator[Archive]:
    """Another database of the same kind."""
    if archive.database.is_sqlite:
        database = Database(await ready.sqlite(tmp_path / "twin.db"))
    else:
        database = Database(await ready.postgresql(request.getfixturevalue("postgresql")))
    yield Archive(database)
    await database.close()


class Seen:
    """How many statements and commits there were."""

    def __init__(self, database: Database) -> None:
        self.statements = self.commits = 0
        for engine in database.engines:
            event.listen(engine, "before_cursor_execute", self._statement)
            event.listen(engine, "commit", self._commit)

    def _statement(self, *_: object) -> None:
        self.statements += 1

    def _commit(self, _: object) -> None:
        self.commits += 1


def look(archive: Archive, name: str, *listed: Item, at: datetime = NOON, **more: Any) -> PollRecord:
    source = archive.source(name)
    addresses = tuple(item.url for item in listed)
    document: dict[str, Any] = {"items": listed, "canonical_urls": addresses} if listed else {}
    return PollRecord(source, at, at + source.interval, source.interval, **document | more)


async def list_all(archive: Archive) -> None:
    await archive.sources.list_sources([archive.source(name) for name in NAMES], now=NOON)


async def kept(archive: Archive, *looks: PollRecord) -> list[Recorded]:
    return await asyncio.gather(*map(archive.sources.record_poll, looks))


async def stored(archive: Archive) -> list[str]:
    async with archive.database.read() as connection:
        return [*(await connection.scalars(select(items.c.id).order_by(items.c.seq))).all()]


async def test_many_looks_are_one_transaction_of_as_many_statements_as_one_look(archive: Archive) -> None:
    await list_all(archive)
    seen = Seen(archive.database)
    unchanged = [look(archive, name) for name in NAMES]
    await kept(archive, *unchanged)
    assert seen.commits == 1
    together = seen.statements
    await kept(archive, unchanged[0])
    assert (seen.commits, seen.statements - together) == (2, together)

    news = [look(archive, name, *(archive.item(f"{name} {n}") for n in range(30)), first=True) for name in NAMES]
    assert [recorded.new for recorded in await kept(archive, *news)] == [30] * len(NAMES)
    assert seen.commits == 3


async def test_news_is_kept_in_the_order_the_looks_ended_and_listed_it(archive: Archive) -> None:
    looks = [look(archive, name, archive.item(f"{name} b"), archive.item(f"{name} a")) for name in reversed(NAMES)]
    await kept(archive, *looks)

    assert await stored(archive) == [f"{name} {each}" for name in reversed(NAMES) for each in "ba"]


async def test_one_look_that_cannot_be_kept_harms_no_other(archive: Archive) -> None:
    await list_all(archive)
    looks = [look(archive, name, archive.item(name)) for name in NAMES]
    looks[2] = look(archive, NAMES[2], archive.item("fine"), archive.item("spoilt", title=UNREADABLE))
    done = await asyncio.gather(*map(archive.sources.record_poll, looks), return_exceptions=True)

    assert [isinstance(each, Exception) for each in done] == [False, False, True, False, False, False, False]
    assert await stored(archive) == [name for name in NAMES if name != NAMES[2]]  # and not the half of it
    polled = {health.source.id: health.last_polled_at for health in await archive.sources.source_health(None, now=NOON)}
    assert [name for name in NAMES if polled[name] is None] == [NAMES[2]]


async def test_who_is_cancelled_holds_up_nobody_and_a_look_is_kept_whole_or_not_at_all(archive: Archive) -> None:
    await list_all(archive)
    async with archive.database.write() as connection:
        await connection.execute(select(sources).with_for_update())  # SQLite locks all of it anyway
        tasks = [
            asyncio.create_task(
                archive.sources.record_poll(look(archive, name, archive.item(f"{name} a"), archive.item(f"{name} b")))
            )
            for name in NAMES
        ]
        await asyncio.sleep(0.05)
        tasks[1].cancel()
        await asyncio.sleep(0)
    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert [isinstance(each, BaseException) for each in done] == [False, True, *[False] * 5]
    there = await stored(archive)
    assert [name for name in NAMES if {f"{name} a", f"{name} b"} - {*there}] in ([], [NAMES[1]])
    assert len(there) % 2 == 0


async def test_together_leaves_what_one_after_another_leaves(archive: Archive, twin: Archive) -> None:
    for each in (archive, twin):
        await list_all(each)
        await _history(each)
    one_by_one = [await twin.sources.record_poll(record) for record in _looks(twin)]
    together = await kept(archive, *_looks(archive))

    assert [(each.new, each.revised, each.ids) for each in together] == [
        (each.new, each.revised, each.ids) for each in one_by_one
    ]
    assert [each.new for each in together] == [0, 4, 1, 0, 0, 0, 0, 2, 0]
    assert [each.revised for each in together] == [0, 0, 0, 0, 0, 0, 0, 1, 1]
    left = await _content(archive)
    assert left == await _content(twin)
    (corrected,) = [row for row in left["revisions"] if (row["item"], row["number"]) == ("read", 3)]
    assert (corrected["title"], corrected["text"]) == ("A correction", "All of it.")


async def _history(archive: Archive) -> None:
    """What the looks below find: known articles, one of them read, one let go of, and sources in trouble."""
    known = [archive.item(name) for name in ("read", "known", "theirs")]
    await kept(archive, look(archive, "wire", *known, digest="w1", entries=3, first=True))
    await kept(archive, look(archive, "down", problem=Problem.TIMEOUT, reason="did not answer", error_count=1))
    await kept(archive, look(archive, "back", moved_to="https://elsewhere.example/feed"))
    async with archive.database.write() as connection:
        await connection.execute(update(items).where(items.c.id == "read").values(text="All of it.", revision=2))
        await connection.execute(
            insert(revisions),
            [{"item": "read", "number": 2, "title": "t", "summary": "s", "text": "All of it.", "seen_at": NOON}],
        )
        gone = [{"item": "gone", "last_listed_at": NOON - 2 * DAY}, {"item": "lately", "last_listed_at": NOON}]
        await connection.execute(insert(forgotten), gone)


def _looks(archive: Archive) -> Iterator[PollRecord]:
    now = NOON + 10 * MINUTE
    new = [archive.item(name, outlet="ledger", at=now) for name in ("one", "two", "three")]
    old = archive.item("old", outlet="ledger", at=now)
    old = replace(old, published=NOON - 9 * DAY)
    yield look(archive, "wire", at=now)
    yield look(
        archive, "ledger", old, *new, at=now, backfill=frozenset({"old"}), validators=Validators('"1"', "Tue"),
        dated={item.id: item.published for item in (old, *new)}, digest="l1", entries=4,
        hub=Hub("https://hub.example/", "https://ledger.example/feed"),
    )  # fmt: skip
    mirrored = [replace(item, summary="Shorter.") for item in (*new, archive.item("theirs"))]
    yield look(archive, "mirror", *mirrored, archive.item("own"), at=now, digest="m1", entries=5)
    yield look(archive, "down", at=now, problem=Problem.TIMEOUT, reason="did not answer again", error_count=2)
    yield look(archive, "moves", at=now, move=Move("https://new.example/feed", 1, now))
    yield look(archive, "moved", at=now, moved_to="https://new.example/feed", validators=Validators())
    yield look(archive, "back", at=now, problem=Problem.GONE, reason="is gone", error_count=1, moved_back=True)
    # Once more while the first of them waits still: as if it had been looked at later.
    later = now + MINUTE
    listed = [replace(archive.item("read"), title="A correction"), archive.item("gone"), archive.item("lately")]
    fresh = [archive.item("unlisted before", at=later), archive.item("and that", at=later)]
    yield look(
        archive, "wire", *listed, *fresh, archive.item("known"), at=later, digest="w1", entries=3,
        dated={"and that": NOON},
    )  # fmt: skip
    yield look(archive, "ledger", replace(new[0], title="Corrected"), *new[1:], at=later, digest="l1", entries=4)


async def _content(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    content = {}
    async with archive.database.read() as connection:
        for table in (sources, items, revisions, hubs, forgotten):
            columns = [column for column in table.c if column.name not in {"token", "secret"}]
            rows = await connection.execute(select(*columns).order_by(*table.primary_key.columns))
            content[table.name] = [{**row} for row in rows.mappings()]
    return content


async def test_of_two_processes_given_the_same_news_at_once_one_finds_it_new(
    archive: Archive, elsewhere: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    await list_all(archive)
    news = [archive.item(f"story {number}") for number in range(20)]
    for turn in range(5):
        stories = [replace(item, id=f"{item.id} {turn}") for item in news]
        ours = [look(archive, name, *stories) for name in NAMES[:3]]
        theirs = [look(archive, name, *reversed(stories)) for name in NAMES[3:6]]
        async with asyncio.timeout(60):
            found, others, *_ = await asyncio.gather(
                kept(archive, *ours),
                kept(elsewhere, *theirs),
                archive.sources.release(),
                elsewhere.sources.claim_due(now=NOON, lease=LEASE, limit=50),
                elsewhere.sources.list_sources([archive.source(name) for name in reversed(NAMES)], now=NOON),
            )
        assert sum(each.new for each in (*found, *others)) == len(news)

    assert len(await stored(archive)) == 5 * len(news)
    assert not caplog.records  # nothing was tried twice


async def test_a_source_is_claimed_by_one_of_two_processes(archive: Archive, elsewhere: Archive) -> None:
    await archive.sources.list_sources([archive.source(f"source{number}") for number in range(40)], now=NOON)
    claims = await asyncio.gather(
        *(each.sources.claim_due(now=NOON, lease=LEASE, limit=5) for _ in range(4) for each in (archive, elsewhere))
    )

    claimed = [claim.source.id for each in claims for claim in each]
    assert len(claimed) == len({*claimed})
