"""Housekeeping: let go of what nobody was told and nobody can ask for again.

What a delivered alert, a correction, a judgement or the open window refers to is never touched: the store asks for it
again within each batch's own transaction. Killed at any moment, the next run does the rest.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from bot.domain.retention import Chore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.retention import Retention

# One batch holds the writer for some milliseconds; others take their turn between two.
BATCH = 200
# What one run lets go of at most, a chore: after years without housekeeping it takes more than one hour.
MOST = 20_000
REST_SECONDS = 0.02

log = logging.getLogger(__name__)


class HousekeepingStore(Protocol):
    """What can be let go of."""

    async def due(self, chore: Chore, *, before: datetime, limit: int | None) -> Sequence[str | int]:
        """The keys of what may go, oldest first. Only reads, and holds up nobody."""
        ...

    async def let_go(self, chore: Chore, keys: Sequence[str | int], *, before: datetime, now: datetime) -> int:
        """Let go of those that still may, in one transaction; returns how many went."""
        ...

    async def give_back(self) -> int:
        """Give a little free space back to the disk; returns the bytes, 0 when there is no more to give."""
        ...


class HousekeepingStep:
    """Runs now and then, at a quiet minute."""

    def __init__(self, store: HousekeepingStore, retention: Retention) -> None:
        self._store = store
        self._retention = retention

    async def due(self, now: datetime) -> Mapping[Chore, int]:
        """How much a run at `now` would let go of, were there no bound; not what would only follow in the next."""
        return {
            chore: len(await self._store.due(chore, before=self._retention.before(chore, now), limit=None))
            for chore in Chore
        }

    async def run(self, now: datetime) -> Mapping[Chore, int]:
        """Let go of what is past its time, in small batches, and give its space back; returns how much of each went."""
        gone = {chore: await self._do(chore, now) for chore in Chore}
        freed = 0
        while given := await self._store.give_back():
            freed += given
            await asyncio.sleep(REST_SECONDS)
        told = ", ".join(f"{number} {chore}" for chore, number in gone.items() if number) or "nothing"
        log.info("housekeeping: let go of %s; gave %d KB back to the disk", told, freed // 1024)
        return gone

    async def _do(self, chore: Chore, now: datetime) -> int:
        before = self._retention.before(chore, now)
        keys = await self._store.due(chore, before=before, limit=MOST)
        gone = 0
        for start in range(0, len(keys), BATCH):
            gone += await self._store.let_go(chore, keys[start : start + BATCH], before=before, now=now)
            await asyncio.sleep(REST_SECONDS)
        return gone
