"""A worker: runs one step whenever it is woken, and now and then by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING

from bot.engine.guard import unguarded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.engine.guard import Guard

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
GUARDED_PAUSE = 0.2

log = logging.getLogger(__name__)


class Worker:
    """Runs `step` until it reports no work, then waits to be woken or for `every` seconds; wakes `then` after work.

    A step that raises is logged with an id and run again after a pause that doubles: its work is in the
    database and waits. While `guard` has the engine paused, it does not run.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[datetime], Awaitable[int]],
        clock: Callable[[], datetime],
        *,
        every: float,
        then: Worker | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.name = name
        self._step = step
        self._clock = clock
        self._every = every
        self._then = then
        self._guard = guard or unguarded()
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in a task of its own."""
        self._stopping.clear()
        self._woken.set()
        self._task = asyncio.create_task(self._work(), name=f"worker {self.name}")

    def wake(self) -> None:
        """There may be work."""
        self._woken.set()

    async def stop(self, seconds: float) -> None:
        """Let the run under way end; cut it off after `seconds`."""
        self._stopping.set()
        self._woken.set()
        if self._task is None:
            return
        _done, late = await asyncio.wait([self._task], timeout=seconds)
        if late:
            log.warning(
                "step %s did not end in %.0f s; what it had not committed will be done again", self.name, seconds
            )
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._task = None

    async def _work(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            if self._guard.paused is not None:
                await self._sleep(GUARDED_PAUSE)
                continue
            self._woken.clear()
            try:
                while await self._step(self._clock()) and not self._stopping.is_set():
                    if self._then is not None:
                        self._then.wake()
                pause = FIRST_PAUSE
                rest = self._every
            except Exception as error:
                if self._guard.took(error):
                    continue
                failure = uuid.uuid4().hex[:8]
                log.exception("step %s failed (%s); again in %.0f s", self.name, failure, pause)
                rest, pause = pause, min(pause * 2, LONGEST_PAUSE)
                await self._sleep(rest)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), rest)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
