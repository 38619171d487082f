"""The Web API as the real Slack SDK sees it: tokens, scopes, people, pace."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Limits, Sandbox, default_workspace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.client import ControlClient

    Start = Callable[..., Awaitable[Sandbox]]


async def refused(call: Awaitable[Any]) -> dict[str, Any]:
    """The body of the refusal a call ends in."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    data: dict[str, Any] = refusal.value.response.data
    return data


async def allowed_to_see_people(start_sandbox: Start, **arguments: Any) -> AsyncWebClient:
    """A client of an app that was granted what ours does not ask for."""
    spec = default_workspace()
    spec = replace(spec, app=replace(spec.app, scopes=spec.app.scopes | {"users:read"}))
    sandbox = await start_sandbox(workspace=spec, **arguments)
    return AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url, retry_handlers=[])


async def test_auth_test_tells_who_the_bot_is(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    answer = await slack.auth_test()
    assert answer["user_id"] == "U0BOT"
    assert answer["team"] == "Sample Desk"
    assert answer["url"] == f"{sandbox.url}/"
    assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")


async def test_tokens_are_of_the_right_kind(sandbox: Sandbox) -> None:
    def client(token: str | None) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=sandbox.api_url)

    assert (await refused(client(None).auth_test()))["error"] == "not_authed"
    assert (await refused(client("xoxb-other").auth_test()))["error"] == "invalid_auth"
    app_client = client("xapp-sandbox")
    assert (await refused(app_client.users_list()))["error"] == "not_allowed_token_type"
    bot_token = "xoxb-sandbox"
    assert (await refused(app_client.apps_connections_open(app_token=bot_token)))["error"] == "not_allowed_token_type"
    assert (await app_client.auth_test())["app_id"] == "A0BACKCHANNEL"
    assert (await app_client.apps_connections_open(app_token="xapp-sandbox"))["url"].startswith("ws://127.0.0.1:")


async def test_a_token_may_come_in_the_body_and_arguments_as_json_or_form(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.api_url) as session:

        async def call(**request: Any) -> Any:
            async with session.post("chat.postMessage", **request) as response:
                assert response.status == 200
                return await response.json()

        form = {"token": "xoxb-sandbox", "channel": "C0TALKS", "blocks": '[{"type": "divider"}]'}
        assert (await call(data=form))["message"]["blocks"][0]["type"] == "divider"
        body = {"token": "xoxb-sandbox", "channel": "#talks-ukraine-russia", "text": "by name"}
        assert (await call(json=body))["channel"] == "C0TALKS"
        headers = {"Authorization": "Bearer xoxb-sandbox", "Content-Type": "application/json"}
        assert (await call(data="{", headers=headers))["error"] == "invalid_json"
        assert (await call(data={**form, "blocks": "[{"}))["error"] == "invalid_blocks_format"


async def test_an_unknown_method_is_said_to_be_so(slack: AsyncWebClient) -> None:
    answer = await refused(slack.api_call("chat.postMesage"))
    assert answer["error"] == "unknown_method"
    assert answer["req_method"] == "chat.postMesage"


async def test_a_method_outside_the_granted_scopes_is_refused(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel="C0TALKS", text="x")
    answer = await refused(slack.reactions_add(channel="C0TALKS", timestamp=sent["ts"], name="eyes"))
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "reactions:write"
    assert "chat:write" in answer["provided"]
    assert (await refused(slack.conversations_list(types="im")))["needed"] == "im:read"


async def test_reactions_are_added_once(start_sandbox: Start) -> None:
    spec = default_workspace()
    spec = replace(spec, app=replace(spec.app, scopes=spec.app.scopes | {"reactions:write"}))
    sandbox = await start_sandbox(workspace=spec)
    slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
    sent = await slack.chat_postMessage(channel="C0TALKS", text="x")
    await slack.reactions_add(channel="C0TALKS", timestamp=sent["ts"], name="eyes")
    again = slack.reactions_add(channel="C0TALKS", timestamp=sent["ts"], name="eyes")
    assert (await refused(again))["error"] == "already_reacted"
    message = (await slack.conversations_history(channel="C0TALKS"))["messages"][0]
    assert message["reactions"] == [{"name": "eyes", "users": ["U0BOT"], "count": 1}]


async def test_people_are_known_with_their_time_zones(start_sandbox: Start) -> None:
    slack = await allowed_to_see_people(start_sandbox)
    lena = (await slack.users_info(user="U0LENA"))["user"]
    assert (lena["name"], lena["tz"], lena["tz_offset"]) == ("lena", "Europe/Kyiv", 7200)
    assert (await refused(slack.users_info(user="U0NOBODY")))["error"] == "user_not_found"
    bot = (await slack.users_info(user="U0BOT"))["user"]
    assert bot["is_bot"]
    assert (await slack.bots_info(bot=bot["profile"]["bot_id"]))["bot"]["user_id"] == "U0BOT"


async def test_lists_come_in_pages(start_sandbox: Start) -> None:
    slack = await allowed_to_see_people(start_sandbox)
    names = [[user["name"] for user in page["members"]] async for page in await slack.users_list(limit=3)]
    assert names == [["backchannel", "dana", "omar"], ["lena"]]
    channels = [
        channel["name"]
        async for page in await slack.conversations_list(limit=2, types="public_channel,private_channel")
        for channel in page["channels"]
    ]
    assert channels == ["talks-ukraine-russia", "world-desk", "general"]
    members = (await slack.conversations_members(channel="C0TALKS"))["members"]
    assert members == ["U0BOT", "U0DANA", "U0LENA", "U0OMAR"]
    assert (await refused(slack.conversations_list(limit=1001)))["error"] == "invalid_limit"
    assert (await refused(slack.conversations_list(cursor="?")))["error"] == "invalid_cursor"


