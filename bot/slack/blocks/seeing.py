"""Words for whether we would know: "nothing happened" told apart from "we cannot see"."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.slack.blocks.text import clock_time, count, deadline, span

if TYPE_CHECKING:
    from datetime import datetime

    from bot.queries.coverage import Coverage
    from bot.queries.status import TrackStatus

_SAME_DAY = timedelta(hours=20)


def blindness(coverage: Coverage | None) -> str | None:
    """That we cannot know, and since when; None where most sources answer."""
    if coverage is None or not coverage.blind:
        return None
    of = f"{coverage.listed - coverage.answering} of {count(coverage.listed, 'source')}"
    since = f" since {moment(coverage.since, coverage.at)}" if coverage.since else ""
    if coverage.unasked > coverage.failing:
        return f"We cannot know: {of} have not been asked{since}; whatever polls them does not run."
    if coverage.untried > coverage.failing:
        return f"We cannot know yet: {of} have not been asked so far."
    return f"We cannot know: {of} are not answering{since}."


def answering(coverage: Coverage) -> str:
    """How many sources answer, to stand after "no news": what that is worth."""
    if not coverage.listed:
        return "no source is listed"
    verb = "answers" if coverage.answering == coverage.listed == 1 else "answer"
    return f"{coverage.answering} of {count(coverage.listed, 'source')} {verb}"


def no_news(status: TrackStatus, coverage: Coverage | None, now: datetime) -> str | None:
    """What it means that a track has had nothing new for a day; None where it has."""
    if status.days[-1]:
        return None
    if (blind := blindness(coverage)) is not None:
        return blind
    worth = f"; {answering(coverage)}" if coverage is not None else ""
    if status.last is None:
        return f"No development has been seen on this track{worth}."
    return f"No news for {span(now - status.last.opened_at)}{worth}."


def moment(at: datetime, now: datetime) -> str:
    """A past time: the hour alone where that is enough."""
    return clock_time(at) if now - at < _SAME_DAY else deadline(at)
