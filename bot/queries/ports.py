"""What the queries need from a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.alert import Feedback
    from bot.domain.decision import Corroboration, Decided
    from bot.domain.development import Development
    from bot.domain.habit import Delay
    from bot.domain.hold import Held
    from bot.domain.source import SourceHealth
    from bot.domain.subscription import Mute, Subscription


class DevelopmentReader(Protocol):
    """Developments as they stand now."""

    async def development(self, development: str) -> Development | None:
        """One development with all its reports, or None."""
        ...

    async def latest(
        self, negotiation: str, *, track: str | None = None, since: datetime | None = None, limit: int = 5
    ) -> Sequence[Development]:
        """Developments of a track (or of all) that are news, most recently opened first."""
        ...

    async def opened_by_track(self, negotiation: str, *, since: datetime) -> Mapping[str, Sequence[datetime]]:
        """When developments that are news were opened, by track, oldest first; a track without any may be missing."""
        ...

    async def standing_by_track(
        self, negotiation: str, *, since: datetime
    ) -> Mapping[str, Mapping[Corroboration, int]]:
        """How many developments that are news, opened at or after `since` stand at each corroboration now, by track.

        A development on several tracks counts once on each. A track or a corroboration without any may be missing.
        """
        ...

    async def decided(self, development: str) -> Sequence[Decided]:
        """Every decision on a report of a development, in order."""
        ...

    async def feedback(self, development: str) -> Sequence[Feedback]:
        """What people said about a development's alert, oldest first."""
        ...


class SubscriptionReader(Protocol):
    """Who hears what."""

    async def subscriptions(
        self, *, user: str | None = None, conversation: str | None = None
    ) -> Sequence[Subscription]:
        """Subscriptions a person made, or those of a conversation, oldest first."""
        ...

    async def mutes(self, *, conversation: str, now: datetime) -> Sequence[Mute]:
        """Mutes of a conversation still in force at `now`."""
        ...

    async def held(self) -> Sequence[Held]:
        """Conversations nothing can be delivered to until somebody mends it, longest first."""
        ...


class SourceReader(Protocol):
    """How the sources are doing."""

    async def source_health(self, negotiation: str, *, now: datetime) -> Sequence[SourceHealth]:
        """Every source, in the order of the newsroom's list."""
        ...

    async def peer_delays(self, negotiation: str, *, since: datetime) -> Mapping[str, Delay]:
        """How late each source is with developments opened at or after `since` that others report too."""
        ...
