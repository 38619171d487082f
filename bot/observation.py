"""What the program says of itself: alive, ready, counted. Asks its parts; decides nothing for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.reading import Reading
from bot.engine.loop_watch import STALLED_SECONDS, LoopWatch
from bot.storage.readiness import database_readings
from bot.storage.sources import SourceStore
from bot.storage.tallies import TallyStore
from bot.web.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.engine.local import LocalEngine
    from bot.slack.socket_mode import SocketMode
    from bot.storage.database import Database

ANSWER_SECONDS = 5.0
"""Whoever asks waits no longer than this: a database that hangs is one that cannot be read."""


class Observation:
    """Looks at the parts of a running program. `engine` and `socket` are None where this process has none."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.metrics = Metrics()
        self.loop = LoopWatch()
        self.engine: LocalEngine | None = None
        self.socket: SocketMode | None = None
        self._database = database
        self._clock = clock
        self._tallies = TallyStore(database)
        self._sources = SourceStore(database)

    async def alive(self) -> list[Reading]:
        """Whether this process is to be left running: what only a restart would mend."""
        readings = [Reading("loop", ok=self.loop.latest < STALLED_SECONDS, seen=f"{self.loop.latest:.1f} s late")]
        if (engine := self.engine) is not None and engine.started:
            # The engine starts a stalled scheduler anew by itself; twice the time says that it could not.
            ticking = engine.since_tick < 2 * engine.stalls_after
            readings.append(Reading("scheduler", ok=ticking, seen=f"last ticked {engine.since_tick:.0f} s ago"))
        return readings

    async def ready(self) -> list[Reading]:
        """Whether all this program depends on is there."""
        readings = [*await self.alive(), *await self._of_database()]
        if self.engine is not None:
            readings.append(_of_engine(self.engine))
        if self.socket is not None:
            up = self.socket.connected
            seen = f"connected; last heard {self.socket.silent_for:.0f} s ago" if up else "not connected; trying on"
            readings.append(Reading("slack", ok=up, seen=seen))
        return readings

    async def page(self) -> bytes:
        """Prometheus' page. Where the database cannot be read, that is on it, and the last counts stand."""
        readable = True
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.metrics.refresh(self._tallies, self._sources, now=self._clock())
        except (SQLAlchemyError, OSError):  # TimeoutError is one
            readable = False
        engine, socket = self.engine, self.socket
        states = {
            "database_readable": readable,
            "engine_leading": engine is not None and engine.leading,
            "engine_paused": engine is not None and engine.paused is not None,
            "socket_connected": socket is not None and socket.connected,
        }
        return self.metrics.page(states, lag=self.loop.worst)

    async def _of_database(self) -> list[Reading]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await database_readings(self._database)
        except TimeoutError:
            return [Reading("database", ok=False, seen=f"did not answer within {ANSWER_SECONDS:.0f} s")]


def _of_engine(engine: LocalEngine) -> Reading:
    if engine.paused is not None:
        return Reading("engine", ok=False, seen=f"paused: {engine.paused}")
    if engine.leading:
        return Reading("engine", ok=True, seen="this process runs it")
    return Reading(
        "engine", ok=engine.started, seen="stands by: another process runs it" if engine.started else "starting"
    )
