"""A source that gives the same document again and again, because it cannot be asked whether that has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update
from support.feed_host import Poller, polling

from bot.domain.retention import Chore
from bot.domain.source import Problem
from bot.storage.retention import RetentionStore
from bot.storage.schema import forgotten, items

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Column
    from support.archive import Archive, Clock

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def poller(archive: Archive, clock: Clock) -> AsyncIterator[Poller]:
    """A poller of one source, "wire", that gives its articles without a tag."""
    async for one in polling(archive, clock):
        await one.list("wire")
        feed = one.host.feeds["wire"]
        feed.tagged, feed.articles = False, [("one", clock()), ("two", clock())]
        yield one


async def _all(archive: Archive, column: Column[Any]) -> list[Any]:
    async with archive.database.read() as connection:
        return sorted((await connection.scalars(select(column))).all())


async def test_it_is_as_good_as_told_that_nothing_changed(poller: Poller, clock: Clock) -> None:
    await poller.look()
    read_at = clock()
    await poller.pass_time(5 * HOUR, every=HOUR)
    same = await poller.health("wire")
    assert (same.problem, same.entries, same.unchanged_since, same.last_success_at) == (None, 2, read_at, clock())

    poller.host.feeds["wire"].articles.append(("three", clock()))
    await poller.pass_time(HOUR, every=HOUR)
    changed = await poller.health("wire")
    assert (changed.entries, changed.unchanged_since, changed.newest_at) == (3, clock(), clock())
    assert await _all(poller.archive, items.c.title) == ["one", "three", "two"]


async def test_what_is_read_again_after_trouble_ends_the_trouble(poller: Poller, clock: Clock) -> None:
    await poller.look()
    feed = poller.host.feeds["wire"]
    feed.body = "<html><title>Down for repairs</title></html>"
    clock.forward(hours=1)
    await poller.look()
    clock.forward(hours=1)
    await poller.look()
    assert (await poller.health("wire")).problem is Problem.NOT_A_FEED

    feed.body = None
    clock.forward(hours=3)
    await poller.look()
    assert (await poller.health("wire")).problem is None


async def test_that_what_was_let_go_of_is_listed_still_is_noted_once_a_day(poller: Poller, clock: Clock) -> None:
    await poller.look()
    async with poller.archive.database.write() as connection:
        await connection.execute(update(items).values(decided_revision=items.c.revision))
    store = RetentionStore(poller.archive.database)
    clock.forward(days=40)
    going = [str(key) for key in await store.due(Chore.BACKGROUND, before=clock(), limit=None)]
    assert await store.let_go(Chore.BACKGROUND, going, before=clock(), now=clock()) == 2

    for _ in range(4):
        await poller.pass_time(24 * HOUR, every=3 * HOUR)
        first, second = await _all(poller.archive, forgotten.c.last_listed_at)
        assert clock() - 48 * HOUR < first == second
    assert await _all(poller.archive, items.c.title) == []  # and it is no news again
