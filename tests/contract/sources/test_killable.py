"""Work that is slow, hungry or deadly ends without us, and the next is none the worse for it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from bot.sources.killable import CrashedError, TooHungryError, TooSlowError, run_killable

MEGABYTE = 2**20


async def test_work_is_done_elsewhere() -> None:
    assert await run_killable(os.getpid, deadline=20) != os.getpid()


async def test_slow_work_is_killed_and_the_event_loop_stays_free() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.ensure_future(tick())
    with pytest.raises(TooSlowError, match=r"did not end within 0\.5 s"):
        await run_killable(time.sleep, 60, deadline=0.5)
    ticking.cancel()
    assert ticks > 5
    assert await run_killable(abs, -1, deadline=20) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there is memory bounded")
async def test_hungry_work_is_refused_its_memory() -> None:
    assert len(await run_killable(bytes, 8 * MEGABYTE, deadline=20, memory=64 * MEGABYTE)) == 8 * MEGABYTE
    with pytest.raises(TooHungryError, match="needed more than 64 MB"):
        await run_killable(bytes, 256 * MEGABYTE, deadline=20, memory=64 * MEGABYTE)
    assert len(await run_killable(bytes, 128 * MEGABYTE, deadline=20, memory=512 * MEGABYTE)) == 128 * MEGABYTE


async def test_a_death_is_told_and_the_next_has_a_process_again() -> None:
    with pytest.raises(CrashedError):
        await run_killable(signal.raise_signal, signal.SIGKILL, deadline=20)
    assert await run_killable(abs, -1, deadline=20) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
async def test_whoever_outlives_us_is_ended_by_the_system() -> None:
    """Its processor time is bounded too: a parent that is killed kills nobody."""
    limits = await run_killable(Path.read_text, Path("/proc/self/limits"), deadline=7)
    line = next(line for line in limits.splitlines() if line.startswith("Max cpu time"))
    assert 7 <= int(line.split()[3]) <= 60


async def test_what_the_work_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await run_killable(int, "seven", deadline=20)


async def test_waiting_for_ones_turn_does_not_count() -> None:
    cores = os.cpu_count() or 2
    done = await asyncio.gather(*(run_killable(time.sleep, 0.4, deadline=15) for _ in range(cores * 2)))
    assert len(done) == cores * 2
