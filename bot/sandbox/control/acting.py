"""What people, and an administrator, can do: the POST side of the control API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox import clicks, modals
from bot.sandbox.commands import run_command
from bot.sandbox.control import lookup
from bot.sandbox.control.arming import arm
from bot.sandbox.posting import post_as_person
from bot.sandbox.specification import Kind
from bot.sandbox.wire import ControlError, SlackError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.backend import Backend
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation

    Action = Callable[[Backend, Json], Awaitable[Json]]

_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
_REFERENCE = re.compile(r"(<(?:[@#!]|https?://|mailto:)[^<>]+>)")


async def _message(backend: Backend, body: Json) -> Json:
    user = lookup.person(backend, body)
    conversation = lookup.joined(backend, body, user)
    thread_ts = body.get("thread_ts")
    try:
        message = post_as_person(backend, conversation, user, _typed(backend, lookup.text_of(body, "text")), thread_ts)
    except SlackError as refusal:
        raise ControlError(refusal.code, f"No message {thread_ts!r} to reply to in {conversation.id}.", 404) from None
    return {"channel": conversation.id, "ts": message.ts}


def _typed(backend: Backend, text: str) -> str:
    """What a person typed, as Slack keeps it: escaped once, with @handles as references; <@U…> and links stay."""
    pieces = []
    for piece in _REFERENCE.split(text):
        kept = piece
        if not _REFERENCE.fullmatch(piece):
            kept = _BARE_AMPERSAND.sub("&amp;", piece).replace("<", "&lt;").replace(">", "&gt;")
            for name, user in backend.workspace.members_named():
                kept = re.sub(rf"(?<![\w@])@{re.escape(name)}\b", f"<@{user}>", kept)
        pieces.append(kept)
    return "".join(pieces)


async def _command(backend: Backend, body: Json) -> Json:
    user = lookup.person(backend, body)
    conversation = lookup.joined(backend, body, user)
    command = lookup.text_of(body, "command")
    return await run_command(backend, conversation, user, command, str(body.get("text") or ""))


async def _interact(backend: Backend, body: Json) -> Json:
    user = lookup.person(backend, body)
    action = clicks.action_of(body.get("action"))
    if body.get("home"):
        view = backend.views.homes.get(user)
        if view is None:
            raise ControlError("no_home", f"The app has published no Home for {user}.", 409)
        return await clicks.use_in_view(backend, view, action)
    if body.get("viewId"):
        view = lookup.view_called(backend, user, str(body["viewId"]))
        return await clicks.use_in_view(backend, view, action)
    conversation = lookup.joined(backend, body, user)
    message = lookup.message(conversation, body, user)
    return await clicks.use_in_message(backend, message, user, action)


async def _submit(backend: Backend, body: Json) -> Json:
    values = {} if body.get("values") is None else body["values"]
    if not isinstance(values, dict):
        raise ControlError("invalid_values", 'Give "values" as an object: {action_id: value}.')
    view = lookup.open_modal(backend, lookup.person(backend, body))
    return await modals.submit(backend, view, values)


async def _close(backend: Backend, body: Json) -> Json:
    return await modals.close(backend, lookup.open_modal(backend, lookup.person(backend, body)))


async def _open_home(backend: Backend, body: Json) -> Json:
    user = lookup.person(backend, body)
    view = backend.views.homes.get(user)
    shown = backend.views.wire(view) if view is not None else None
    told = backend.events.home_opened(user, backend.open_direct(user)[0].id, "home", shown)
    return {"told": told, "view": shown}


async def _open_dm(backend: Backend, body: Json) -> Json:
    user = lookup.person(backend, body)
    direct, _ = backend.open_direct(user)
    return {"channel": direct.id, "told": backend.events.home_opened(user, direct.id, "messages", None)}


def _member(backend: Backend, body: Json) -> tuple[Conversation, str]:
    """The channel and the member a request means; without `user`, the bot."""
    conversation = lookup.conversation(backend, lookup.text_of(body, "channel"))
    if conversation.kind is Kind.IM:
        raise ControlError("is_im", "One neither joins nor leaves a direct message.", 409)
    bot = backend.workspace.app
    wanted = body.get("user") or bot.bot_user
    return conversation, bot.bot_user if wanted in (bot.bot_user, bot.name) else lookup.person(backend, body)


async def _join(backend: Backend, body: Json) -> Json:
    conversation, user = _member(backend, body)
    if user not in conversation.members:
        conversation.members.add(user)
        text = f"<@{user}> has joined the channel"
        backend.workspace.system(conversation, user, "channel_join", text)
        backend.events.member_joined(conversation, user, body.get("inviter"))
        backend.pages.changed("channels")
        backend.pages.changed("messages", channel=conversation.id)
    return {"channel": conversation.id, "user": user}


async def _leave(backend: Backend, body: Json) -> Json:
    conversation, user = _member(backend, body)
    if user in conversation.members:
        conversation.members.discard(user)
        text = f"<@{user}> has left the channel"
        backend.workspace.system(conversation, user, "channel_leave", text)
        backend.pages.changed("channels")
        backend.pages.changed("messages", channel=conversation.id)
    return {"channel": conversation.id, "user": user}


async def _archive(backend: Backend, body: Json) -> Json:
    conversation = lookup.conversation(backend, lookup.text_of(body, "channel"))
    user = lookup.person(backend, body) if body.get("user") else next(iter(backend.workspace.people))
    if not conversation.archived:
        text = f"<@{user}> archived the channel"
        backend.workspace.system(conversation, user, "channel_archive", text)
        conversation.archived = True
        backend.events.archived(conversation, user)
        backend.pages.changed("channels")
    return {"channel": conversation.id}


async def _unarchive(backend: Backend, body: Json) -> Json:
    conversation = lookup.conversation(backend, lookup.text_of(body, "channel"))
    user = lookup.person(backend, body) if body.get("user") else next(iter(backend.workspace.people))
    if conversation.archived:
        conversation.archived = False
        backend.workspace.system(conversation, user, "channel_unarchive", f"<@{user}> un-archived the channel")
        backend.events.unarchived(conversation, user)
        backend.pages.changed("channels")
    return {"channel": conversation.id}


async def _disconnect(backend: Backend, body: Json) -> Json:
    if body.get("frame") is False:
        return {"told": 0, "cut": await backend.sockets.cut()}
    reason = str(body.get("reason") or "refresh_requested")
    if reason not in ("refresh_requested", "warning", "link_disabled"):
        raise ControlError("invalid_reason", "Reasons: refresh_requested, warning, link_disabled.")
    told = await backend.sockets.disconnect(reason)
    backend.tasks.start(backend.sockets.close_retired(), "closing refreshed sockets")
    return {"told": told}


async def _reset(backend: Backend, _: Json) -> Json:
    await backend.reset()
    return {}


def actions() -> dict[str, Action]:
    """What can be posted to `/_control/NAME`, by name."""
    return {
        "message": _message,
        "command": _command,
        "interact": _interact,
        "submit": _submit,
        "close": _close,
        "open-home": _open_home,
        "open-dm": _open_dm,
        "join": _join,
        "leave": _leave,
        "archive": _archive,
        "unarchive": _unarchive,
        "disconnect": _disconnect,
        "faults": arm,
        "reset": _reset,
    }
