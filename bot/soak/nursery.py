"""The nursery: a process that has everything imported, no threads and no event loop, and forks a worker when asked.

Starting the program takes seconds, most of them spent importing; a fork takes milliseconds. Each worker is a process of
its own, and dies of a real SIGKILL. Forked before the soak's own loop and threads begin.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import socket
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

_LINE = 65_536


@dataclass(frozen=True, slots=True)
class Order:
    """One worker's life: what it works on, and where it dies; without a point it works until it is killed."""

    database_url: str
    api_url: str
    feeds_url: str
    strategy: str
    point: str | None = None
    nth: int = 1
    conversation: str | None = None
    listening: bool = False


@dataclass(slots=True)
class Life:
    """A worker that was started."""

    pid: int
    ended: asyncio.Future[int]

    def kill(self) -> None:
        """SIGKILL, from outside."""
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):  # it has died, and we are about to be told
                os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """The soak's end of it. Start it before any event loop; one worker lives at a time."""

    def __init__(self, work: Callable[[Order], Awaitable[None]], log: Path) -> None:
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            _serve(theirs, work, log)
        theirs.close()
        self._socket = ours
        self._waiting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Once the loop runs."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)

    async def start(self, order: Order) -> Life:
        """Fork a worker."""
        self._writer.write(json.dumps(asdict(order)).encode() + b"\n")
        life = Life(int(await self._reader.readline()), asyncio.get_running_loop().create_future())
        self._waiting = asyncio.create_task(self._wait(life), name="waiting for a worker to die")
        return life

    async def _wait(self, life: Life) -> None:
        line = await self._reader.readline()
        if not line:
            raise RuntimeError("the process that forks the workers is gone")
        life.ended.set_result(int(line))

    async def close(self) -> None:
        """Let it go."""
        self._writer.close()
        await self._writer.wait_closed()
        await asyncio.to_thread(os.waitpid, self.pid, 0)


def _serve(orders: socket.socket, work: Callable[[Order], Awaitable[None]], log: Path) -> None:
    """Fork a worker for every line; say its pid, and when it has died how: minus the signal, or its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the soak's to hear
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(filename=log, level=logging.WARNING, format=form, force=True)
    gc.collect()
    gc.freeze()  # what collecting would touch, each fork would have to copy
    with orders, orders.makefile("rwb", buffering=0) as lines:
        while line := lines.readline(_LINE):
            pid = os.fork()
            if pid == 0:
                _live(work, json.loads(line))
            lines.write(f"{pid}\n".encode())
            _pid, status = os.waitpid(pid, 0)
            lines.write(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _live(work: Callable[[Order], Awaitable[None]], order: dict[str, Any]) -> None:
    try:
        asyncio.run(work(Order(**order)))  # type: ignore[arg-type]  # asyncio.run wants a coroutine, and is given one
    except BaseException:
        logging.getLogger(__name__).exception("a worker failed")
    finally:
        sys.stderr.flush()
        os._exit(1)  # nothing of what was forked with it is to be cleaned up
