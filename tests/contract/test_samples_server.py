"""The sample outlets over real sockets, with time told by the test."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import feedparser
import pytest

from bot.sandbox.samples.server import SampleSources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from multidict import CIMultiDictProxy

START = 1_900_000_000.25


class Watch:
    """The time of day, as a test sets it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def serving(watch: Watch, **options: Any) -> AsyncIterator[SampleSources]:
    sources = SampleSources(clock=watch, **options)
    await sources.start()
    try:
        yield sources
    finally:
        await sources.stop()


async def get(url: str, **headers: str) -> tuple[int, CIMultiDictProxy[str], bytes]:
    asked = {"Accept-Encoding": "identity"} | headers
    async with aiohttp.ClientSession(auto_decompress=False) as session, session.get(url, headers=asked) as response:
        return response.status, response.headers, await response.read()


def address(sources: SampleSources, outlet: str) -> str:
    return {source.id: source.url for source in sources.sources()}[outlet]


async def titles(sources: SampleSources, outlet: str) -> list[str]:
    _, _, body = await get(address(sources, outlet))
    return [entry.title for entry in feedparser.parse(body).entries]


async def test_each_outlet_is_one_source_with_a_short_interval() -> None:
    async with serving(Watch()) as sources:
        listed = sources.sources()
        assert {source.id for source in listed} == {outlet.id for outlet in sources.rundown.outlets}
        assert all(source.name.startswith("Sample ") for source in listed)
        assert all(source.every.total_seconds() == pytest.approx(3) for source in listed)
        assert {source.party for source in listed} == {None, "ukraine", "russia"}
        for source in listed:
            status, headers, _ = await get(source.url)
            assert status == 200
            assert headers["Content-Type"].startswith("application/")


async def test_stories_come_out_on_time_at_speed_20() -> None:
    watch = Watch()
    async with serving(watch, speed=20) as sources:
        assert await titles(sources, "sample_wire") == [
            "US envoys Witkoff and Kushner arrive in Moscow for talks with Putin"
        ]
        watch.now = START + 6 / 20 - 0.001
        assert len(await titles(sources, "sample_wire")) == 1
        watch.now = START + 6 / 20 + 0.001
        assert (await titles(sources, "sample_wire"))[0].startswith("Putin and US envoys end five-hour")
        watch.now = START + sources.rundown.length / 20
        told = [len(await titles(sources, o.id)) for o in sources.rundown.outlets if o.format != "json"]
        assert sum(told) == sum(1 for story in sources.rundown.stories if story.outlet != "sample_brussels_desk")


async def test_by_the_wall_clock_everything_is_out_in_its_time() -> None:
    sources = SampleSources(speed=900)
    await sources.start()
    try:
        began = time.monotonic()
        while len(await titles(sources, "sample_moskva_bulletin")) < 5:
            assert time.monotonic() - began < 5
        assert time.monotonic() - began > 0.05
    finally:
        await sources.stop()


async def test_an_edit_appears_in_place() -> None:
    watch = Watch()
    async with serving(watch) as sources:
        watch.now = START + 62
        before = await titles(sources, "sample_humanitarian_monitor")
        watch.now = START + 63
        after = await titles(sources, "sample_humanitarian_monitor")
        assert [title.replace("93", "91") for title in before] == after
        assert before != after


@pytest.mark.parametrize("outlet", ["sample_wire", "sample_ledger", "sample_kurier", "sample_brussels_desk"])
async def test_an_unchanged_feed_is_304_and_a_changed_one_is_sent_again(outlet: str) -> None:
    watch = Watch()
    async with serving(watch) as sources:
        watch.now = START + 58
        url = address(sources, outlet)
        _, headers, body = await get(url)
        asked = {}
        if "ETag" in headers:
            asked["If-None-Match"] = headers["ETag"]
        if "Last-Modified" in headers:
            asked["If-Modified-Since"] = headers["Last-Modified"]
        assert asked
        assert (await get(url, **asked))[::2] == (304, b"")
        watch.now = START + 120
        status, _, later = await get(url, **asked)
        assert (status, later != body) == (200, True)


