"""Slack unreachable for hours: nothing is lost or doubled, what is late comes as one message, the rest in order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy import update as sql_update
from support.delivering import CHANNEL, Desk, update
from support.talks import words

from bot.domain.decision import AlertAction, Urgency
from bot.domain.subscription import ALL_TRACKS, Subscription
from bot.pipeline.deliver import PACE, SETTLE
from bot.storage.schema import deliveries, developments

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER = "C0WORLD"


async def open_all(desk: Desk, names: Sequence[str], urgency: Urgency = Urgency.ROUTINE) -> None:
    for name in names:
        await desk.archive.open_development(name, at=desk.clock())
        async with desk.archive.database.write() as connection:
            this = developments.c.id == f"d-{name}"
            await connection.execute(sql_update(developments).where(this).values(urgency=urgency))
    await desk.alert.run(desk.clock())


async def silence(desk: Desk, *, hours: float) -> None:
    """Slack cannot be reached for so long; the deliver step goes on as it does, only seen once a minute."""
    for _ in range(int(hours * 60)):
        desk.clock.forward(minutes=1)
        await desk.deliver.run(desk.clock())


async def test_after_an_outage_of_hours_what_is_late_is_one_message_and_the_urgent_have_their_cards(
    desk: Desk,
) -> None:
    desk.relay.down = True
    await open_all(desk, ["one", "two", "three"])
    await open_all(desk, ["urgent"], Urgency.URGENT)
    await open_all(desk, ["four", "five"])
    await desk.work(4)
    await silence(desk, hours=3)
    await open_all(desk, ["fresh"])
    assert await desk.texts() == []
    assert desk.relay.calls["chat.postMessage"] <= 3, "an outage is asked about, not posted into"
    assert desk.relay.calls["auth.test"] < 220

    desk.relay.down = False
    desk.clock.forward(minutes=2)
    await desk.work(12)
    catch_up, *cards = await desk.seen()
    said = words(catch_up["blocks"])
    assert catch_up["text"].startswith("While Slack could not be reached, from ")
    assert "5 developments" in said.splitlines()[0]
    shown = [
        name for name in ("one", "two", "three", "urgent", "four", "five", "fresh") if f"wire.example/{name}|" in said
    ]
    # The first one's fate was unknown: it was looked for, was not there, and was then as late as the others.
    assert shown == ["one", "two", "three", "four", "five"]
    assert [card["text"] for card in cards] == ["d-urgent card of 1", "d-fresh card of 1"]
    assert catch_up["metadata"]["event_payload"]["key"].split(":")[3] == "catch_up"


async def test_a_listed_development_is_told_with_a_card_of_its_own_when_there_is_news(desk: Desk) -> None:
    names = ["one", "two", "three", "four", "five"]
    desk.relay.down = True
    await open_all(desk, names)
    await desk.work(4)
    await silence(desk, hours=2.2)
    desk.relay.down = False
    desk.clock.forward(minutes=2)
    await desk.work(8)
    (catch_up,) = await desk.seen()
    assert "5 developments" in catch_up["text"]

    await update(desk, "d-one", action=AlertAction.EDIT)  # one more source: no news
    await update(desk, "d-two", action=AlertAction.THREAD)
    await update(desk, "d-three", action=AlertAction.EDIT, broadcast=True)
    await desk.work(6)
    assert (await desk.texts())[1:] == ["d-two card of 2", "d-three card of 2"]

    await update(desk, "d-two", action=AlertAction.THREAD)
    await desk.work(6)
    _catch_up, two, _three, reply = await desk.seen()
    assert (two["text"], reply["text"], reply["thread_ts"]) == ("d-two card of 3", "d-two update of 3", two["ts"])


@pytest.mark.parametrize("fate", ["lose_answer", "lose_call"])
async def test_the_catch_up_message_itself_is_told_exactly_once(desk: Desk, fate: str) -> None:
    desk.relay.down = True
    await open_all(desk, ["one", "two", "three", "four"])
    await silence(desk, hours=2.5)
    desk.relay.down = False
    desk.clock.forward(minutes=2)
    await desk.work(0)
    desk.relay.next(fate)  # type: ignore[arg-type]  # one of its fates
    for _ in range(30):
        await desk.work()
    desk.clock.forward(seconds=SETTLE.total_seconds())
    await desk.work(10)
    (catch_up,) = await desk.seen()
    assert "4 developments" in catch_up["text"]


async def test_an_outage_longer_than_anybody_would_wait_makes_no_second_copy(desk: Desk) -> None:
    await desk.archive.open_development("one")
    desk.relay.next("lose_answer")
    await desk.work()
    desk.relay.down = True
    await silence(desk, hours=1)
    desk.relay.down = False
    desk.clock.forward(minutes=2)
    await desk.work(6)
    assert await desk.texts() == ["d-one card of 1"]


async def test_while_only_the_history_is_away_nothing_is_posted_on_a_guess(desk: Desk) -> None:
    await desk.archive.open_development("one")
    await desk.archive.open_development("two")
    desk.relay.next("lose_answer")
    desk.relay.failing.add("conversations.history")
    await desk.work()
    await silence(desk, hours=0.5)
    assert desk.relay.posts == 1

    desk.relay.failing.clear()
    desk.clock.forward(minutes=2)
    await desk.work(6)
    assert await desk.texts() == ["d-one card of 1", "d-two card of 1"]


async def test_a_slack_that_refuses_connections_is_an_outage_too(desk: Desk) -> None:
    address, desk.relay.api_url = desk.relay.api_url, "http://127.0.0.1:9/api/"
    desk.deliver = desk.step(desk.render)
    await open_all(desk, ["one"])
    await silence(desk, hours=1)
    (hold,) = (await desk.holds.holds()).values()
    assert hold.closed
    assert "no connection to Slack" in hold.reason

    desk.relay.api_url = address
    desk.deliver = desk.step(desk.render)
    await desk.work(2)
    assert await desk.texts() == ["d-one card of 1"]
    await silence(desk, hours=0.2)
    assert await desk.holds.holds() == {}


async def test_where_something_urgent_waits_is_first_then_where_something_waited_longest(desk: Desk) -> None:
    for channel, track in ((OTHER, "economy"), ("C0GENERAL", "politics"), (CHANNEL, "territory")):
        wanted = Subscription("U0DANA", channel, "talks", track, Urgency.LOW, desk.clock())
        await desk.archive.desk.subscribe([wanted])
    desk_channel, desk.current = desk.current, _nowhere  # type: ignore[method-assign]
    for name, track in (("old", "politics"), ("older", "economy")):
        await desk.archive.open_development(name, tracks=(track,))
        async with desk.archive.database.write() as connection:
            await connection.execute(sql_update(developments).values(urgency=Urgency.ROUTINE))
    await desk.archive.open_development("urgent", tracks=("territory",))
    await desk.alert.run(desk.clock())
    del desk_channel
    lane = next(iter(PACE))
    found = await desk.archive.deliveries.conversations_waiting(lane, now=desk.clock(), pace=timedelta(0))
    assert list(found) == [CHANNEL, "C0GENERAL", OTHER]


async def _nowhere(now: object) -> dict[str, str]:
    del now
    return {}


async def test_a_message_slack_will_not_take_gives_back_what_it_listed(desk: Desk) -> None:
    desk.relay.down = True
    await open_all(desk, ["one", "two", "three", "four"])
    await silence(desk, hours=2.5)
    desk.relay.down = False
    desk.relay.refused["chat.postMessage"] = "msg_too_long"
    desk.clock.forward(minutes=2)
    async with asyncio.timeout(20):
        while "held" not in await _states(desk, AlertAction.CATCH_UP):
            await desk.work()
    desk.relay.refused.clear()
    await desk.work(12)
    assert await desk.texts() == [f"d-{each} card of 1" for each in ("one", "two", "three", "four")]


async def _states(desk: Desk, action: AlertAction) -> list[str]:
    query = select(deliveries.c.state).where(deliveries.c.action == action).order_by(deliveries.c.id)
    async with desk.archive.database.read() as connection:
        return list((await connection.scalars(query)).all())


async def test_a_pause_slack_asked_for_is_kept_in_every_channel_and_by_a_process_that_starts(desk: Desk) -> None:
    wanted = Subscription("U0DANA", OTHER, "talks", ALL_TRACKS, Urgency.LOW, desk.clock())
    await desk.archive.open_development("one")
    desk.relay.next("busy")
    await desk.work()
    await desk.archive.desk.subscribe([wanted])
    await desk.archive.open_development("two")
    desk.deliver = desk.step(desk.render)
    await desk.work(4)
    assert desk.relay.posts == 1
    assert await desk.seen(OTHER) == []

    desk.clock.forward(seconds=3)
    await desk.work(3)
    assert await desk.texts() == ["d-one card of 1", "d-two card of 1"]
    assert [each["text"] for each in await desk.seen(OTHER)] == ["d-two card of 1"]
