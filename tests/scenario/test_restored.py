"""After a restore, what Slack already has is not posted again: neither what was waiting nor what is found again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.archive import Archive
from support.delivering import CHANNEL, Desk, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import DeliveryState
from bot.storage.backup import back_up, restore
from bot.storage.database import Database
from bot.storage.schema import deliveries

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
        await back_up(desk.archive.database, file, force=False, now=desk.clock(), program="0.1.0")

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


async def test_five_days_later_nothing_is_doubted_any_more(
    go_back: Callable[[], Awaitable[Callable[[], Awaitable[Desk]]]],
) -> None:
    restored = await (await go_back())()
    await restored.archive.open_development("soon", at=restored.clock())
    await restored.alert.run(restored.clock() + timedelta(days=3))
    await restored.archive.open_development("late", at=restored.clock())
    await restored.alert.run(restored.clock() + timedelta(days=5))

    assert await states(restored) == {"d-soon:1:post": DeliveryState.SENDING, "d-late:1:post": DeliveryState.PENDING}
