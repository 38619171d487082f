"""Group commit: what is handed in at about the same time is written together, in one transaction."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Work = TypeVar("Work")
Done = TypeVar("Done")

COMPANY_SECONDS = 0.005

log = logging.getLogger(__name__)


class GroupCommit(Generic[Work, Done]):
    """Hands work to `write` in the order it came, as much at a time as has come; company is waited for a moment only.

    It has no life of its own: where nothing waits, nothing runs.

    Args:
        write: Commits all of it in one transaction, or raises and leaves nothing; what came of each, in order.
        shared: Whether an error would meet any other work as well, so that there is no point in trying each by itself.
        company: Seconds that what comes first is kept waiting for more.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Work]], Awaitable[Sequence[Done]]],
        *,
        shared: Callable[[Exception], bool],
        company: float = COMPANY_SECONDS,
    ) -> None:
        self._write = write
        self._shared = shared
        self._company = company
        self._waiting: list[tuple[Work, asyncio.Future[Done]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def add(self, work: Work) -> Done:
        """What came of it, once it is committed. Whoever is cancelled before it was begun has it left out.

        Raises:
            Exception: What `write` raises of this work alone, or of whatever it was given.
        """
        done: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_what_waits(), name="group commit")
        return await done

    async def _write_what_waits(self) -> None:
        batch: list[tuple[Work, asyncio.Future[Done]]] = []
        try:
            while self._waiting:
                await asyncio.sleep(self._company)
                batch, self._waiting = self._waiting, []
                await self._write_together(batch)
        finally:
            self._writer = None
            for _, done in (*batch, *self._waiting):  # nobody is left, unless the program is ended
                done.cancel()
            self._waiting.clear()

    async def _write_together(self, batch: Sequence[tuple[Work, asyncio.Future[Done]]]) -> None:
        batch = [each for each in batch if not each[1].done()]
        if not batch:
            return
        try:
            results = await self._write([work for work, _ in batch])
        except Exception as error:  # noqa: BLE001 -- whoever handed it in is told
            if len(batch) > 1 and not self._shared(error):
                log.warning("%d could not be written together (%s); each is written by itself", len(batch), error)
                for each in batch:
                    await self._write_together([each])
                return
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)
