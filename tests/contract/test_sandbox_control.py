"""The control API and the page: what tests and the page rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from yarl import URL

from bot.sandbox.client import ControlClient
from bot.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from slack_sdk.web.async_client import AsyncWebClient

    Start = Callable[..., Awaitable[Sandbox]]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("a &lt; b &amp;amp; c", "a &lt; b &amp;amp; c"),
        ("@dana see <https://example.com/?a=1|this>", "<@U0DANA> see <https://example.com/?a=1|this>"),
        ("mail@dana.example, @danae, <@U0OMAR>, <!here>", "mail@dana.example, @danae, <@U0OMAR>, <!here>"),
    ],
)
async def test_what_a_person_types_is_kept_as_slack_keeps_it(people: ControlClient, typed: str, kept: str) -> None:
    await people.do("message", channel="C0TALKS", user="lena", text=typed)
    assert (await people.messages("C0TALKS"))[0]["text"] == kept


async def test_messages_show_replies_broadcasts_and_who_wrote(people: ControlClient, slack: AsyncWebClient) -> None:
    parent = (await people.do("message", channel="C0TALKS", user="lena", text="news?"))["ts"]
    metadata = {"event_type": "delivery", "event_payload": {"id": "1"}}
    await slack.chat_postMessage(
        channel="C0TALKS", text="yes", thread_ts=parent, reply_broadcast=True, metadata=metadata
    )
    question, answer = await people.messages("#talks-ukraine-russia")
    assert (question["username"], question["is_bot"], question["reply_count"]) == ("lena", False, 1)
    assert question["thread_ts"] == answer["thread_ts"] == parent
    assert (answer["username"], answer["is_bot"], answer["broadcast"]) == ("backchannel", True, True)
    assert answer["metadata"] == metadata
    assert "edited" not in question


async def test_state_tells_the_whole_workspace(people: ControlClient, sandbox: Sandbox) -> None:
    sent = await people.do("message", channel="@backchannel", user="omar", text="hi")
    state = await people.state()
    assert state["team"] == {"id": "T0SAMPLE", "name": "Sample Desk", "domain": "sample-desk"}
    assert state["url"] == sandbox.url
    assert [user["id"] for user in state["users"]] == ["U0DANA", "U0OMAR", "U0LENA", "U0BOT"]
    kinds = {channel["id"]: channel["kind"] for channel in state["channels"]}
    assert kinds == {
        "C0TALKS": "channel",
        "C0WORLD": "channel",
        "C0GENERAL": "channel",
        "G0DESK": "private",
        "D0OMAR": "im",
    }
    direct = state["channels"][-1]
    assert (direct["user"], direct["members"], direct["last_ts"]) == ("U0OMAR", ["U0BOT", "U0OMAR"], sent["ts"])
    assert state["commands"][0]["command"] == "/peace-status"
    assert (state["connections"], state["limits"]["message_blocks"]) == (0, 50)


@pytest.mark.parametrize(
    ("request_", "status", "error", "says"),
    [
        (("message", {"user": "dana", "text": "x"}), 400, "missing_field", '"channel"'),
        (("message", {"user": "dana", "channel": "C0NOWHERE", "text": "x"}), 404, "channel_not_found", "C0TALKS"),
        (("message", {"user": "nobody", "channel": "C0TALKS", "text": "x"}), 404, "user_not_found", "dana"),
        (("message", {"user": "omar", "channel": "editors", "text": "x"}), 403, "not_in_channel", "G0DESK"),
        (
            ("message", {"user": "omar", "channel": "C0TALKS", "text": "x", "thread_ts": "1.000001"}),
            404,
            "thread_not_found",
            "1.000001",
        ),
        (("submit", {"user": "dana"}), 409, "no_modal", "open"),
        (("submit", {"user": "dana", "values": []}), 400, "invalid_values", "object"),
        (("join", {"channel": "D0DANA"}), 409, "is_im", "direct"),
        (("disconnect", {"reason": "boredom"}), 400, "invalid_reason", "refresh_requested"),
        (("explode", {}), 404, "unknown_action", "open-home"),
    ],
)
async def test_a_wrong_request_is_answered_with_what_to_do(
    sandbox: Sandbox, request_: tuple[str, dict[str, Any]], status: int, error: str, says: str
) -> None:
    action, fields = request_
    async with (
        aiohttp.ClientSession(sandbox.url) as session,
        session.post(f"/_control/{action}", json=fields) as response,
    ):
        answer = await response.json()
        assert (response.status, answer["ok"], answer["error"]) == (status, False, error)
        assert says in answer["detail"]


async def test_a_body_that_is_no_object_and_an_unknown_channel_are_refused(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as session:
        for body in ("{", "[]"):
            async with session.post("/_control/message", data=body) as response:
                assert (response.status, (await response.json())["error"]) == (400, "invalid_json")
        async with session.get("/_control/messages/nowhere") as response:
            assert (response.status, (await response.json())["error"]) == (404, "channel_not_found")
        async with session.get("/_control/log?after=x") as response:
            assert (response.status, (await response.json())["error"]) == (400, "invalid_after")


async def test_a_command_the_app_did_not_declare_is_told_to_the_person(people: ControlClient) -> None:
    answer = await people.do("command", channel="C0TALKS", user="dana", command="/peas-status")
    assert answer["error"] == "unknown_command"
    assert "/peace-status" in (await people.messages("C0TALKS", user="dana"))[0]["text"]


async def test_nobody_writes_to_an_archived_channel(people: ControlClient) -> None:
    await people.do("archive", channel="world-desk")
    answer = await people.do("message", channel="world-desk", user="dana", text="x")
    assert answer["error"] == "is_archived"


async def test_joining_and_leaving_leave_a_line_and_happen_once(people: ControlClient) -> None:
    for _ in range(2):
        await people.do("join", channel="general")
    await people.do("leave", channel="general", user="lena")
    lines = [(message["subtype"], message["user"]) for message in await people.messages("general")]
    assert lines == [("channel_join", "U0BOT"), ("channel_leave", "U0LENA")]
    members = {channel["id"]: channel["members"] for channel in (await people.state())["channels"]}
    assert members["C0GENERAL"] == ["U0BOT", "U0DANA", "U0OMAR"]


async def test_reset_goes_back_to_the_start_but_keeps_time(people: ControlClient, slack: AsyncWebClient) -> None:
    before = (await slack.chat_postMessage(channel="U0DANA", text="x"))["ts"]
    await people.do("archive", channel="C0WORLD")
    await people.do("reset")
    state = await people.state()
    assert [channel["id"] for channel in state["channels"]] == ["C0TALKS", "C0WORLD", "C0GENERAL", "G0DESK"]
    assert not any(channel["archived"] for channel in state["channels"])
    assert await people.log() == []
    assert (await slack.chat_postMessage(channel="C0WORLD", text="x"))["ts"] > before


async def test_open_pages_are_told_what_changed(sandbox: Sandbox, people: ControlClient, slack: AsyncWebClient) -> None:
    async with (
        aiohttp.ClientSession(sandbox.url) as session,
        session.ws_connect("/_control/stream") as first,
        session.ws_connect("/_control/stream") as second,
    ):
        await slack.chat_postMessage(channel="U0DANA", text="x")
        await slack.views_publish(user_id="U0OMAR", view={"type": "home", "blocks": []})
        button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
        blocks = [{"type": "actions", "elements": [button]}]
        card = (await slack.chat_postMessage(channel="C0TALKS", text="x", blocks=blocks))["ts"]
        await people.do("interact", channel="C0TALKS", messageTs=card, user="lena", action="go")
        for page in (first, second):
            told = [await page.receive_json(timeout=2) for _ in range(5)]
            assert all(one["type"] == "changed" for one in told)
            assert [(one["what"], one.get("channel") or one.get("user")) for one in told] == [
                ("channels", None),
                ("messages", "D0DANA"),
                ("home", "U0OMAR"),
                ("messages", "C0TALKS"),
                ("notice", "U0LENA"),
            ]
            assert "Try again" in told[-1]["text"]


async def test_a_foreign_page_cannot_listen(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect("/_control/stream", headers={"Origin": "http://elsewhere.example"})


async def test_the_page_is_served_from_its_folder_and_nothing_else_is(start_sandbox: Start, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<title>Desk</title>")
    (folder / "main.js").write_text("1")
    (tmp_path / "secret").write_text("x")
    sandbox = await start_sandbox(page_dir=folder)
    async with aiohttp.ClientSession() as session:

        async def get(path: str) -> tuple[int, str]:
            async with session.get(URL(f"{sandbox.url}{path}", encoded=True)) as response:
                return response.status, await response.text()

        for path in ("/", "/archives/C0TALKS/p1764673200000100"):
            assert await get(path) == (200, "<title>Desk</title>")
        assert await get("/static/main.js") == (200, "1")
        status, text = await get("/static/%2e%2e/secret")
        assert (status, "no file" in text) == (404, True)
        (folder / "index.html").unlink()
        status, text = await get("/")
        assert (status, str(folder) in text) == (404, True)


async def test_stopping_twice_or_without_starting_does_nothing(start_sandbox: Start) -> None:
    await Sandbox().stop()
    sandbox = await start_sandbox()
    async with aiohttp.ClientSession() as session:
        page = await session.ws_connect(f"{sandbox.url}/_control/stream")
        await sandbox.stop()
        assert (await page.receive(timeout=2)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        await sandbox.stop()
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(sandbox.url)


async def test_the_client_says_what_it_did_not_find(people: ControlClient) -> None:
    with pytest.raises(LookupError, match="no channel"):
        await people.messages("nowhere")
    with pytest.raises(TimeoutError):
        await people.wait_for_messages("C0TALKS", 1, seconds=0.05)
    with pytest.raises(RuntimeError, match="async with"):
        await ControlClient("http://127.0.0.1:1").state()
