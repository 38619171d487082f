"""From a source's address to its entries, over real sockets: what an editor will read about each."""

from __future__ import annotations

import asyncio
import gzip
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.source import Fetched, FetchFailed, NotModified, Problem, Source, Tier, Validators
from bot.sources.http import Document
from bot.sources.registry import SourceReader

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.source import FetchOutcome
    from bot.sources.http import Fetcher

HEADLINE = "Переговори у Маямі тривають"
FEED = f"""<rss version="2.0"><channel><title>Зразок</title><link>https://sample.example/</link>
<item><title>{HEADLINE}</title><link>/news/1</link><pubDate>Tue, 02 Dec 2025 16:00:00 GMT</pubDate></item>
</channel></rss>"""


def source(url: str) -> Source:
    return Source("sample", "ukraine_russia", "Sample", url, None, Tier.OTHER, None, timedelta(minutes=5))


@pytest.fixture
def look(fetcher: Fetcher, now: datetime) -> Callable[[str], Awaitable[FetchOutcome]]:
    """Look at an address, one hour before 19:00 on 2 December 2025."""
    reader = SourceReader(fetcher, lambda: now)

    async def look_at(url: str, validators: Validators = Validators()) -> FetchOutcome:  # noqa: B008 (it is frozen)
        return await reader.look(source(url), validators)

    return look_at


async def test_a_feed_gives_entries_and_next_time_nothing_new(server: Any, look: Any) -> None:
    url = server.reply("/feed", FEED.encode(), content_type="application/rss+xml", etag='"v1"')
    outcome = await look(url)
    assert isinstance(outcome, Fetched)
    assert [(entry.title, entry.url) for entry in outcome.entries] == [(HEADLINE, "https://sample.example/news/1")]
    assert outcome.validators == Validators(etag='"v1"')
    assert outcome.title == "Зразок"
    assert outcome.moved_to is None
    server.reply("/feed", status="304 Not Modified")
    assert await look(url, outcome.validators) == NotModified()


async def test_the_same_document_again_is_not_read_again(server: Any, look: Any) -> None:
    url = server.reply("/feed", FEED.encode(), etag='"v1"')
    known = Validators(digest=(await look(url)).digest)
    server.reply("/feed", FEED.encode(), etag='"v2"')
    assert await look(url, known) == NotModified(validators=Validators(etag='"v2"'))

    moved = server.reply("/old", status="301 Moved", location="/feed")
    assert await look(moved, known) == NotModified(url, Validators(etag='"v2"'))

    server.reply("/feed", FEED.replace("Маямі", "Маямі та Женеві").encode(), etag='"v2"')
    changed = await look(url, known)
    assert [entry.title for entry in changed.entries] == ["Переговори у Маямі та Женеві тривають"]


async def test_a_feed_that_moved_for_good_says_where(server: Any, look: Any) -> None:
    there = server.reply("/there", gzip.compress(FEED.encode()), content_encoding="gzip")
    outcome = await look(server.reply("/feed", status="301 Moved", location="/there"))
    assert isinstance(outcome, Fetched)
    assert outcome.moved_to == there


@pytest.mark.parametrize(
    ("prolog", "content_type"),
    [
        ("", "text/xml; charset=windows-1251"),
        ('<?xml version="1.0" encoding="windows-1251"?>', "text/xml"),
        ('<?xml version="1.0" encoding="windows-1251"?>', "text/xml; charset=ISO-8859-1"),
    ],
)
async def test_windows_1251_by_header_and_by_prolog(server: Any, look: Any, prolog: str, content_type: str) -> None:
    outcome = await look(server.reply("/feed", (prolog + FEED).encode("cp1251"), content_type=content_type))
    assert isinstance(outcome, Fetched)
    assert outcome.entries[0].title == HEADLINE
    assert outcome.warnings == ()


async def test_relative_links_go_by_where_the_feed_was_found(server: Any, look: Any) -> None:
    bare = FEED.replace("<link>https://sample.example/</link>", "").encode()
    server.reply("/deep/feed", bare)
    outcome = await look(server.reply("/feed", status="302 Found", location="/deep/feed"))
    assert isinstance(outcome, Fetched)
    assert outcome.entries[0].url == server.url("/news/1")


