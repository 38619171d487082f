"""Faults armed by the control API: what callers of the Web API and apps on a socket meet, and for how long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Limits, Sandbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    from bot.sandbox.client import ControlClient

CHANNEL, OTHER = "C0TALKS", "C0WORLD"


async def post(slack: AsyncWebClient, text: str, channel: str = CHANNEL) -> str:
    """How a post ended, in a word."""
    try:
        await slack.chat_postMessage(channel=channel, text=text)
    except SlackApiError as error:
        return told(error)
    except aiohttp.ClientError as error:
        return type(error).__name__
    except TimeoutError:
        return "timeout"
    return "ok"


def told(error: SlackApiError) -> str:
    """What Slack calls it; the status where its answer is no JSON."""
    answer = error.response
    return str(answer["error"] if isinstance(answer.data, dict) else answer.status_code)


async def texts(people: ControlClient, channel: str = CHANNEL) -> list[str]:
    return [message["text"] for message in await people.messages(channel)]


async def history(slack: AsyncWebClient, channel: str = CHANNEL) -> list[str]:
    return [message["text"] for message in (await slack.conversations_history(channel=channel))["messages"]]


@pytest.mark.parametrize(
    ("fault", "fields", "ends", "there"),
    [
        ("rate_limit", {"retry_after": 7}, "ratelimited", False),
        ("refuse", {}, "invalid_auth", False),
        ("refuse", {"error": "token_revoked", "method": "chat.postMessage"}, "token_revoked", False),
        ("error_before", {}, "500", False),
        ("error_after", {}, "500", True),
        ("drop_reply", {}, "ServerDisconnectedError", True),
        ("slow_accept", {"delay": 0.05}, "ok", True),
        ("history_lag", {}, "ok", True),
    ],
)
async def test_a_call_meets_what_was_armed_once_and_the_next_does_not(
    people: ControlClient, slack: AsyncWebClient, fault: str, fields: dict[str, Any], ends: str, *, there: bool
) -> None:
    number = await people.arm(fault, **fields)
    assert await post(slack, "first") == ends
    assert await texts(people) == (["first"] if there else [])
    assert await post(slack, "second") == "ok"
    (listed,) = await people.faults()
    assert (listed["id"], listed["fault"], listed["state"], listed["met"]) == (number, fault, "spent", 1)
    assert next(entry["fault"] for entry in await people.log("api")) == fault


async def test_retry_after_is_what_was_asked_for(people: ControlClient, slack: AsyncWebClient) -> None:
    await people.arm("rate_limit", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel=CHANNEL, text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "7")


async def test_what_its_caller_gave_up_is_accepted_all_the_same(people: ControlClient, sandbox: Sandbox) -> None:
    hasty = AsyncWebClient(
        token=sandbox.workspace.app.bot_token, base_url=sandbox.api_url, timeout=1, retry_handlers=[]
    )
    await people.arm("slow_accept", delay=1.2)
    assert await post(hasty, "late") == "timeout"
    assert await texts(people) == []
    await people.wait_for_messages(CHANNEL, 1)


async def test_history_shows_a_message_late_and_its_thread_too(
    start_sandbox: Callable[..., Awaitable[Sandbox]],
) -> None:
    now = [1_000_000_000.0]
    sandbox = await start_sandbox(clock=lambda: now[0])
    slack = AsyncWebClient(token=sandbox.workspace.app.bot_token, base_url=sandbox.api_url)
    card = (await slack.chat_postMessage(channel=CHANNEL, text="card"))["ts"]
    async with aiohttp.ClientSession(sandbox.url) as session:
        await session.post("/_control/faults", json={"fault": "history_lag", "lag": 3, "count": 2})
    await slack.chat_postMessage(channel=CHANNEL, text="news")
    reply = await slack.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=card)
    for moved, shown, thread in ((2.9, ["card"], ["card"]), (0.2, ["news", "card"], ["card", "reply"])):
        now[0] += moved
        assert await history(slack) == shown
        replies = (await slack.conversations_replies(channel=CHANNEL, ts=card))["messages"]
        assert [message["text"] for message in replies] == thread
    assert reply["ok"]


async def test_a_lost_answer_and_a_late_history_go_together(people: ControlClient, slack: AsyncWebClient) -> None:
    await people.arm("drop_reply", lag=3600)
    await post(slack, "lost")
    assert await texts(people) == ["lost"]
    assert await history(slack) == []


async def test_a_fault_is_for_its_channel_its_method_and_its_time(
    start_sandbox: Callable[..., Awaitable[Sandbox]],
) -> None:
    now = [1_000_000_000.0]
    sandbox = await start_sandbox(clock=lambda: now[0])
    slack = AsyncWebClient(token=sandbox.workspace.app.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    async with aiohttp.ClientSession(sandbox.url) as session:
        await session.post("/_control/faults", json={"fault": "refuse", "channel": "#world-desk", "seconds": 10})
        assert await post(slack, "a", CHANNEL) == "ok"
        assert [await post(slack, each, OTHER) for each in "ab"] == ["invalid_auth", "invalid_auth"]
        now[0] += 10
        assert await post(slack, "c", OTHER) == "ok"
        await session.post("/_control/faults", json={"fault": "error_before", "method": "conversations.history"})
        assert await post(slack, "d", OTHER) == "ok"
        with pytest.raises(SlackApiError):
            await history(slack)
        listed = (await (await session.get("/_control/faults")).json())["faults"]
    assert [each["state"] for each in listed] == ["expired", "spent"]


async def test_chance_is_drawn_from_the_seed(people: ControlClient, slack: AsyncWebClient) -> None:
    async def fates() -> list[str]:
        await people.do("reset")
        await people.arm("error_before", probability=0.5, seed=3, method="chat.getPermalink")
        ended = []
        for _ in range(12):
            try:
                await slack.chat_getPermalink(channel=CHANNEL, message_ts="1.000001")
            except SlackApiError as error:
                ended.append(told(error))
        return ended

    first = await fates()
    assert set(first) == {"message_not_found", "500"}
    assert await fates() == first


async def test_disarmed_is_disarmed(people: ControlClient, slack: AsyncWebClient) -> None:
    await people.arm("drop_reply", count=5)
    await people.disarm()
    assert await post(slack, "x") == "ok"
    assert [each["state"] for each in await people.faults()] == ["cleared"]


@pytest.mark.parametrize(
    ("fields", "error", "says"),
    [
        ({}, "missing_field", '"fault"'),
        ({"fault": "gremlins"}, "unknown_fault", "slow_accept"),
        ({"fault": "drop_reply", "method": "chat.shout"}, "unknown_method", "chat.postMessage"),
        ({"fault": "drop_reply", "method": []}, "unknown_method", "chat.postMessage"),
        ({"fault": "late_ack", "payload": "pigeon"}, "unknown_payload", "events_api"),
        ({"fault": "late_ack", "method": "chat.update"}, "unknown_field", "payload"),
        ({"fault": "error_before", "lag": 3}, "unknown_field", "channel, count, fault, method"),
        ({"fault": "drop_reply", "channel": "nowhere"}, "channel_not_found", "C0TALKS"),
        ({"fault": "drop_reply", "count": 0}, "invalid_count", "from 1"),
        ({"fault": "drop_reply", "count": 1.5}, "invalid_count", "whole"),
        ({"fault": "drop_reply", "probability": 2}, "invalid_probability", "from 0 to 1"),
        ({"fault": "rate_limit", "retry_after": "soon"}, "invalid_retry_after", "'soon'"),
        ({"fault": "refuse", "error": ""}, "missing_field", '"error"'),
        ({"fault": "disconnect", "frame": "yes"}, "invalid_frame", "true or false"),
    ],
)
async def test_a_wrong_fault_is_refused_with_what_to_do(
    people: ControlClient, fields: dict[str, Any], error: str, says: str
) -> None:
    answer = await people.do("faults", **fields)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert says in answer["detail"]
    assert await people.faults() == []


async def test_a_fault_is_cleared_by_its_number_only(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as session, session.delete("/_control/faults?id=x") as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_id")


async def listening(sandbox: Sandbox, run_app: Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]) -> list[str]:
    """Connect an app; the event ids it hears, as it hears them."""
    heard: list[str] = []
    app = AsyncApp(client=AsyncWebClient(token=sandbox.workspace.app.bot_token, base_url=sandbox.api_url))

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        heard.append(body["event_id"])

    await run_app(app)
    return heard


@pytest.mark.parametrize(
    ("fault", "fields", "times"),
    [
        ("duplicate", {}, 2),
        ("late_ack", {"payload": "events_api"}, 2),
        ("disconnect", {"frame": True}, 1),
    ],
)
@pytest.mark.parametrize("limits", [Limits(event_retries=(0.0, 0.3, 1.0, 2.0, 4.0))], indirect=True)
async def test_an_event_reaches_the_app_in_the_end_and_perhaps_twice(
    sandbox: Sandbox,
    people: ControlClient,
    run_app: Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]],
    *,
    fault: str,
    fields: dict[str, Any],
    times: int,
) -> None:
    heard = await listening(sandbox, run_app)
    await people.wait_for_connections(1)
    await people.arm(fault, **fields)
    await people.do("message", channel=CHANNEL, user="dana", text="@backchannel help")
    async with asyncio.timeout(10):
        while len(heard) < times:  # noqa: ASYNC110 -- the app sets no event
            await asyncio.sleep(0.02)
    assert len(set(heard)) == 1
    assert [each["state"] for each in await people.faults()] == ["spent"]


async def test_a_commands_late_ack_is_told_to_the_person_and_nothing_is_sent_again(
    people: ControlClient, connect: Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]
) -> None:
    socket = await connect()
    await people.arm("late_ack")
    command = asyncio.create_task(people.do("command", channel=CHANNEL, user="dana", command="/peace-status"))
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    answer = await command
    assert (answer["acked"], answer["error"]) == (False, "operation_timeout")
    assert len(await people.log("envelope")) == 1


@pytest.mark.parametrize("limits", [Limits(event_retries=(0.0, 0.3, 1.0, 2.0, 4.0))], indirect=True)
async def test_a_payload_on_which_the_socket_is_cut_goes_to_the_next_socket(
    people: ControlClient, connect: Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]
) -> None:
    socket = await connect()
    await people.arm("disconnect", payload="events_api")
    await people.do("message", channel=CHANNEL, user="dana", text="@backchannel help")
    assert (await socket.receive()).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    envelope = await (await connect()).receive_json()
    assert envelope["payload"]["event"]["type"] == "app_mention"
    assert envelope["retry_attempt"] > 0


async def test_every_socket_is_cut_at_once_without_a_word(
    people: ControlClient, connect: Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]
) -> None:
    socket = await connect()
    assert await people.do("disconnect", frame=False) == {"ok": True, "told": 0, "cut": 1}
    message = await socket.receive()
    assert message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
