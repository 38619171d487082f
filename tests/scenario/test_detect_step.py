"""The detect step over a real database: each item decided once, whatever fails on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.archive import NOON, Archive, new_development

from bot.domain.alert import Feedback, Verdict
from bot.pipeline.detect import DetectStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.decision import Decision
    from bot.domain.item import Item


class Mind:
    """Every item opens a development; it cannot read an item named `poison`."""

    def __init__(self) -> None:
        self.remembered: list[str] = []
        self.put_right: list[tuple[str, ...]] = []

    def decide(self, item: Item, now: datetime) -> Decision:
        assert now == item.first_seen
        if item.id == "poison":
            raise ValueError("unreadable")
        return new_development(item)

    def remember(self, item: Item, decision: Decision) -> None:
        assert decision.item == item.id
        self.remembered.append(item.id)

    def merge(self, into: str, gone: str) -> None:
        self.put_right.append((into, gone))

    def retrack(self, development: str, tracks: Sequence[str]) -> None:
        self.put_right.append((development, *tracks))

    def forget_before(self, moment: datetime) -> None:
        del moment


class Minds:
    """Makes minds and keeps the last, as a process that restarts would."""

    def __init__(self) -> None:
        self.last = Mind()
        self.made = 0

    def __call__(self) -> Mind:
        self.made += 1
        self.last = Mind()
        return self.last


@pytest.fixture
def minds() -> Minds:
    return Minds()


def step(archive: Archive, minds: Minds) -> DetectStep:
    return DetectStep(archive.developments, {"talks": minds})


async def keep(archive: Archive, *names: str) -> None:
    for minute, name in enumerate(names):
        await archive.keep(archive.item(name, at=NOON + timedelta(minutes=minute)))


async def test_items_are_decided_once_in_the_order_they_were_seen(archive: Archive, minds: Minds) -> None:
    await archive.keep(archive.item("late", at=NOON + timedelta(minutes=9)))
    await keep(archive, "first", "second")
    one = step(archive, minds)

    assert await one.run(NOON) == 3
    assert await one.run(NOON) == 0
    assert minds.last.remembered == ["first", "second", "late"]


async def test_a_restart_remembers_what_was_decided_and_goes_on(archive: Archive, minds: Minds) -> None:
    await keep(archive, "first")
    await step(archive, minds).run(NOON)
    await keep(archive, "second")
    await step(archive, minds).run(NOON)

    assert minds.last.remembered == ["first", "second"]


async def test_an_item_that_cannot_be_decided_holds_up_no_other_and_is_tried_again_after_a_restart(
    archive: Archive, minds: Minds, caplog: pytest.LogCaptureFixture
) -> None:
    await keep(archive, "poison", "second")
    one = step(archive, minds)
    await one.run(NOON)
    assert await one.run(NOON) == 0

    assert minds.last.remembered == ["second"]
    assert caplog.text.count("item poison") == 1
    assert "unreadable" in caplog.text
    ((waiting, _old),) = await archive.developments.undecided("talks", limit=9)
    assert waiting.id == "poison"


async def test_what_another_process_decided_meanwhile_stands_and_is_remembered(archive: Archive) -> None:
    loop = asyncio.get_running_loop()

    class Overtaken(Mind):
        """While it decides, another process decides otherwise."""

        def decide(self, item: Item, now: datetime) -> Decision:
            theirs = replace(new_development(item), development="d-theirs")
            recording = archive.developments.record_decision("talks", item, theirs, silent=False, now=NOON)
            asyncio.run_coroutine_threadsafe(recording, loop).result(5)
            return super().decide(item, now)

    await keep(archive, "first")
    made = [Overtaken(), Mind()]
    one = DetectStep(archive.developments, {"talks": lambda: made.pop(0)})
    await one.run(NOON)
    last = made[0]
    await one.run(NOON)

    assert await archive.developments.development("d-first") is None
    assert last.remembered == ["first"]


async def test_a_database_that_fails_makes_the_mind_be_built_again(archive: Archive, minds: Minds) -> None:
    await keep(archive, "first")
    one = step(archive, minds)
    await one.run(NOON)
    async with archive.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE decisions RENAME TO elsewhere")
    await keep(archive, "second")
    with pytest.raises(Exception, match="decisions"):
        await one.run(NOON)
    async with archive.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO decisions")

    await one.run(NOON)
    assert minds.made == 2
    assert minds.last.remembered == ["first", "second"]


async def test_what_the_desk_put_right_is_known_before_the_next_item_is_decided(archive: Archive, minds: Minds) -> None:
    await keep(archive, "first", "second")
    one = step(archive, minds)
    await one.run(NOON)
    later = NOON + timedelta(hours=2)
    await archive.desk.judge(Feedback("d-second", "U1", Verdict.SAME_AS, later, other="d-first"))
    await archive.desk.judge(Feedback("d-first", "U1", Verdict.WRONG_TRACK, later, tracks=("economy",)))
    await archive.desk.judge(Feedback("d-first", "U1", Verdict.NOT_NEW, later))
    mind = minds.last
    assert mind.put_right == []

    await keep(archive, "third")
    await one.run(later + timedelta(minutes=2))
    assert mind.put_right == [("d-first", "d-second"), ("d-first", "economy")]
    assert minds.last is mind
    await keep(archive, "fourth")
    await one.run(later + timedelta(hours=1))
    assert len(mind.put_right) == 2, "what was taken in before is not asked for again"


async def test_a_decision_is_remembered_as_it_holds(archive: Archive) -> None:
    class Late(Mind):
        """It does not know yet that `d-second` was merged."""

        def decide(self, item: Item, now: datetime) -> Decision:
            decision = super().decide(item, now)
            return replace(decision, development="d-second") if item.id == "third" else decision

        def remember(self, item: Item, decision: Decision) -> None:
            super().remember(item, decision)
            self.put_right.append((item.id, str(decision.development)))

    mind = Late()
    one = DetectStep(archive.developments, {"talks": lambda: mind})
    await keep(archive, "first", "second")
    await one.run(NOON)
    await archive.desk.judge(Feedback("d-second", "U1", Verdict.SAME_AS, NOON - timedelta(hours=1), other="d-first"))
    await keep(archive, "third")
    await one.run(NOON)
    await one.run(NOON)

    assert mind.put_right[-1] == ("third", "d-first"), "what held otherwise than it was decided makes it remember anew"
