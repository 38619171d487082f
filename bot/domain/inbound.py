"""A request from Slack that was kept and not finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`body` is the request as Slack sent it, at `at`; begun for the `attempts`-th time.

    `acted` where what it asked for is stored already, and only the answer may be missing.
    """

    key: str
    body: dict[str, Any]
    at: datetime
    attempts: int
    acted: bool
