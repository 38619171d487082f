"""Connections, envelopes and acknowledgements, over bare WebSockets and with the real Bolt app."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Limits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    from bot.sandbox.client import ControlClient
    from bot.sandbox.server import Sandbox

    Connect = Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]
    RunApp = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]

COMMAND = {"channel": "C0TALKS", "user": "dana", "command": "/peace-status"}


async def received(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    envelope: dict[str, Any] = await socket.receive_json(timeout=3)
    return envelope


async def ack(socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any], **payload: Any) -> None:
    await socket.send_json({"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})})


async def test_hello_says_how_many_are_connected(sandbox: Sandbox, people: ControlClient) -> None:
    client = AsyncWebClient(token="xapp-sandbox", base_url=sandbox.api_url)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for expected in (1, 2):
            address = (await client.apps_connections_open(app_token="xapp-sandbox"))["url"]
            sockets.append(await session.ws_connect(address))
            hello = await received(sockets[-1])
            assert (hello["type"], hello["num_connections"]) == ("hello", expected)
            assert hello["connection_info"] == {"app_id": "A0BACKCHANNEL"}
        assert (await people.state())["connections"] == 2
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


async def test_ten_connections_and_no_more(connect: Connect, sandbox: Sandbox) -> None:
    sockets = [await connect() for _ in range(10)]
    assert len(sockets) == 10
    client = AsyncWebClient(token="xapp-sandbox", base_url=sandbox.api_url)
    with pytest.raises(SlackApiError, match="too_many_websockets"):
        await client.apps_connections_open(app_token="xapp-sandbox")


async def test_a_slash_command_has_slacks_shape_and_its_ack_is_what_the_person_sees(
    connect: Connect, people: ControlClient, sandbox: Sandbox
) -> None:
    socket = await connect()
    typed = asyncio.create_task(people.do("command", **COMMAND, text="territory & more"))
    envelope = await received(socket)
    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    payload = envelope["payload"]
    assert payload["response_url"].startswith(f"{sandbox.url}/commands/T0SAMPLE/")
    assert payload.pop("trigger_id")
    assert payload.pop("response_url")
    assert payload == {
        "token": "sandbox-verification-token",
        "team_id": "T0SAMPLE",
        "team_domain": "sample-desk",
        "channel_id": "C0TALKS",
        "channel_name": "talks-ukraine-russia",
        "user_id": "U0DANA",
        "user_name": "dana",
        "command": "/peace-status",
        "text": "territory &amp; more",
        "api_app_id": "A0BACKCHANNEL",
        "is_enterprise_install": "false",
    }
    await ack(socket, envelope, text="Talks go on")
    assert (await typed)["saw"] == "Talks go on"
    shown = (await people.messages("C0TALKS", user="dana"))[0]
    assert (shown["text"], shown["ephemeral_to"], shown["user"]) == ("Talks go on", "U0DANA", "U0BOT")


async def test_an_ack_may_answer_everybody(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    typed = asyncio.create_task(people.do("command", **COMMAND))
    await ack(socket, await received(socket), text="For all", response_type="in_channel")
    assert (await typed)["acked"] is True
    assert [message["text"] for message in await people.messages("C0TALKS", user="omar")] == ["For all"]


@pytest.mark.parametrize("limits", [Limits(ack=0.3)])
async def test_a_command_nobody_acknowledges_times_out_in_slacks_words(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    answer = await people.do("command", **COMMAND)
    assert (answer["acked"], answer["error"]) == (False, "operation_timeout")
    seen = await people.messages("C0TALKS", user="dana")
    assert [message["text"] for message in seen] == ['/peace-status failed with the error "operation_timeout"']
    envelope = await received(socket)
    await ack(socket, envelope, text="too late")
    entry = await noted_as_late(people)
    assert entry["acked"] is False
    assert entry["ack_ms"] >= 300
    assert len(await people.messages("C0TALKS", user="dana")) == 1
    with pytest.raises(TimeoutError):
        await socket.receive(timeout=0.3)


async def noted_as_late(people: ControlClient) -> dict[str, Any]:
    """The journal's first envelope once its late acknowledgement stands there."""
    for _ in range(200):
        entry: dict[str, Any] = (await people.log("envelope"))[0]
        if entry.get("late"):
            return entry
        await asyncio.sleep(0.02)
    raise TimeoutError("the late acknowledgement was not noted")


async def test_a_command_without_the_app_fails_at_once(people: ControlClient) -> None:
    answer = await people.do("command", **COMMAND)
    assert answer["saw"] == '/peace-status failed with the error "dispatch_failed"'


async def test_a_command_fails_at_once_when_the_app_dies_under_it(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    typed = asyncio.create_task(people.do("command", **COMMAND))
    await received(socket)
    await socket.close()
    assert (await typed)["error"] == "dispatch_failed"


async def test_an_ack_slack_cannot_show_is_said_to_be_invalid(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    typed = asyncio.create_task(people.do("command", **COMMAND))
    await ack(socket, await received(socket), text="x", blocks=[{"type": "nonsense"}])
    assert (await typed)["error"] == "invalid_command_response"


async def test_each_payload_goes_to_one_connection_in_turn(connect: Connect, people: ControlClient) -> None:
    sockets = [await connect(), await connect()]
    got: list[list[str]] = [[], []]

    async def answer(number: int) -> None:
        async for message in sockets[number]:
            envelope = message.json()
            got[number].append(envelope["payload"]["text"])
            await ack(sockets[number], envelope)

    tasks = [asyncio.create_task(answer(number)) for number in range(2)]
    for number in range(6):
        assert (await people.do("command", **COMMAND, text=str(number)))["acked"]
    for task in tasks:
        task.cancel()
    assert sorted(got[0] + got[1]) == list("012345")
    assert len(got[0]) == len(got[1]) == 3


async def test_what_is_no_acknowledgement_is_noted_and_ignored(connect: Connect, people: ControlClient) -> None:
    socket = await connect()
    for text in ("nonsense", "[]", '{"envelope_id": "made up"}'):
        await socket.send_str(text)
    typed = asyncio.create_task(people.do("command", **COMMAND))
    await ack(socket, await received(socket))
    assert (await typed)["acked"] is True
    ignored = [entry["text"] for entry in await people.log("socket") if entry["event"] == "not understood"]
    assert ignored == ["nonsense", "[]", '{"envelope_id": "made up"}']


async def test_a_connection_told_to_refresh_gets_nothing_more_and_is_closed(
    connect: Connect, people: ControlClient
) -> None:
    old = await connect()
    assert (await people.do("disconnect"))["told"] == 1
    assert (await received(old))["reason"] == "refresh_requested"
    assert (await people.state())["connections"] == 0
    new = await connect()
    typed = asyncio.create_task(people.do("command", **COMMAND))
    await ack(new, await received(new))
    assert (await typed)["acked"]
    assert (await old.receive(timeout=2)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING)


async def test_bolt_reconnects_when_told_and_goes_on_answering(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    app = AsyncApp(client=slack)

    @app.command("/peace-status")
    async def status(ack: Any) -> None:
        await ack("Talks go on")

    await run_app(app)
    assert (await people.do("command", **COMMAND))["saw"] == "Talks go on"
    await people.do("disconnect")
    await people.wait_for_connections(1)
    assert (await people.do("command", **COMMAND))["saw"] == "Talks go on"
