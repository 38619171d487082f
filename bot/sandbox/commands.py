"""A person types a slash command: it goes to the app, and what they see comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.content import read_content
from bot.sandbox.payloads import slash_command
from bot.sandbox.posting import post_as_bot, tell
from bot.sandbox.wire import SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.socket_mode import Failure
    from bot.sandbox.wire import Json
    from bot.sandbox.workspace import Conversation

REASONS: dict[Failure, str] = {
    "no_connection": "dispatch_failed",
    "connection_closed": "dispatch_failed",
    "timeout": "operation_timeout",
}
"""What Slack calls each failure of the app."""


async def run_command(backend: Backend, conversation: Conversation, user: str, command: str, text: str) -> Json:
    """Send it and wait for the acknowledgement.

    Answers `{"acked", "envelope_id", "saw"}`, `saw` being what the person was shown at once (None for nothing: the
    app may still answer later), with `error` where Slack showed one.
    """
    declared = {known.command for known in backend.workspace.app.commands}
    if command not in declared:
        saw = f"{command} is not a valid command. Commands here: {', '.join(sorted(declared))}"
        tell(backend, conversation, user, saw)
        return {"acked": False, "envelope_id": None, "error": "unknown_command", "saw": saw}
    payload = slash_command(backend, conversation, user, command, text)
    outcome = await backend.sockets.send("slash_commands", payload, accepts_response=True)
    answer: Json = {"acked": outcome.acked, "envelope_id": outcome.envelope_id}
    if outcome.failure is not None:
        return answer | _failed(backend, conversation, user, command, REASONS[outcome.failure])
    if not outcome.payload:
        return answer | {"saw": None}
    try:
        saw = _show(backend, conversation, user, outcome.payload)
    except SlackError:
        return answer | _failed(backend, conversation, user, command, "invalid_command_response")
    return answer | {"saw": saw}


def _show(backend: Backend, conversation: Conversation, user: str, answer: Json) -> str:
    content = read_content(answer, backend.limits)
    to_all = answer.get("response_type") == "in_channel"
    message = post_as_bot(backend, conversation, content, ephemeral_to=None if to_all else user)
    return message.text


def _failed(backend: Backend, conversation: Conversation, user: str, command: str, error: str) -> Json:
    saw = f'{command} failed with the error "{error}"'
    tell(backend, conversation, user, saw)
    return {"error": error, "saw": saw}
