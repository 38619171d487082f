"""Which conversation a call means, and whether the app may touch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.specification import Kind
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.workspace import Conversation

READ_SCOPE = {Kind.CHANNEL: "channels:read", Kind.PRIVATE: "groups:read", Kind.IM: "im:read"}
HISTORY_SCOPE = {Kind.CHANNEL: "channels:history", Kind.PRIVATE: "groups:history", Kind.IM: "im:history"}


def visible(backend: Backend, channel: str | None) -> Conversation:
    """A conversation the app can know of, by id.

    Raises:
        SlackError: `channel_not_found`, also for a private channel the bot is not in.
    """
    conversation = backend.workspace.conversations.get(channel or "")
    if conversation is None or (conversation.kind is not Kind.CHANNEL and not is_member(backend, conversation)):
        raise SlackError("channel_not_found")
    return conversation


def is_member(backend: Backend, conversation: Conversation) -> bool:
    """Whether the bot is in it."""
    return backend.workspace.app.bot_user in conversation.members


def writable(backend: Backend, channel: str | None) -> Conversation:
    """Where the app may post: by id or name, or a person's id for the IM with them.

    Raises:
        SlackError: `channel_not_found`, `not_in_channel` or `is_archived`.
    """
    wanted = channel or ""
    workspace = backend.workspace
    if wanted in workspace.people:
        return backend.open_direct(wanted)[0]
    named = workspace.named(wanted)
    conversation = visible(backend, named.id if named is not None else wanted)
    if not is_member(backend, conversation) and "chat:write.public" not in workspace.app.scopes:
        raise SlackError("not_in_channel")
    if conversation.archived:
        raise SlackError("is_archived")
    return conversation


def readable(backend: Backend, channel: str | None) -> Conversation:
    """A conversation whose messages the app may read.

    Raises:
        SlackError: `channel_not_found`, `missing_scope` or `not_in_channel`.
    """
    conversation = visible(backend, channel)
    backend.need(HISTORY_SCOPE[conversation.kind])
    if not is_member(backend, conversation):
        raise SlackError("not_in_channel")
    return conversation
