"""Sources over real sockets and a real database, with a clock a test sets: what is learned of each, and kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.feed_host import Feed, Poller, polling
from support.talks import TALKS

from bot.domain.condition import Condition
from bot.domain.source import Problem
from bot.queries.sources import sources_report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.archive import Archive, Clock

MINUTES, HOUR = timedelta(minutes=1), timedelta(hours=1)

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def poller(archive: Archive, clock: Clock) -> AsyncIterator[Poller]:
    async for one in polling(archive, clock):
        yield one


async def test_that_a_broken_document_is_unchanged_does_not_heal_it(poller: Poller, clock: Clock) -> None:
    await poller.list("wire")
    feed = poller.host.feeds["wire"]
    feed.articles = [("one", clock())]
    await poller.look()
    good = feed.text
    feed.body = "<html><title>Down for repairs</title></html>"
    clock.forward(hours=1)
    await poller.look()
    broken = await poller.health("wire")
    assert (broken.problem, broken.error_count) == (Problem.NOT_A_FEED, 1)

    clock.forward(hours=1)
    (claim,) = await poller.look()
    assert claim.validators.etag is None  # it is not asked whether that has changed
    still = await poller.health("wire")
    assert (still.problem, still.error_count, still.failing_since) == (Problem.NOT_A_FEED, 2, broken.failing_since)

    feed.body = good
    clock.forward(hours=3)
    await poller.look()
    assert (await poller.health("wire")).problem is None
    clock.forward(hours=1)
    await poller.look()  # 304 from here on
    assert (await poller.health("wire")).problem is None


async def test_a_permanent_redirect_is_followed_each_time_and_believed_after_three_looks_and_an_hour(
    poller: Poller, clock: Clock
) -> None:
    await poller.list("wire")
    poller.host.feeds["wire"] = old = Feed(status=301, location="/new")
    poller.host.feeds["new"] = new = Feed(articles=[("one", clock())])
    await poller.look()
    await poller.pass_time(50 * MINUTES, every=MINUTES)
    assert (await poller.health("wire")).address is None
    assert old.asked == new.asked >= 3

    await poller.pass_time(40 * MINUTES, every=MINUTES)
    moved = await poller.health("wire")
    assert (moved.address, moved.source.url) == (poller.host.url("new"), poller.host.url("wire"))
    asked = old.asked
    await poller.pass_time(HOUR, every=MINUTES)
    assert old.asked == asked
    assert (await poller.health("wire")).problem is None

    assert await poller.archive.sources.unmove("wire", now=clock())
    await poller.pass_time(3 * HOUR, every=5 * MINUTES)
    assert (await poller.health("wire")).address is None  # what was put right stays so
    assert old.asked > asked


async def test_a_redirect_that_passes_is_not_believed(poller: Poller, clock: Clock) -> None:
    await poller.list("wire")
    poller.host.feeds["new"] = Feed()
    feed = poller.host.feeds["wire"]
    for _ in range(4):  # a login page that comes and goes
        feed.status, feed.location = 308, "/new"
        await poller.pass_time(40 * MINUTES, every=MINUTES)
        feed.status, feed.location = 200, ""
        await poller.pass_time(40 * MINUTES, every=MINUTES)
    assert (await poller.health("wire")).address is None
    assert clock() > (await poller.health("wire")).last_success_at  # type: ignore[operator]  # it was read


async def test_where_a_source_moved_to_and_is_gone_it_is_looked_for_where_the_newsroom_says(
    poller: Poller, clock: Clock
) -> None:
    await poller.list("wire")
    feed = poller.host.feeds["wire"]
    feed.status, feed.location = 301, "/new"
    poller.host.feeds["new"] = Feed(articles=[("one", clock())])
    await poller.pass_time(2 * HOUR, every=MINUTES)
    assert (await poller.health("wire")).address == poller.host.url("new")

    poller.host.feeds["new"].status = 410
    feed.status, feed.location, feed.articles = 200, "", [("two", clock())]
    await poller.pass_time(HOUR, every=MINUTES)
    back = await poller.health("wire")
    assert (back.address, back.problem, back.stopped) == (None, None, False)


@pytest.mark.parametrize("off", [3 * HOUR, -3 * HOUR, -48 * HOUR, 30 * HOUR], ids=str)
async def test_a_wrong_clock_is_found_out_and_its_dates_make_no_old_news(
    poller: Poller, clock: Clock, off: timedelta
) -> None:
    await poller.list("wire")
    feed = poller.host.feeds["wire"]
    await poller.look()
    for number in range(8):
        clock.forward(minutes=30)
        feed.articles.append((f"a{number}", clock() - 3 * MINUTES + off))
        await poller.look()
    seen = await poller.health("wire")
    assert seen.clock_ahead == off

    clock.forward(hours=1)
    feed.articles.append(("last", clock() - 3 * MINUTES + off))
    feed.articles.append(("old", clock() - timedelta(days=3) + off))
    await poller.look()
    waiting = await poller.archive.developments.undecided("talks", limit=20)
    old = {item.title: old for item, old in waiting}
    assert old["last"] is False
    assert old["old"] is True


async def test_a_right_clock_is_left_alone(poller: Poller, clock: Clock) -> None:
    await poller.list("wire")
    await poller.look()
    for number in range(8):
        clock.forward(minutes=30)
        poller.host.feeds["wire"].articles.append((f"a{number}", clock() - number * MINUTES))
        await poller.look()
    assert (await poller.health("wire")).clock_ahead is None


async def test_a_feed_that_stays_the_same_while_others_move_is_frozen(poller: Poller, clock: Clock) -> None:
    await poller.list("wire", "paper", "radio")
    feeds = poller.host.feeds
    for number in range(30):
        for name in ("wire", "paper", "radio"):
            if number < 22 or name != "wire":
                feeds[name].articles.append((f"{name}{number}", clock()))
        await poller.pass_time(6 * HOUR, every=2 * HOUR)

    report = await sources_report(TALKS, poller.archive.sources, now=clock())
    assert {each.health.source.id: each.condition for each in report.sources} == {
        "wire": Condition.FROZEN, "paper": Condition.FINE, "radio": Condition.FINE,
    }  # fmt: skip
    wire = await poller.health("wire")
    assert wire.unchanged_since is not None
    assert clock() - wire.unchanged_since > 40 * HOUR

    feeds["wire"].articles.append(("again", clock()))
    await poller.pass_time(20 * MINUTES, every=10 * MINUTES)
    report = await sources_report(TALKS, poller.archive.sources, now=clock())
    assert {each.condition for each in report.sources} == {Condition.FINE}


async def test_how_late_a_source_is_is_counted_from_what_is_stored(archive: Archive, clock: Clock) -> None:
    await archive.sources.list_sources([archive.source(), archive.source("paper")], now=clock())
    for number in range(4):
        name = f"n{number}"
        development = await archive.open_development(name, at=clock())
        late = archive.item(f"late-{name}", at=clock.forward(minutes=30 + number), outlet="paper")
        await archive.keep(late, at=clock(), source="paper")
        await archive.add_report(late, development, at=clock())

    delays = await archive.sources.peer_delays("talks", since=clock() - timedelta(days=1))
    assert (delays["paper"].typical, delays["paper"].developments) == (31.5 * MINUTES, 4)
