"""Arming faults: POST `/_control/faults`, so that one may see what an app does when Slack fails.

| fault | what happens | its own fields (default) |
|---|---|---|
| rate_limit | 429 | retry_after (3): whole seconds |
| refuse | `ok: false` | error ("invalid_auth"; "token_revoked", or any other error of Slack's) |
| error_before | 500, with nothing done | |
| error_after | 500, after doing it | lag (0), as below |
| drop_reply | done, then the connection is cut | lag (0) |
| slow_accept | done, but late | delay (16): seconds, where our own calls give up after 15; lag (0) |
| history_lag | done, but history does not show the message yet | lag (3): seconds |
| disconnect | the socket is cut in place of sending it a payload | frame (false): a `disconnect` first |
| duplicate | the app gets the payload twice | |
| late_ack | the acknowledgement counts as too late: events are sent again, as Slack does, nothing else is | |

Each takes `method` (one or a list; "*" is any; default chat.postMessage and chat.update, for `refuse` any, for
`history_lag` chat.postMessage), or for the last three `payload` (events_api, slash_commands, interactive; default any);
`channel`; `count` (1, or unbounded where `seconds` or `probability` is given); `seconds` it stays armed; `probability`
from 0 to 1 with its `seed`. For example:

    curl -d '{"fault": "drop_reply", "count": 2, "channel": "#talks-ukraine-russia"}' 127.0.0.1:8901/_control/faults
    curl -d '{"fault": "refuse", "error": "token_revoked", "seconds": 30}' 127.0.0.1:8901/_control/faults
    curl 127.0.0.1:8901/_control/faults
    curl -X DELETE 127.0.0.1:8901/_control/faults
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.control import lookup
from bot.sandbox.faults import Arming, Fault
from bot.sandbox.web_api.methods import all_methods
from bot.sandbox.wire import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.backend import Backend
    from bot.sandbox.wire import Json

POSTING = ("chat.postMessage", "chat.update")
_LAG = 3.0
PAYLOADS = ("events_api", "slash_commands", "interactive")
_DEFAULT_ON = {Fault.REFUSE: (), Fault.HISTORY_LAG: ("chat.postMessage",)}
_OWN = {
    Fault.RATE_LIMIT: ("retry_after",),
    Fault.REFUSE: ("error",),
    Fault.ERROR_AFTER: ("lag",),
    Fault.DROP_REPLY: ("lag",),
    Fault.SLOW_ACCEPT: ("delay", "lag"),
    Fault.HISTORY_LAG: ("lag",),
    Fault.DISCONNECT: ("frame",),
}


async def arm(backend: Backend, body: Json) -> Json:
    """Arm one fault.

    Raises:
        ControlError: a field is missing, wrong or unknown.
    """
    return {"id": backend.faults.arm(arming(backend, body))}


def arming(backend: Backend, body: Json) -> Arming:
    """What a request asks for.

    Raises:
        ControlError: a field is missing, wrong or unknown.
    """
    fault = _fault(lookup.text_of(body, "fault"))
    where = "payload" if fault.of_socket else "method"
    known = {"fault", where, "channel", "count", "seconds", "probability", "seed", *_OWN.get(fault, ())}
    if unknown := sorted(body.keys() - known):
        raise ControlError("unknown_field", f"{fault} takes no {unknown[0]!r}. It takes: {', '.join(sorted(known))}.")
    values: dict[str, Any] = {"lag": _LAG} if fault is Fault.HISTORY_LAG else {}
    bounded = "seconds" not in body and "probability" not in body
    values |= {
        "on": _names(body, where, fault),
        "channel": lookup.conversation(backend, lookup.text_of(body, "channel")).id if "channel" in body else None,
        "count": _number(body, "count", int, least=1) if "count" in body else (1 if bounded else None),
    }
    values |= {name: read(body, name) for name, read in _NUMBERS.items() if name in body}
    if "error" in body:
        values["error"] = lookup.text_of(body, "error")
    if "frame" in body:
        values["frame"] = _flag(body, "frame")
    return Arming(fault, **values)


def _fault(name: str) -> Fault:
    try:
        return Fault(name)
    except ValueError:
        raise ControlError("unknown_fault", f"There is no fault {name!r}. There are: {', '.join(Fault)}.") from None


def _names(body: Json, field: str, fault: Fault) -> tuple[str, ...]:
    """The methods or payload types a fault is armed for; none is any."""
    if field not in body:
        return () if fault.of_socket else _DEFAULT_ON.get(fault, POSTING)
    given = body[field] if isinstance(body[field], list) else [body[field]]
    if given == ["*"]:
        return ()
    known = PAYLOADS if fault.of_socket else tuple(method.name for method in all_methods())
    wrong = [each for each in given if each not in known]
    if wrong or not given:
        what = f"There is no {field} {wrong[0]!r}." if wrong else f"Name a {field}."
        raise ControlError(f"unknown_{field}", f"{what} There are: *, {', '.join(known)}.")
    return tuple(given)


def _flag(body: Json, name: str) -> bool:
    if not isinstance(body[name], bool):
        raise ControlError(f"invalid_{name}", f'Give "{name}" as true or false.')
    return bool(body[name])


def _number(body: Json, name: str, kind: type, *, least: float, most: float = 86_400) -> Any:
    value = body[name]
    right = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
    if not right or (kind is int and not isinstance(value, int)):
        what = "a whole number" if kind is int else "a number"
        raise ControlError(f"invalid_{name}", f'Give "{name}" as {what} from {least:g} to {most:g}, not {value!r}.')
    return kind(value)


_NUMBERS: dict[str, Callable[[Json, str], Any]] = {
    "seconds": lambda body, name: _number(body, name, float, least=0),
    "probability": lambda body, name: _number(body, name, float, least=0, most=1),
    "seed": lambda body, name: _number(body, name, int, least=0, most=2**31),
    "retry_after": lambda body, name: _number(body, name, int, least=1),
    "delay": lambda body, name: _number(body, name, float, least=0),
    "lag": lambda body, name: _number(body, name, float, least=0),
}
