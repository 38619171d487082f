"""chat.*: posting, editing, deleting, and links to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.content import read_content
from bot.sandbox.posting import delete, edit, post_as_bot, thread_parent
from bot.sandbox.web_api.access import visible, writable
from bot.sandbox.web_api.method import TIER_3, TIER_4, Method
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.messages import Message
    from bot.sandbox.web_api.arguments import Arguments
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation


def _post_message(backend: Backend, args: Arguments) -> Json:
    conversation = writable(backend, args.text("channel"))
    backend.pacing.take(
        f"post {conversation.id}",
        per_second=backend.limits.posts_per_second,
        burst=backend.limits.post_burst,
    )
    content = read_content(args.values, backend.limits)
    message = post_as_bot(
        backend,
        conversation,
        content,
        thread_ts=args.text("thread_ts"),
        broadcast=args.flag("reply_broadcast"),
    )
    answer: Json = {
        "channel": conversation.id,
        "ts": message.ts,
        "message": backend.workspace.wire(message, metadata=True),
    }
    if content.warnings:
        answer |= {
            "warning": ",".join(content.warnings),
            "response_metadata": {"warnings": list(content.warnings)},
        }
    return answer


def _post_ephemeral(backend: Backend, args: Arguments) -> Json:
    conversation = writable(backend, args.text("channel"))
    user = args.required("user")
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    content = read_content(args.values, backend.limits, longest_text=backend.limits.text)
    message = post_as_bot(backend, conversation, content, thread_ts=args.text("thread_ts"), ephemeral_to=user)
    return {"message_ts": message.ts}


def _own(backend: Backend, args: Arguments, refusal: str) -> tuple[Conversation, Message]:
    """The app's own message that `channel` and `ts` name.

    Raises:
        SlackError: there is none (`message_not_found`), or it is somebody else's (`refusal`).
    """
    conversation = visible(backend, args.text("channel"))
    message = conversation.messages.get(args.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != backend.workspace.app.bot_id:
        raise SlackError(refusal)
    return conversation, message


def _update(backend: Backend, args: Arguments) -> Json:
    conversation, message = _own(backend, args, "cant_update_message")
    if conversation.archived:
        raise SlackError("is_archived")
    content = read_content(args.values, backend.limits, longest_text=backend.limits.update_text)
    if args.flag("reply_broadcast"):
        _broadcast(message, changes=content.blocks is not None or content.text != message.text)
    edit(backend, message, content)
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "text": message.text,
        "message": backend.workspace.wire(message, metadata=True),
    }


def _broadcast(message: Message, *, changes: bool) -> None:
    """Show a reply in its channel too. One call either broadcasts or edits."""
    if message.thread_ts is None or (changes and not message.broadcast):
        raise SlackError("cant_broadcast_message")
    message.broadcast = True


def _delete(backend: Backend, args: Arguments) -> Json:
    conversation, message = _own(backend, args, "cant_delete_message")
    delete(backend, message)
    return {"channel": conversation.id, "ts": message.ts}


def _permalink(backend: Backend, args: Arguments) -> Json:
    conversation = visible(backend, args.text("channel"))
    ts = args.required("message_ts")
    if ts not in conversation.messages:
        raise SlackError("message_not_found")
    link = f"{backend.url}/archives/{conversation.id}/p{ts.replace('.', '')}"
    parent = thread_parent(conversation, ts)
    if parent != ts:
        link += f"?thread_ts={parent}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


METHODS = (
    Method("chat.postMessage", _post_message, scope="chat:write"),
    Method("chat.postEphemeral", _post_ephemeral, scope="chat:write", per_minute=TIER_4),
    Method("chat.update", _update, scope="chat:write", per_minute=TIER_3),
    Method("chat.delete", _delete, scope="chat:write", per_minute=TIER_3),
    Method("chat.getPermalink", _permalink),
)
