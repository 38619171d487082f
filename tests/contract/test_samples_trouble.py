"""The sources that misbehave, each in its way."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.sandbox.samples.server import SampleSources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def sources() -> AsyncIterator[SampleSources]:
    served = SampleSources(trouble=True)
    await served.start()
    yield served
    await served.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def address(sources: SampleSources, name: str) -> str:
    return {source.name: source.url for source in sources.sources()}[name]


def test_without_trouble_none_is_listed() -> None:
    listed = SampleSources(trouble=False)
    assert listed.inside_reads == 0


async def test_troubled_sources_come_after_the_outlets_and_say_sample(sources: SampleSources) -> None:
    names = [source.name for source in sources.sources()]
    assert len(names) == len(sources.rundown.outlets) + 5
    assert all(name.startswith("Sample ") for name in names)


async def test_one_hangs_until_the_caller_gives_up(sources: SampleSources, session: aiohttp.ClientSession) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3), session.get(address(sources, "Sample Hanging Feed")):
            pass


async def test_stopping_does_not_wait_for_what_hangs(session: aiohttp.ClientSession) -> None:
    served = SampleSources(trouble=True)
    await served.start()
    waiting = asyncio.create_task(session.get(address(served, "Sample Hanging Feed")))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await served.stop()
    assert time.monotonic() - began < 1.5
    answer = await waiting
    assert answer.status == 503
    answer.release()


async def test_one_is_broken(sources: SampleSources, session: aiohttp.ClientSession) -> None:
    async with session.get(address(sources, "Sample Broken Server")) as response:
        assert response.status == 500


async def test_one_is_a_web_page(sources: SampleSources, session: aiohttp.ClientSession) -> None:
    async with session.get(address(sources, "Sample Web Page")) as response:
        assert response.content_type == "text/html"
        assert "<!DOCTYPE html>" in await response.text()


async def test_one_sends_50_megabytes_without_saying_so(sources: SampleSources, session: aiohttp.ClientSession) -> None:
    async with session.get(address(sources, "Sample Endless Feed")) as response:
        assert "Content-Length" not in response.headers
        received = 0
        async for chunk in response.content.iter_any():
            received += len(chunk)
    assert received > 50 * 1024 * 1024


async def test_one_can_be_left_in_the_middle(sources: SampleSources, session: aiohttp.ClientSession) -> None:
    async with session.get(address(sources, "Sample Endless Feed")) as response:
        await response.content.readexactly(1024)
        response.close()
    async with session.get(address(sources, "Sample Wire")) as response:
        assert response.status == 200


async def test_one_redirects_to_another_port_of_this_machine_and_counts_who_follows(
    sources: SampleSources, session: aiohttp.ClientSession
) -> None:
    url = address(sources, "Sample Redirecting Feed")
    async with session.get(url, allow_redirects=False) as response:
        inside = response.headers["Location"]
    assert inside.startswith("http://127.0.0.1:")
    assert inside.split("/")[2] not in {source.url.split("/")[2] for source in sources.sources()}
    assert sources.inside_reads == 0
    async with session.get(url) as response:
        assert "never be read" in await response.text()
    assert sources.inside_reads == 1
