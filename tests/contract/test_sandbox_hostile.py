"""Malformed calls: whatever comes, the answer is a refusal in Slack's form, never a crash."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox.server import Limits, Sandbox, default_workspace
from bot.sandbox.web_api.methods import all_methods

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Start = Callable[..., Awaitable[Sandbox]]

JUNK: list[Any] = ["", "x", 0, 1.5, True, [], {}, [None], [{}], {"type": None}, "\ud800", "٣"]
ARGUMENTS = {
    "auth.test": ("token",),
    "apps.connections.open": ("token",),
    "bots.info": ("bot",),
    "chat.delete": ("channel", "ts"),
    "chat.getPermalink": ("channel", "message_ts"),
    "chat.postEphemeral": ("channel", "user", "text", "blocks"),
    "chat.postMessage": ("channel", "text", "blocks", "attachments", "metadata", "thread_ts", "reply_broadcast"),
    "chat.update": ("channel", "ts"),
    "conversations.history": ("channel", "cursor", "limit", "oldest", "latest", "inclusive"),
    "conversations.info": ("channel",),
    "conversations.list": ("cursor", "limit", "types"),
    "conversations.members": ("channel", "cursor", "limit"),
    "conversations.open": ("channel", "users"),
    "conversations.replies": ("ts", "cursor"),
    "reactions.add": ("name", "timestamp"),
    "users.info": ("user",),
    "users.list": ("cursor", "limit"),
    "views.open": ("trigger_id", "view"),
    "views.publish": ("user_id", "view", "hash"),
    "views.push": ("trigger_id", "view"),
    "views.update": ("view_id", "view", "hash"),
}
GOOD = {"channel": "C0TALKS", "user": "U0DANA", "user_id": "U0DANA", "text": "x"}


@pytest.fixture
async def sandbox(start_sandbox: Start) -> Sandbox:
    spec = default_workspace()
    spec = replace(spec, app=replace(spec.app, scopes=spec.app.scopes | {"im:read", "reactions:write", "users:read"}))
    return await start_sandbox(workspace=spec, limits=Limits(tiers=False, post_burst=1_000_000))


def test_every_method_is_tried() -> None:
    assert set(ARGUMENTS) == {method.name for method in all_methods()}


@pytest.mark.parametrize("name", ARGUMENTS)
async def test_no_argument_breaks_a_method(sandbox: Sandbox, name: str) -> None:
    token = "xapp-sandbox" if name == "apps.connections.open" else "xoxb-sandbox"
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(sandbox.api_url, headers=headers) as session:
        for argument in ARGUMENTS[name]:
            for value in JUNK:
                async with session.post(name, json={**GOOD, argument: value}) as response:
                    assert response.status == 200, (argument, value, await response.text())
                    assert isinstance((await response.json())["ok"], bool)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b"[]", "json_not_object"),
        (b'"x"', "json_not_object"),
        (b"", "not_authed"),
        (json.dumps({"token": ["xoxb-sandbox"]}).encode(), "invalid_auth"),
    ],
)
async def test_bodies_that_are_no_arguments(sandbox: Sandbox, body: bytes, error: str) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    async with (
        aiohttp.ClientSession(sandbox.api_url, headers=headers) as session,
        session.post("chat.postMessage", data=body) as response,
    ):
        assert (response.status, (await response.json())["error"]) == (200, error)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": 5}},
        {"type": "section", "text": {"type": "mrkdwn"}},
        {"type": "section", "fields": "x"},
        {"type": "section", "fields": [None]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": []},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "value": 5}]},
        {"type": "actions", "elements": {"0": "x"}},
        {"type": "actions", "elements": [[]]},
        {"type": ["section"]},
        {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "button"}},
        {"type": "table", "rows": [None]},
        {"type": "image", "alt_text": "x", "image_url": 5},
        {"type": "section", "block_id": 5, "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x", "verbatim": "yes"}},
        {"type": "actions", "elements": [{"type": "datetimepicker", "initial_date_time": True}]},
        {"type": "actions", "elements": [{"type": "datetimepicker", "initial_date_time": 5}]},
    ],
)
async def test_blocks_of_the_wrong_shape_are_refused(sandbox: Sandbox, block: dict[str, Any]) -> None:
    body = {"token": "xoxb-sandbox", "channel": "C0TALKS", "text": "x", "blocks": [block]}
    async with (
        aiohttp.ClientSession(sandbox.api_url) as session,
        session.post("chat.postMessage", json=body) as response,
    ):
        assert (await response.json())["error"] == "invalid_blocks"


async def test_no_body_breaks_the_control_api(sandbox: Sandbox) -> None:
    names = ("message", "command", "interact", "submit", "close", "open-home", "open-dm", "join", "leave", "archive")
    async with aiohttp.ClientSession(sandbox.url) as session:
        for name in names:
            for value in JUNK:
                body = {"channel": value, "user": "dana", "text": value, "action": value, "thread_ts": value}
                body |= {"values": value, "messageTs": value, "viewId": value, "home": value, "command": value}
                async with session.post(f"/_control/{name}", json=body) as response:
                    assert response.status < 500, (name, value, await response.text())
