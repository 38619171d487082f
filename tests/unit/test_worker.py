"""A worker runs its step while there is work, and outlives its failures."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from support.archive import NOON

from bot.engine.worker import Worker

if TYPE_CHECKING:
    from datetime import datetime

    import pytest


class Pile:
    """A step with so many pieces of work, failing at some of its runs."""

    def __init__(self, pieces: int, *, fails_at: tuple[int, ...] = ()) -> None:
        self.pieces = pieces
        self.runs = 0
        self._fails_at = fails_at

    async def run(self, now: datetime) -> int:
        assert now == NOON
        self.runs += 1
        if self.runs in self._fails_at:
            raise OSError("disk full")
        done = min(self.pieces, 1)
        self.pieces -= done
        return done


def worker(pile: Pile, then: Worker | None = None) -> Worker:
    return Worker("pile", pile.run, lambda: NOON, every=3600, then=then)


async def test_it_works_until_nothing_is_left_and_again_when_woken() -> None:
    pile = Pile(3)
    one = worker(pile)
    one.start()
    await asyncio.sleep(0.02)
    assert pile.pieces == 0

    pile.pieces = 2
    one.wake()
    await asyncio.sleep(0.02)
    await one.stop(1)
    assert pile.pieces == 0
    assert pile.runs == 7


async def test_work_done_wakes_the_next() -> None:
    upstream, downstream = Pile(0), Pile(0)
    after = worker(downstream)
    before = worker(upstream, then=after)
    before.start()
    after.start()
    await asyncio.sleep(0.02)
    downstream.pieces = upstream.pieces = 1
    before.wake()
    await asyncio.sleep(0.02)
    await before.stop(1)
    await after.stop(1)

    assert downstream.pieces == 0


async def test_a_step_that_fails_is_logged_with_an_id_and_run_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.engine.worker.FIRST_PAUSE", 0.01)
    pile = Pile(2, fails_at=(1, 2))
    one = worker(pile)
    one.start()
    await asyncio.sleep(0.1)
    await one.stop(1)

    assert pile.pieces == 0
    assert caplog.text.count("step pile failed") == 2
    assert "disk full" in caplog.text


async def test_stopping_lets_the_run_under_way_end() -> None:
    ended = []

    async def slow(now: datetime) -> int:
        del now
        await asyncio.sleep(0.05)
        ended.append(True)
        return 0

    one = Worker("slow", slow, lambda: NOON, every=3600)
    one.start()
    await asyncio.sleep(0.01)
    await one.stop(1)

    assert ended


async def test_stopping_cuts_off_what_does_not_end() -> None:
    async def stuck(now: datetime) -> int:
        del now
        await asyncio.sleep(3600)
        return 0

    one = Worker("stuck", stuck, lambda: NOON, every=3600)
    one.start()
    await asyncio.sleep(0.01)
    await asyncio.wait_for(one.stop(0.05), 1)
