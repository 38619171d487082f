"""What is handed in at about the same time is written together, and each answers for itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.storage.group_commit import GroupCommit

if TYPE_CHECKING:
    from collections.abc import Sequence

POISON, AWAY = "poison", "away"


class Ledger:
    """Writes names, as many at a time as it is given; each transaction takes until it is let."""

    def __init__(self, company: float = 0.0) -> None:
        self.tried: list[list[str]] = []
        self.written: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.group = GroupCommit(self._write, shared=lambda error: isinstance(error, OSError), company=company)

    def hand_in(self, *names: str) -> list[asyncio.Task[str]]:
        return [asyncio.create_task(self.group.add(name)) for name in names]

    async def _write(self, names: Sequence[str]) -> Sequence[str]:
        self.tried.append([*names])
        await self.open.wait()
        if POISON in names:
            raise ValueError(POISON)
        if AWAY in names:
            raise OSError(AWAY)
        self.written += names
        return [name.upper() for name in names]


async def a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_comes_first_waits_a_moment_for_company() -> None:
    ledger = Ledger(company=0.3)
    first = ledger.hand_in("a")
    await a_moment()
    assert ledger.tried == []
    await asyncio.gather(*first, *ledger.hand_in("b"))
    assert ledger.tried == [["a", "b"]]


async def test_alone_it_is_written_at_once_and_what_comes_meanwhile_together() -> None:
    ledger = Ledger()
    ledger.open.clear()
    first = ledger.hand_in("a")
    await a_moment()
    assert ledger.tried == [["a"]]
    rest = ledger.hand_in("b", "c", "d")
    await a_moment()
    assert ledger.tried == [["a"]]
    ledger.open.set()

    assert await asyncio.gather(*first, *rest) == ["A", "B", "C", "D"]
    assert ledger.tried == [["a"], ["b", "c", "d"]]
    assert await ledger.group.add("e") == "E"  # as it began, with nobody at work


async def test_what_cannot_be_written_fails_alone_and_the_others_keep_their_order() -> None:
    ledger = Ledger()
    done = await asyncio.gather(*ledger.hand_in("a", POISON, "b", "c"), return_exceptions=True)

    assert [str(each) for each in done] == ["A", POISON, "B", "C"]
    assert ledger.written == ["a", "b", "c"]


async def test_what_would_meet_all_is_not_tried_for_each() -> None:
    ledger = Ledger()
    done = await asyncio.gather(*ledger.hand_in("a", AWAY, "b"), return_exceptions=True)

    assert [str(each) for each in done] == [AWAY] * 3
    assert len(ledger.tried) == 1


async def test_whoever_goes_away_loses_and_holds_up_nobody() -> None:
    ledger = Ledger()
    ledger.open.clear()
    begun, stays = ledger.hand_in("begun", "stays")
    await a_moment()
    waiting, also_stays = ledger.hand_in("waiting", "also stays")
    await a_moment()
    begun.cancel()
    waiting.cancel()
    await a_moment()
    ledger.open.set()

    assert await asyncio.gather(stays, also_stays) == ["STAYS", "ALSO STAYS"]
    assert ledger.written == ["begun", "stays", "also stays"]  # a transaction is not cut off for one of many


async def test_one_that_went_away_from_a_failed_transaction_is_not_tried_again() -> None:
    ledger = Ledger()
    ledger.open.clear()
    gone, poison, stays = ledger.hand_in("gone", POISON, "stays")
    await a_moment()
    gone.cancel()
    await a_moment()
    ledger.open.set()

    assert await stays == "STAYS"
    with pytest.raises(ValueError, match=POISON):
        await poison
    assert ledger.written == ["stays"]


async def test_when_the_program_ends_nobody_is_left_waiting() -> None:
    ledger = Ledger()
    ledger.open.clear()
    begun = ledger.hand_in("begun")
    await a_moment()
    waiting = ledger.hand_in("waiting")
    await a_moment()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        if task.get_name() == "group commit":
            task.cancel()

    done = await asyncio.gather(*begun, *waiting, return_exceptions=True)
    assert [type(each) for each in done] == [asyncio.CancelledError] * 2
    assert ledger.written == []
