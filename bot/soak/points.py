"""The points at which a process can be killed: before and after every method of the Protocols the steps declare.

Between those two, also right before a transaction that writes is committed, and, of the calls to Slack, once the
request has gone out and once the answer has begun to come in. "After" a method that commits is after its commit: what
follows `deliver: begin, after` is the call itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isfunction
from typing import TYPE_CHECKING

from bot.pipeline import alert, deliver, detect, poll

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE, AFTER, COMMIT = "before", "after", "before commit"
REQUEST, REPLY = "request sent", "reply arriving"
ANYWHERE = "anywhere: at a random moment"

_PROTOCOLS: dict[str, tuple[type, ...]] = {
    "poll": (poll.PollStore, poll.SourceLooker),
    "detect": (detect.DetectStore, detect.Decider),
    "alert": (alert.AlertStore, alert.Audience, alert.Desks),
    "deliver": (deliver.DeliveryStore, deliver.Messenger),
}
_WRITE = {
    ("poll", "claim_due"),
    ("poll", "record_poll"),
    ("detect", "record_decisions"),
    ("alert", "address"),
    ("deliver", "begin"),
    ("deliver", "pause"),
    ("deliver", "settle"),
}
CALLS = {("deliver", "post"), ("deliver", "edit"), ("deliver", "find")}
# People correct nothing in this traffic, and nothing in it is merged.
_NEVER = {("detect", "merge"), ("detect", "retrack"), ("deliver", "permalink")}


@dataclass(frozen=True, slots=True)
class Point:
    """A named moment in a step."""

    step: str
    method: str
    when: str

    def __str__(self) -> str:
        return f"{self.step}: {self.method}, {self.when}"


def all_points() -> list[Point]:
    """Every named point, in the order news passes them."""
    return [Point(step, method, when) for step, method in _methods() for when in _moments(step, method)]


def _methods() -> Iterator[tuple[str, str]]:
    for step, protocols in _PROTOCOLS.items():
        for protocol in protocols:
            for name, value in vars(protocol).items():
                if isfunction(value) and not name.startswith("_") and (step, name) not in _NEVER:
                    yield step, name


def _moments(step: str, method: str) -> Iterator[str]:
    yield BEFORE
    if (step, method) in _WRITE:
        yield COMMIT
    if (step, method) in CALLS:
        yield REQUEST
        yield REPLY
    yield AFTER
