"""Which faults of Slack a worker dies under, and how each is armed in the sandbox."""

from __future__ import annotations

from typing import Any

from bot.pipeline.deliver import SETTLE
from bot.soak.worker import CALL_SECONDS

NONE = "none"
_POST, _EDIT = ("chat.postMessage",), ("chat.update",)
_READING = ("conversations.history", "conversations.replies")
_LATE = 0.05
# History may be behind by less than we let things settle: by more, no look at it could tell.
_LAG = SETTLE.total_seconds() - 1

_ON_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "429": ("rate_limit", {"retry_after": 2}),
    "500 before": ("error_before", {}),
    "500 after": ("error_after", {}),
    "reply dropped": ("drop_reply", {}),
    "slow accept": ("slow_accept", {"delay": CALL_SECONDS + _LATE}),
    "history lag": ("drop_reply", {"lag": _LAG}),
    "invalid_auth": ("refuse", {"error": "invalid_auth"}),
    "token_revoked": ("refuse", {"error": "token_revoked"}),
}
_ON_SOCKET: dict[str, tuple[str, dict[str, Any]]] = {
    "socket cut": ("disconnect", {"frame": False}),
    "socket disconnect": ("disconnect", {"frame": True}),
    "duplicate envelope": ("duplicate", {}),
    "late ack": ("late_ack", {}),
}
FAULTS = (NONE, *_ON_CALLS, *_ON_SOCKET)
OF_SOCKET = frozenset(_ON_SOCKET)
LAG = "history lag"
ONLY_UNDER = {
    "deliver: pause": frozenset({"429"}),
    "deliver: probe": frozenset({"invalid_auth", "token_revoked"}),
}
"""What delivery does only where Slack asked for a pause, or stopped taking its token."""
UNANSWERED = frozenset({"500 before", "500 after", "reply dropped", "slow accept", "history lag"})
"""After these nobody knows whether the call arrived: they make a worker read history by themselves."""


def arming(fault: str, point: str, conversation: str, *, reading: bool) -> tuple[str, dict[str, Any]] | None:
    """What to arm for a case, as the sandbox's control API has it; None for no fault.

    Met by a post or an edit, as the point has it, or, with `reading`, by a look at history.
    """
    if fault in _ON_SOCKET:
        name, fields = _ON_SOCKET[fault]
        return name, {**fields, "payload": "events_api"}
    if fault == NONE:
        return None
    name, fields = _ON_CALLS[fault]
    methods = [*_POST, *_EDIT]
    if reading:
        methods = [*_READING]
    elif point.startswith("deliver: edit"):
        methods = [*_EDIT]
    elif point.startswith(("deliver: post", "deliver: find")):
        methods = [*_POST]
    return name, {**fields, "method": methods, "channel": conversation}
