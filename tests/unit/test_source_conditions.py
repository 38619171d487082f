"""What a source's record amounts to, and whether we would know if something happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.archive import NOON, Archive
from support.talks import TALKS, words

from bot.domain.condition import Condition, condition
from bot.domain.decision import Corroboration
from bot.domain.habit import Delay, Silence
from bot.domain.source import Problem, SourceHealth
from bot.queries.coverage import coverage
from bot.queries.sources import SourcesReport, SourceStanding
from bot.queries.status import NegotiationStatus, TrackReport, TrackStatus
from bot.slack.blocks.health import sources_answer
from bot.slack.blocks.standing import status_answer, track_answer

HOUR = timedelta(hours=1)


def health(name: str = "wire", **changes: Any) -> SourceHealth:
    """A source that answered a minute ago and had news half an hour ago, as it has at least every two hours."""
    well = SourceHealth(
        source=Archive.source(None, name),  # type: ignore[arg-type]  # needs no database
        last_polled_at=NOON - timedelta(minutes=1),
        last_success_at=NOON - timedelta(minutes=1),
        last_new_at=NOON - HOUR / 2,
        next_poll_at=NOON + timedelta(minutes=9),
        error_count=0,
        problem=None,
        reason=None,
        stopped=False,
        items_last_day=30,
        newest_at=NOON - HOUR / 2,
        silence=Silence(2 * HOUR, 60),
        unchanged_since=NOON - HOUR / 2,
    )
    return replace(well, **changes)


def failing(name: str, *, since: timedelta = HOUR, **changes: Any) -> SourceHealth:
    fate = {"problem": Problem.TIMEOUT, "reason": "did not answer", "error_count": 4, "failing_since": NOON - since}
    return health(name, **(fate | changes))


def silent_for(span: timedelta, **changes: Any) -> SourceHealth:
    return health(last_new_at=NOON - span, newest_at=NOON - span, **changes)


PEERS = [health("paper"), health("radio")]
ASLEEP = [silent_for(30 * HOUR, source=peer.source) for peer in PEERS]


@pytest.mark.parametrize(
    ("of", "peers", "is_now"),
    [
        (health(), PEERS, Condition.FINE),
        (silent_for(3.9 * HOUR), PEERS, Condition.FINE),
        (silent_for(5 * HOUR), PEERS, Condition.SILENT),
        (silent_for(5 * HOUR, unchanged_since=NOON - 4.5 * HOUR), PEERS, Condition.FROZEN),
        (silent_for(5 * HOUR, unchanged_since=NOON - 4.5 * HOUR), ASLEEP, Condition.FINE),
        (silent_for(30 * HOUR), ASLEEP, Condition.QUIET),  # nobody has anything: nothing happens
        (silent_for(timedelta(days=4)), ASLEEP, Condition.FROZEN),  # dead for long, whatever others do
        (silent_for(5 * HOUR, silence=None), PEERS, Condition.FINE),  # its habits are not known yet
        (silent_for(30 * HOUR, silence=Silence(26 * HOUR, 20)), PEERS, Condition.QUIET),  # as it is with this one
        (failing("wire"), PEERS, Condition.FAILING),
        (health(stopped=True, problem=Problem.GONE), PEERS, Condition.STOPPED),
        (health(last_polled_at=None), PEERS, Condition.UNTRIED),
    ],
)
def test_a_source_is_judged_by_its_own_habit_beside_its_peers(
    of: SourceHealth, peers: list[SourceHealth], is_now: Condition
) -> None:
    assert condition(of, NOON, peers=[of, *peers]) is is_now


def test_we_are_blind_once_more_than_half_do_not_answer_since_that_was_so() -> None:
    some = [failing("a", since=30 * HOUR), failing("b", since=3 * HOUR), health("c"), health("d")]
    seen = coverage(some, NOON)
    assert (seen.answering, seen.blind, seen.since) == (2, False, None)

    most = coverage([*some, failing("e", since=2 * HOUR)], NOON)
    assert (most.answering, most.failing, most.blind) == (2, 3, True)
    assert most.since == NOON - 2 * HOUR


def test_sources_nobody_asks_any_more_are_no_sources_that_answer() -> None:
    overdue = {"next_poll_at": NOON - HOUR, "last_polled_at": NOON - HOUR}
    seen = coverage([health("a", **overdue), health("b", **overdue)], NOON)

    assert (seen.unasked, seen.blind, seen.since) == (2, True, NOON - HOUR)


def status(sources: list[SourceHealth]) -> tuple[NegotiationStatus, TrackReport]:
    track = TALKS.tracks[1]
    quiet = TrackStatus(track, None, (0,) * 7, dict.fromkeys(Corroboration, 0))
    seen = coverage(sources, NOON)
    return NegotiationStatus(TALKS, (quiet,), NOON, seen), TrackReport(TALKS, quiet, (), NOON, seen)


def test_no_news_is_told_with_how_many_sources_answer() -> None:
    whole, track = status([health("a"), health("b"), failing("c")])
    for answer in (status_answer([whole]), track_answer(track)):
        assert "No development has been seen on this track; 2 of 3 sources answer." in words(answer.blocks)
        assert "2 of 3 sources answer" in answer.text


def test_where_we_cannot_see_we_say_so_and_since_when() -> None:
    whole, track = status([health("a"), failing("b"), failing("c", since=2 * HOUR)])
    for answer in (status_answer([whole]), track_answer(track)):
        assert "We cannot know: 2 of 3 sources are not answering since <!date^" in words(answer.blocks)
        assert "|11:00 UTC>" in words(answer.blocks)
        assert "We cannot know" in answer.text
        assert "sources answer" not in answer.text


def told(of: SourceHealth, is_now: Condition, **more: Any) -> str:
    return words(sources_answer([SourcesReport(TALKS, (SourceStanding(of, is_now, **more),), NOON)]).blocks)


def test_a_source_that_is_late_or_has_a_wrong_clock_or_moved_is_said_to() -> None:
    late = told(health(), Condition.FINE, delay=Delay(timedelta(minutes=40), 12))
    assert "others had this 40 min earlier (median of 12 developments)" in late
    assert "earlier" not in told(health(), Condition.FINE, delay=Delay(timedelta(minutes=-40), 12))
    assert "its clock seems 3 h ahead" in told(health(clock_ahead=3 * HOUR), Condition.FINE)
    assert "its clock seems 3 h behind, or it lists things as late" in told(
        health(clock_ahead=-3 * HOUR), Condition.FINE
    )
    moved = told(health(address="https://new.example/feed", moved_at=NOON - HOUR), Condition.FINE)
    assert "polled at https://new.example/feed since" in moved
    assert "the list says https://wire.example/feed" in moved


def test_a_frozen_source_is_shown_against_its_own_habit() -> None:
    shown = told(silent_for(5 * HOUR, unchanged_since=NOON - 4.5 * HOUR), Condition.FROZEN)
    assert "nothing new for 5 h, usually at most 2 h (by its last 60 pauses); the same document since" in shown
    assert "its feed is empty" in told(silent_for(5 * HOUR, entries=0), Condition.SILENT)


def test_a_failing_source_tells_since_when_why_and_when_it_is_tried_again() -> None:
    shown = told(failing("wire"), Condition.FAILING)
    assert "failing since <!date^" in shown
    assert "Did not answer." in shown
    assert "the 5th in a row" in shown
