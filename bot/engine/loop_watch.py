"""How late the event loop is: what blocks it delays everything."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from time import monotonic

BEAT_SECONDS = 0.25
REMEMBERED_SECONDS = 60.0
STALLED_SECONDS = 5.0


class LoopWatch:
    """Beats, and keeps how late each beat of the last minute was."""

    def __init__(self) -> None:
        self._beats: deque[tuple[float, float]] = deque(maxlen=int(REMEMBERED_SECONDS / BEAT_SECONDS))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to beat."""
        self._task = asyncio.create_task(self._beat(), name="loop watch")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def worst(self) -> float:
        """The longest delay of the last minute, in seconds."""
        now = monotonic()
        return max((late for at, late in self._beats if now - at <= REMEMBERED_SECONDS), default=0.0)

    @property
    def latest(self) -> float:
        """How late the loop is at present, in seconds: by its last beat, or by the one that has not come."""
        if not self._beats:
            return 0.0
        at, late = self._beats[-1]
        return max(late, monotonic() - at - BEAT_SECONDS)

    async def _beat(self) -> None:
        due = monotonic() + BEAT_SECONDS
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = monotonic()
            self._beats.append((now, max(0.0, now - due)))
            due = now + BEAT_SECONDS
