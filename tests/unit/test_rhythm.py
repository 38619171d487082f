"""How often a source is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.archive import NOON, Archive

from bot.domain.poll import Claim
from bot.domain.source import Source, Validators
from bot.pipeline.rhythm import Rhythm

MINUTE = timedelta(minutes=1)


def claim(pace: float = 10, errors: int = 0, looked: float | None = 10) -> Claim:
    """A source last looked at `looked` minutes before noon."""
    source: Source = Archive.source(None)  # type: ignore[arg-type]  # needs no database
    looked_at = None if looked is None else NOON - looked * MINUTE
    return Claim(source, Validators(), pace * MINUTE, errors, first=False, looked_at=looked_at)


@pytest.mark.parametrize(("brought_news", "faster"), [(True, True), (False, False)])
def test_news_quickens_the_pace_and_silence_slows_it(brought_news: bool, faster: bool) -> None:
    pace, due = Rhythm(lambda: 0.5).after_success(claim(), NOON, brought_news=brought_news)

    assert (pace < 10 * MINUTE) is faster
    assert due == NOON + pace


def test_the_pace_stays_between_half_and_twice_the_newsrooms_interval() -> None:
    rhythm, fast, slow = Rhythm(lambda: 0.5), claim(), claim()
    for _ in range(50):
        fast = replace(fast, pace=rhythm.after_success(fast, NOON, brought_news=True)[0])
        slow = replace(slow, pace=rhythm.after_success(slow, NOON, brought_news=False)[0])

    assert fast.pace == 5 * MINUTE
    assert slow.pace == 20 * MINUTE


def test_chance_keeps_sources_from_marching_in_step() -> None:
    early = Rhythm(lambda: 0.0).after_success(claim(), NOON, brought_news=True)[1]
    late = Rhythm(lambda: 0.999).after_success(claim(), NOON, brought_news=True)[1]

    assert MINUTE < late - early < 2 * MINUTE


@pytest.mark.parametrize("looked", [None, 500])
def test_what_is_looked_at_together_spreads_over_the_pace(looked: float | None) -> None:
    soonest, latest = (
        Rhythm(lambda chance=chance: chance).after_success(claim(looked=looked), NOON, brought_news=False)[1]
        for chance in (0.0, 0.999)
    )

    assert MINUTE < soonest - NOON < 2 * MINUTE
    assert 11 * MINUTE < latest - NOON < 12 * MINUTE


def test_each_failure_doubles_the_wait_up_to_six_hours() -> None:
    rhythm = Rhythm(lambda: 0.5)
    waits = [rhythm.after_failure(claim(errors=errors), NOON, None) - NOON for errors in (0, 1, 2, 30)]

    assert waits == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, timedelta(hours=6)]


def test_a_server_may_ask_for_more_patience_but_not_for_less() -> None:
    rhythm = Rhythm(lambda: 0.5)

    assert rhythm.after_failure(claim(), NOON, timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert rhythm.after_failure(claim(), NOON, timedelta(seconds=1)) == NOON + 10 * MINUTE
