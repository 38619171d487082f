from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.samples.release import FEED_LENGTH, Clock
from bot.sandbox.samples.rundown import Edit, Expect, Outlet, Rundown, Story

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OUTLET = Outlet.model_validate(
    {
        "id": "sample_one",
        "name": "Sample One",
        "title": "Sample One",
        "about": "Made up.",
        "language": "en",
        "tier": "other",
        "format": "rss",
    }
)


def story(at: str, slug: str, edits: tuple[Edit, ...] = ()) -> Story:
    return Story(at=at, outlet="sample_one", id=slug, title=slug, summary=slug, edits=edits, expect=Expect.SILENT)


EDITS = (
    Edit(at="1:00", title="second", expect=Expect.SILENT),
    Edit(at="2:00", title="third", summary="corrected", expect=Expect.SILENT),
)
RUNDOWN = Rundown((OUTLET,), (story("0:10", "first", EDITS), story("0:20", "other")))


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_story_is_out_from_its_moment_on_and_the_newest_stands_first() -> None:
    clock = Clock(START)
    assert clock.released(RUNDOWN, "sample_one", now=at(9.9)) == ()
    assert [item.story.id for item in clock.released(RUNDOWN, "sample_one", now=at(10))] == ["first"]
    assert [item.story.id for item in clock.released(RUNDOWN, "sample_one", now=at(20))] == ["other", "first"]


def test_speed_divides_every_wait() -> None:
    clock = Clock(START, speed=20)
    assert clock.released(RUNDOWN, "sample_one", now=at(0.49)) == ()
    first = clock.read(RUNDOWN, "first", now=at(3))
    assert first is not None
    assert (first.published, first.updated, first.title) == (at(0.5), at(3), "second")


def test_published_is_the_moment_of_this_run_and_does_not_move_with_an_edit() -> None:
    late = Clock(START).read(RUNDOWN, "first", now=at(500))
    assert late is not None
    assert (late.published, late.updated) == (at(10), at(120))


@pytest.mark.parametrize(
    ("seconds", "title", "summary"),
    [(59, "first", "first"), (60, "second", "first"), (119, "second", "first"), (120, "third", "corrected")],
)
def test_an_edit_replaces_the_text_at_its_moment(seconds: float, title: str, summary: str) -> None:
    item = Clock(START).read(RUNDOWN, "first", now=at(seconds))
    assert item is not None
    assert (item.title, item.summary) == (title, summary)


def test_a_story_that_is_not_out_cannot_be_read() -> None:
    assert Clock(START).read(RUNDOWN, "first", now=at(5)) is None
    assert Clock(START).read(RUNDOWN, "unheard-of", now=at(500)) is None


def test_a_feed_holds_only_the_latest() -> None:
    many = Rundown((OUTLET,), tuple(story("0:01", f"s-{number}") for number in range(FEED_LENGTH + 5)))
    released = Clock(START).released(many, "sample_one", now=at(2))
    assert len(released) == FEED_LENGTH
    assert released[0].story.id == f"s-{FEED_LENGTH + 4}"


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_time_cannot_stand_still_or_run_back(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Clock(START, speed=speed)
