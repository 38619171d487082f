"""A person uses a button, menu or other element, in a message, a modal or Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.commands import REASONS
from bot.sandbox.inputs import SETTINGS, find_part, given_entry
from bot.sandbox.payloads import message_action, overflow_choice, view_action
from bot.sandbox.wire import ControlError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.inputs import Part
    from bot.sandbox.messages import Message
    from bot.sandbox.views import View
    from bot.sandbox.wire import Json


async def use_in_message(backend: Backend, message: Message, user: str, action: Json) -> Json:
    """Use an element of a message.

    Raises:
        ControlError: the message has no such element or option.
    """
    blocks = [
        *message.blocks,
        *(block for attachment in message.attachments for block in attachment.get("blocks", ())),
    ]
    part = find_part(blocks, action["action_id"], action.get("block_id"))
    state = _state(part, action)
    if part.element["type"] in SETTINGS:
        kept = message.picked.setdefault(user, {})
        kept.setdefault(part.block_id, {})[part.action_id] = state
        backend.pages.changed("messages", channel=message.channel)
    if part.block["type"] == "input" and not part.block.get("dispatch_action"):
        return {"acked": None, "envelope_id": None}
    return await _sent(backend, user, message_action(backend, message, user, part, state), part)


async def use_in_view(backend: Backend, view: View, action: Json) -> Json:
    """Use an element of a view. An input the app has not asked to hear of only changes the view's state.

    Raises:
        ControlError: the view has no such element or option.
    """
    part = find_part(view.blocks, action["action_id"], action.get("block_id"))
    state = _state(part, action)
    if part.element["type"] in SETTINGS:
        view.kept.setdefault(part.block_id, {})[part.action_id] = state
        backend.pages.changed("home" if view.given["type"] == "home" else "view", user=view.user)
    if part.block["type"] == "input" and not part.block.get("dispatch_action"):
        return {"acked": None, "envelope_id": None}
    return await _sent(backend, view.user, view_action(backend, view, part, state), part)


def _state(part: Part, action: Json) -> Json:
    kind = part.element["type"]
    if kind in SETTINGS:
        return given_entry(part.element, action)
    if kind == "overflow":
        return overflow_choice(part.element, action)
    return {}


async def _sent(backend: Backend, user: str, payload: Json, part: Part) -> Json:
    outcome = await backend.sockets.send("interactive", payload, accepts_response=True)
    answer: Json = {"acked": outcome.acked, "envelope_id": outcome.envelope_id}
    if part.element.get("url"):
        answer["url"] = part.element["url"]
    if outcome.failure is not None:
        error = REASONS[outcome.failure]
        saw = f"This did not work: the app gave no answer ({error}). Try again."
        backend.pages.notice(user, saw)
        answer |= {"error": error, "saw": saw}
    return answer


def action_of(value: object) -> Json:
    """The `action` argument of a request: an action_id, or an object with one.

    Raises:
        ControlError: it is neither.
    """
    if isinstance(value, str) and value:
        return {"action_id": value}
    if isinstance(value, dict) and isinstance(value.get("action_id"), str):
        return value
    raise ControlError("invalid_action", 'Give "action" as an action_id, or as an object with "action_id".')
