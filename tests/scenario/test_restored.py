"""After a restore, what Slack already has is not posted again: neither what was waiting nor what is found again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.archive import Archive
from support.delivering import CHANNEL, Desk, update

from bot.domain.decision import AlertAction, Urgency
from bot.domain.delivery import DeliveryState
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.domain.subscription import Subscription
from bot.pipeline.deliver import DeliverStep
from bot.slack.messenger import SlackMessenger, posting_client
from bot.storage.backup import back_up, restore
from bot.storage.database import Database
from bot.storage.schema import deliveries, developments
from bot.storage.source_notices import SourceNoticeStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path


@pytest.fixture
async def go_back(desk: Desk, tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]]:
    """Make a backup; gives what restores it, and the desk that goes on from there."""
    opened: list[Database] = []

    async def keep() -> Callable[[], Awaitable[Desk]]:
        url = desk.archive.database.url.render_as_string(hide_password=False)
        file = tmp_path / "kept.backup"
        await back_up(desk.archive.database, file, force=True, now=desk.clock(), program="0.1.0")

        async def go() -> Desk:
            await desk.archive.database.close()
            database = Database(url)
            await restore(database, file, now=desk.clock())
            opened.append(database)
            return Desk(Archive(database), desk.clock, desk.relay, desk.sandbox)

        return go

    yield keep
    for database in opened:
        await database.close()


async def states(desk: Desk) -> dict[str, DeliveryState]:
    async with desk.archive.database.read() as connection:
        rows = await connection.execute(select(deliveries.c.key, deliveries.c.state))
        return {row.key.split(":", 1)[1]: DeliveryState(row.state) for row in rows}


async def test_what_waited_then_and_was_sent_since_is_not_sent_again(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    await desk.archive.open_development("one", at=desk.clock())
    await desk.alert.run(desk.clock())
    back = await go_back()
    await desk.work(2)
    assert len(await desk.texts()) == 1

    restored = await back()
    assert await states(restored) == {"d-one:1:post": DeliveryState.SENDING}
    await restored.work(3)

    assert len(await restored.texts()) == 1
    assert await states(restored) == {"d-one:1:post": DeliveryState.SENT}
    assert await restored.archive.deliveries.card_ts(CHANNEL, "d-one") == (await restored.seen())[0]["ts"]


async def test_what_waited_then_and_never_arrived_is_sent_once(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    await desk.archive.open_development("one", at=desk.clock())
    await desk.alert.run(desk.clock())
    restored = await (await go_back())()
    await restored.work(4)

    assert await restored.texts() == ["d-one card of 1"]


async def test_what_was_found_and_told_after_the_backup_and_is_found_again_is_not_told_again(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    back = await go_back()
    await desk.archive.open_development("one", at=desk.clock())
    await desk.work(2)
    await update(desk, "d-one", action=AlertAction.THREAD)
    await desk.work(4)
    before = await desk.seen()
    assert len(before) == 2

    desk.clock.forward(hours=3)
    restored = await back()
    await restored.archive.open_development("one", at=restored.clock())
    await restored.work(3)
    await update(restored, "d-one", action=AlertAction.THREAD)
    await restored.archive.open_development("two", at=restored.clock())
    await restored.work(8)

    after = await restored.seen()
    assert [message["ts"] for message in after[:2]] == [message["ts"] for message in before]
    assert [message["text"] for message in after[2:]] == ["d-two card of 1"]


async def test_where_the_history_cannot_be_read_at_first_it_is_asked_again_before_anything_is_posted(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    await desk.archive.open_development("one", at=desk.clock())
    await desk.alert.run(desk.clock())
    back = await go_back()
    await desk.work(2)
    desk.clock.forward(hours=20)
    restored = await back()
    restored.relay.refused = {"conversations.history": "ratelimited"}
    await restored.work(3)
    assert await states(restored) == {"d-one:1:post": DeliveryState.SENDING}

    restored.relay.refused = {}
    restored.clock.forward(seconds=31)
    await restored.work(3)
    assert len(await restored.texts()) == 1


async def late(desk: Desk) -> None:
    """Four routine cards wait for three hours while Slack cannot be reached."""
    desk.relay.down = True
    for name in ("one", "two", "three", "four"):
        await desk.archive.open_development(name, at=desk.clock())
    async with desk.archive.database.write() as connection:
        await connection.execute(developments.update().values(urgency=Urgency.ROUTINE))
    await desk.work(8)
    desk.clock.forward(hours=3)


@pytest.mark.parametrize("kept", ["before it was folded", "as it waited"])
async def test_what_was_listed_after_the_backup_is_neither_listed_nor_told_again(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]], kept: str
) -> None:
    await late(desk)
    back = await go_back()
    desk.relay.down = False
    if kept == "as it waited":
        while not any("catch_up" in key for key in await states(desk)):
            await desk.alert.run(desk.clock())
            desk.relay.refused = {"chat.postMessage": "ratelimited"}
            await desk.work()
        back = await go_back()
        desk.relay.refused = {}
        desk.clock.forward(minutes=1)
    await desk.work(10)
    (listed,) = await desk.texts()
    assert "4 developments" in listed

    desk.clock.forward(hours=1)
    restored = await back()
    await restored.work(20)
    assert await restored.texts() == [listed]
    assert set((await states(restored)).values()) == {DeliveryState.SENT, DeliveryState.SUPERSEDED}


async def test_what_was_late_then_and_never_listed_is_listed_once(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    await late(desk)
    back = await go_back()
    restored = await back()
    restored.relay.down = False
    await restored.work(20)
    (listed,) = await restored.texts()
    assert "4 developments" in listed


async def test_a_notice_given_after_the_backup_is_not_given_again_and_a_hold_is_looked_at_at_once(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    await desk.archive.desk.subscribe([Subscription("U0DANA", CHANNEL, "talks", "politics", Urgency.LOW, desk.clock())])
    desk.relay.refused = {"chat.postMessage": "is_archived", "conversations.info": "channel_not_found"}
    await desk.archive.open_development("one", at=desk.clock())
    desk.deliver = DeliverStep(
        desk.archive.deliveries,
        SlackMessenger(posting_client(desk.sandbox.workspace.app.bot_token, desk.relay.api_url)),
        desk.render,
        desk.clock,
        holds=desk.holds,
    )
    await desk.work(2)
    assert (await desk.holds.holds())[CHANNEL].told_at is None
    back = await go_back()
    desk.deliver = desk.step(desk.render)
    desk.relay.refused = {"conversations.info": "channel_not_found"}
    await desk.work(3)
    (direct,) = await notices(desk)
    assert len(await desk.seen(direct)) == 1

    restored = await back()
    assert (await restored.holds.holds())[CHANNEL].next_probe_at == restored.clock()
    await restored.work(4)
    assert len(await restored.seen(direct)) == 1
    restored.relay.refused = {}
    restored.clock.forward(hours=1)
    await restored.work(4)
    assert await restored.texts() == ["d-one card of 1"]


async def test_what_was_told_of_a_source_after_the_backup_is_not_told_again(
    desk: Desk, go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]]
) -> None:
    await desk.archive.keep(at=desk.clock())
    at = desk.clock()
    patient = Patient("wire", "Sample Wire", at, "did not answer")
    telling = Telling(
        SourceNotice(SourceNews.BROKE, f"broke wire {at}", (patient,), at, at, listed=1, answering=0), {"wire": "broke"}
    )
    back = await go_back()
    await SourceNoticeStore(desk.archive.database).tell(telling, CHANNEL, now=desk.clock())
    await desk.work(2)
    assert len(await desk.texts()) == 1

    desk.clock.forward(hours=1)
    restored = await back()
    await SourceNoticeStore(restored.archive.database).tell(telling, CHANNEL, now=restored.clock())
    await restored.work(3)
    assert len(await restored.texts()) == 1


async def notices(desk: Desk) -> list[str]:
    """Where notices were given."""
    query = select(deliveries.c.conversation).where(deliveries.c.action == AlertAction.NOTICE)
    async with desk.archive.database.read() as connection:
        return list((await connection.scalars(query)).all())


async def test_five_days_later_nothing_is_doubted_any_more(
    go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]],
) -> None:
    restored = await (await go_back())()
    await restored.archive.open_development("soon", at=restored.clock())
    await restored.alert.run(restored.clock() + timedelta(days=3))
    await restored.archive.open_development("late", at=restored.clock())
    await restored.alert.run(restored.clock() + timedelta(days=5))

    assert await states(restored) == {"d-soon:1:post": DeliveryState.SENDING, "d-late:1:post": DeliveryState.PENDING}
