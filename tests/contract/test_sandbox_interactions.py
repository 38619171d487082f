"""Buttons, menus and response URLs, with the real Bolt app at the other end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.async_app import AsyncApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.client import ControlClient
    from bot.sandbox.server import Sandbox

    RunApp = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


CARD: list[dict[str, Any]] = [
    {"type": "section", "block_id": "card", "text": {"type": "mrkdwn", "text": "A card"}},
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [
            {"type": "button", "action_id": "timeline", "text": plain("Timeline"), "value": "dev-1"},
            {"type": "static_select", "action_id": "urgency", "options": [option("flash"), option("low")]},
            {"type": "overflow", "action_id": "more", "options": [option("mute"), option("wrong")]},
            {"type": "button", "action_id": "link", "text": plain("Open"), "url": "https://example.com/"},
        ],
    },
]


class Heard:
    """A Bolt app that keeps the payload of every action and answers as told."""

    def __init__(self, slack: AsyncWebClient) -> None:
        self.bodies: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answer: dict[str, Any] | None = None
        self.app = AsyncApp(client=slack)
        for action_id in ("timeline", "urgency", "more", "link"):
            self.app.action(action_id)(self._heard)

    async def _heard(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        if self.answer is not None:
            await respond(**self.answer)
        await self.bodies.put(body)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.bodies.get(), 3)


async def test_a_button_press_has_slacks_shape(run_app: RunApp, slack: AsyncWebClient, people: ControlClient) -> None:
    heard = Heard(slack)
    await run_app(heard.app)
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", blocks=CARD))["ts"]
    answer = await people.do("interact", channel="C0TALKS", messageTs=ts, user="dana", action="timeline")
    assert answer["acked"] is True
    body = await heard.next()
    assert body["user"] == {"id": "U0DANA", "username": "dana", "name": "dana", "team_id": "T0SAMPLE"}
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0TALKS",
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": "C0TALKS", "name": "talks-ukraine-russia"}
    assert body["message"]["ts"] == ts
    assert body["state"]["values"] == {"buttons": {"urgency": {"type": "static_select", "selected_option": None}}}
    action = body["actions"][0]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "timeline",
        "block_id": "buttons",
        "text": plain("Timeline"),
        "value": "dev-1",
    }


async def test_a_menu_sends_the_option_and_keeps_it_for_that_person(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    heard = Heard(slack)
    await run_app(heard.app)
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", blocks=CARD))["ts"]
    where = {"channel": "C0TALKS", "messageTs": ts}
    await people.do("interact", **where, user="dana", action={"action_id": "urgency", "value": "low"})
    assert (await heard.next())["actions"][0]["selected_option"] == option("low")
    await people.do("interact", **where, user="dana", action="timeline")
    chosen = (await heard.next())["state"]["values"]["buttons"]["urgency"]["selected_option"]
    assert chosen == option("low")
    await people.do("interact", **where, user="omar", action="timeline")
    assert (await heard.next())["state"]["values"]["buttons"]["urgency"]["selected_option"] is None
    seen = (await people.messages("C0TALKS", user="dana"))[0]["picked"]
    assert seen["buttons"]["urgency"]["selected_option"] == option("low")
    await people.do(
        "interact", **where, user="dana", action={"action_id": "more", "selected_option": {"value": "wrong"}}
    )
    assert (await heard.next())["actions"][0]["selected_option"] == option("wrong")


async def test_a_link_button_tells_the_app_and_gives_the_address(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    heard = Heard(slack)
    await run_app(heard.app)
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", blocks=CARD))["ts"]
    answer = await people.do("interact", channel="C0TALKS", messageTs=ts, user="dana", action="link")
    assert answer["url"] == "https://example.com/"
    assert (await heard.next())["actions"][0]["action_id"] == "link"


async def test_a_press_on_an_ephemeral_can_replace_and_delete_it(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    heard = Heard(slack)
    await run_app(heard.app)
    await slack.chat_postEphemeral(channel="C0TALKS", user="U0DANA", text="A card", blocks=CARD)
    shown = (await people.messages("C0TALKS", user="dana"))[0]
    press = {"channel": "C0TALKS", "messageTs": shown["ts"], "user": "dana", "action": "timeline"}
    heard.answer = {"text": "replaced", "blocks": CARD, "replace_original": True}
    await people.do("interact", **press)
    body = await heard.next()
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    assert [message["text"] for message in await people.messages("C0TALKS", user="dana")] == ["replaced"]
    heard.answer = {"delete_original": True}
    await people.do("interact", **press)
    await heard.next()
    assert await people.messages("C0TALKS", user="dana") == []
    assert (await people.do("interact", **press))["error"] == "message_not_found"


async def test_somebody_elses_ephemeral_cannot_be_pressed(slack: AsyncWebClient, people: ControlClient) -> None:
    await slack.chat_postEphemeral(channel="C0TALKS", user="U0DANA", text="A card", blocks=CARD)
    ts = (await people.messages("C0TALKS", user="dana"))[0]["ts"]
    answer = await people.do("interact", channel="C0TALKS", messageTs=ts, user="omar", action="timeline")
    assert (answer["ok"], answer["error"]) == (False, "message_not_found")


async def test_a_press_nobody_hears_is_told_to_the_person(slack: AsyncWebClient, people: ControlClient) -> None:
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", blocks=CARD))["ts"]
    answer = await people.do("interact", channel="C0TALKS", messageTs=ts, user="dana", action="timeline")
    assert (answer["acked"], answer["error"]) == (False, "dispatch_failed")
    assert "Try again" in answer["saw"]


async def test_a_wrong_action_or_option_is_answered_with_the_right_ones(
    slack: AsyncWebClient, people: ControlClient
) -> None:
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", blocks=CARD))["ts"]
    where = {"channel": "C0TALKS", "messageTs": ts, "user": "dana"}
    wrong = await people.do("interact", **where, action="timelime")
    assert "timeline, urgency, more, link" in wrong["detail"]
    wrong = await people.do("interact", **where, action={"action_id": "urgency", "value": "high"})
    assert "flash, low" in wrong["detail"]
    wrong = await people.do("interact", **where, action={"value": "x"})
    assert wrong["error"] == "invalid_action"


async def test_a_commands_response_url_serves_five_answers(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    app = AsyncApp(client=slack)
    urls: asyncio.Queue[str] = asyncio.Queue()

    @app.command("/peace-status")
    async def status(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await urls.put(body["response_url"])

    await run_app(app)
    answer = await people.do("command", channel="C0TALKS", user="dana", command="/peace-status")
    assert answer["saw"] is None
    url = await asyncio.wait_for(urls.get(), 3)
    statuses = []
    async with aiohttp.ClientSession() as session:
        for number in range(6):
            kind = "in_channel" if number == 1 else "ephemeral"
            async with session.post(url, json={"text": str(number), "response_type": kind}) as response:
                statuses.append((response.status, await response.text()))
        async with session.post(f"{url}x", json={"text": "x"}) as response:
            assert (response.status, (await response.json())["error"]) == (404, "expired_url")
    assert statuses[:5] == [(200, "ok")] * 5
    assert statuses[5] == (404, '{"ok": false, "error": "used_url"}')
    seen = [(m["text"], m.get("ephemeral_to")) for m in await people.messages("C0TALKS", user="dana")]
    assert seen == [(str(number), None if number == 1 else "U0DANA") for number in range(5)]
    assert [message["text"] for message in await people.messages("C0TALKS", user="omar")] == ["1"]


async def test_a_response_url_refuses_what_slack_would_not_show(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient, sandbox: Sandbox
) -> None:
    heard = Heard(slack)
    await run_app(heard.app)
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", blocks=CARD))["ts"]
    await people.do("interact", channel="C0TALKS", messageTs=ts, user="dana", action="timeline")
    url = (await heard.next())["response_url"]
    assert url.startswith(f"{sandbox.url}/actions/")
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"text": "x", "blocks": [{"type": "x"}]}) as response,
    ):
        assert (response.status, (await response.json())["error"]) == (400, "invalid_blocks")


async def test_a_button_inside_an_attachment_works(
    run_app: RunApp, slack: AsyncWebClient, people: ControlClient
) -> None:
    heard = Heard(slack)
    await run_app(heard.app)
    attachments = [{"color": "#cc0000", "blocks": CARD}]
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="A card", attachments=attachments))["ts"]
    await people.do("interact", channel="C0TALKS", messageTs=ts, user="dana", action="timeline")
    body = await heard.next()
    assert body["actions"][0]["value"] == "dev-1"
    assert body["message"]["attachments"][0]["color"] == "#cc0000"
