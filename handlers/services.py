"""What the listeners may call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.blocks.subscriptions import Names
from handlers.tracks import TrackIndex

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.pipeline.desk import Desk
    from bot.queries.ports import DevelopmentReader, SourceReader, SubscriptionReader
    from config.schema import Negotiation
    from handlers.inbox import Inbox


@dataclass(frozen=True, slots=True)
class Services:
    """The read side, the write side, and the time. `clock` gives aware UTC."""

    negotiations: tuple[Negotiation, ...]
    developments: DevelopmentReader
    subscriptions: SubscriptionReader
    sources: SourceReader
    desk: Desk
    clock: Callable[[], datetime]
    inbox: Inbox

    def negotiation(self, negotiation: str) -> Negotiation:
        """A negotiation by id.

        Raises:
            LookupError: It is not configured.
        """
        for each in self.negotiations:
            if each.id == negotiation:
                return each
        raise LookupError(f"no negotiation {negotiation!r} is configured")

    @property
    def names(self) -> Names:
        """What tracks are called."""
        return Names({each.id: each for each in self.negotiations})

    @property
    def tracks(self) -> TrackIndex:
        """What people type for tracks."""
        return TrackIndex(self.negotiations)
