"""What is learned of a source from the times of what it gave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.archive import NOON

from bot.domain.habit import Delay, clock_ahead, freshest, peer_delays, usual_silence
from bot.domain.move import Move, sighted

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PACE = 10 * MINUTE


def test_a_newspapers_nights_are_usual_and_its_one_outage_is_not() -> None:
    day = [timedelta(hours=hour) for hour in range(7, 23)]
    moments = [NOON + timedelta(days=number) + at for number in range(12) for at in day]
    with_outage = [at for at in moments if not NOON + timedelta(days=5) < at < NOON + timedelta(days=7)]

    habit = usual_silence(with_outage)
    assert habit is not None
    assert habit.usual == 9 * HOUR
    assert habit.alarming == 18 * HOUR


def test_of_a_source_hardly_known_nothing_is_said() -> None:
    assert usual_silence(NOON + 11 * number * HOUR for number in range(8)) is None
    assert usual_silence(NOON + 8 * number * HOUR for number in range(9)) is None  # its third night is not over
    assert usual_silence(NOON + 11 * number * HOUR for number in range(9)) is not None


def test_a_busy_source_is_not_suspected_before_two_hours_are_over() -> None:
    habit = usual_silence(NOON + 20 * number * MINUTE for number in range(250))
    assert habit is not None
    assert habit.alarming == 2 * HOUR


def lags(*minutes: float) -> list[float]:
    return [each * 60 for each in minutes]


@pytest.mark.parametrize(
    ("seen_after", "ahead"),
    [
        (lags(2, 8, 5, 1, 9, 4), None),  # a right clock
        (lags(-178, -171, -175, -177, -172, -176), 3 * HOUR),
        (lags(182, 188, 185, 181, 189, 184), -3 * HOUR),
        (lags(182, 188, 185, 181, 189, 2), -3 * HOUR),  # one odd look changes nothing
        (lags(60, 240, 20, 400, 130, 90), None),  # a slow publisher, not a clock
        (lags(-178, -171, -175, -177), None),  # too few looks to tell
        (lags(40, 55, 80, 75, 60, 85), None),  # about as late as that, but now sooner and now later
        (lags(2880 + 3, 2880 + 9, 2880 + 1, 2880 + 6, 2880 + 4), -48 * HOUR),
    ],
)
def test_a_clock_is_judged_by_dates_that_are_off_by_the_same_each_time(
    seen_after: list[float], ahead: timedelta | None
) -> None:
    assert clock_ahead(seen_after, PACE) == ahead


def test_of_each_look_only_the_freshest_article_counts_and_old_looks_are_forgotten() -> None:
    assert freshest((), [5 * HOUR, 3 * MINUTE]) == (180.0,)
    assert freshest((1.0,), []) == (1.0,)
    assert freshest(range(12), [2 * MINUTE]) == (*range(1, 12), 120.0)


def test_a_move_is_believed_after_three_looks_and_an_hour() -> None:
    move: Move | None = None
    for minutes in (0, 10, 20):
        move = sighted(move, "https://new.example/feed", NOON + minutes * MINUTE)
    assert move is not None
    assert not move.established(NOON + 20 * MINUTE)  # thrice, but too soon
    assert move.established(NOON + HOUR)

    elsewhere = sighted(move, "https://other.example/feed", NOON + HOUR)
    assert elsewhere == Move("https://other.example/feed", 1, NOON + HOUR)
    assert sighted(move, None, NOON + HOUR) is None


def test_how_late_a_source_is_is_the_median_over_what_others_had_too() -> None:
    reports = []
    for number, minutes in enumerate((40, 45, 10)):
        at = NOON + number * HOUR
        reports += [(f"d{number}", "wire", at), (f"d{number}", "paper", at + minutes * MINUTE)]
    reports += [("d9", "paper", NOON)]  # it alone had this

    found = peer_delays(reports)
    assert found["paper"] == Delay(40 * MINUTE, 3)
    assert found["wire"] == Delay(-40 * MINUTE, 3)
    assert "paper" not in peer_delays(reports[2:])  # too little in common
