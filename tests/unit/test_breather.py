"""How much work one turn of the event loop gets."""

from __future__ import annotations

import asyncio

import pytest

from bot.sources.breather import Breather

PIECES = 20


async def turns_of_pieces(breather: Breather) -> list[int]:
    """In which turn of the loop each of many tasks got to work, all begun in the same one."""
    turn = 0
    worked: list[int] = []

    async def work() -> None:
        await breather.breathe()
        worked.append(turn)

    tasks = [asyncio.create_task(work()) for _ in range(PIECES)]
    while not all(task.done() for task in tasks):
        turn += 1
        await asyncio.sleep(0)
    return worked


async def test_a_turn_without_time_for_more_gets_one_piece() -> None:
    worked = await turns_of_pieces(Breather(span=0))
    assert len(set(worked)) == len(worked) == PIECES


async def test_what_one_turn_has_time_for_is_done_in_it() -> None:
    worked = await turns_of_pieces(Breather(span=3600))
    assert len(set(worked)) <= 2


@pytest.mark.parametrize("span", [0, 3600])
async def test_who_comes_alone_waits_for_nobody(span: float) -> None:
    breather = Breather(span)
    for _ in range(3):
        await asyncio.wait_for(breather.breathe(), timeout=60)
