"""Which cards come too late for a message of their own, and how the one message tells them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.talks import OPENED, TALKS, development, report, words

from bot.domain.catch_up import CatchUp, Waiting
from bot.domain.decision import AlertAction, Corroboration, Urgency
from bot.domain.hold import Held, Obstacle
from bot.pipeline.catch_up import Staleness, chosen
from bot.slack.blocks.catch_up import catch_up_message, held_notice
from bot.slack.blocks.limits import message_problems

NOW = OPENED
RULE = Staleness(routine=timedelta(hours=2), urgent=timedelta(days=1), singly=3)


def waiting(number: int, urgency: Urgency = Urgency.ROUTINE, *, hours: float = 3) -> Waiting:
    return Waiting(number, AlertAction.POST, urgency, NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("queue", "folded"),
    [
        ([], ()),
        ([waiting(1), waiting(2), waiting(3)], ()),
        ([waiting(each) for each in range(4)], (0, 1, 2, 3)),
        ([waiting(each, hours=1.9) for each in range(40)], ()),
        ([*(waiting(each) for each in range(4)), waiting(9, hours=1)], (0, 1, 2, 3)),
        ([waiting(1), waiting(2, Urgency.URGENT), waiting(3, Urgency.LOW), waiting(4), waiting(5)], (1, 3, 4, 5)),
        ([waiting(each, Urgency.FLASH, hours=23) for each in range(9)], ()),
        ([waiting(each, Urgency.URGENT, hours=24) for each in range(4)], (0, 1, 2, 3)),
    ],
)
def test_late_cards_are_folded_when_there_are_more_than_a_few(queue: list[Waiting], folded: tuple[int, ...]) -> None:
    assert chosen(queue, NOW, RULE) == folded


def test_a_catch_up_message_that_waits_takes_in_what_is_late_since() -> None:
    earlier = Waiting(7, AlertAction.CATCH_UP, Urgency.ROUTINE, NOW - timedelta(hours=9))
    assert chosen([earlier], NOW, RULE) == ()
    assert chosen([earlier, waiting(8, hours=1)], NOW, RULE) == ()
    assert chosen([earlier, waiting(8)], NOW, RULE) == (7, 8)


def told(number: int, obstacle: Obstacle | None = Obstacle.UNREACHABLE) -> CatchUp:
    each = [
        development(report(index, title=f"Envoys meet for the {index}th time"), id=f"d{index}", urgency=Urgency.ROUTINE)
        for index in range(1, number + 1)
    ]
    until = OPENED + timedelta(hours=3, minutes=30)
    return CatchUp(tuple(each), OPENED, until, obstacle)


def test_it_says_what_was_in_the_way_and_gives_each_a_line_with_its_evidence() -> None:
    message = catch_up_message(told(7), {"talks": TALKS})
    said = words(message.blocks)
    assert "While Slack could not be reached, from <!date^1764763200^{time}|12:00 UTC> to " in said
    assert "|15:30 UTC>: 7 developments" in said
    lines = [line for line in said.splitlines() if line.startswith("• ")]
    assert len(lines) == 7
    assert "*Territory, Politics and process*" in lines[0]
    assert "<https://outlet1.example/1|Envoys meet for the 1th time> — Sample Outlet 1" in lines[0]
    assert lines[0].endswith("(routine, 1 origin: provisional)")
    assert message.text.startswith(
        "While Slack could not be reached, from 3 Dec 2025, 12:00 UTC to 3 Dec 2025, 15:30 UTC: 7 developments. "
    )


def test_however_many_there_are_slack_takes_it() -> None:
    message = catch_up_message(told(400), {"talks": TALKS})
    assert message_problems(message) == []
    assert "more: see `/peace-status`." in words(message.blocks)


@pytest.mark.parametrize("obstacle", [*Obstacle, None])
def test_every_obstacle_has_words(obstacle: Obstacle | None) -> None:
    assert "7 developments" in catch_up_message(told(7, obstacle), {"talks": TALKS}).text
    if obstacle is not None:
        notice = held_notice(Held("C1", obstacle, OPENED, 1))
        assert "1 alert waits for it" in notice.text
        assert obstacle.value not in {"not_there", "not_found"} or obstacle.value not in notice.text


def test_a_disputed_one_says_so() -> None:
    disputed = development(corroboration=Corroboration.DISPUTED)
    said = words(catch_up_message(CatchUp((disputed,), OPENED, OPENED, None), {"talks": TALKS}).blocks)
    assert "a party contradicts it" in said
    assert said.startswith("*Not posted in time, from")
