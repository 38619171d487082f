"""Housekeeping: let go of what nobody can ask for again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

INBOUND_KEPT = timedelta(days=2)

log = logging.getLogger(__name__)


class HousekeepingStore(Protocol):
    """What can be let go of."""

    async def forget_inbound(self, *, before: datetime) -> int:
        """Drop the keys of events so old that Slack cannot send them again; returns how many."""
        ...


class HousekeepingStep:
    """Runs now and then, at a quiet minute."""

    def __init__(self, store: HousekeepingStore) -> None:
        self._store = store

    async def run(self, now: datetime) -> None:
        """Let go of what is past its time."""
        gone = await self._store.forget_inbound(before=now - INBOUND_KEPT)
        log.info("housekeeping: forgot %d inbound events", gone)