async def test_an_html_page_and_a_bomb_of_entities_are_told_apart_from_feeds(server: Any, look: Any) -> None:
    page = b"<!doctype html><html><head><title>Subscribe to Sample</title></head></html>"
    assert await look(server.reply("/page", page, content_type="application/rss+xml")) == FetchFailed(
        Problem.NOT_A_FEED, "is an HTML page titled “Subscribe to Sample”, not a feed"
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>' + FEED.replace("тривають", "&l9;")
    outcome = await look(server.reply("/bomb", bomb.encode()))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is Problem.MALFORMED


async def test_a_feed_cut_short_by_a_wrong_length_keeps_its_whole_entries(server: Any, look: Any) -> None:
    second = "<item><title>Другий день</title><link>/news/2</link></item></channel></rss>"
    body = FEED.replace("</channel></rss>", second).encode()
    shown = body[: body.index("день".encode()) + 4]
    outcome = await look(server.reply("/feed", shown))
    assert isinstance(outcome, Fetched)
    assert [entry.title for entry in outcome.entries] == [HEADLINE]
    assert outcome.validators == Validators()


async def test_a_large_feed_leaves_the_event_loop_free(server: Any, look: Any) -> None:
    items = "".join(
        f"<item><title>T {n}</title><link>/{n}</link><description>{'слово ' * 60}</description></item>"
        for n in range(5000)
    )
    url = server.reply("/feed", f"<rss><channel>{items}</channel></rss>".encode())
    stalls = []

    async def watch() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            stalls.append(time.monotonic() - began)

    watching = asyncio.ensure_future(watch())
    began = time.monotonic()
    outcome = await look(url)
    took = time.monotonic() - began
    await asyncio.sleep(0.01)  # a stall is counted when it ends
    watching.cancel()
    assert isinstance(outcome, Fetched)
    assert len(outcome.entries) == 5000
    # Read on the loop, it would be one stall as long as the reading.
    assert max(stalls) < took / 2


async def test_each_bad_source_is_told_with_its_reason_and_delays_no_good_one(
    server: Any,
    start_server: Callable[..., Awaitable[Any]],
    make_fetcher: Callable[..., Awaitable[Fetcher]],
    now: datetime,
) -> None:
    async def silence(_request: Any, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    inside = await start_server()
    reader = SourceReader(await make_fetcher(deadline=1.5), lambda: now)
    addresses = {
        "hangs": server.on("/hangs", silence),
        "500": server.reply("/500", status="500 Oops"),
        "html": server.reply("/html", b"<html><title>Sample</title></html>"),
        "large": server.raw("/large", b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n" + bytes(100_000)),
        "inward": server.reply("/inward", status="302 Found", location=inside.reply("/secret", b"secret")),
        "good": server.reply("/good", FEED.encode()),
    }
    took: dict[str, float] = {}

    async def look(name: str) -> FetchOutcome:
        began = time.monotonic()
        outcome = await reader.look(source(addresses[name]), Validators())
        took[name] = time.monotonic() - began
        return outcome

    outcomes = dict(zip(addresses, await asyncio.gather(*map(look, addresses)), strict=True))
    reasons = {name: outcome.reason for name, outcome in outcomes.items() if isinstance(outcome, FetchFailed)}
    assert reasons == {
        "hangs": "did not answer within 1.5 s",
        "500": "answered 500 Internal Server Error",
        "html": "is an HTML page titled “Sample”, not a feed",
        "large": "is 50 MB long; at most 5 MB is read",
        "inward": f"redirects to 127.0.0.1:{inside.port}, a private address (this machine itself); "
        f"add 127.0.0.1:{inside.port} to BACKCHANNEL_ALLOW_HOSTS if that is meant",
    }
    assert isinstance(outcomes["good"], Fetched)
    assert max(seconds for name, seconds in took.items() if name != "hangs") < 1
    assert inside.requests == []


async def test_of_documents_that_come_together_a_turn_reads_no_more_than_it_has_time_for(
    fetcher: Fetcher, now: datetime
) -> None:
    reader = SourceReader(fetcher, lambda: now, turn=0.0)
    turns, read_in = 0, []

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def read(number: int) -> None:
        url = f"https://sample.example/{number}"
        assert isinstance(await reader.read(Document(FEED.encode(), None, url, Validators()), source(url)), Fetched)
        read_in.append(turns)

    counting = asyncio.create_task(count())
    await asyncio.gather(*map(read, range(10)))
    counting.cancel()
    assert len(set(read_in)) == 10
