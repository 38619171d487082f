"""When whoever runs this is told of a source: once when it breaks, once when it heals, once for many."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.archive import NOON, Archive
from support.talks import words

from bot.domain.habit import Silence
from bot.domain.source import Problem, SourceHealth
from bot.domain.source_notice import Patient, SourceNews, SourceNotice, Telling
from bot.pipeline.source_watch import to_tell
from bot.slack.blocks.limits import message_problems
from bot.slack.blocks.source_notice import source_notice

MINUTES = timedelta(minutes=1)
LONG_AGO = 40 * MINUTES


class Newsroom:
    """Sources whose record a test changes, and what was told of them."""

    def __init__(self, size: int) -> None:
        self.now = NOON
        self.sources = {f"s{number}": _well(f"s{number}") for number in range(size)}
        self.told: list[Telling] = []

    def change(self, *names: str, **changes: Any) -> None:
        for name in names:
            self.sources[name] = replace(self.sources[name], **changes)

    def fail(self, *names: str, times: int = 1, since: datetime, problem: Problem = Problem.TIMEOUT) -> None:
        self.change(*names, problem=problem, reason="did not answer", error_count=times, failing_since=since)

    def heal(self, *names: str) -> None:
        well = {"problem": None, "reason": None, "error_count": 0, "failing_since": None, "stopped": False}
        self.change(*names, **well, last_success_at=self.now)

    def look(self) -> list[SourceNews]:
        tellings = to_tell(list(self.sources.values()), self.now)
        for telling in tellings:
            for name, key in telling.told.items():
                self.change(name, told=key)
        self.told += tellings
        return [each.notice.news for each in tellings]

    @property
    def last(self) -> str:
        message = source_notice(self.told[-1].notice)
        return f"{message.text}\n{words(message.blocks)}"


def _well(name: str) -> SourceHealth:
    return SourceHealth(
        source=Archive.source(None, name),  # type: ignore[arg-type]  # needs no database
        last_polled_at=NOON, last_success_at=NOON, last_new_at=NOON, next_poll_at=NOON, error_count=0, problem=None,
        reason=None, stopped=False, items_last_day=9, newest_at=NOON, silence=Silence(60 * MINUTES, 50),
    )  # fmt: skip


def test_a_hiccup_is_not_told_a_streak_is_and_once_and_then_that_it_is_over() -> None:
    room = Newsroom(5)
    room.fail("s1", times=2, since=NOON - LONG_AGO)
    assert room.look() == []
    room.fail("s1", times=3, since=NOON - 5 * MINUTES)
    assert room.look() == []

    room.fail("s1", times=3, since=NOON - LONG_AGO)
    assert room.look() == [SourceNews.BROKE]
    assert "Sample S1 broke" in room.last
    assert "Did not answer. Since <!date^" in room.last
    assert "4 of 5 sources answer" in room.last
    room.fail("s1", times=9, since=NOON - LONG_AGO)
    assert room.look() == []

    room.heal("s1")
    assert room.look() == [SourceNews.HEALED]
    assert "Sample S1 answers again" in room.last
    assert room.look() == []


def test_a_source_that_is_gone_is_told_at_once() -> None:
    room = Newsroom(5)
    room.change("s1", problem=Problem.GONE, reason="answered 410 Gone", error_count=1, stopped=True, next_poll_at=None)
    assert room.look() == [SourceNews.BROKE]
    assert "not asked again until its address is changed" in room.last


def test_a_feed_that_froze_is_told_and_so_is_that_it_moves_again() -> None:
    room = Newsroom(5)
    frozen_since = NOON - 5 * 60 * MINUTES
    room.change("s1", newest_at=frozen_since, last_new_at=frozen_since, unchanged_since=frozen_since)
    assert room.look() == [SourceNews.BROKE]
    assert "nothing new while others have" in room.last
    room.change("s1", newest_at=NOON, last_new_at=NOON, unchanged_since=NOON)
    assert room.look() == [SourceNews.HEALED]


def test_sources_that_break_one_by_one_are_told_together_where_they_are_due_together() -> None:
    room = Newsroom(9)
    room.fail("s1", "s2", times=3, since=NOON - LONG_AGO)
    assert room.look() == [SourceNews.BROKE]
    assert "2 sources broke" in room.last
    assert "Sample S1" in room.last
    assert "Sample S2" in room.last


def test_many_at_once_are_one_notice_that_says_it_is_likely_us_and_one_when_it_is_over() -> None:
    room = Newsroom(200)
    names = list(room.sources)
    room.fail("s1", times=5, since=NOON - 2 * LONG_AGO, problem=Problem.HTTP_STATUS)
    assert room.look() == [SourceNews.BROKE]

    room.fail(*names[10:], since=NOON - 1 * MINUTES)
    assert room.look() == []  # it may pass
    room.now = NOON + 5 * MINUTES
    assert room.look() == [SourceNews.OUTAGE]
    assert "191 of 200 sources have stopped answering since <!date^" in room.last
    assert "our own network" in room.last
    room.now = NOON + 60 * MINUTES
    room.fail(*names[10:], times=8, since=NOON - 1 * MINUTES)
    assert room.look() == []

    room.heal(*names[10:190])
    assert room.look() == [SourceNews.OVER]
    assert "Sources answer again: 189 of 200; 10 sources not yet." in room.last
    assert room.look() == []
    room.heal(*names[190:])
    assert room.look() == [SourceNews.HEALED]
    assert "10 sources answer again" in room.last
    room.heal("s1")
    assert room.look() == [SourceNews.HEALED]
    assert len(room.told) == 5


def test_many_that_refuse_us_at_once_are_not_called_our_network() -> None:
    room = Newsroom(6)
    room.fail("s0", "s1", "s2", "s3", since=NOON - 10 * MINUTES, problem=Problem.HTTP_STATUS)
    assert room.look() == [SourceNews.OUTAGE]
    assert "look at what they share" in room.last


@pytest.mark.parametrize("size", [1, 2])
def test_one_of_very_few_is_told_as_a_source_not_as_an_outage(size: int) -> None:
    room = Newsroom(size)
    room.fail("s0", times=3, since=NOON - LONG_AGO)
    assert room.look() == [SourceNews.BROKE]


def test_a_move_is_told_with_how_to_undo_it() -> None:
    room = Newsroom(3)
    room.change("s1", address="https://new.example/feed", moved_at=NOON)
    (telling,) = to_tell(list(room.sources.values()), NOON)
    shown = words(source_notice(telling.notice).blocks)
    assert "now https://new.example/feed" in shown
    assert "backchannel sources unmove s1" in shown
    (again,) = to_tell(list(room.sources.values()), NOON + MINUTES)
    assert again.notice.key == telling.notice.key  # left once


@pytest.mark.parametrize("name", ["word " * 2_000, "x" * 9_000, "<!channel> & <@U1> *b* " * 300, "\U0001f4f0" * 5_000])
@pytest.mark.parametrize("news", SourceNews)
def test_whatever_sources_are_called_and_say_a_notice_is_within_slacks_limits(news: SourceNews, name: str) -> None:
    patients = tuple(Patient(f"s{number}", name, NOON, name, NOON) for number in range(200))
    told = source_notice(SourceNotice(news, "k", patients, NOON, NOON, listed=200, answering=0, ours=True))

    assert message_problems(told) == []
    assert "<!channel>" not in told.text + words(told.blocks)
