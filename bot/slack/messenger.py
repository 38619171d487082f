"""Calls to Slack's Web API that post, edit and look back. Never posts the same thing twice by itself."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Accepted, Refused, SendOutcome, Unknown
from bot.domain.errors import SlackError
from bot.domain.hold import EVERYWHERE, Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.domain.alert import Message

EVENT_TYPE = "backchannel_delivery"
CALL_SECONDS = 15
PAGE = 200
CHANNEL_PAGE = 1000
CONVERSATION_ID = re.compile(r"^[CDG][A-Z0-9]{5,}$")
TRY_AGAIN = timedelta(seconds=5)
MEND_FIRST = timedelta(minutes=1)
# What a call raises when no answer of Slack's came back.
UNREACHABLE = (aiohttp.ClientError, SlackClientError, OSError, TimeoutError)
# The same, or an answer that says no; AttributeError: the SDK meets plain text where JSON should be.
UNREADABLE = (*UNREACHABLE, AttributeError)

log = logging.getLogger(__name__)

# "It is possible some aspect of the operation succeeded before the error was raised", Slack says of these.
_UNDECIDED = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# Errors that pass by themselves: worth asking again.
_PASSING = {"team_added_to_org": MEND_FIRST, "accesslimited": MEND_FIRST}
# Errors that somebody can mend, and nothing else is delivered there until then.
_OBSTACLES = {
    "is_archived": Obstacle.ARCHIVED,
    "not_in_channel": Obstacle.NOT_THERE,
    "channel_not_found": Obstacle.NOT_FOUND,
    "restricted_action": Obstacle.RESTRICTED,
    "restricted_action_read_only_channel": Obstacle.RESTRICTED,
    "restricted_action_thread_only_channel": Obstacle.RESTRICTED,
    "restricted_action_non_threadable_channel": Obstacle.RESTRICTED,
    "invalid_auth": Obstacle.TOKEN,
    "not_authed": Obstacle.TOKEN,
    "account_inactive": Obstacle.TOKEN,
    "token_revoked": Obstacle.TOKEN,
    "token_expired": Obstacle.TOKEN,
    "org_login_required": Obstacle.TOKEN,
    "ekm_access_denied": Obstacle.TOKEN,
    "team_access_not_granted": Obstacle.TOKEN,
    "missing_scope": Obstacle.SCOPE,
    "no_permission": Obstacle.SCOPE,
}
_POSTING_SCOPE = "chat:write"


def posting_client(token: str, base_url: str) -> AsyncWebClient:
    """A client without retry handlers: the SDK's own would post again after a lost reply."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=CALL_SECONDS, retry_handlers=[])


