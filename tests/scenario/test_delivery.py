"""Delivering to a Slack-speaking server over real sockets, with answers lost and calls refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.archive import NOON
from support.delivering import CHANNEL, Desk, update

from bot.domain.decision import AlertAction
from bot.domain.delivery import Address, Lane
from bot.domain.subscription import Mute
from bot.pipeline.deliver import LONGEST_CALL, SETTLE

if TYPE_CHECKING:
    from support.lossy import Fate


async def test_a_card_is_posted_once_with_its_key_and_edited_in_place(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    await update(desk, "d-one", action=AlertAction.EDIT)
    await desk.work(3)

    (card,) = await desk.seen()
    assert card["text"] == "d-one card of 2"
    assert card["metadata"]["event_payload"] == {"key": Address(CHANNEL, AlertAction.POST).key("d-one", 1)}


async def test_an_update_goes_to_the_thread_and_a_change_of_state_to_the_channel_as_well(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    await update(desk, "d-one", action=AlertAction.THREAD)
    await desk.work(3)
    await update(desk, "d-one", action=AlertAction.EDIT, broadcast=True)
    await desk.work(3)

    card, reply, broadcast = await desk.seen()
    assert (card["text"], reply["text"]) == ("d-one card of 3", "d-one update of 2")
    assert reply["thread_ts"] == broadcast["thread_ts"] == card["ts"]
    assert not reply.get("broadcast")
    assert broadcast["broadcast"]


async def test_many_edits_waiting_are_one_call(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    for _ in range(5):
        await update(desk, "d-one", action=AlertAction.EDIT)
    before = desk.relay.posts
    await desk.work(6)

    assert desk.relay.posts == before + 1
    assert await desk.texts() == ["d-one card of 6"]


async def test_cards_are_kept_true_while_news_keeps_coming(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    for number in range(4):
        await desk.archive.open_development(f"more{number}")
    await update(desk, "d-one", action=AlertAction.EDIT)
    await desk.work(2)

    assert (await desk.texts())[0] == "d-one card of 2"
    assert len(await desk.texts()) == 3


async def test_an_edit_waits_for_its_card(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    await update(desk, "d-two", action=AlertAction.EDIT)
    await desk.work()
    assert await desk.texts() == ["d-one card of 1"]

    await desk.work(4)
    assert await desk.texts() == ["d-one card of 1", "d-two card of 2"]


async def test_a_conversation_gets_a_short_burst_and_then_a_message_a_second(desk: Desk) -> None:
    for name in ("one", "two", "three", "four", "five"):
        await desk.archive.open_development(name)
    await desk.alert.run(desk.clock())

    async def cards(after: float) -> int:
        desk.clock.forward(seconds=after)
        while await desk.deliver.run(desk.clock()):
            pass
        return len(await desk.texts())

    assert [await cards(after) for after in (0, 0.5, 0.5, 0.5, 0.5)] == [3, 3, 4, 4, 5]


@pytest.mark.parametrize("fate", ["lose_answer", "error_after"])
async def test_a_card_whose_answer_was_lost_is_found_and_not_posted_again(desk: Desk, fate: Fate) -> None:
    await desk.archive.open_development("one")
    desk.relay.next(fate)
    await desk.work()
    assert await desk.texts() == ["d-one card of 1"]

    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(5)
    await update(desk, "d-one", action=AlertAction.EDIT)
    await desk.work(3)
    assert await desk.texts() == ["d-one card of 2"]


@pytest.mark.parametrize("fate", ["lose_call", "error_before"])
async def test_a_card_that_never_arrived_is_posted_again(desk: Desk, fate: Fate) -> None:
    await desk.archive.open_development("one")
    desk.relay.next(fate)
    await desk.work()
    assert await desk.texts() == []

    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(5)
    assert await desk.texts() == ["d-one card of 1"]


@pytest.mark.parametrize("fate", ["lose_answer", "lose_call"])
async def test_a_reply_is_looked_for_in_its_thread(desk: Desk, fate: Fate) -> None:
    await desk.archive.open_development("one")
    await desk.work()
    await update(desk, "d-one", action=AlertAction.THREAD)
    desk.relay.next(fate)
    await desk.work()
    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(5)

    assert await desk.texts() == ["d-one card of 2", "d-one update of 2"]


async def test_a_process_killed_before_its_call_or_after_it_leaves_one_card(desk: Desk) -> None:
    await desk.archive.open_development("before")
    await desk.archive.open_development("after")
    await desk.alert.run(desk.clock())
    store = desk.archive.deliveries
    first = await store.head(CHANNEL, Lane.MESSAGES, now=desk.clock())
    assert first is not None
    await store.begin(first, now=desk.clock())  # ... and killed here: the call was never made
    await desk.work()
    desk.clock.forward(seconds=(LONGEST_CALL + SETTLE).total_seconds())
    await desk.work(6)

    assert sorted(await desk.texts()) == ["d-after card of 1", "d-before card of 1"]


async def test_order_is_kept_while_a_cards_fate_is_unknown(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    desk.relay.next("lose_call")
    await desk.work(2)
    assert await desk.texts() == []

    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(6)
    assert await desk.texts() == ["d-one card of 1", "d-two card of 1"]


async def test_what_slack_will_never_take_is_held_and_the_rest_goes_on(desk: Desk) -> None:
    desk.unacceptable = "d-one"
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    await desk.work(3)

    assert await desk.texts() == ["d-two card of 1"]


async def test_a_muted_desk_gets_no_card(desk: Desk) -> None:
    await desk.archive.desk.mute(
        Mute(CHANNEL, "talks", "politics", desk.clock() + timedelta(hours=1), "U1"), now=desk.clock()
    )
    await desk.archive.open_development("one", at=NOON)
    await desk.archive.open_development("two", tracks=("economy",), at=NOON)
    await desk.work(3)

    assert await desk.texts() == ["d-two card of 1"]
