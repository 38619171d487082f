"""Posting, editing, deleting and reading messages back, through the real Slack SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Limits, Sandbox

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.client import ControlClient


BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "A card"}}]
METADATA = {"event_type": "delivery", "event_payload": {"id": "d-1"}}


@pytest.fixture
def limits() -> Limits:
    """Without the pace of posting, which `test_sandbox_web_api` covers."""
    return Limits(post_burst=10_000)


async def refused(call: Awaitable[Any]) -> dict[str, Any]:
    """The body of the refusal a call ends in."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    data: dict[str, Any] = refusal.value.response.data
    return data


async def test_a_post_comes_back_as_slack_shows_it(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel="C0TALKS", text="Talks resume", blocks=BLOCKS)
    message = sent["message"]
    assert (message["user"], message["bot_id"], message["text"]) == ("U0BOT", "B0BACKCHANNEL", "Talks resume")
    assert message["ts"] == sent["ts"]
    assert message["blocks"][0]["block_id"]


async def test_blocks_over_a_limit_are_refused_with_the_field(slack: AsyncWebClient) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = await refused(slack.chat_postMessage(channel="C0TALKS", text="x", blocks=[header]))
    assert answer["error"] == "invalid_blocks"
    sentence = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {sentence}"]
    assert answer["errors"] == [sentence]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "   "}, "no_text"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}}] * 5},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "metadata": "nonsense"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": {"event_type": "t", "event_payload": {"x": "y" * 20_000}}}, "metadata_too_large"),
        ({"text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"text": "x", "thread_ts": "1764673200.000100"}, "thread_not_found"),
    ],
)
async def test_what_slack_refuses_to_post(slack: AsyncWebClient, arguments: dict[str, Any], error: str) -> None:
    call = slack.api_call("chat.postMessage", json={"channel": "C0TALKS", **arguments})
    assert (await refused(call))["error"] == error
    assert (await slack.conversations_history(channel="C0TALKS"))["messages"] == []


async def test_a_very_long_text_is_cut_with_a_warning(slack: AsyncWebClient) -> None:
    sent = await slack.chat_postMessage(channel="C0TALKS", text="x" * 40_001)
    assert len(sent["message"]["text"]) == 40_000
    assert sent["warning"] == "message_truncated"


