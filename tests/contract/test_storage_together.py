"""Several processes, or several tasks of one, at the same database at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.archive import NOON, Archive, new_development

from bot.domain.alert import Feedback, Verdict
from bot.storage.database import Database
from bot.storage.desk import DeskStore
from bot.storage.leases import LeaseStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TERM = timedelta(seconds=15)
both = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def elsewhere(archive: Archive) -> AsyncIterator[Database]:
    """The same database as another process has it open."""
    database = Database(archive.database.url.render_as_string(hide_password=False))
    yield database
    await database.close()


@both
async def test_of_two_that_ask_for_a_lease_at_once_one_gets_it(archive: Archive, elsewhere: Database) -> None:
    ours, theirs = LeaseStore(archive.database), LeaseStore(elsewhere)
    ours.owner, theirs.owner = "here:1", "there:1"
    for number in range(10):
        asked = [store.acquire(f"lease {number}", now=NOON, term=TERM) for store in (ours, theirs)]
        assert sorted(await asyncio.gather(*asked)) == [False, True]


@both
async def test_a_lease_is_renewed_by_its_owner_and_free_after_its_term(archive: Archive) -> None:
    ours, theirs = LeaseStore(archive.database), LeaseStore(archive.database)
    ours.owner, theirs.owner = "here:1", "there:1"

    assert await ours.acquire("engine", now=NOON, term=TERM)
    assert await ours.acquire("engine", now=NOON + TERM / 2, term=TERM)
    assert not await theirs.acquire("engine", now=NOON + TERM, term=TERM)
    assert await theirs.acquire("engine", now=NOON + TERM * 1.5, term=TERM)
    assert not await ours.acquire("engine", now=NOON + TERM * 1.5, term=TERM)


@both
async def test_judgements_and_reports_at_once_are_each_told(archive: Archive, elsewhere: Database) -> None:
    await archive.open_development("one")
    item = archive.item("two", outlet="ledger")
    await archive.keep(item)
    joins = replace(new_development(item), development="d-one")
    judges = [Feedback("d-one", f"U{number}", Verdict.NOT_NEW, NOON) for number in range(6)]
    await asyncio.gather(
        *(DeskStore(elsewhere).judge(judged) for judged in judges),
        archive.developments.record_decision("talks", item, joins, silent=False, now=NOON),
    )

    alerts = await archive.alerts.unaddressed(limit=100)
    assert sorted(alert.revision for alert in alerts) == [1, 2, 3, 4, 5, 6, 7, 8]


@both
async def test_only_the_first_of_two_decisions_on_an_item_is_kept(archive: Archive) -> None:
    item = archive.item("one")
    await archive.keep(item)
    first, second = new_development(item), replace(new_development(item), development="d-other")

    assert await archive.developments.record_decision("talks", item, first, silent=False, now=NOON)
    assert not await archive.developments.record_decision("talks", item, second, silent=False, now=NOON)
    assert await archive.developments.development("d-other") is None


async def test_however_many_wait_to_write_reading_is_quick(archive: Archive) -> None:
    async with archive.database.write():
        waiting = [asyncio.create_task(archive.keep(archive.item(f"i{number}"))) for number in range(30)]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(2):
            assert await archive.developments.undecided("talks", limit=1) == []
    await asyncio.gather(*waiting)

    assert len(await archive.developments.undecided("talks", limit=100)) == 30
