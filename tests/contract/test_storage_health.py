"""Times that move with the clock, notices and counts, on either database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.domain.decision import AlertAction
from bot.domain.delivery import Address, DeliveryState, Lane
from bot.domain.poll import PollRecord
from bot.domain.source import Hub
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.storage.hubs import HubStore
from bot.storage.schema import article_texts, conversations, deliveries, hubs
from bot.storage.source_notices import SourceNoticeStore
from bot.storage.tallies import TallyStore
from bot.storage.texts import TextStore
from bot.storage.time_shift import TimeShift

if TYPE_CHECKING:
    from datetime import datetime

    from support.archive import Archive, Clock

HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=1)
LEASE = timedelta(minutes=2)

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


async def test_what_waits_moves_with_the_clock_and_what_is_by_the_new_one_stays(archive: Archive, clock: Clock) -> None:
    await archive.open_development("one", at=clock())
    (alert,) = await archive.alerts.unaddressed(limit=9)
    await archive.alerts.address([(alert, [Address("C1", AlertAction.POST)])], now=clock())
    head = await archive.deliveries.head("C1", Lane.MESSAGES, now=clock())
    assert head is not None
    await archive.deliveries.begin(head, now=clock())
    await archive.deliveries.settle(head, DeliveryState.SENDING, now=clock(), not_before=clock() + MINUTES)
    before = (await archive.sources.source_health("talks", now=clock()))[0].next_poll_at
    old = clock()

    now = clock.forward(hours=-1)
    shift = TimeShift(archive.database)
    assert await shift.shift(-HOUR, now=now) == 3
    assert await shift.shift(-HOUR, now=now) == 0  # again changes nothing

    after = (await archive.sources.source_health("talks", now=now))[0].next_poll_at
    assert before is not None
    assert after == before - HOUR
    async with archive.database.read() as connection:
        sending = (await connection.execute(select(deliveries))).one()
        paced = (await connection.execute(select(conversations))).one()
    assert (sending.attempted_at, sending.not_before) == (old - HOUR, old - HOUR + MINUTES)
    assert paced.last_message_at == old - HOUR
    assert await archive.deliveries.conversations_waiting(Lane.MESSAGES, now=now + 2 * MINUTES, pace=MINUTES) == ["C1"]


async def test_hubs_to_ask_and_pages_to_read_move_with_the_clock_too(archive: Archive, clock: Clock) -> None:
    await archive.open_development("one", at=clock())
    source, hub = archive.source(), Hub("https://hub.example/", "https://wire.example/feed")
    look = PollRecord(source, at=clock(), next_poll_at=clock() + HOUR, pace=HOUR, hub=hub)
    await archive.sources.record_poll(look)
    old = clock()
    (asked,) = await HubStore(archive.database).claim_hubs(now=old, limit=9)
    (wanted,) = await TextStore(archive.database).claim(
        sources=[source.id],
        shorter_than=100,
        seen_after=old - HOUR,
        attempts=2,
        again_at=old + MINUTES,
        now=old,
        limit=9,
    )

    assert await TimeShift(archive.database).shift(-HOUR, now=clock.forward(hours=-1)) == 3
    async with archive.database.read() as connection:
        kept = (await connection.execute(select(hubs))).one()
        tried = (await connection.execute(select(article_texts))).one()
    assert (kept.source, kept.asked_at) == (asked.source.id, old - HOUR)
    assert kept.next_at < old
    assert (tried.item, tried.not_before) == (wanted.item.id, old - HOUR + MINUTES)


async def test_a_clock_set_back_is_told_by_what_happened_last(archive: Archive, clock: Clock) -> None:
    shift = TimeShift(archive.database)
    assert await shift.ahead(now=clock()) == timedelta()
    await archive.keep(at=clock())
    assert await shift.ahead(now=clock()) == timedelta()
    assert await shift.ahead(now=clock() - HOUR) == HOUR


def about(news: SourceNews, key: str, now: datetime) -> SourceNotice:
    patient = Patient("wire", "Sample Wire", now, "did not answer", now + HOUR)
    return SourceNotice(news, key, (patient,), now, now, listed=1, answering=0)


async def test_a_notice_is_left_once_and_its_sources_are_marked_with_it(archive: Archive, clock: Clock) -> None:
    store = SourceNoticeStore(archive.database)
    notice = about(SourceNews.BROKE, "broke wire", clock())
    for _ in range(2):
        await store.tell(Telling(notice, {"wire": notice.key}), "#admin", now=clock())
    assert [each.told for each in await store.every_source(now=clock())] == ["broke wire"]
    outbox = archive.deliveries
    assert await outbox.conversations_waiting(Lane.MESSAGES, now=clock(), pace=MINUTES) == []  # no such channel yet

    await outbox.rehome("#admin", "C1")
    assert await outbox.conversations_waiting(Lane.MESSAGES, now=clock(), pace=MINUTES) == ["C1"]
    waiting = await outbox.head("C1", Lane.MESSAGES, now=clock())
    assert waiting is not None
    assert (waiting.key, waiting.development, waiting.state) == ("broke wire", None, DeliveryState.PENDING)
    assert await outbox.told(waiting) == notice
    await outbox.begin(waiting, now=clock())
    await outbox.settle(waiting, DeliveryState.SENT, now=clock(), ts="1.2")
    await store.tell(Telling(notice, {"wire": notice.key}), "C1", now=clock())
    assert await outbox.head("C1", Lane.MESSAGES, now=clock()) is None


async def test_what_is_over_takes_its_notice_back_until_the_call_is_made(archive: Archive, clock: Clock) -> None:
    await archive.keep(at=clock())
    store, outbox = SourceNoticeStore(archive.database), archive.deliveries
    broke = Telling(about(SourceNews.BROKE, "broke wire", clock()), {"wire": "broke wire"})
    healed = Telling(about(SourceNews.HEALED, "healed wire", clock()), {"wire": None})
    for _ in range(2):  # and may be told by the same key when it is so again
        await store.tell(broke, "C1", now=clock())
        head = await outbox.head("C1", Lane.MESSAGES, now=clock())
        assert head is not None
        await store.tell(healed, "C1", now=clock())
        assert [each.told for each in await store.every_source(now=clock())] == [None]
        assert await outbox.head("C1", Lane.MESSAGES, now=clock()) is None
        assert not await outbox.begin(head, now=clock())

    await store.tell(broke, "C1", now=clock())
    head = await outbox.head("C1", Lane.MESSAGES, now=clock())
    assert head is not None
    await outbox.begin(head, now=clock())
    await store.tell(healed, "C1", now=clock())
    async with archive.database.read() as connection:
        query = select(deliveries.c.key, deliveries.c.state).order_by(deliveries.c.id)
        kept = [tuple(row) for row in await connection.execute(query)]
    assert kept[2:] == [("broke wire", DeliveryState.SENDING), ("healed wire", DeliveryState.PENDING)]
    assert [state for _, state in kept[:2]] == [DeliveryState.SUPERSEDED] * 2


async def test_what_is_over_with_one_takes_back_no_notice_about_another(archive: Archive, clock: Clock) -> None:
    await archive.sources.list_sources([archive.source("wire"), archive.source("paper")], now=clock())
    store = SourceNoticeStore(archive.database)
    for name in ("wire", "paper"):
        await store.tell(
            Telling(about(SourceNews.BROKE, f"broke {name}", clock()), {name: f"broke {name}"}), "C1", now=clock()
        )
    await store.tell(Telling(about(SourceNews.HEALED, "healed wire", clock()), {"wire": None}), "C1", now=clock())
    assert [each.told for each in await store.every_source(now=clock())] == [None, "broke paper"]
    head = await archive.deliveries.head("C1", Lane.MESSAGES, now=clock())
    assert head is not None
    assert head.key == "broke paper"


async def test_what_is_left_of_an_outage_that_is_over_does_not_take_back_that_it_is(
    archive: Archive, clock: Clock
) -> None:
    await archive.keep(at=clock())
    store, outbox = SourceNoticeStore(archive.database), archive.deliveries
    over = about(SourceNews.OVER, "over outage wire", clock())
    await store.tell(Telling(over, {"wire": over.key}), "C1", now=clock())
    await store.tell(Telling(about(SourceNews.HEALED, "healed wire", clock()), {"wire": None}), "C1", now=clock())
    head = await outbox.head("C1", Lane.MESSAGES, now=clock())
    assert head is not None
    assert head.key == over.key


async def test_what_waits_is_counted_with_its_age(archive: Archive, clock: Clock) -> None:
    store = TallyStore(archive.database)
    start = await store.tally(None, now=clock())
    await archive.keep(archive.item("waits"), at=clock())
    await archive.open_development("one", at=clock())
    seen = await store.tally(start, now=clock.forward(minutes=5))

    assert (seen.items, dict(seen.decisions)) == (2, {"new": 1})
    assert (seen.queues["undecided"].depth, seen.queues["undecided"].oldest_seconds) == (1, 300)
    assert (await store.tally(seen, now=clock())).items == 0
