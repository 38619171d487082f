"""What people do from Slack: subscribe, mute, judge an alert. Each act is stored with who and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.alert import Feedback
    from bot.domain.subscription import Mute, Subscription


class Desk(Protocol):
    """The write side people reach from Slack. Every call is one transaction and leaves an audit row.

    `request` is the kept request that asked for it: the same transaction stores that it was carried out, so that a
    crash before the answer does not do it twice.
    """

    async def subscribe(self, subscriptions: Sequence[Subscription], *, request: str | None = None) -> None:
        """Add subscriptions; the same conversation and track again replaces the floor."""
        ...

    async def unsubscribe(
        self,
        *,
        conversation: str,
        tracks: Sequence[tuple[str, str]],
        user: str,
        now: datetime,
        request: str | None = None,
    ) -> int:
        """Remove (negotiation, track) subscriptions of a conversation; returns how many there were."""
        ...

    async def mute(self, mute: Mute, *, now: datetime, request: str | None = None) -> None:
        """Silence a track in a conversation; again replaces the end."""
        ...

    async def unmute(
        self,
        *,
        conversation: str,
        negotiation: str,
        track: str,
        user: str,
        now: datetime,
        request: str | None = None,
    ) -> bool:
        """Lift a mute; returns whether there was one."""
        ...

    async def judge(self, feedback: Feedback, *, request: str | None = None) -> bool:
        """Keep what a person said about an alert, put it right, and have the cards shown again.

        False, and nothing changed, where it is so already.
        """
        ...

    async def look_again(self, conversation: str, *, now: datetime) -> bool:
        """Something happened that may have mended a held conversation; False where it is not held."""
        ...
