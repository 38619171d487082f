"""Mentions, direct messages and what else happens around us; each event answered once."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from support.talks import words

if TYPE_CHECKING:
    from conftest import Floor

CHANNEL, STRANGE = "C0TALKS", "C0GENERAL"


async def say(
    floor: Floor, text: str, *, channel: str = CHANNEL, answers: int = 1, **more: Any
) -> list[dict[str, Any]]:
    """Write as Dana and wait for this many answers."""
    before = len(await floor.people.messages(channel))
    await floor.people.do("message", channel=channel, user="dana", text=text, **more)
    return (await floor.people.wait_for_messages(channel, before + 1 + answers))[before + 1 :]


async def test_a_mention_is_answered_in_its_thread_as_the_command_is(floor: Floor) -> None:
    await floor.open_development(tracks=("territory",))
    (answer,) = await say(floor, "@backchannel status territory")
    asked = (await floor.people.messages(CHANNEL))[0]
    assert answer["thread_ts"] == asked["ts"]
    assert "Envoys report on one" in words(answer["blocks"])

    (again,) = await say(floor, "@backchannel list", thread_ts=asked["ts"])
    assert again["thread_ts"] == asked["ts"]


async def test_a_mention_in_passing_finds_the_track(floor: Floor) -> None:
    (answer,) = await say(floor, "@backchannel what is new on territory, please?")
    assert "Territory · Sample talks" in words(answer["blocks"])


async def test_a_direct_message_is_answered_there_and_here_means_there(floor: Floor) -> None:
    direct = await floor.direct()
    (answer,) = await say(floor, "subscribe territory here", channel=direct)
    assert "Subscribed to Territory in your direct messages" in answer["text"]
    assert "thread_ts" not in answer
    assert [each.conversation for each in await floor.archive.desk.subscriptions()] == [direct]


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("hello", "What you can ask"),
        ("lorem ipsum", "I do not know “lorem ipsum”"),
        ("subscribe", "Choose here, or type `/peace-status subscribe security`"),
    ],
)
async def test_nothing_said_to_us_is_met_with_silence(floor: Floor, text: str, answered: str) -> None:
    (answer,) = await say(floor, text, channel=await floor.direct())
    assert answered in words(answer["blocks"])


async def test_the_button_for_choosing_opens_the_modal(floor: Floor) -> None:
    direct = await floor.direct()
    (answer,) = await say(floor, "subscribe", channel=direct)
    await floor.people.do("interact", channel=direct, messageTs=answer["ts"], user="dana", action="open_subscribe")
    await floor.wait_for_view("Subscribe to alerts")


async def test_who_invites_us_is_told_what_to_do_and_nobody_else(floor: Floor) -> None:
    await floor.people.do("join", channel=STRANGE, user="backchannel", inviter="U0DANA")
    messages = await floor.people.wait_for_messages(STRANGE, 2, "dana")
    assert messages[-1]["ephemeral_to"] == "U0DANA"
    assert "`/peace-status subscribe security here`" in words(messages[-1]["blocks"])


def event(text: str = "<@U0BOT> list", *, event_id: str = "Ev1", **changes: Any) -> dict[str, Any]:
    """An event as Slack sends it over the socket."""
    return {
        "type": "event_callback",
        "team_id": "T0SAMPLE",
        "event_id": event_id,
        "event": {
            "type": "app_mention",
            "channel": CHANNEL,
            "channel_type": "channel",
            "user": "U0DANA",
            "text": text,
            "ts": "1764763200.000100",
            **changes,
        },
    }


async def deliver(floor: Floor, body: dict[str, Any]) -> None:
    """Hand Bolt a payload, as its Socket Mode handler does."""
    answer = await floor.app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), mode="socket_mode"))
    assert answer.status == 200
    await asyncio.sleep(0.01)  # an event is acknowledged before its listener starts: let it


async def posts(floor: Floor) -> int:
    """How many messages the app posted in all, once every listener has ended."""
    await floor.listeners.drain(5)
    return sum(entry["method"] in {"chat.postMessage", "chat.postEphemeral"} for entry in await floor.people.log("api"))


async def test_an_event_that_comes_twice_is_answered_once(floor: Floor) -> None:
    parent = (await floor.client.chat_postMessage(channel=CHANNEL, text="parent"))["ts"]
    await deliver(floor, event(ts=parent))
    await deliver(floor, event(ts=parent))
    assert await posts(floor) == 2


async def test_one_message_under_two_events_is_answered_once(floor: Floor) -> None:
    direct = await floor.direct()
    parent = (await floor.client.chat_postMessage(channel=direct, text="parent"))["ts"]
    await deliver(floor, event(event_id="Ev1", channel=direct, ts=parent))
    await deliver(floor, event(event_id="Ev2", channel=direct, ts=parent, type="message", channel_type="im"))
    assert await posts(floor) == 2


async def test_a_command_or_click_that_comes_twice_is_done_once(floor: Floor) -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T0SAMPLE"},
        "user": {"id": "U0DANA"},
        "trigger_id": "T1.same",
        "container": {"type": "view"},
        "view": {"type": "home", "id": "V1"},
        "actions": [{"type": "button", "action_id": "home_refresh", "block_id": "b", "value": "*"}],
    }
    await deliver(floor, body)
    await deliver(floor, body)
    await floor.listeners.drain(5)
    published = [entry for entry in await floor.people.log("api") if entry["method"] == "views.publish"]
    assert len(published) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B0OTHER"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"user": "U0BOT"},
        {"type": "message", "channel_type": "channel"},
        {"type": "message", "channel_type": "im", "subtype": "channel_join"},
        {"type": "message", "channel_type": "im", "bot_id": "B0BACKCHANNEL"},
    ],
)
async def test_bots_ourselves_and_what_is_not_said_to_us_are_not_answered(
    floor: Floor, changes: dict[str, Any]
) -> None:
    await deliver(floor, event(**changes))
    assert await posts(floor) == 0


@pytest.mark.parametrize("name", ["tokens_revoked", "app_uninstalled", "channel_archive"])
async def test_losing_our_place_leaves_a_line_in_the_log(
    floor: Floor, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    await deliver(floor, {**event(), "event": {"type": name, **({"channel": CHANNEL} if "channel" in name else {})}})
    await floor.listeners.drain(5)
    (line,) = [record.message for record in caplog.records if record.name == "handlers.events"]
    assert ("C0TALKS" in line) == ("channel" in name)
