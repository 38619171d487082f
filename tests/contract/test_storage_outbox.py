"""The outbox as one process or several use it: one order, one pace, folding all or nothing, holds that are kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.archive import NOON, Archive

from bot.domain.catch_up import CatchUp
from bot.domain.decision import AlertAction
from bot.domain.delivery import Address, Delivery, DeliveryState, Lane
from bot.domain.hold import EVERYWHERE, Obstacle
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.storage.catch_ups import CatchUpStore
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryStore
from bot.storage.holds import HoldStore
from bot.storage.schema import deliveries
from bot.storage.source_notices import SourceNoticeStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
PLACE = "C0TALKS"
PACE = timedelta(seconds=1)
SOON = NOON + timedelta(hours=3)


@pytest.fixture
async def elsewhere(archive: Archive) -> AsyncIterator[Database]:
    """The same database as another process has it open."""
    database = Database(archive.database.url.render_as_string(hide_password=False))
    yield database
    await database.close()


async def queue(archive: Archive, *names: str, place: str = PLACE) -> None:
    """A card for each, waiting since noon."""
    for name in names:
        await archive.open_development(name)
    for alert in await archive.alerts.unaddressed(limit=100):
        await archive.alerts.address([(alert, [Address(place, AlertAction.POST)])], now=NOON)


async def head(archive: Archive, place: str = PLACE) -> Delivery:
    found = await archive.deliveries.head(place, Lane.MESSAGES, now=SOON)
    assert found is not None
    return found


async def rows(archive: Archive) -> list[tuple[str, str, str]]:
    query = select(deliveries).order_by(deliveries.c.id)
    async with archive.database.read() as connection:
        return [(row.development, row.action, row.state) for row in await connection.execute(query)]


async def fold(store: CatchUpStore, chosen: Sequence[int]) -> bool:
    return await store.fold(PLACE, chosen, since=NOON, until=SOON, obstacle=Obstacle.UNREACHABLE, now=SOON)


async def test_of_two_processes_one_makes_the_call_and_the_pace_is_kept(archive: Archive, elsewhere: Database) -> None:
    await queue(archive, "one", "two")
    first = await head(archive)
    stores = (archive.deliveries, DeliveryStore(elsewhere))
    assert sorted(await asyncio.gather(*(each.begin(first, now=SOON, pace=PACE) for each in stores))) == [False, True]

    await archive.deliveries.settle(first, DeliveryState.SENT, now=SOON, ts="1.1")
    second = await head(archive)
    assert second.development == "d-two"
    assert not await stores[1].begin(second, now=SOON + PACE / 2, pace=PACE)
    assert await stores[1].begin(second, now=SOON + PACE, pace=PACE)


async def test_a_pause_is_kept_by_every_process_and_never_shortened(archive: Archive, elsewhere: Database) -> None:
    await queue(archive, "one")
    theirs = DeliveryStore(elsewhere)
    await archive.deliveries.pause(Lane.MESSAGES, until=SOON + timedelta(seconds=30))
    await theirs.pause(Lane.MESSAGES, until=SOON + timedelta(seconds=5))

    async def waiting(lane: Lane, seconds: float) -> list[str]:
        at = SOON + timedelta(seconds=seconds)
        return list(await theirs.conversations_waiting(lane, now=at, pace=PACE))

    assert await waiting(Lane.MESSAGES, 29) == []
    assert not await theirs.begin(await head(archive), now=SOON + timedelta(seconds=29))
    assert await waiting(Lane.MESSAGES, 30) == [PLACE]


async def test_folding_is_one_transaction_and_takes_the_place_of_the_oldest(archive: Archive) -> None:
    await queue(archive, "one", "two", "three")
    store = CatchUpStore(archive.database)
    assert await store.conversations_behind(before=NOON) == [PLACE]
    one, two, _three = [each.delivery for each in await store.backlog(PLACE)]
    assert await fold(store, [one, two])

    assert await rows(archive) == [
        ("d-one", "post", "superseded"),
        ("d-two", "post", "superseded"),
        ("d-three", "post", "pending"),
        ("d-one", "catch_up", "pending"),
    ]
    first = await head(archive)
    assert first.action is AlertAction.CATCH_UP
    told = await archive.deliveries.told(first)
    assert isinstance(told, CatchUp)
    assert [each.id for each in told.developments] == ["d-one", "d-two"]
    assert (told.since, told.until, told.obstacle) == (NOON, SOON, Obstacle.UNREACHABLE)
    assert await archive.alerts.conversations_with_card(["d-one"]) == {"d-one": frozenset()}
    listing = await archive.alerts.conversations_listing(["d-one", "d-three"])
    assert listing == {"d-one": {PLACE}, "d-three": frozenset()}


async def test_what_is_on_its_way_is_not_folded_nor_anything_with_it(archive: Archive, elsewhere: Database) -> None:
    await queue(archive, "one", "two")
    store = CatchUpStore(elsewhere)
    chosen = [each.delivery for each in await store.backlog(PLACE)]
    assert await archive.deliveries.begin(await head(archive), now=SOON)
    before = await rows(archive)
    assert not await fold(store, chosen)
    assert await rows(archive) == before
    assert await store.conversations_behind(before=NOON) == [], "its fate turns out first"


async def test_a_catch_up_message_folded_into_a_later_one_brings_what_it_listed(archive: Archive) -> None:
    await queue(archive, "one", "two")
    store = CatchUpStore(archive.database)
    assert await fold(store, [each.delivery for each in await store.backlog(PLACE)])
    await queue(archive, "three")
    assert await fold(store, [each.delivery for each in await store.backlog(PLACE)])

    first = await head(archive)
    told = await archive.deliveries.told(first)
    assert isinstance(told, CatchUp)
    assert [each.id for each in told.developments] == ["d-one", "d-two", "d-three"]
    assert [state for _, action, state in await rows(archive) if action == "catch_up"] == ["superseded", "pending"]

    await archive.deliveries.settle(first, DeliveryState.HELD, now=SOON, note="too long")
    assert [state for _, action, state in await rows(archive) if action == "post"] == ["pending"] * 3
    assert await store.backlog(PLACE) == [], "in vain once is enough"
    assert (await head(archive)).development == "d-one"


async def test_a_hold_is_kept_until_it_ends_and_counts(archive: Archive, elsewhere: Database) -> None:
    await queue(archive, "one")
    ours, theirs = HoldStore(archive.database), HoldStore(elsewhere)
    met = await head(archive)

    async def meet(store: HoldStore, at_minute: int) -> bool:
        now = SOON + timedelta(minutes=at_minute)
        _, new = await store.hold(
            PLACE, Obstacle.ARCHIVED, "is_archived", delivery=met, now=now, pause=lambda n: timedelta(minutes=n)
        )
        return new

    assert [await meet(ours, 0), await meet(theirs, 5)] == [True, False]
    hold = (await ours.holds())[PLACE]
    assert (hold.since, hold.failures, hold.closed) == (SOON, 2, True)
    assert hold.next_probe_at == SOON + timedelta(minutes=7)
    assert await theirs.hasten(PLACE, now=SOON)
    assert await archive.deliveries.conversations_waiting(Lane.MESSAGES, now=SOON, pace=PACE) == []
    (held,) = await theirs.held()
    assert (held.place, held.waiting) == (PLACE, 1)

    await ours.mended(PLACE, now=SOON)
    assert await theirs.held() == []
    assert await archive.deliveries.conversations_waiting(Lane.MESSAGES, now=SOON, pace=PACE) == [PLACE]
    await ours.release(PLACE)
    assert await ours.holds() == {}


async def test_a_lost_call_or_two_are_no_outage_and_after_one_they_are_counted_anew(archive: Archive) -> None:
    await queue(archive, "one")
    store, met = HoldStore(archive.database), await head(archive)
    closed = []
    for number in range(7):
        if number == 4:
            await store.mended(EVERYWHERE, now=SOON)
        hold, _ = await store.hold(
            EVERYWHERE, Obstacle.UNREACHABLE, "503", delivery=met, now=SOON, pause=lambda n: timedelta(seconds=n)
        )
        closed.append(hold.closed)
    assert closed == [False, False, True, True, False, False, True]


async def test_a_notice_is_left_once_for_each_who_should_know(archive: Archive) -> None:
    await queue(archive, "one")
    store = HoldStore(archive.database)
    hold, _ = await store.hold(
        PLACE, Obstacle.ARCHIVED, "x", delivery=await head(archive), now=SOON, pause=lambda n: timedelta(minutes=n)
    )
    for _ in range(2):
        await store.tell(hold, ["D1", "C9"], now=SOON)
    assert [action for _, action, _ in await rows(archive)] == ["post", "notice", "notice"]
    assert (await store.holds())[PLACE].told_at == SOON


async def test_of_two_holds_first_met_by_notices_of_no_development_each_is_told(archive: Archive) -> None:
    store = HoldStore(archive.database)
    for number in range(2):
        key = f"moved wire {number}"
        notice = SourceNotice(SourceNews.MOVED, key, (Patient("wire", "Sample Wire", NOON),), NOON, NOON, 1, 1)
        await SourceNoticeStore(archive.database).tell(Telling(notice), PLACE, now=NOON)
        met = await head(archive)
        hold, _ = await store.hold(
            PLACE, Obstacle.ARCHIVED, "x", delivery=met, now=SOON, pause=lambda n: timedelta(minutes=n)
        )
        await store.tell(hold, ["D1"], now=SOON)
        await store.release(PLACE)
        await archive.deliveries.settle(met, DeliveryState.SENT, now=SOON, ts="1.2")
    assert [action for _, action, _ in await rows(archive)] == ["sources", "notice"] * 2
