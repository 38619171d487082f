"""A development that waits is kept and shown on request; the desk is sent it once its wait is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.archive import NOON, Archive, new_development
from support.newsdesk import detector, item
from support.talks import TALKS

from bot.domain.alert import Feedback, Verdict
from bot.domain.decision import AlertAction, Status
from bot.pipeline.detect import DetectStep
from bot.slack.blocks.standing import development_summary

if TYPE_CHECKING:
    from support.delivering import Desk

    from bot.domain.development import Development


async def decide(desk: Desk, name: str, development: str, *, outlet: str = "wire", **changes: Any) -> None:
    """One report of a development, decided as the detector would."""
    one = desk.archive.item(name, outlet=outlet, at=desk.clock())
    await desk.archive.keep(one, at=desk.clock())
    told = {"development": development, "status": Status.REPORT, "alert": AlertAction.EDIT, **changes}
    decision = replace(new_development(one), **told)
    await desk.archive.developments.record_decision("talks", one, decision, silent=False, now=desk.clock())


async def open_waiting(desk: Desk, name: str = "one") -> None:
    await decide(desk, name, f"d-{name}", status=Status.NEW, alert=AlertAction.NONE, waits=True)


async def found(desk: Desk, development: str = "d-one") -> Development:
    kept = await desk.archive.developments.development(development)
    assert kept is not None
    return kept


async def test_nobody_is_sent_what_waits_and_everybody_what_ends_its_wait(desk: Desk) -> None:
    await open_waiting(desk)
    await decide(desk, "reprint", "d-one", status=Status.COPY, alert=AlertAction.NONE, waits=True)
    await desk.work(rounds=3)
    assert await desk.seen() == []
    assert "not alerted yet" in development_summary(await found(desk), TALKS, desk.clock())

    await decide(desk, "second", "d-one", outlet="ledger", alert=AlertAction.POST)
    await desk.work(rounds=6)
    assert await desk.texts() == ["d-one card of 3"]
    assert not (await found(desk)).waits

    await decide(desk, "third", "d-one", outlet="post", waits=True)
    await desk.work(rounds=3)
    assert not (await found(desk)).waits, "what was told stays told"
    assert await desk.texts() == ["d-one card of 4"]


async def test_a_report_that_leaves_what_waits_makes_no_card_of_it(desk: Desk) -> None:
    await open_waiting(desk)
    await decide(desk, "second", "d-one", outlet="ledger", alert=AlertAction.NONE, waits=True, origins=2)
    await open_waiting(desk, "two")
    changed = replace(desk.archive.item("second", outlet="ledger", title="It says otherwise"), revision=2)
    await desk.archive.keep(changed, at=desk.clock())
    moved = replace(
        new_development(changed), development="d-two", status=Status.UPDATE, alert=AlertAction.POST, moved_from="d-one"
    )
    await desk.archive.developments.record_decision("talks", changed, moved, silent=False, now=desk.clock())
    await desk.work(rounds=4)
    assert await desk.texts() == ["d-two card of 2"]


async def test_a_card_that_is_merged_into_what_waits_ends_the_wait(desk: Desk) -> None:
    await open_waiting(desk, "old")
    desk.clock.forward(minutes=1)
    await decide(desk, "new", "d-new", status=Status.NEW, alert=AlertAction.POST)
    await desk.work(rounds=3)
    await desk.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, desk.clock(), other="d-old"))
    await desk.work(rounds=6)
    assert await desk.texts() == ["d-new card of 0", "d-old card of 2"]


async def test_two_that_wait_still_wait_as_one(desk: Desk) -> None:
    await open_waiting(desk, "old")
    desk.clock.forward(minutes=1)
    await open_waiting(desk, "new")
    await desk.archive.desk.judge(Feedback("d-new", "U0DANA", Verdict.SAME_AS, desk.clock(), other="d-old"))
    await desk.work(rounds=3)
    assert await desk.seen() == []
    assert (await found(desk, "d-old")).waits


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("old", [False, True])
async def test_what_waits_waits_on_after_a_restart_and_what_is_old_waits_for_nothing(
    archive: Archive, *, restarted: bool, old: bool
) -> None:
    """The real detector on a report that is no sure news of the talks, and another of the same by somebody else."""
    first = item("a", "Holt and Varga exchange letters on the strait talks")
    second = item("b", "Letters on the strait talks exchanged by Varga and Holt", outlet="Harbour Post")
    mind = detector()

    def step() -> DetectStep:
        return DetectStep(archive.developments, {"talks": detector if restarted else lambda: mind})

    one = step()
    await archive.keep(replace(first, first_seen=NOON), old=old)
    await one.run(NOON)
    (development,) = await archive.developments.latest("talks")
    assert development.waits is not old
    assert await archive.alerts.unaddressed(limit=9) == []

    later = NOON + timedelta(hours=1)
    await archive.keep(replace(second, first_seen=later))
    await (step() if restarted else one).run(later)
    (development,) = await archive.developments.latest("talks")
    assert not development.waits
    (alert,) = await archive.alerts.unaddressed(limit=9)
    assert alert.action is (AlertAction.EDIT if old else AlertAction.POST)