async def test_outlets_differ_in_the_validators_they_give() -> None:
    watch = Watch()
    async with serving(watch) as sources:
        watch.now = START + 58
        given = {
            o.id: {name for name in ("ETag", "Last-Modified") if name in (await get(address(sources, o.id)))[1]}
            for o in sources.rundown.outlets
        }
        assert given["sample_wire"] == {"ETag", "Last-Modified"}
        assert given["sample_kurier"] == {"Last-Modified"}
        assert given["sample_brussels_desk"] == {"ETag"}


async def test_gzip_is_given_to_those_who_ask() -> None:
    watch = Watch()
    async with serving(watch) as sources:
        watch.now = START + 58
        url = address(sources, "sample_wire")
        _, plain_headers, plain = await get(url)
        _, headers, packed = await get(url, **{"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain_headers
        assert headers["Content-Encoding"] == "gzip"
        assert packed[:2] == b"\x1f\x8b"
        assert len(packed) < len(plain)


async def test_the_russian_feed_leaves_its_charset_to_the_document() -> None:
    async with serving(Watch()) as sources:
        _, headers, _ = await get(address(sources, "sample_moskva_bulletin"))
        assert "charset" not in headers["Content-Type"]


async def test_a_process_that_takes_over_goes_on_where_the_other_stood() -> None:
    watch = Watch()
    async with serving(watch) as first:
        watch.now = START + 90
        before = {o.id: (await get(address(first, o.id)))[2] for o in first.rundown.outlets}
        started, port = first.started, int(first.url.rpartition(":")[2])
    second = SampleSources(started=started, clock=watch)
    await second.start(port=port)
    try:
        assert {o.id: (await get(address(second, o.id)))[2] for o in second.rundown.outlets} == before
    finally:
        await second.stop()


async def test_articles_can_be_read_under_their_outlet_s_name_once_they_are_out() -> None:
    watch = Watch()
    async with serving(watch) as sources:
        linked = sources.story_address("london-shouted")
        assert linked.startswith("http://sample-aggregator.localhost:")
        local = linked.replace("sample-aggregator.localhost", "127.0.0.1")
        assert (await get(local))[0] == 404
        watch.now = START + 123
        status, headers, body = await get(local)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        page = body.decode()
        assert "made up" in page
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_front_pages_list_what_is_out() -> None:
    watch = Watch()
    async with serving(watch) as sources:
        index = (await get(sources.url + "/"))[2].decode()
        assert all(outlet.name in index for outlet in sources.rundown.outlets)
        port = sources.url.rpartition(":")[2]
        front = (await get(sources.url + "/", Host=f"sample-wire.localhost:{port}"))[2].decode()
        assert front.count("/stories/") == 1
        assert f"http://sample-wire.localhost:{port}/stories/witkoff-kushner-arrive-moscow" in front


async def test_an_unknown_outlet_is_not_found() -> None:
    async with serving(Watch()) as sources:
        assert (await get(sources.url + "/feeds/nobody"))[0] == 404
        assert (await get(sources.url + "/stories/nothing"))[0] == 404


async def test_expected_events_are_those_of_the_rundown_and_every_member_has_an_address() -> None:
    async with serving(Watch()) as sources:
        events = sources.expected()
        addresses = [sources.story_address(story) for event in events for story in event.members]
        assert len(addresses) == len(set(addresses)) > len(events)
        with pytest.raises(KeyError):
            sources.story_address("nothing")


@pytest.mark.parametrize(("speed", "seconds"), [(0.5, 3), (1, 3), (3, 1), (20, 0.6)])
async def test_a_faster_demo_polls_more_often_within_reason(speed: float, seconds: float) -> None:
    async with serving(Watch(), speed=speed) as sources:
        assert all(source.every.total_seconds() == pytest.approx(seconds) for source in sources.sources())


async def test_it_says_which_ports_a_bot_must_be_allowed() -> None:
    async with serving(Watch()) as sources:
        assert sources.allowed_hosts == [sources.url.removeprefix("http://")]
    async with serving(Watch(), trouble=True) as sources:
        assert len(sources.allowed_hosts) == 6


def test_before_it_is_started_it_has_no_address() -> None:
    sources = SampleSources()
    with pytest.raises(RuntimeError, match="started"):
        _ = sources.url
    with pytest.raises(RuntimeError, match="started"):
        _ = sources.started
