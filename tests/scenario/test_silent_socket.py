"""A socket that stands and says nothing is given up for another, and that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from support.other_slack import APP_TOKEN, BOT_TOKEN, OtherSlack
from support.patience import until

from bot.slack.socket_mode import SocketMode

if TYPE_CHECKING:
    import pytest


def listening(slack: OtherSlack, **seconds: float) -> tuple[SocketMode, list[str]]:
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.url)
    app = AsyncApp(client=client, request_verification_enabled=False)
    heard: list[str] = []

    async def command(ack: object, body: dict[str, str]) -> None:
        heard.append(body["text"])
        await ack()  # type: ignore[operator]

    app.command("/peace-status")(command)
    return SocketMode(app, APP_TOKEN, slack.url, look_seconds=0.05, **seconds), heard


async def test_a_connection_that_is_quiet_for_too_long_is_made_anew_and_hears_again(
    slack: OtherSlack, caplog: pytest.LogCaptureFixture
) -> None:
    socket, heard = listening(slack, quiet_seconds=0.5)
    await socket.open()
    await until(lambda: socket.connected)
    await until(lambda: len(slack.sockets) >= 2)
    assert "the socket stands, but Slack has said nothing for" in caplog.text
    await until(lambda: socket.connected)
    await slack.command("hello")
    await until(lambda: "hello" in heard)
    await socket.close()


async def test_a_connection_where_not_even_pings_are_answered_is_made_anew(
    slack: OtherSlack, caplog: pytest.LogCaptureFixture
) -> None:
    socket, _heard = listening(slack, dead_seconds=0.5)  # pings are sent every five seconds
    await socket.open()
    await until(lambda: len(slack.sockets) >= 2)
    assert "not even the answer to a ping" in caplog.text
    await socket.close()


async def test_a_connection_that_works_is_left_alone(slack: OtherSlack) -> None:
    socket, heard = listening(slack, quiet_seconds=2)
    await socket.open()
    await until(lambda: socket.connected)
    for number in range(12):
        await slack.command(str(number))
        await until(lambda number=number: str(number) in heard)  # type: ignore[misc]
    assert len(slack.sockets) == 1
    assert socket.silent_for < 2
    await socket.close()
    assert len(slack.sockets) == 1