class SlackMessenger:
    """Implements the deliver step's messenger over one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(
        self, conversation: str, message: Message, *, key: str, thread_ts: str | None = None, broadcast: bool = False
    ) -> SendOutcome:
        """Post a message carrying `key` in its metadata."""
        return await _outcome(
            lambda: self._client.chat_postMessage(
                channel=conversation,
                text=message.text,
                blocks=list(message.blocks) or None,
                metadata=_metadata(key),
                thread_ts=thread_ts,
                reply_broadcast=broadcast or None,
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    async def edit(self, conversation: str, ts: str, message: Message, *, key: str) -> SendOutcome:
        """Replace a message; its metadata stays that of the post, which is what tells whose it is."""
        del key
        return await _outcome(
            lambda: self._client.chat_update(
                channel=conversation, ts=ts, text=message.text, blocks=list(message.blocks) or None
            )
        )

    async def find(self, conversation: str, *, key: str, since: datetime, thread_ts: str | None = None) -> str | None:
        """The id of the message that carries `key`, looking back to `since`.

        Raises:
            SlackError: The history cannot be read.
        """
        cursor = ""
        while True:
            try:
                page = await self._page(conversation, since=since, thread_ts=thread_ts, cursor=cursor)
            except UNREADABLE as error:
                raise unreadable("its history cannot be read", error, where=conversation) from error
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == EVENT_TYPE and metadata["event_payload"].get("key") == key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def permalink(self, conversation: str, ts: str) -> str | None:
        """The address of a message; None where Slack does not tell: a card without a link is better than none."""
        try:
            return str((await self._client.chat_getPermalink(channel=conversation, message_ts=ts))["permalink"])
        except UNREADABLE as error:
            log.warning("no link to the message %s in %s: %s", ts, conversation, error_name(error))
            return None

    async def probe(self, place: str, obstacle: Obstacle) -> Obstacle | None:
        """What stands in the way of a conversation, or EVERYWHERE, by now; None where nothing seems to.

        Posts nothing. `obstacle` is what stood there: where that cannot be looked at, nothing is said to be in the way,
        and the next message tells.
        """
        try:
            if place == EVERYWHERE:
                return _lacking(await self._client.auth_test(), obstacle)
            channel = (await self._client.conversations_info(channel=place))["channel"]
        except UNREADABLE as error:
            found = _found(error)
            # Of a conversation, the scope to look with is missing, which is not the one to post with.
            return None if found is Obstacle.SCOPE and place != EVERYWHERE else found
        if channel.get("is_archived"):
            return Obstacle.ARCHIVED
        outside = obstacle is Obstacle.NOT_THERE and not channel.get("is_member", True)
        return Obstacle.NOT_THERE if outside else None

    async def direct(self, user: str) -> str:
        """The conversation of a person's direct messages with us.

        Raises:
            SlackError: It cannot be opened.
        """
        try:
            return str((await self._client.conversations_open(users=user))["channel"]["id"])
        except UNREADABLE as error:
            raise unreadable("their direct messages cannot be opened", error, where=user) from error

    async def channel_id(self, name: str) -> str | None:
        """The id of a channel given as `#name` or `name`, or of one given by its id; None if there is none to see.

        Raises:
            SlackError: The list of channels cannot be read.
        """
        if CONVERSATION_ID.match(name):
            return name
        wanted = name.removeprefix("#")
        cursor = ""
        while True:
            try:
                page = await self._client.conversations_list(
                    types="public_channel,private_channel", exclude_archived=True, limit=CHANNEL_PAGE, cursor=cursor
                )
            except UNREADABLE as error:
                raise unreadable("the list of channels cannot be read", error) from error
            for channel in page["channels"]:
                if channel["name"] == wanted:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def _page(
        self, conversation: str, *, since: datetime, thread_ts: str | None, cursor: str
    ) -> AsyncSlackResponse:
        common: dict[str, Any] = {
            "channel": conversation,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
            "cursor": cursor,
        }
        if thread_ts is not None:
            return await self._client.conversations_replies(ts=thread_ts, **common)
        return await self._client.conversations_history(**common)


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


async def _outcome(call: Callable[[], Coroutine[Any, Any, AsyncSlackResponse]]) -> SendOutcome:
    try:
        answer = await call()
    except SlackApiError as error:
        return _refusal(error)
    except aiohttp.ClientConnectorError as error:
        told = f"no connection to Slack ({error})"  # nothing was sent
        return Refused(told, retry_after=TRY_AGAIN, obstacle=Obstacle.UNREACHABLE)
    except (*UNREACHABLE, AttributeError) as error:  # AttributeError: the SDK meets plain text where JSON should be
        return Unknown(f"{type(error).__name__}: {error}")
    return Accepted(str(answer["ts"]))


def _refusal(error: SlackApiError) -> SendOutcome:
    """A definite no is what Slack says in its own words, or a 429; of anything else nobody knows."""
    name = error_name(error)
    if name == "ratelimited":
        return Refused(name, retry_after=retry_after(error))
    if not is_refusal(error):
        return Unknown(f"Slack answered {name}")
    details = (_body(error).get("response_metadata") or {}).get("messages") or ()
    return Refused("; ".join([name, *details]), retry_after=_PASSING.get(name), obstacle=_OBSTACLES.get(name))


def unreadable(what: str, error: Exception, *, where: str | None = None) -> SlackError:
    """An error of reading, told; with what stands in the way of every call, and how long Slack asks to wait."""
    name = error_name(error)
    obstacle: Obstacle | None = Obstacle.UNREACHABLE
    if name == "ratelimited" or (isinstance(error, SlackApiError) and is_refusal(error)):
        obstacle = Obstacle.TOKEN if _OBSTACLES.get(name) is Obstacle.TOKEN else None
    wait = retry_after(error) if name == "ratelimited" and isinstance(error, SlackApiError) else None
    return SlackError(f"{what} ({name})", where=where, obstacle=obstacle, retry_after=wait)


def _lacking(answer: AsyncSlackResponse, obstacle: Obstacle) -> Obstacle | None:
    """SCOPE where it was in the way of a token that Slack takes, and Slack says that it still may not post."""
    granted = answer.headers.get("x-oauth-scopes")
    lacking = obstacle is Obstacle.SCOPE and granted is not None and _POSTING_SCOPE not in granted.split(",")
    return Obstacle.SCOPE if lacking else None


def _found(error: Exception) -> Obstacle | None:
    """What an error of a probe says; None for one that says nothing about posting."""
    if not isinstance(error, SlackApiError) or not is_refusal(error):
        return Obstacle.UNREACHABLE
    return _OBSTACLES.get(error_name(error))


def is_refusal(error: SlackApiError) -> bool:
    """Whether Slack itself said no, and meant it."""
    return _body(error).get("ok") is False and error_name(error) not in {"ratelimited", *_UNDECIDED}


def retry_after(error: SlackApiError) -> timedelta:
    """How long Slack asks to be left alone."""
    asked = str(error.response.headers.get("Retry-After", ""))
    return timedelta(seconds=int(asked)) if asked.isdecimal() else TRY_AGAIN


def error_name(error: Exception) -> str:
    """What Slack calls an error, or what stands in its place."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    status = _status(error)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "ratelimited"
    return str(_body(error).get("error") or f"HTTP {status}")


def _status(error: SlackApiError) -> int:
    # Where a body is no JSON, the SDK's error carries aiohttp's response in place of its own.
    answer = error.response
    return int(answer.status if isinstance(answer, aiohttp.ClientResponse) else answer.status_code)


def _body(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}
