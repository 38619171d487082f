"""conversations.*: what there is, who is in it, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.specification import Kind
from bot.sandbox.web_api.access import READ_SCOPE, is_member, readable, visible
from bot.sandbox.web_api.arguments import next_cursor, page
from bot.sandbox.web_api.method import TIER_2, TIER_3, TIER_4, Method
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.messages import Message
    from bot.sandbox.web_api.arguments import Arguments
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation

_TYPES = {"public_channel": Kind.CHANNEL, "private_channel": Kind.PRIVATE, "im": Kind.IM}


def _describe(backend: Backend, conversation: Conversation, *, count: bool = True) -> Json:
    common: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.archived,
        "is_im": conversation.kind is Kind.IM,
        "is_mpim": False,
        "is_org_shared": False,
        "context_team_id": backend.workspace.spec.team_id,
    }
    if conversation.kind is Kind.IM:
        return {**common, "user": conversation.user, "is_user_deleted": False, "priority": 0}
    described: Json = {
        **common,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind is Kind.CHANNEL,
        "is_group": conversation.kind is Kind.PRIVATE,
        "is_private": conversation.kind is Kind.PRIVATE,
        "is_general": conversation.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "is_member": is_member(backend, conversation),
        "creator": "USLACKBOT",
        "unlinked": 0,
        "topic": {"value": conversation.topic, "creator": "", "last_set": 0},
        "purpose": {"value": conversation.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }
    return described | ({"num_members": len(conversation.members)} if count else {})


def _list(backend: Backend, args: Arguments) -> Json:
    wanted = []
    for name in (args.text("types") or "public_channel").split(","):
        if name.strip() == "mpim":
            backend.need("mpim:read")
        elif name.strip() not in _TYPES:
            raise SlackError("invalid_types")
        else:
            wanted.append(_TYPES[name.strip()])
    for kind in wanted:
        backend.need(READ_SCOPE[kind])
    known = [
        conversation
        for conversation in backend.workspace.conversations.values()
        if conversation.kind in wanted
        and (conversation.kind is Kind.CHANNEL or is_member(backend, conversation))
        and not (conversation.archived and args.flag("exclude_archived"))
    ]
    shown, cursor = page(known, args.limit(100, 1000), args.cursor())
    return {
        "channels": [_describe(backend, conversation) for conversation in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def _info(backend: Backend, args: Arguments) -> Json:
    conversation = visible(backend, args.required("channel"))
    backend.need(READ_SCOPE[conversation.kind])
    return {"channel": _describe(backend, conversation, count=args.flag("include_num_members"))}


def _members(backend: Backend, args: Arguments) -> Json:
    conversation = visible(backend, args.required("channel"))
    backend.need(READ_SCOPE[conversation.kind])
    shown, cursor = page(sorted(conversation.members), args.limit(100, 1000), args.cursor())
    return {"members": list(shown), "response_metadata": {"next_cursor": cursor}}


def _open(backend: Backend, args: Arguments) -> Json:
    channel, users = args.text("channel"), args.text("users")
    if channel is not None:
        conversation = visible(backend, channel)
        if conversation.kind is not Kind.IM:
            raise SlackError("method_not_supported_for_channel_type")
        already = True
    elif users is not None:
        names = [user.strip() for user in users.split(",")]
        if len(names) > 1:
            backend.need("mpim:write")
        backend.need("im:write")
        if names[0] not in backend.workspace.people:
            raise SlackError("user_not_found")
        conversation, already = backend.open_direct(names[0])
    else:
        raise SlackError("users_list_not_supplied")
    shown: Json = {"id": conversation.id}
    if args.flag("return_im"):
        shown = _describe(backend, conversation)
    return {"no_op": already, "already_open": already, "channel": shown}


def _shown(backend: Backend, messages: list[Message]) -> list[Message]:
    """Those that history shows by now."""
    return [message for message in messages if not backend.faults.hides(message.channel, message.ts)]


def _within(messages: list[Message], args: Arguments) -> list[Message]:
    """Those inside `oldest` and `latest`, the bounds themselves only with `inclusive`."""
    oldest, latest = _bound(args, "oldest"), _bound(args, "latest")
    inclusive = args.flag("inclusive")

    def inside(message: Message) -> bool:
        moment = _micros(message.ts)
        after = oldest is None or moment > oldest or (inclusive and moment == oldest)
        before = latest is None or moment < latest or (inclusive and moment == latest)
        return after and before

    return [message for message in messages if inside(message)]


def _bound(args: Arguments, name: str) -> int | None:
    value = args.text(name)
    if value is None or value in ("0", "now"):
        return None
    try:
        return _micros(value)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _micros(ts: str) -> int:
    """A timestamp in whole microseconds: compared exactly, as strings and floats are not."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or "0")


def _history(backend: Backend, args: Arguments) -> Json:
    conversation = readable(backend, args.required("channel"))
    newest_first = _within(_shown(backend, conversation.timeline()), args)[::-1]
    start = args.cursor()
    if start is not None:
        newest_first = [message for message in newest_first if message.ts <= start]
    size = args.limit(100, 999)
    more = len(newest_first) > size
    metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [backend.workspace.wire(m, metadata=metadata) for m in newest_first[:size]],
        "has_more": more,
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": next_cursor(newest_first[size].ts)}
    return answer


def _replies(backend: Backend, args: Arguments) -> Json:
    """The parent is on every page and outside the bounds, as Slack has it; a reply's own ts gives that reply alone."""
    conversation = readable(backend, args.required("channel"))
    first = conversation.messages.get(args.required("ts"))
    if first is None:
        raise SlackError("thread_not_found")
    replies = _within(_shown(backend, conversation.replies(first.ts)), args)
    start = args.cursor()
    if start is not None:
        replies = [message for message in replies if message.ts >= start]
    size = args.limit(1000, 1000)
    more = len(replies) > size
    metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [backend.workspace.wire(m, metadata=metadata) for m in (first, *replies[:size])],
        "has_more": more,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": next_cursor(replies[size].ts)}
    return answer


METHODS = (
    Method("conversations.list", _list, per_minute=TIER_2),
    Method("conversations.info", _info, per_minute=TIER_3),
    Method("conversations.members", _members, per_minute=TIER_4),
    Method("conversations.open", _open, per_minute=TIER_3),
    Method("conversations.history", _history, per_minute=TIER_3),
    Method("conversations.replies", _replies, per_minute=TIER_3),
)
