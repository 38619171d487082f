"""A person fills in, submits or dismisses the modal they look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.commands import REASONS
from bot.sandbox.inputs import SETTINGS, Part, entry, given_entry, is_empty, parts, state_values
from bot.sandbox.payloads import view_closed, view_submission
from bot.sandbox.wire import ControlError, SlackError

if TYPE_CHECKING:
    from bot.sandbox.backend import Backend
    from bot.sandbox.views import View
    from bot.sandbox.wire import Json

TROUBLE = "We had some trouble connecting. Try again?"
"""What Slack shows in a modal whose submission the app did not answer, or answered with nonsense."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


async def submit(backend: Backend, view: View, values: Json) -> Json:
    """Fill in `values` and press the submit button.

    Answers `{"ok", "outcome", …}`: outcome "closed", "updated", "pushed" or "cleared"; not ok are "incomplete"
    (Slack itself refused, `errors` by block id), "errors" (the app refused, the same) and "failed" (with `error`
    and `saw`).

    Raises:
        ControlError: `values` names an input or option the modal does not have.
    """
    fill_in(view, values)
    view.errors = refusals(view)
    backend.pages.changed("view", user=view.user)
    if view.errors:
        return {"ok": False, "outcome": "incomplete", "errors": view.errors}
    outcome = await backend.sockets.send("interactive", view_submission(backend, view), accepts_response=True)
    answer: Json = {"acked": outcome.acked, "envelope_id": outcome.envelope_id}
    if outcome.failure is not None:
        return answer | _failed(backend, view, REASONS[outcome.failure])
    try:
        result = _carry_out(backend, view, outcome.payload)
    except SlackError as refusal:
        return answer | _failed(backend, view, refusal.code) | {"problems": refusal.problems}
    backend.pages.changed("view", user=view.user)
    return answer | result


def _carry_out(backend: Backend, view: View, answer: Json) -> Json:
    """Do what the app's acknowledgement says with the modal."""
    match answer.get("response_action"):
        case None:
            backend.views.pop(view)
            return {"ok": True, "outcome": "closed"}
        case "clear":
            backend.views.clear(view.user)
            return {"ok": True, "outcome": "cleared"}
        case "update":
            backend.views.update(view, answer.get("view") or {})
            return {"ok": True, "outcome": "updated"}
        case "push":
            backend.views.push(view.user, answer.get("view") or {}, None)
            return {"ok": True, "outcome": "pushed"}
        case "errors":
            errors = answer.get("errors")
            inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise SlackError("invalid_arguments", ["errors must name the block_id of input blocks"])
            view.errors = {str(block): str(text) for block, text in errors.items()}
            return {"ok": False, "outcome": "errors", "errors": view.errors}
        case other:
            raise SlackError("invalid_arguments", [f"unknown response_action: {other}"])


def _failed(backend: Backend, view: View, error: str) -> Json:
    backend.pages.notice(view.user, TROUBLE)
    return {"ok": False, "outcome": "failed", "error": error, "saw": TROUBLE, "detail": TROUBLE}


async def close(backend: Backend, view: View) -> Json:
    """Dismiss the modal; the app hears of it if it asked to."""
    payload = None
    if view.given.get("notify_on_close"):
        payload = view_closed(backend, view, cleared=bool(view.given.get("clear_on_close")))
    if view.given.get("clear_on_close"):
        backend.views.clear(view.user)
    else:
        backend.views.pop(view)
    backend.pages.changed("view", user=view.user)
    if payload is None:
        return {"acked": None, "envelope_id": None}
    outcome = await backend.sockets.send("interactive", payload, accepts_response=False)
    return {"acked": outcome.acked, "envelope_id": outcome.envelope_id}


def fill_in(view: View, values: Json) -> None:
    """Set inputs: `{block_id: {action_id: {…}}}` as Slack has it, or `{action_id or block_id: value}`.

    Raises:
        ControlError: an input or option is not there; what came before it is set.
    """
    known = [part for part in parts(view.blocks) if part.element["type"] in SETTINGS]
    for name, value in values.items():
        nested = [p for p in known if p.block_id == name and isinstance(value, dict) and p.action_id in value]
        if nested:
            for part in nested:
                _set(view, part, value[part.action_id])
            continue
        named = [p for p in known if name in (p.action_id, p.block_id)]
        if not named:
            ids = ", ".join(f"{p.block_id}/{p.action_id}" for p in known) or "none"
            raise ControlError("input_not_found", f"No input is called {name!r}. Inputs (block/action): {ids}.", 404)
        _set(view, named[0], value)


def _set(view: View, part: Part, value: Any) -> None:
    setting = SETTINGS[part.element["type"]]
    as_object = isinstance(value, dict) and (setting.key in value or "type" in value)
    if as_object and setting.key not in value:
        value = {**value, setting.key: None}
    state = given_entry(part.element, value) if as_object else entry(part.element, value)
    view.kept.setdefault(part.block_id, {})[part.action_id] = state


def refusals(view: View) -> dict[str, str]:
    """What Slack itself says before it sends anything, by block id."""
    values = state_values(view.blocks, view.kept)
    refused = {}
    for part in parts(view.blocks):
        if part.block["type"] != "input":
            continue
        state = values[part.block_id][part.action_id]
        if is_empty(state):
            if not part.block.get("optional"):
                refused[part.block_id] = "Please complete this required field."
            continue
        problem = _problem(part.element, state)
        if problem:
            refused[part.block_id] = problem
    return refused


def _problem(element: Json, state: Json) -> str | None:
    value = state[SETTINGS[element["type"]].key]
    problem = None
    match element["type"]:
        case "email_text_input" if not _EMAIL.fullmatch(str(value)):
            problem = "Enter an email address like name@example.com."
        case "url_text_input" if not _URL.fullmatch(str(value)):
            problem = "Enter a web address like https://example.com."
        case "number_input":
            problem = _number_problem(element, str(value))
        case "plain_text_input":
            problem = _length_problem(element, len(str(value)))
        case _ if isinstance(value, list) and len(value) > (element.get("max_selected_items") or len(value)):
            problem = f"Choose at most {element['max_selected_items']}."
    return problem


def _length_problem(element: Json, length: int) -> str | None:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if length < least:
        return f"This must be at least {least} characters."
    return f"This must be at most {most} characters." if length > most else None


def _number_problem(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value) or ("." in value and not element["is_decimal_allowed"]):
        return "Enter a number." if element["is_decimal_allowed"] else "Enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Enter {least} or more."
    if most is not None and float(value) > float(most):
        return f"Enter {most} or less."
    return None
