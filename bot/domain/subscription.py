"""A subscription: a conversation that wants a track's alerts from some urgency up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.decision import Urgency

ALL_TRACKS = "*"


@dataclass(frozen=True, slots=True)
class Subscription:
    """`conversation` (channel or direct-message id) hears `track` (or every one) from `floor` up.

    `user` asked for it. `track` is a track id of `negotiation`, or `ALL_TRACKS`.
    """

    user: str
    conversation: str
    negotiation: str
    track: str
    floor: Urgency
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Mute:
    """`conversation` hears nothing of `track` until `until`."""

    conversation: str
    negotiation: str
    track: str
    until: datetime
    user: str
