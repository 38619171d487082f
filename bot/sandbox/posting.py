"""Putting messages into conversations and changing them, and telling pages and the app that it happened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox.messages import Message
from bot.sandbox.specification import Kind
from bot.sandbox.wire import SlackError
from bot.sandbox.workspace import SLACKBOT

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.content import Content
    from bot.sandbox.workspace import Conversation

_TS = re.compile(r"\d{1,12}\.\d{6}")


def thread_parent(conversation: Conversation, thread_ts: str | None) -> str | None:
    """The ts of the parent of the thread that `thread_ts` (parent or reply) stands in.

    Raises:
        SlackError: it is no timestamp, or no such message is there.
    """
    if not thread_ts:
        return None
    if not _TS.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts", [f"{thread_ts} is not a valid thread_ts"])
    parent = conversation.messages.get(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def post_as_bot(
    backend: Backend,
    conversation: Conversation,
    content: Content,
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
    ephemeral_to: str | None = None,
) -> Message:
    """The app says something, to all or (`ephemeral_to`) to one person.

    Raises:
        SlackError: there is no such thread.
    """
    workspace = backend.workspace
    parent = thread_parent(conversation, thread_ts)
    message = Message(
        ts=workspace.next_ts(),
        channel=conversation.id,
        user=workspace.app.bot_user,
        bot_id=workspace.app.bot_id,
        text=content.text or "",
        blocks=content.blocks or [],
        attachments=content.attachments or [],
        metadata=content.metadata or None,
        thread_ts=parent,
        broadcast=broadcast and parent is not None,
        ephemeral_to=ephemeral_to,
    )
    workspace.keep(conversation, message)
    backend.pages.changed("messages", channel=conversation.id)
    if ephemeral_to is None:
        backend.events.message(message)
    return message


def post_as_person(
    backend: Backend, conversation: Conversation, user: str, text: str, thread_ts: str | None
) -> Message:
    """Somebody writes a message; the app is told where it would be told in Slack.

    Raises:
        SlackError: there is no such thread.
    """
    workspace = backend.workspace
    message = Message(
        ts=workspace.next_ts(),
        channel=conversation.id,
        user=user,
        text=text,
        thread_ts=thread_parent(conversation, thread_ts),
    )
    workspace.keep(conversation, message)
    backend.pages.changed("messages", channel=conversation.id)
    backend.events.message(message)
    bot = workspace.app.bot_user
    if conversation.kind is not Kind.IM and f"<@{bot}>" in text:
        if bot in conversation.members:
            backend.events.mention(message)
        else:
            tell(backend, conversation, user, f"<@{bot}> is not in this channel. Invite it to be heard.")
    return message


def edit(backend: Backend, message: Message, content: Content) -> None:
    """The app changes its message. What `content` leaves out is left, except that text without blocks removes blocks.

    Slack marks only messages shown by their text as edited.
    """
    before = backend.workspace.wire(message, metadata=True)
    if content.text is not None:
        message.text = content.text
    if content.blocks is not None or content.text is not None:
        message.blocks = content.blocks or []
    if content.attachments is not None:
        message.attachments = content.attachments
    if content.metadata is not None:
        message.metadata = content.metadata or None
    if not message.blocks and message.ephemeral_to is None:
        message.edited = {"user": message.user, "ts": backend.workspace.next_ts()}
    backend.pages.changed("messages", channel=message.channel)
    if message.ephemeral_to is None:
        backend.events.message_changed(message, before)


def delete(backend: Backend, message: Message) -> None:
    """Take a message away. A parent with replies leaves a tombstone, as in Slack."""
    conversation = backend.workspace.conversations[message.channel]
    before = backend.workspace.wire(message, metadata=True)
    if conversation.replies(message.ts):
        tombstone = Message(
            ts=message.ts,
            channel=message.channel,
            user=SLACKBOT,
            text="This message was deleted.",
            subtype="tombstone",
        )
        conversation.add(tombstone)
    else:
        conversation.remove(message)
    backend.pages.changed("messages", channel=message.channel)
    if message.ephemeral_to is None:
        backend.events.message_deleted(message, before)


def tell(backend: Backend, conversation: Conversation, user: str, text: str) -> Message:
    """Slack itself tells one person something, below the conversation they are looking at."""
    workspace = backend.workspace
    message = Message(ts=workspace.next_ts(), channel=conversation.id, user=SLACKBOT, text=text, ephemeral_to=user)
    workspace.keep(conversation, message)
    backend.pages.changed("messages", channel=conversation.id)
    return message
