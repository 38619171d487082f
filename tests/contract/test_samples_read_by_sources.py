"""The sample feeds through the readers of a real newsroom: what is written is what is read."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.source import Fetched, FetchFailed, NotModified, Problem, Source, Tier, Validators
from bot.sandbox.samples.server import SampleSources
from bot.sources.http import Fetcher
from bot.sources.registry import SourceReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from config.schema import SourceConfig

START = 1_750_000_000.0


def clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def reading(allowed: list[str], *, deadline: float = 30) -> AsyncIterator[SourceReader]:
    async with Fetcher(version="0", contact=None, clock=clock, allow_hosts=allowed, deadline=deadline) as fetcher:
        yield SourceReader(fetcher, clock)


@pytest.fixture
async def sources() -> AsyncIterator[SampleSources]:
    served = SampleSources(started=START, trouble=True)  # long ago: everything is out
    await served.start()
    yield served
    await served.stop()


def source(listed: SourceConfig) -> Source:
    return Source(
        listed.id, "ukraine_russia", listed.name, listed.url, listed.language, Tier(listed.tier), None, listed.every
    )


async def test_every_feed_is_read_whole_and_nothing_had_to_be_mended(sources: SampleSources) -> None:
    async with reading(sources.allowed_hosts) as reader:
        for listed in sources.sources()[: len(sources.rundown.outlets)]:
            outcome = await reader.look(source(listed), Validators())
            assert isinstance(outcome, Fetched), outcome
            assert outcome.warnings == ()
            stories = [story for story in reversed(sources.rundown.stories) if story.outlet == listed.id]
            assert [entry.url for entry in outcome.entries] == [sources.story_address(story.id) for story in stories]
            for entry, story in zip(outcome.entries, stories, strict=True):
                last = story.edits[-1] if story.edits else story
                own = sources.rundown.outlet(story.outlet).name
                assert entry.credit in (story.credit, own if story.credit is None else story.credit)
                assert entry.published is not None
                if "&" not in story.title:  # what becomes of hostile text has its own test
                    assert entry.title == last.title
                    assert entry.summary == (last.summary or story.summary)
            assert outcome.language == listed.language or outcome.language is None


async def test_every_feed_is_not_modified_the_second_time(sources: SampleSources) -> None:
    async with reading(sources.allowed_hosts) as reader:
        for listed in sources.sources()[: len(sources.rundown.outlets)]:
            first = await reader.look(source(listed), Validators())
            assert isinstance(first, Fetched)
            assert isinstance(await reader.look(source(listed), first.validators), NotModified)


async def test_hostile_text_survives_as_text_for_slack_to_escape(sources: SampleSources) -> None:
    async with reading(sources.allowed_hosts) as reader:
        listed = next(each for each in sources.sources() if each.id == "sample_aggregator")
        outcome = await reader.look(source(listed), Validators())
        assert isinstance(outcome, Fetched)
        shouted = next(entry for entry in outcome.entries if entry.url.endswith("/london-shouted"))
        assert "<!channel>" in shouted.title
        assert "<!here>" in shouted.summary


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Sample Hanging Feed", Problem.TIMEOUT),
        ("Sample Broken Server", Problem.HTTP_STATUS),
        ("Sample Web Page", Problem.NOT_A_FEED),
        ("Sample Endless Feed", Problem.TOO_LARGE),
        ("Sample Redirecting Feed", Problem.ADDRESS_REFUSED),
    ],
)
async def test_each_trouble_is_told_for_what_it_is(sources: SampleSources, name: str, problem: Problem) -> None:
    listed = next(each for each in sources.sources() if each.name == name)
    async with reading(sources.allowed_hosts, deadline=2) as reader:
        outcome = await reader.look(source(listed), Validators())
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is problem
    assert sources.inside_reads == 0
