"""Subscribe: ask the hubs that feeds name to push them, and again before what they granted ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from bot.domain.push import LEASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.domain.push import Subscription

AT_ONCE = 20

log = logging.getLogger(__name__)


class HubStore(Protocol):
    """Which hubs are to be asked."""

    async def claim_hubs(self, *, now: datetime, limit: int) -> Sequence[Subscription]:
        """Hubs due to be asked, kept as asked at `now` and due again later, before anybody asks them."""
        ...

    async def note_refusal(self, source: str, reason: str) -> None:
        """Keep why a hub did not take the request."""
        ...


class HubCaller(Protocol):
    """Asks a hub."""

    async def subscribe(self, subscription: Subscription, callback: str, lease: timedelta) -> str | None:
        """Ask for a subscription: None if the hub took the request, else why not."""
        ...


class SubscribeStep:
    """Asks the hubs that are due. Whether they grant it they say later, to the callback: see `push`."""

    def __init__(self, store: HubStore, hubs: HubCaller, callback: str) -> None:
        """`callback` is the public address pushes come to, to which each subscription's token is added."""
        self._store = store
        self._hubs = hubs
        self._callback = callback

    async def run(self, now: datetime) -> int:
        """Ask some; returns how many."""
        due = await self._store.claim_hubs(now=now, limit=AT_ONCE)
        for subscription in due:
            reason = await self._hubs.subscribe(subscription, f"{self._callback}/{subscription.token}", LEASE)
            if reason is not None:
                log.warning("source %s: its hub %s", subscription.source.id, reason)
                await self._store.note_refusal(subscription.source.id, reason)
        return len(due)
