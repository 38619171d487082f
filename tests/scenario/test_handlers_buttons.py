"""Buttons on cards, in lists and on the Home, and the modals they open."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from support.talks import OPENED, words

from bot.domain.decision import Status, Urgency
from bot.domain.subscription import Mute, Subscription

if TYPE_CHECKING:
    from conftest import Floor

CHANNEL = "C0TALKS"


async def press(floor: Floor, ts: str, action_id: str, **more: Any) -> dict[str, Any]:
    answer = await floor.people.do(
        "interact", channel=CHANNEL, messageTs=ts, user="dana", action={"action_id": action_id, **more}
    )
    assert answer["acked"], answer
    return answer


async def whispered(floor: Floor, count: int = 1) -> dict[str, Any]:
    """The last of at least `count` messages only Dana sees."""
    messages = await floor.people.wait_for_messages(CHANNEL, 1 + count, "dana")
    assert messages[-1]["ephemeral_to"]
    return messages[-1]


async def test_timeline_is_shown_to_the_person_alone(floor: Floor) -> None:
    await floor.open_development("first", tracks=("politics",))
    floor.clock.forward(minutes=10)
    ts = await floor.post_card("second", tracks=("politics",), follows="d-first")
    await press(floor, ts, "alert_timeline")

    said = words((await whispered(floor))["blocks"])
    assert "<https://wire.example/second|Envoys report on second>" in said
    assert "*Sample Wire* (news agency, origin 1)" in said
    assert "Follows: <https://wire.example/first|Envoys report on first>" in said
    (card, _answer) = await floor.people.messages(CHANNEL, "dana")
    assert "alert_timeline" in str(card["blocks"]), "the card must stay as it was"


async def test_the_timeline_counts_origins_and_leaves_copies_out(floor: Floor) -> None:
    ts = await floor.post_card()
    await floor.add_report("two", outlet="ledger")
    await floor.add_report("three", outlet="post", status=Status.COPY, origin="wire")
    await floor.add_report("four", outlet="ledger", origin="ledger")
    await press(floor, ts, "alert_timeline")

    said = words((await whispered(floor))["blocks"])
    moments = ["*Sample Wire* (news agency, origin 1)", "*Sample Ledger* (news agency, origin 2)"]
    moments += ["*Sample Post* (news agency, reprints Sample Wire)", "*Sample Ledger* (news agency)"]
    places = [said.index(moment) for moment in moments]
    assert places == sorted(places)


async def test_muting_from_a_card_asks_which_track_and_how_long_and_is_for_this_conversation(floor: Floor) -> None:
    ts = await floor.post_card(tracks=("territory",))
    await press(floor, ts, "alert_mute")
    view = await floor.wait_for_view("Mute a track")
    track = next(block["element"] for block in view["blocks"] if block.get("block_id") == "tracks")
    assert track["initial_option"]["value"] == "territory"

    answer = await floor.submit(tracks="economy", duration="1d")
    assert answer["ephemeral_to"] == "U0DANA"
    assert "Muted *Economy and sanctions* in <#C0TALKS> until" in words(answer["blocks"])
    assert await floor.archive.desk.mutes(now=OPENED) == [
        Mute(CHANNEL, "talks", "economy", OPENED + timedelta(days=1), "U0DANA")
    ]


async def test_a_button_on_a_forgotten_alert_says_so(floor: Floor) -> None:
    ts = await floor.post_card()
    blocks = (await floor.people.messages(CHANNEL))[0]["blocks"]
    blocks[-1]["elements"][0]["value"] = "d-gone"
    await floor.client.chat_update(channel=CHANNEL, ts=ts, text="card", blocks=blocks)
    await press(floor, ts, "alert_timeline")
    assert "no longer kept" in (await whispered(floor))["text"]


async def test_subscribing_from_an_answer_starts_with_its_track(floor: Floor) -> None:
    answer = await floor.ask("territory")
    await press(floor, answer["ts"], "open_subscribe")
    view = await floor.wait_for_view("Subscribe to alerts")
    tracks = view["blocks"][0]["element"]
    assert [option["value"] for option in tracks["initial_options"]] == ["talks:territory"]


async def test_unsubscribing_in_the_list_shows_what_is_left(floor: Floor) -> None:
    await floor.ask("subscribe territory here")
    await floor.ask("subscribe economy here")
    listed = await floor.ask("list")
    row = next(block["block_id"] for block in listed["blocks"] if "Territory" in str(block))
    await press(floor, listed["ts"], "unsubscribe_one", block_id=row)

    async def shown() -> str:
        (message,) = [
            each for each in await floor.people.messages(CHANNEL, "dana") if "Your subscriptions" in str(each)
        ]
        return words(message["blocks"])

    async with asyncio.timeout(5):
        while "Territory" in await shown():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.02)
    assert "*Economy and sanctions* here" in await shown()
    assert [each.track for each in await floor.archive.desk.subscriptions()] == ["economy"]


async def test_the_home_shows_the_tracks_and_ones_subscriptions(floor: Floor) -> None:
    await floor.open_development(tracks=("territory",))
    await floor.archive.desk.subscribe([Subscription("U0DANA", CHANNEL, "talks", "territory", Urgency.LOW, OPENED)])
    await floor.archive.desk.mute(Mute(CHANNEL, "talks", "economy", OPENED + timedelta(hours=1), "U0OMAR"), now=OPENED)
    await floor.people.do("open-home", user="dana")
    said = words((await floor.wait_for_home("Your subscriptions"))["blocks"])
    assert "*Territory* · latest just now · 1 origin: provisional" in said
    assert "*Territory* in <#C0TALKS> · everything" in said
    assert "*Economy and sanctions* muted in <#C0TALKS>" in said


async def test_the_homes_buttons_work(floor: Floor) -> None:
    await floor.open_development(tracks=("territory",))
    await floor.archive.desk.subscribe([Subscription("U0DANA", CHANNEL, "talks", "territory", Urgency.LOW, OPENED)])
    await floor.archive.desk.mute(Mute(CHANNEL, "talks", "economy", OPENED + timedelta(hours=1), "U0OMAR"), now=OPENED)
    await floor.people.do("open-home", user="dana")
    await floor.wait_for_home("Your subscriptions")

    async def at_home(action_id: str, value: str) -> None:
        blocks = (await floor.wait_for_home("Your subscriptions"))["blocks"]
        row = next(block["block_id"] for block in blocks if action_id in str(block) and f"'{value}'" in str(block))
        action = {"action_id": action_id, "block_id": row}
        answer = await floor.people.do("interact", home=True, user="dana", action=action)
        assert answer["acked"], answer

    await at_home("show_track", "talks:territory")
    assert "Envoys report on one" in words((await floor.wait_for_view("Latest"))["blocks"])
    await floor.people.do("close", user="dana")
    await at_home("show_sources", "*")
    assert "Sample Wire" in words((await floor.wait_for_view("Sources"))["blocks"])
    await floor.people.do("close", user="dana")
    await at_home("unmute_one", f"talks:economy:{CHANNEL}")
    async with asyncio.timeout(5):
        while "unmute_one" in str(await floor.wait_for_home("Your subscriptions")):  # noqa: ASYNC110 - no event is set
            await asyncio.sleep(0.02)
    await at_home("unsubscribe_one", f"talks:territory:{CHANNEL}")
    said = words((await floor.wait_for_home("None yet"))["blocks"])
    assert "muted" not in said
    assert await floor.archive.desk.subscriptions() == []
    assert await floor.archive.desk.mutes(now=OPENED) == []

    await at_home("open_subscribe", "*")
    await floor.wait_for_view("Subscribe to alerts")
    direct = await floor.direct()
    answer = await floor.submit(channel=direct, tracks=["talks:*"])
    assert "Subscribed to every track" in answer["text"]
