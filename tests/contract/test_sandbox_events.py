"""What the app is told of, and how often."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox.client import ControlClient
from bot.sandbox.server import Limits, Sandbox, default_workspace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_sdk.web.async_client import AsyncWebClient

    Connect = Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]
    RunApp = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]
    Start = Callable[..., Awaitable[Sandbox]]


async def next_event(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next event, acknowledged."""
    envelope: dict[str, Any] = await socket.receive_json(timeout=3)
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    event: dict[str, Any] = envelope["payload"]["event"]
    return event


async def silent(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Nothing arrives."""
    with pytest.raises(TimeoutError):
        await socket.receive(timeout=0.2)


async def test_a_direct_message_is_an_event_with_slacks_wrapping(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    sent = await people.do("message", channel="@backchannel", user="dana", text="a <b> & c")
    envelope = await socket.receive_json(timeout=3)
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    body = envelope["payload"]
    assert (body["type"], body["team_id"], body["api_app_id"]) == ("event_callback", "T0SAMPLE", "A0BACKCHANNEL")
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == "U0BOT"
    event = body["event"]
    assert (event["type"], event["channel"], event["channel_type"]) == ("message", "D0DANA", "im")
    assert (event["user"], event["text"], event["ts"]) == ("U0DANA", "a &lt;b&gt; &amp; c", sent["ts"])


@pytest.mark.parametrize("text", ["@backchannel status", "<@U0BOT> status"])
async def test_a_mention_in_a_channel_of_the_bots_is_an_event(
    connect: Connect, people: ControlClient, text: str
) -> None:
    socket = await connect()
    await people.do("message", channel="#talks-ukraine-russia", user="U0LENA", text=text)
    event = await next_event(socket)
    assert (event["type"], event["channel"], event["text"]) == ("app_mention", "C0TALKS", "<@U0BOT> status")
    await silent(socket)


async def test_a_mention_where_the_bot_is_not_is_told_to_the_person_only(
    connect: Connect, people: ControlClient
) -> None:
    socket = await connect()
    await people.do("message", channel="C0GENERAL", user="lena", text="@backchannel hello")
    await silent(socket)
    told = (await people.messages("C0GENERAL", user="lena"))[-1]
    assert "not in this channel" in told["text"]
    assert told["ephemeral_to"] == "U0LENA"


async def test_a_mention_in_a_thread_says_which(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    parent = (await people.do("message", channel="C0TALKS", user="lena", text="news?"))["ts"]
    await people.do("message", channel="C0TALKS", user="omar", text="@backchannel ?", thread_ts=parent)
    assert (await next_event(socket))["thread_ts"] == parent


async def test_channel_messages_are_told_only_to_an_app_that_asked(start_sandbox: Start) -> None:
    spec = default_workspace()
    spec = replace(spec, app=replace(spec.app, events=spec.app.events | {"message.channels"}))
    for workspace, expected in ((default_workspace(), 0), (spec, 1)):
        sandbox = await start_sandbox(workspace=workspace)
        async with ControlClient(sandbox.url) as people:
            await people.do("message", channel="C0TALKS", user="omar", text="hello")
            await people.do("message", channel="C0GENERAL", user="omar", text="the bot is not here")
            sent = [entry["payload"]["event"] for entry in await people.log("envelope")]
        told = {event["ts"]: event for event in sent}
        assert [event["channel_type"] for event in told.values()] == ["channel"] * expected


@pytest.mark.parametrize("limits", [Limits(ack=0.2, event_retries=(0.0, 0.05, 0.1))])
async def test_an_unacknowledged_event_comes_again_three_times(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    await people.do("open-home", user="dana")
    envelopes = [await socket.receive_json(timeout=3) for _ in range(4)]
    assert [(one["retry_attempt"], one["retry_reason"]) for one in envelopes] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({one["payload"]["event_id"] for one in envelopes}) == 1
    assert len({one["envelope_id"] for one in envelopes}) == 4
    await silent(socket)


async def test_an_event_meant_for_an_app_that_died_reaches_the_next_one(
    connect: Connect, people: ControlClient
) -> None:
    first = await connect()
    await people.do("message", channel="@backchannel", user="dana", text="hello")
    lost = await first.receive_json(timeout=3)
    second = await connect()
    await first.close()
    again = await second.receive_json(timeout=3)
    assert again["payload"] == lost["payload"]
    assert again["retry_attempt"] == 1


async def test_the_app_hears_its_own_edits_in_a_direct_message(
    connect: Connect, people: ControlClient, slack: AsyncWebClient
) -> None:
    socket = await connect()
    await people.do("open-dm", user="dana")
    assert (await next_event(socket))["tab"] == "messages"
    ts = (await slack.chat_postMessage(channel="D0DANA", text="one"))["ts"]
    assert (await next_event(socket))["bot_id"] == "B0BACKCHANNEL"
    await slack.chat_update(channel="D0DANA", ts=ts, text="two")
    changed = await next_event(socket)
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "two")
    assert changed["previous_message"]["text"] == "one"
    await slack.chat_delete(channel="D0DANA", ts=ts)
    gone = await next_event(socket)
    assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", ts)


async def test_home_joins_and_archiving_are_events(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    await people.do("open-home", user="dana")
    home = await next_event(socket)
    assert (home["type"], home["user"], home["tab"]) == ("app_home_opened", "U0DANA", "home")
    assert "view" not in home
    await people.do("join", channel="general", inviter="U0DANA")
    joined = await next_event(socket)
    assert (joined["type"], joined["user"], joined["channel"]) == ("member_joined_channel", "U0BOT", "C0GENERAL")
    assert joined["inviter"] == "U0DANA"
    await people.do("archive", channel="general", user="omar")
    archived = await next_event(socket)
    assert (archived["type"], archived["channel"], archived["user"]) == ("channel_archive", "C0GENERAL", "U0OMAR")


async def test_bolt_answers_a_direct_message_once(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    app = AsyncApp(client=slack)

    @app.message("status")
    async def status(say: Any) -> None:
        await say("Talks go on")

    await run_app(app)
    await people.do("message", channel="@backchannel", user="omar", text="status?")
    seen = await people.wait_for_messages("D0OMAR", 2)
    assert [message["text"] for message in seen] == ["status?", "Talks go on"]


async def test_reset_drops_events_still_waiting_to_be_delivered(start_sandbox: Start) -> None:
    sandbox = await start_sandbox(limits=Limits(event_retries=(0.2,)))
    async with ControlClient(sandbox.url) as people:
        await people.do("open-home", user="dana")
        await people.do("reset")
        await asyncio.sleep(0.3)
        assert await people.log("envelope") == []
