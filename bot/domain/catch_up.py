"""What Slack is told that no single alert says: a catch-up message, and notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.source_notice import SourceNotice

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.decision import AlertAction, Urgency
    from bot.domain.development import Development
    from bot.domain.hold import Held, Obstacle


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Developments told in one message because their own cards would have come too late; as they stand, oldest first.

    They waited from `since` to `until`, for `obstacle` where it is known what they waited for.
    """

    developments: tuple[Development, ...]
    since: datetime
    until: datetime
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """For whoever can mend it: a conversation is held. None where it was mended before they could be told."""

    held: Held | None


Besides = CatchUp | Notice | SourceNotice
"""All that is told besides alerts."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A card, or a catch-up message not sent yet, that waits since `since`; how urgent its development is by now."""

    delivery: int
    action: AlertAction
    urgency: Urgency
    since: datetime