async def test_a_private_channel_the_bot_is_not_in_does_not_exist_for_it(
    slack: AsyncWebClient, people: ControlClient
) -> None:
    assert (await refused(slack.conversations_info(channel="G0DESK")))["error"] == "channel_not_found"
    assert (await refused(slack.chat_postMessage(channel="G0DESK", text="x")))["error"] == "channel_not_found"
    await people.do("join", channel="editors")
    info = (await slack.conversations_info(channel="G0DESK"))["channel"]
    assert (info["is_private"], info["is_member"]) == (True, True)
    await slack.chat_postMessage(channel="G0DESK", text="x")


async def test_public_channels_are_open_with_the_scope_and_closed_without(
    slack: AsyncWebClient, start_sandbox: Start
) -> None:
    await slack.chat_postMessage(channel="C0GENERAL", text="x")
    assert (await refused(slack.conversations_history(channel="C0GENERAL")))["error"] == "not_in_channel"
    spec = default_workspace()
    spec = replace(spec, app=replace(spec.app, scopes=spec.app.scopes - {"chat:write.public"}))
    strict = await start_sandbox(workspace=spec)
    narrow = AsyncWebClient(token="xoxb-sandbox", base_url=strict.api_url)
    assert (await refused(narrow.chat_postMessage(channel="C0GENERAL", text="x")))["error"] == "not_in_channel"


async def test_an_archived_channel_takes_no_messages(slack: AsyncWebClient, people: ControlClient) -> None:
    await people.do("archive", channel="C0WORLD")
    assert (await refused(slack.chat_postMessage(channel="C0WORLD", text="x")))["error"] == "is_archived"
    shown = await slack.conversations_list(exclude_archived=True)
    assert "C0WORLD" not in [channel["id"] for channel in shown["channels"]]


async def test_a_direct_message_opens_once(slack: AsyncWebClient) -> None:
    opened = await slack.conversations_open(users="U0DANA")
    assert opened["already_open"] is False
    again = await slack.conversations_open(users="U0DANA", return_im=True)
    assert again["already_open"] is True
    assert again["channel"]["user"] == "U0DANA"
    posted = await slack.chat_postMessage(channel="U0DANA", text="to a person")
    assert posted["channel"] == opened["channel"]["id"] == "D0DANA"
    assert (await refused(slack.conversations_open(users="U0NOBODY")))["error"] == "user_not_found"
    assert (await refused(slack.conversations_open(users="U0DANA,U0OMAR")))["needed"] == "mpim:write"


async def test_posts_faster_than_one_a_second_get_429(start_sandbox: Start) -> None:
    frozen: float | None = time.time()
    sandbox = await start_sandbox(clock=lambda: time.time() if frozen is None else frozen)
    slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url, retry_handlers=[])
    for number in range(5):
        await slack.chat_postMessage(channel="C0TALKS", text=str(number))
    with pytest.raises(SlackApiError) as refusal:
        await slack.chat_postMessage(channel="C0TALKS", text="too many")
    assert refusal.value.response.status_code == 429
    assert refusal.value.response["error"] == "ratelimited"
    assert refusal.value.response.headers["Retry-After"] == "1"
    await slack.chat_postMessage(channel="C0WORLD", text="another channel is free")
    frozen = None
    patient = AsyncWebClient(
        token="xoxb-sandbox",
        base_url=sandbox.api_url,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )
    await patient.chat_postMessage(channel="C0TALKS", text="after waiting")
    history = (await slack.conversations_history(channel="C0TALKS"))["messages"]
    assert [message["text"] for message in history] == ["after waiting", "4", "3", "2", "1", "0"]


async def test_tiers_hold_per_method_and_can_be_switched_off(start_sandbox: Start) -> None:
    for tiers in (True, False):
        slack = await allowed_to_see_people(start_sandbox, limits=Limits(tiers=tiers), clock=lambda: 1_764_673_200.0)
        statuses = []
        for _ in range(21):
            try:
                statuses.append((await slack.users_list()).status_code)
            except SlackApiError as refusal:
                statuses.append(refusal.response.status_code)
        assert statuses == [200] * 20 + [429 if tiers else 200]


async def test_every_call_stands_in_the_log_without_its_token(slack: AsyncWebClient, people: ControlClient) -> None:
    await slack.chat_postMessage(channel="C0TALKS", text="x")
    await refused(slack.chat_postMessage(channel="C0NOWHERE", text="x"))
    await slack.api_call("chat.postMessage", data={"token": "xoxb-sandbox", "channel": "C0TALKS", "text": "y"})
    first, second, third = await people.log("api")
    assert (first["method"], first["args"]["text"], first["ok"]) == ("chat.postMessage", "x", True)
    assert second["error"] == "channel_not_found"
    assert third["args"] == {"channel": "C0TALKS", "text": "y"}
    assert "xoxb" not in str([first, second, third])


async def test_only_loopback_is_listened_on() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        await Sandbox().start(host="0.0.0.0")  # noqa: S104  this is what is refused


async def test_a_foreign_host_or_page_is_refused(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as session:
        async with session.get("/_control/state", headers={"Host": "rebound.example"}) as response:
            assert response.status == 403
        foreign = {"Origin": "http://elsewhere.example"}
        async with session.post("/_control/reset", json={}, headers=foreign) as response:
            assert response.status == 403
        async with session.post("/_control/reset", json={}, headers={"Origin": sandbox.url}) as response:
            assert response.status == 200
