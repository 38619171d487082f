"""Faults: what a Slack may do wrong, armed on demand, met by the calls and payloads it was armed for.

It keeps who is to meet what and counts; the Web API (`web_api/trouble.py`) and `socket_mode.py` do the harm.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.wire import Json

_KEPT = 200
"""Spent and expired faults that are still listed."""


class Fault(StrEnum):
    """Each kind of harm, by the name it is armed with.

    Met by a call of the Web API: RATE_LIMIT answers 429 with `Retry-After`, REFUSE `ok: false` with an error such as
    `token_revoked`, ERROR_BEFORE 500 with nothing done. ERROR_AFTER does it and answers 500, DROP_REPLY does it and
    cuts the connection. SLOW_ACCEPT does it late, whether or not the caller still waits. HISTORY_LAG does it, and
    leaves the new message out of conversations.history and conversations.replies for a while; the three before it can
    have a lag as well.

    Met by a payload on its way to the app: DISCONNECT cuts the socket in place of sending it, DUPLICATE sends it
    twice, LATE_ACK counts its acknowledgement as too late.
    """

    RATE_LIMIT = "rate_limit"
    REFUSE = "refuse"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    DROP_REPLY = "drop_reply"
    SLOW_ACCEPT = "slow_accept"
    HISTORY_LAG = "history_lag"
    DISCONNECT = "disconnect"
    DUPLICATE = "duplicate"
    LATE_ACK = "late_ack"

    @property
    def of_socket(self) -> bool:
        """Whether payloads meet it, and not calls."""
        return self in {Fault.DISCONNECT, Fault.DUPLICATE, Fault.LATE_ACK}


@dataclass(frozen=True, slots=True)
class Arming:
    """What is to go wrong, for whom and how often. Times in seconds; None means no bound.

    `on` are methods, or payload types for what sockets meet; empty is any. `count` is how many meet it, `seconds` how
    long it is armed, `probability` the chance of each that could meet it, drawn from `seed`.
    """

    fault: Fault
    on: tuple[str, ...] = ()
    channel: str | None = None
    count: int | None = 1
    seconds: float | None = None
    probability: float = 1.0
    seed: int = 0
    retry_after: int = 3
    delay: float = 16.0
    lag: float = 0.0
    error: str = "invalid_auth"
    frame: bool = False

    def concerns(self, name: str, channel: str | None) -> bool:
        """Whether a call or payload of this name, about this conversation, could meet it."""
        return (not self.on or name in self.on) and self.channel in (None, channel)


@dataclass(slots=True)
class _Armed:
    number: int
    what: Arming
    until: float | None
    chance: random.Random
    met: int = 0
    cleared: bool = False

    def state(self, now: float) -> str:
        if self.cleared:
            return "cleared"
        if self.what.count is not None and self.met >= self.what.count:
            return "spent"
        return "expired" if self.until is not None and now >= self.until else "armed"


@dataclass(slots=True)
class Faults:
    """What is armed now. `clock` gives seconds since 1970."""

    clock: Callable[[], float]
    _armed: list[_Armed] = field(default_factory=list)
    _hidden: dict[tuple[str, str], float] = field(default_factory=dict)
    _number: int = 0

    def arm(self, what: Arming) -> int:
        """Have it happen from now on, after what was armed before; the number it is listed under."""
        self._number += 1
        until = None if what.seconds is None else self.clock() + what.seconds
        chance = random.Random(what.seed)  # noqa: S311 -- to be repeated, not to be unguessable
        self._armed = [*self._armed[-_KEPT:], _Armed(self._number, what, until, chance)]
        return self._number

    def clear(self, number: int | None = None) -> int:
        """Disarm one, or all; how many were armed."""
        now, cleared = self.clock(), 0
        for each in self._armed:
            if number in (None, each.number) and each.state(now) == "armed":
                each.cleared = True
                cleared += 1
        return cleared

    def reset(self) -> None:
        """Disarm all and forget it; every message can be seen."""
        self._armed.clear()
        self._hidden.clear()

    def listed(self) -> list[Json]:
        """Each with how often it was met (`met`) and its `state`: armed, spent, expired or cleared."""
        now = self.clock()
        return [
            {"id": each.number, "state": each.state(now), "met": each.met, **asdict(each.what)} for each in self._armed
        ]

    def met_by_call(self, method: str, channel: str | None) -> Arming | None:
        """What a call of the Web API meets: the first armed that concerns it; counted."""
        return self._meet(method, channel, of_socket=False)

    def met_by_payload(self, kind: str, channel: str | None) -> Arming | None:
        """What a payload to the app meets; counted."""
        return self._meet(kind, channel, of_socket=True)

    def hide(self, channel: str, ts: str, seconds: float) -> None:
        """Leave a message out of what history shows for so long."""
        self._hidden[channel, ts] = self.clock() + seconds

    def hides(self, channel: str, ts: str) -> bool:
        """Whether history does not show this message yet."""
        until = self._hidden.get((channel, ts))
        if until is not None and self.clock() >= until:
            del self._hidden[channel, ts]
            return False
        return until is not None

    def _meet(self, name: str, channel: str | None, *, of_socket: bool) -> Arming | None:
        now = self.clock()
        for each in self._armed:
            what = each.what
            if each.state(now) != "armed" or what.fault.of_socket is not of_socket or not what.concerns(name, channel):
                continue
            if each.chance.random() < what.probability:
                each.met += 1
                return what
        return None
