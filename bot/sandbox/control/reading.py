"""What people see: the GET side of the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.control import lookup
from bot.sandbox.specification import Kind

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.messages import Message
    from bot.sandbox.views import View
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation


def messages(backend: Backend, channel: str, user: str | None) -> Json:
    """Everything in a conversation, oldest first, replies and ephemerals too.

    With `user` (id or handle), only the ephemerals that person sees, and `picked`: what they chose in each menu.

    Raises:
        ControlError: no such conversation or person.
    """
    viewer = lookup.person(backend, {"user": user}) if user else None
    conversation = lookup.conversation(backend, channel, viewer)
    return {
        "ok": True,
        "channel": conversation.id,
        "messages": [_shown(backend, conversation, message, viewer) for message in conversation.everything(viewer)],
    }


def _shown(backend: Backend, conversation: Conversation, message: Message, viewer: str | None) -> Json:
    replies = conversation.replies(message.ts)
    shown: Json = {
        "ts": message.ts,
        "user": message.user,
        "username": backend.workspace.name_of(message.user),
        "is_bot": message.bot_id is not None,
        "text": message.text,
    }
    maybe: Json = {
        "thread_ts": message.thread_ts or (message.ts if replies else None),
        "blocks": message.blocks,
        "attachments": message.attachments,
        "metadata": message.metadata,
        "edited": message.edited,
        "reply_count": len(replies),
        "subtype": message.subtype,
        "broadcast": message.broadcast,
        "ephemeral_to": message.ephemeral_to,
        "reactions": message.reactions,
        "picked": message.picked.get(viewer or ""),
    }
    return shown | {name: value for name, value in maybe.items() if value}


def state(backend: Backend) -> Json:
    """The workspace as a whole: people, channels, open views, connections and limits."""
    workspace = backend.workspace
    spec, app = workspace.spec, workspace.app
    users = [
        {"id": p.id, "name": p.name, "real_name": p.real_name, "title": p.title, "tz": p.tz, "is_bot": False}
        for p in workspace.people.values()
    ]
    bot = {
        "id": app.bot_user,
        "name": app.name,
        "real_name": app.real_name,
        "title": "App",
        "tz": "America/Los_Angeles",
        "is_bot": True,
    }
    return {
        "ok": True,
        "url": backend.url,
        "team": {"id": spec.team_id, "name": spec.name, "domain": spec.domain},
        "app": {"id": app.app_id, "bot_id": app.bot_id, "bot_user": app.bot_user, "name": app.real_name},
        "users": [*users, bot],
        "channels": [_channel(backend, conversation) for conversation in workspace.conversations.values()],
        "views": {user: _view(backend, backend.views.top(user)) for user in workspace.people},
        "homes": {user: _view(backend, view) for user, view in backend.views.homes.items()},
        "commands": [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint} for c in app.commands
        ],
        "connections": backend.sockets.connections,
        "limits": backend.limits.described(),
    }


def _channel(backend: Backend, conversation: Conversation) -> Json:
    direct = conversation.kind is Kind.IM
    shown: Json = {
        "id": conversation.id,
        "name": backend.workspace.app.name if direct else conversation.name,
        "kind": conversation.kind.value,
        "members": sorted(conversation.members),
        "archived": conversation.archived,
        "topic": conversation.topic,
        "last_ts": next(reversed(conversation.messages), None),
    }
    return shown | ({"user": conversation.user} if direct else {})


def _view(backend: Backend, view: View | None) -> Json | None:
    return None if view is None else {**backend.views.wire(view), "errors": view.errors}


def log(backend: Backend, after: int, kind: str | None) -> Json:
    """What happened after entry `after`: kinds "api", "envelope" and "socket"."""
    return {"ok": True, "entries": backend.journal.entries(after=after, kind=kind)}
