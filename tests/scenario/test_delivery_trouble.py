"""Delivering while Slack answers nonsense, hides its history, loses a card, or another process is at work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select
from support.delivering import CHANNEL, Desk, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import Address, DeliveryState, Lane
from bot.pipeline.deliver import LONGEST_CALL, SETTLE, UNREADABLE
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    from support.lossy import Fate


async def states(desk: Desk) -> list[tuple[str, str]]:
    """What became of each delivery, oldest first."""
    query = select(deliveries.c.action, deliveries.c.state).order_by(deliveries.c.id)
    async with desk.archive.database.read() as connection:
        return [(row.action, row.state) for row in await connection.execute(query)]


@pytest.mark.parametrize("fate", ["garble", "page", "unsure"])
async def test_an_answer_that_says_nothing_leaves_one_card(desk: Desk, fate: Fate) -> None:
    await desk.archive.open_development("one")
    desk.relay.next(fate)
    await desk.work()
    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(5)

    assert await desk.texts() == ["d-one card of 1"]
    assert await states(desk) == [("post", "sent")]


async def test_a_proxy_that_asks_for_patience_is_given_it(desk: Desk) -> None:
    await desk.archive.open_development("one")
    desk.relay.next("busy")
    await desk.work()
    desk.clock.forward(seconds=5)
    await desk.work()
    assert await desk.texts() == []

    desk.clock.forward(seconds=2)
    await desk.work()
    assert await desk.texts() == ["d-one card of 1"]


async def test_while_its_history_cannot_be_read_a_conversation_waits_but_not_for_ever(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    desk.relay.next("lose_call")
    desk.relay.refused["conversations.history"] = "not_in_channel"
    await desk.work()
    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(5)
    assert await desk.texts() == []

    desk.clock.forward(seconds=UNREADABLE.total_seconds())
    await desk.work(5)
    assert await desk.texts() == ["d-one card of 1", "d-two card of 1"]


async def test_a_card_somebody_deleted_takes_its_edits_with_it(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    (card,) = await desk.seen()
    bot = AsyncWebClient(token=desk.sandbox.workspace.app.bot_token, base_url=desk.sandbox.api_url)
    await bot.chat_delete(channel=CHANNEL, ts=card["ts"])
    for _ in range(3):
        await update(desk, "d-one", action=AlertAction.EDIT)
        await desk.alert.run(desk.clock())
    before = desk.relay.posts
    await desk.work(5)

    assert desk.relay.posts == before + 1
    assert [state for action, state in await states(desk) if action == "edit"] == ["superseded", "superseded", "held"]


async def test_what_cannot_be_rendered_is_held_and_stops_nobody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.unrenderable = "d-one"
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    await desk.work(3)

    assert await desk.texts() == ["d-two card of 1"]
    assert await states(desk) == [("post", "held"), ("post", "sent")]
    assert "cannot be rendered" in caplog.text


async def test_an_edit_waits_as_long_as_slack_asked_though_older_edits_are_waiting_too(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    await update(desk, "d-one", action=AlertAction.EDIT)
    await update(desk, "d-one", action=AlertAction.EDIT)
    desk.relay.next("busy")
    await desk.work()
    before = desk.relay.posts
    await desk.work(4)
    assert desk.relay.posts == before

    desk.clock.forward(seconds=3)
    await desk.work()
    assert await desk.texts() == ["d-one card of 3"]


async def test_a_call_another_process_may_still_be_making_is_left_to_end(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.alert.run(desk.clock())
    store = desk.archive.deliveries
    theirs = await store.head(CHANNEL, Lane.MESSAGES, now=desk.clock())
    assert theirs is not None
    await store.begin(theirs, now=desk.clock())
    desk.clock.forward(seconds=LONGEST_CALL.total_seconds())
    await desk.work(2)
    assert desk.relay.posts == 0

    await store.settle(theirs, DeliveryState.SENT, now=desk.clock(), ts="1.1")
    await store.settle(theirs, DeliveryState.PENDING, now=desk.clock())  # what we thought, too late
    await desk.work(5)
    assert desk.relay.posts == 0
    assert await states(desk) == [("post", "sent")]


async def test_what_waited_for_a_channels_name_moves_in_order_and_makes_no_second_card(desk: Desk) -> None:
    store, alerts, now = desk.archive.deliveries, desk.archive.alerts, desk.clock()
    await desk.archive.open_development("one")
    await desk.work()
    await update(desk, "d-one", action=AlertAction.THREAD)
    await desk.archive.open_development("two")
    for alert in await alerts.unaddressed(limit=10):  # as a process would that could not ask for the channel's id
        with_card = [Address(CHANNEL, AlertAction.THREAD)] if alert.development == "d-one" else []
        await alerts.address([(alert, [*with_card, Address("#talks", AlertAction.POST)])], now=now)
    await store.rehome("#talks", CHANNEL)
    await desk.work(6)

    assert await desk.texts() == ["d-one card of 1", "d-one update of 2", "d-two card of 1"]


async def test_a_reply_is_told_anew_with_the_card_where_the_card_never_arrived(desk: Desk) -> None:
    desk.unacceptable = "d-one"
    await desk.archive.open_development("one")
    await desk.work(2)
    desk.unacceptable = ""
    await update(desk, "d-one", action=AlertAction.THREAD)
    await desk.work(3)

    assert await desk.texts() == ["d-one card of 2"]


def test_a_call_is_never_longer_than_it_is_waited_for() -> None:
    from bot.slack.messenger import CALL_SECONDS  # noqa: PLC0415 -- the one place where both are known

    assert timedelta(seconds=CALL_SECONDS) <= LONGEST_CALL
