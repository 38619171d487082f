"""reactions.add."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox.web_api.access import is_member, visible
from bot.sandbox.web_api.method import TIER_3, Method
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.web_api.arguments import Arguments
    from bot.sandbox.wire import Json

_EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def _add(backend: Backend, args: Arguments) -> Json:
    conversation = visible(backend, args.text("channel"))
    if not is_member(backend, conversation):
        raise SlackError("not_in_channel")
    name = args.required("name").strip(":")
    if not _EMOJI_NAME.fullmatch(name):
        raise SlackError("invalid_name")
    message = conversation.messages.get(args.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    users = message.reactions.setdefault(name, [])
    bot = backend.workspace.app.bot_user
    if bot in users:
        raise SlackError("already_reacted")
    users.append(bot)
    backend.pages.changed("messages", channel=conversation.id)
    return {}


METHODS = (Method("reactions.add", _add, scope="reactions:write", per_minute=TIER_3),)