async def test_metadata_is_kept_and_shown_only_on_request(slack: AsyncWebClient) -> None:
    parent = await slack.chat_postMessage(channel="C0TALKS", text="x", metadata=METADATA)
    await slack.chat_postMessage(channel="C0TALKS", text="y", metadata=METADATA, thread_ts=parent["ts"])
    plain = await slack.conversations_history(channel="C0TALKS")
    assert "metadata" not in plain["messages"][0]
    full = await slack.conversations_history(channel="C0TALKS", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == METADATA
    thread = await slack.conversations_replies(channel="C0TALKS", ts=parent["ts"], include_all_metadata=True)
    assert [message["metadata"] for message in thread["messages"]] == [METADATA, METADATA]


async def test_history_pages_newest_first(slack: AsyncWebClient) -> None:
    for number in range(7):
        await slack.chat_postMessage(channel="C0TALKS", text=str(number))
    pages = [
        ([message["text"] for message in page["messages"]], page["has_more"])
        async for page in await slack.conversations_history(channel="C0TALKS", limit=3)
    ]
    assert pages == [(["6", "5", "4"], True), (["3", "2", "1"], True), (["0"], False)]


async def test_history_keeps_to_its_bounds(slack: AsyncWebClient) -> None:
    stamps = [(await slack.chat_postMessage(channel="C0TALKS", text=str(number)))["ts"] for number in range(5)]

    async def texts(**bounds: Any) -> list[str]:
        answer = await slack.conversations_history(channel="C0TALKS", **bounds)
        return [message["text"] for message in answer["messages"]]

    assert await texts(oldest=stamps[1], latest=stamps[3]) == ["2"]
    assert await texts(oldest=stamps[1], latest=stamps[3], inclusive=True) == ["3", "2", "1"]
    assert await texts(oldest=stamps[3]) == ["4"]
    assert await texts(latest=stamps[1], inclusive=True, limit=1) == ["1"]
    assert (await refused(slack.conversations_history(channel="C0TALKS", oldest="x")))["error"] == "invalid_ts_oldest"


async def test_a_thread_has_its_parent_first_and_stays_out_of_history(slack: AsyncWebClient) -> None:
    parent = (await slack.chat_postMessage(channel="C0TALKS", text="parent"))["ts"]
    for number in range(3):
        await slack.chat_postMessage(channel="C0TALKS", text=str(number), thread_ts=parent)
    shown = await slack.chat_postMessage(channel="C0TALKS", text="seen", thread_ts=parent, reply_broadcast=True)
    assert shown["message"]["subtype"] == "thread_broadcast"
    history = (await slack.conversations_history(channel="C0TALKS"))["messages"]
    assert [message["text"] for message in history] == ["seen", "parent"]
    assert (history[1]["reply_count"], history[1]["latest_reply"]) == (4, shown["ts"])
    thread = (await slack.conversations_replies(channel="C0TALKS", ts=parent))["messages"]
    assert [message["text"] for message in thread] == ["parent", "0", "1", "2", "seen"]
    assert thread[1]["parent_user_id"] == "U0BOT"
    late = await slack.conversations_replies(channel="C0TALKS", ts=parent, oldest=thread[2]["ts"])
    assert [message["text"] for message in late["messages"]] == ["parent", "2", "seen"]
    first = await slack.conversations_replies(channel="C0TALKS", ts=parent, limit=2)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await slack.conversations_replies(channel="C0TALKS", ts=parent, limit=2, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["parent", "2", "seen"]
    missing = slack.conversations_replies(channel="C0TALKS", ts="1.000001")
    assert (await refused(missing))["error"] == "thread_not_found"


async def test_a_reply_to_a_reply_joins_its_thread(slack: AsyncWebClient) -> None:
    parent = (await slack.chat_postMessage(channel="C0TALKS", text="parent"))["ts"]
    reply = (await slack.chat_postMessage(channel="C0TALKS", text="reply", thread_ts=parent))["ts"]
    nested = await slack.chat_postMessage(channel="C0TALKS", text="nested", thread_ts=reply)
    assert nested["message"]["thread_ts"] == parent


async def test_an_update_with_text_alone_removes_blocks_and_shows_as_edited(slack: AsyncWebClient) -> None:
    ts = (await slack.chat_postMessage(channel="C0TALKS", text="x", blocks=BLOCKS, metadata=METADATA))["ts"]
    kept = await slack.chat_update(channel="C0TALKS", ts=ts, text="y", blocks=BLOCKS)
    assert kept["message"]["blocks"]
    assert "edited" not in kept["message"]
    bare = await slack.chat_update(channel="C0TALKS", ts=ts, text="z")
    assert "blocks" not in bare["message"]
    assert bare["message"]["edited"]["user"] == "U0BOT"
    shown = (await slack.conversations_history(channel="C0TALKS", include_all_metadata=True))["messages"][0]
    assert (shown["text"], shown["metadata"]) == ("z", METADATA)


async def test_updates_slack_refuses(slack: AsyncWebClient, people: ControlClient) -> None:
    own = (await slack.chat_postMessage(channel="C0TALKS", text="x"))["ts"]
    foreign = (await people.do("message", channel="C0TALKS", user="dana", text="mine"))["ts"]
    update = slack.chat_update
    assert (await refused(update(channel="C0TALKS", ts=foreign, text="y")))["error"] == "cant_update_message"
    assert (await refused(update(channel="C0TALKS", ts="1.000001", text="y")))["error"] == "message_not_found"
    assert (await refused(update(channel="C0TALKS", ts=own, text="y" * 4001)))["error"] == "msg_too_long"
    assert (await refused(slack.chat_delete(channel="C0TALKS", ts=foreign)))["error"] == "cant_delete_message"


async def test_one_call_broadcasts_or_edits(slack: AsyncWebClient) -> None:
    parent = (await slack.chat_postMessage(channel="C0TALKS", text="parent"))["ts"]
    reply = (await slack.chat_postMessage(channel="C0TALKS", text="reply", thread_ts=parent))["ts"]
    both = slack.chat_update(channel="C0TALKS", ts=reply, text="other", reply_broadcast=True)
    assert (await refused(both))["error"] == "cant_broadcast_message"
    await slack.chat_update(channel="C0TALKS", ts=reply, text="reply", reply_broadcast=True)
    history = (await slack.conversations_history(channel="C0TALKS"))["messages"]
    assert [message["text"] for message in history] == ["reply", "parent"]


async def test_a_deleted_message_is_gone_unless_it_has_replies(slack: AsyncWebClient) -> None:
    alone = (await slack.chat_postMessage(channel="C0TALKS", text="alone"))["ts"]
    parent = (await slack.chat_postMessage(channel="C0TALKS", text="parent"))["ts"]
    reply = (await slack.chat_postMessage(channel="C0TALKS", text="reply", thread_ts=parent))["ts"]
    later = (await slack.chat_postMessage(channel="C0TALKS", text="later"))["ts"]
    await slack.chat_delete(channel="C0TALKS", ts=alone)
    await slack.chat_delete(channel="C0TALKS", ts=parent)
    history = (await slack.conversations_history(channel="C0TALKS"))["messages"]
    assert [(message["ts"], message.get("subtype")) for message in history] == [(later, None), (parent, "tombstone")]
    await slack.chat_delete(channel="C0TALKS", ts=reply)
    thread = (await slack.conversations_replies(channel="C0TALKS", ts=parent))["messages"]
    assert [message["ts"] for message in thread] == [parent]


async def test_an_ephemeral_is_seen_by_one_and_never_in_history(slack: AsyncWebClient, people: ControlClient) -> None:
    await slack.chat_postEphemeral(channel="C0TALKS", user="U0DANA", text="for you")
    assert (await slack.conversations_history(channel="C0TALKS"))["messages"] == []
    seen = await people.messages("C0TALKS", user="dana")
    assert [(message["text"], message["ephemeral_to"]) for message in seen] == [("for you", "U0DANA")]
    assert await people.messages("C0TALKS", user="omar") == []
    stranger = slack.chat_postEphemeral(channel="G0DESK", user="U0OMAR", text="x")
    assert (await refused(stranger))["error"] == "channel_not_found"
    await people.do("leave", channel="C0WORLD", user="omar")
    absent = slack.chat_postEphemeral(channel="C0WORLD", user="U0OMAR", text="x")
    assert (await refused(absent))["error"] == "user_not_in_channel"


async def test_permalinks_lead_to_the_page(slack: AsyncWebClient, sandbox: Sandbox) -> None:
    parent = (await slack.chat_postMessage(channel="C0TALKS", text="parent"))["ts"]
    reply = (await slack.chat_postMessage(channel="C0TALKS", text="reply", thread_ts=parent))["ts"]
    link = (await slack.chat_getPermalink(channel="C0TALKS", message_ts=parent))["permalink"]
    assert link == f"{sandbox.url}/archives/C0TALKS/p{parent.replace('.', '')}"
    deeper = (await slack.chat_getPermalink(channel="C0TALKS", message_ts=reply))["permalink"]
    assert deeper.endswith(f"?thread_ts={parent}&cid=C0TALKS")
    missing = slack.chat_getPermalink(channel="C0TALKS", message_ts="1.000001")
    assert (await refused(missing))["error"] == "message_not_found"
