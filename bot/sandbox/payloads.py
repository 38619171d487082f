"""What the app is sent when a person does something: the payloads of commands, clicks and modals."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Literal

from bot.sandbox.inputs import SETTINGS, options_of, parts, state_values
from bot.sandbox.specification import Kind

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.inputs import Part
    from bot.sandbox.messages import Message
    from bot.sandbox.views import View
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation


def escaped(text: str) -> str:
    """What a person typed, as Slack passes it on."""
    return html.escape(text, quote=False)


def channel_name(conversation: Conversation) -> str:
    """A conversation's name as payloads give it: private ones are not named."""
    hidden = {Kind.IM: "directmessage", Kind.PRIVATE: "privategroup"}
    return hidden.get(conversation.kind, conversation.name)


def response_address(backend: Backend, key: str, kind: Literal["commands", "actions"]) -> str:
    """The full response URL for a ticket's key."""
    return f"{backend.url}/{kind}/{backend.workspace.spec.team_id}/{key}"


def slash_command(backend: Backend, conversation: Conversation, user: str, command: str, text: str) -> Json:
    """A slash command typed in a conversation."""
    spec = backend.workspace.spec
    key = backend.tickets.response_url(user, conversation.id)
    return {
        "token": spec.app.verification_token,
        "team_id": spec.team_id,
        "team_domain": spec.domain,
        "channel_id": conversation.id,
        "channel_name": channel_name(conversation),
        "user_id": user,
        "user_name": backend.workspace.name_of(user),
        "command": command,
        "text": escaped(text),
        "api_app_id": spec.app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_address(backend, key, "commands"),
        "trigger_id": backend.tickets.trigger(user, conversation.id),
    }


def message_action(backend: Backend, message: Message, user: str, part: Part, state: Json) -> Json:
    """A click on an element of a message. An ephemeral message is not in the payload, as Slack cannot show it again."""
    conversation = backend.workspace.conversations[message.channel]
    ephemeral = message.ephemeral_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    key = backend.tickets.response_url(user, conversation.id, message_ts=message.ts, thread_ts=message.thread_ts)
    payload = {
        **_common(backend, "block_actions", user, conversation.id),
        "container": container,
        "channel": {"id": conversation.id, "name": channel_name(conversation)},
        "state": {"values": state_values(message.blocks, message.picked.get(user, {}))},
        "response_url": response_address(backend, key, "actions"),
        "actions": [_action(backend, part, state)],
    }
    return payload if ephemeral else payload | {"message": backend.workspace.wire(message)}


def view_action(backend: Backend, view: View, part: Part, state: Json) -> Json:
    """A click on an element of a modal or Home."""
    return {
        **_common(backend, "block_actions", view.user, None),
        "container": {"type": "view", "view_id": view.id},
        "view": backend.views.wire(view),
        "actions": [_action(backend, part, state)],
    }


def view_submission(backend: Backend, view: View) -> Json:
    """A modal submitted; a conversation menu with `response_url_enabled` brings a response URL for its choice."""
    shown = backend.views.wire(view)
    urls = []
    for part in parts(view.blocks):
        state = shown["state"]["values"].get(part.block_id, {}).get(part.action_id, {})
        chosen = state.get("selected_conversation") or state.get("selected_channel")
        if part.element.get("response_url_enabled") and chosen:
            key = backend.tickets.response_url(view.user, chosen)
            urls.append(
                {
                    "block_id": part.block_id,
                    "action_id": part.action_id,
                    "channel_id": chosen,
                    "response_url": response_address(backend, key, "actions"),
                },
            )
    return {
        **_common(backend, "view_submission", view.user, None),
        "view": shown,
        "response_urls": urls,
    }


def view_closed(backend: Backend, view: View, *, cleared: bool) -> Json:
    """A modal dismissed."""
    payload = _common(backend, "view_closed", view.user, None)
    del payload["trigger_id"]
    return {**payload, "view": backend.views.wire(view), "is_cleared": cleared}


def _common(backend: Backend, kind: str, user: str, channel: str | None) -> Json:
    spec = backend.workspace.spec
    name = backend.workspace.name_of(user)
    return {
        "type": kind,
        "user": {"id": user, "username": name, "name": name, "team_id": spec.team_id},
        "api_app_id": spec.app.app_id,
        "token": spec.app.verification_token,
        "trigger_id": backend.tickets.trigger(user, channel),
        "team": {"id": spec.team_id, "domain": spec.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action(backend: Backend, part: Part, state: Json) -> Json:
    element = part.element
    action: Json = {
        "type": element["type"],
        "action_id": part.action_id,
        "block_id": part.block_id,
        "action_ts": backend.workspace.next_ts(),
    }
    copied = ("text", "value", "style", "url") if element["type"] == "button" else ("placeholder",)
    action |= {name: element[name] for name in copied if name in element}
    setting = SETTINGS.get(element["type"])
    if setting is not None and element.get(setting.initial) is not None:
        action[setting.initial] = element[setting.initial]
    return action | state


def overflow_choice(element: Json, given: Json) -> Json:
    """The state entry of an overflow menu: the option chosen, the only one if it has one."""
    options: list[Json] = options_of(element)
    wanted = given.get("selected_option", given.get("value"))
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in options:
        if value in (option.get("value"), option["text"]["text"]):
            return {"selected_option": option}
    return {"selected_option": options[0]}
