"""SQLite without a way back to the event loop after every statement: a whole transaction runs in a thread of its own.

The asynchronous driver crosses threads four times a statement, which costs more than most statements do.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import create_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL

T = TypeVar("T")


class OneGo:
    """Runs functions one after another, each in a transaction. Callers see to it that writers wait in order."""

    def __init__(self, url: URL, **options: Any) -> None:
        self.engine = create_engine(url.set(drivername="sqlite"), **options)
        # Its own: the loop's threads also resolve names, and a slow name server would keep everybody from writing.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="one go")

    async def run(self, work: Callable[[Connection], T], *, read_only: bool) -> T:
        """What `work` returns, once it is committed. Who is cancelled meanwhile goes on only when it has ended."""
        inside = copy_context()
        running = asyncio.get_running_loop().run_in_executor(self._thread, inside.run, self._run, work, read_only)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise

    async def close(self) -> None:
        """Let go of the connection, after what is under way."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.engine.dispose)

    def _run(self, work: Callable[[Connection], T], read_only: bool) -> T:  # noqa: FBT001 -- an executor has no keywords
        with self.engine.connect().execution_options(read_only=read_only) as connection, connection.begin():
            return work(connection)
