"""Every kind of source over real sockets: which requests it makes, and what comes of them."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.hostile import Names

from bot.domain.kind import Kind, Layout
from bot.domain.source import Fetched, FetchFailed, NotModified, Problem, Source, Tier, Validators
from bot.sources.registry import SourceReader
from bot.sources.robots import Robots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.source import FetchOutcome
    from bot.sources.http import Fetcher

URLSET = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
)


def source(url: str, kind: Kind | None = None, layout: Layout | None = None) -> Source:
    return Source("sample", "talks", "Sample", url, None, Tier.OTHER, None, timedelta(minutes=5), kind, layout)


def news(*paths: str, hour: int = 10) -> bytes:
    urls = "".join(
        f"<url><loc>https://sample.example/{path}</loc><news:news><news:publication_date>2025-12-02T{hour}:0{n}:00Z"
        f"</news:publication_date><news:title>News {path}</news:title></news:news></url>"
        for n, path in enumerate(paths)
    )
    return f"{URLSET}{urls}</urlset>".encode()


def index(*parts: str) -> bytes:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{part}</loc></sitemap>' for part in parts)}</sitemapindex>".encode()


@pytest.fixture
def look(fetcher: Fetcher, now: datetime) -> Any:
    reader = SourceReader(fetcher, lambda: now, gdelt_pause=0.3)

    async def look_at(
        url: str, kind: Kind | None = None, layout: Layout | None = None, **validators: str
    ) -> FetchOutcome:
        return await reader.look(source(url, kind, layout), Validators(**validators))

    return look_at


def titles(outcome: FetchOutcome) -> list[str]:
    assert isinstance(outcome, Fetched), outcome
    return [entry.title for entry in outcome.entries]


async def test_a_sitemap_is_known_by_its_document_and_may_be_a_gzip_file(server: Any, look: Any) -> None:
    url = server.reply("/news.xml.gz", gzip.compress(news("1", "2")), content_type="application/gzip", etag='"1"')
    outcome = await look(url)
    assert titles(outcome) == ["News 2", "News 1"]
    assert (outcome.kind, outcome.validators.etag) == (Kind.SITEMAP, '"1"')


async def test_an_index_is_followed_to_its_newest_parts_and_never_asked_conditionally(server: Any, look: Any) -> None:
    parts = [server.reply(f"/{n}.xml.gz", gzip.compress(news(str(n), hour=10 + n))) for n in range(5)]
    outcome = await look(server.reply("/index.xml", index(*parts), etag='"1"'))
    assert titles(outcome) == ["News 2", "News 1", "News 0"]
    assert outcome.validators == Validators()
    assert [request.path for request in server.requests] == ["/index.xml", "/0.xml.gz", "/1.xml.gz", "/2.xml.gz"]


async def test_an_index_is_the_same_while_its_parts_are_and_may_move(server: Any, look: Any) -> None:
    server.reply("/news.xml", news("1"))
    here = server.reply("/index.xml", index("/news.xml"))
    url = server.reply("/old.xml", status="301 Moved Permanently", location=here)
    first, again = await look(url), await look(url)
    server.reply("/news.xml", news("1", "2"))
    changed = await look(url)
    assert first.digest == again.digest != changed.digest
    assert first.moved_to == here


async def test_where_an_address_made_of_the_listed_one_leads_is_no_move(server: Any, look: Any) -> None:
    there = server.reply("/new", status="304 Not Modified")
    for path in ("/feed", "/s/sample_desk"):
        server.reply(path, status="301 Moved Permanently", location=there)
    assert await look(server.url("/feed"), etag='"1"') == NotModified(moved_to=there)
    assert await look(server.url("/sample_desk"), Kind.TELEGRAM, etag='"1"') == NotModified()


async def test_parts_that_fail_are_told_and_keep_nobody_from_the_others(
    server: Any, start_server: Any, look: Any
) -> None:
    inside = await start_server()
    parts = [
        server.reply("/gone.xml", status="404 Not Found"),
        server.reply("/again.xml", index("/x.xml")),
        server.reply("/good.xml", news("1")),
        inside.reply("/secret.xml", news("2")),
    ]
    outcome = await look(server.reply("/index.xml", index(*parts)))
    assert titles(outcome) == ["News 1"]
    assert outcome.warnings == (
        "1 of its sitemaps are at other sites and were not read.",
        f"Its sitemap {parts[0]} answered 404 Not Found.",
        f"Its sitemap {parts[1]} is an index again, which is not followed.",
    )
    assert inside.requests == []
    alone = await look(server.reply("/alone.xml", index(parts[0])))
    assert alone == FetchFailed(
        Problem.HTTP_STATUS, "is an index of sitemaps, of which the newest answered 404 Not Found"
    )


async def test_an_index_leads_to_no_host_exempt_for_others(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]], now: datetime
) -> None:
    # As a source's own address feeds.localhost may be read; where an index elsewhere leads, it may not.
    fetcher = await make_fetcher(allow_hosts=["localhost", "feeds.localhost"], resolver=Names(("127.0.0.1",)))
    server.reply("/secret.xml", news("1"))
    secret = server.url("/secret.xml", "feeds.localhost")
    reader = SourceReader(fetcher, lambda: now)
    assert titles(await reader.look(source(secret), Validators())) == ["News 1"]
    server.reply("/index.xml", index(secret))
    outcome = await reader.look(source(server.url("/index.xml", "localhost")), Validators())
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is Problem.ADDRESS_REFUSED
    assert [request.path for request in server.requests] == ["/secret.xml", "/index.xml"]


async def test_parts_that_take_too_long_are_not_waited_for(server: Any, fetcher: Fetcher, now: datetime) -> None:
    async def silence(_request: Any, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    reader = SourceReader(fetcher, lambda: now, parts_deadline=2)
    late = server.on("/late.xml", silence)
    url = server.reply("/index.xml", index(server.reply("/good.xml", news("1")), late))
    outcome = await reader.look(source(url), Validators())
    assert titles(outcome) == ["News 1"]
    assert outcome.warnings == ("It did not send its newest sitemaps within 2 s.",)


@pytest.mark.parametrize(
    ("body", "problem", "reason"),
    [
        (gzip.compress(bytes(6 * 1024 * 1024)), Problem.TOO_LARGE, "is a gzip file that unpacks to more than 5 MB"),
        (gzip.compress(news("1"))[:-9], Problem.BAD_ENCODING, "is a broken gzip file"),
        (b"\x1f\x8bnonsense", Problem.BAD_ENCODING, "is a broken gzip file"),
    ],
)
async def test_gzip_files_are_traps_told_in_words(
    server: Any, look: Any, body: bytes, problem: Problem, reason: str
) -> None:
    assert await look(server.reply("/news.xml.gz", body)) == FetchFailed(problem, reason)
    part = await look(server.reply("/index.xml", index("/news.xml.gz")))
    assert part == FetchFailed(problem, f"is an index of sitemaps, of which the newest {reason}")


async def test_a_page_is_read_by_selectors_or_by_what_it_says_of_itself(server: Any, look: Any) -> None:
    page = b'<!doctype html><title>S</title><li><a href="/1">Envoys meet</a></li>'
    server.reply("/robots.txt", status="404 Not Found")
    url = server.reply("/list", page, content_type="text/html", etag='"1"')
    assert titles(await look(url, Kind.PAGE, Layout(items="li"))) == ["Envoys meet"]
    said = b'{"@type": "NewsArticle", "headline": "It says", "url": "/2"}'
    front = b'<html><script type="application/ld+json">' + said + b"</script>"
    outcome = await look(server.reply("/front", front), Kind.PAGE)
    assert titles(outcome) == ["It says"]
    assert outcome.kind is Kind.PAGE
    assert await look(server.reply("/list", status="304 Not Modified"), Kind.PAGE, etag='"1"') == NotModified()


async def test_a_feed_that_turned_into_a_page_is_told_and_not_read_as_one(
    server: Any, look: Any, fetcher: Fetcher, now: datetime
) -> None:
    said = b'{"@type": "NewsArticle", "headline": "It says", "url": "/2"}'
    front = b'<html><title>Sample</title><script type="application/ld+json">' + said + b"</script>"
    url = server.reply("/feed", front)
    assert await look(url) == FetchFailed(
        Problem.NOT_A_FEED,
        "is an HTML page titled “Sample”, not a feed; it names an article in its JSON-LD; "
        "list it with `kind: page` if that is meant",
    )
    assert [request.path for request in server.requests] == ["/feed"]
    server.reply("/robots.txt", status="404 Not Found")
    tried = await SourceReader(fetcher, lambda: now, guess_pages=True).look(source(url), Validators())
    assert titles(tried) == ["It says"]


@pytest.mark.parametrize("kind", [Kind.PAGE, None])
async def test_a_page_is_read_only_where_its_site_lets_programs(
    server: Any, fetcher: Fetcher, now: datetime, kind: Kind | None
) -> None:
    said = b'{"@type": "NewsArticle", "headline": "It says", "url": "/2"}'
    page = b'<html><script type="application/ld+json">' + said + b"</script>"
    url = server.reply("/list", page)
    server.reply("/robots.txt", b"User-agent: *\nDisallow: /list")
    reader = SourceReader(fetcher, lambda: now, guess_pages=True, robots=Robots(fetcher, lambda: now, deadline=60))
    outcome = await reader.look(source(url, kind), Validators())
    assert outcome == FetchFailed(Problem.ROBOTS, "may not be read by programs, says the robots.txt of 127.0.0.1")
    # Without being told, only the document says that it is a page.
    assert [request.path for request in server.requests] == ["/list"] * (kind is None) + ["/robots.txt"]


async def test_what_is_made_for_programs_is_read_without_asking(server: Any, look: Any) -> None:
    server.reply("/robots.txt", b"User-agent: *\nDisallow: /")
    url = server.reply("/index.xml", index(server.reply("/news.xml", news("1"))))
    assert titles(await look(url)) == ["News 1"]
    assert [request.path for request in server.requests] == ["/index.xml", "/news.xml"]


async def test_an_edited_message_of_a_channel_is_a_revision(server: Any, look: Any) -> None:
    def page(text: str) -> bytes:
        return (
            '<!doctype html><div class="tgme_widget_message" data-post="sample_desk/7">'
            f'<div class="tgme_widget_message_text">{text}</div></div>'
        ).encode()

    server.reply("/s/sample_desk", page("Envoys met in Geneva"))
    before = await look(server.url("/sample_desk"), Kind.TELEGRAM)
    server.reply("/s/sample_desk", page("Envoys met in Vienna"))
    after = await look(server.url("/s/sample_desk"), Kind.TELEGRAM)
    assert titles(before) != titles(after)
    assert before.entries[0].url == after.entries[0].url == "https://t.me/sample_desk/7"


async def test_an_account_is_looked_up_and_its_posts_read(server: Any, look: Any) -> None:
    post = {
        "url": "https://s.example/@desk/1",
        "content": "<p>Envoys met in Geneva</p>",
        "created_at": "2025-12-02T10:00:00Z",
    }
    server.reply("/api/v1/accounts/lookup?acct=desk", b'{"id": "109"}')
    posts = "/api/v1/accounts/109/statuses?limit=40&exclude_replies=true"
    server.reply(posts, json.dumps([post]).encode(), etag='"1"')
    outcome = await look(server.url("/@desk"), Kind.MASTODON)
    assert titles(outcome) == ["Envoys met in Geneva"]
    assert (outcome.kind, outcome.validators.etag) == (Kind.MASTODON, '"1"')
    server.reply("/api/v1/accounts/lookup?acct=desk", status="401 Unauthorized")
    refused = await look(server.url("/@desk"), Kind.MASTODON)
    assert isinstance(refused, FetchFailed)
    assert refused.reason == (
        "answered 401 Unauthorized; if its API is closed to strangers, list the account's own feed instead "
        "(its address with .rss behind it)"
    )


async def test_an_account_is_known_by_its_page(server: Any, look: Any) -> None:
    post = {"url": "https://s.example/@desk/1", "content": "<p>Envoys met in Geneva</p>"}
    server.reply("/@desk", b'<!DOCTYPE html><html><body><div id="mastodon" class="app-holder"></div></body></html>')
    server.reply("/api/v1/accounts/lookup?acct=desk", b'{"id": "109"}')
    server.reply("/api/v1/accounts/109/statuses?limit=40&exclude_replies=true", json.dumps([post]).encode())
    outcome = await look(server.url("/@desk"))
    assert titles(outcome) == ["Envoys met in Geneva"]
    assert outcome.kind is Kind.MASTODON


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (
            (
                '<!doctype html><div class="tgme_widget_message" data-post="desk_x/7">'
                '<div class="tgme_widget_message_text">Envoys met in Geneva</div></div>'
            ),
            Kind.TELEGRAM,
        ),
        ('{"articles": [{"url": "/1", "title": "Envoys met in Geneva", "seendate": "20251202T101500Z"}]}', Kind.GDELT),
        (
            (
                '{"cursor": "", "feed": [{"post": {"uri": "at://did:plc:abc/app.bsky.feed.post/3k", '
                '"author": {"handle": "d.example"}, "record": {"text": "Envoys met in Geneva"}}}]}'
            ),
            Kind.BLUESKY,
        ),
        ('[{"id": "1", "in_reply_to_id": null, "url": "/1", "content": "Envoys met in Geneva"}]', Kind.MASTODON),
        (
            '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/1", "title": "Envoys met in Geneva"}]}',
            Kind.FEED,
        ),
    ],
)
async def test_a_kind_is_known_by_its_document(server: Any, look: Any, document: str, kind: Kind) -> None:
    outcome = await look(server.reply("/somewhere", document.encode()))
    assert titles(outcome) == ["Envoys met in Geneva"]
    assert outcome.kind is kind


async def test_a_profile_elsewhere_is_asked_for_at_its_own_host(server: Any, look: Any) -> None:
    post = {
        "uri": "at://did:plc:abc/app.bsky.feed.post/3k",
        "author": {"handle": "d.example"},
        "record": {"text": "Envoys met"},
    }
    path = "/xrpc/app.bsky.feed.getAuthorFeed?actor=d.example&limit=50&filter=posts_no_replies"
    server.reply(path, json.dumps({"feed": [{"post": post}]}).encode())
    assert titles(await look(server.url("/profile/d.example"), Kind.BLUESKY)) == ["Envoys met"]


async def test_json_is_read_by_paths(server: Any, look: Any) -> None:
    url = server.reply("/api", b'{"data": [{"t": "Envoys meet", "u": "/1"}]}')
    outcome = await look(url, Kind.JSON, Layout(items="data", title="t", link="u"))
    assert titles(outcome) == ["Envoys meet"]
    assert outcome.entries[0].url == server.url("/1")


async def test_gdelt_is_asked_no_more_often_than_it_wants(server: Any, look: Any) -> None:
    path = "/doc?sort=DateDesc&maxrecords=75&timespan=1d&query=talks&mode=ArtList&format=json"
    server.reply(path, b"{}")
    began = time.monotonic()
    await asyncio.gather(*(look(server.url("/doc?query=talks"), Kind.GDELT) for _ in range(3)))
    assert time.monotonic() - began >= 2 * 0.3
    assert len(server.requests) == 3


async def test_searches_that_would_wait_too_long_are_put_off(fetcher: Fetcher, now: datetime, server: Any) -> None:
    reader = SourceReader(fetcher, lambda: now, gdelt_pause=1000)
    url = server.reply("/doc?sort=DateDesc&maxrecords=75&timespan=1d&query=talks&mode=ArtList&format=json", b"{}")
    searching = source(url, Kind.GDELT)
    assert isinstance(await reader.look(searching, Validators()), Fetched)
    second = await reader.look(searching, Validators())
    assert isinstance(second, FetchFailed)
    assert second.problem is Problem.RATE_LIMITED


async def test_what_a_feed_must_be_is_not_guessed_when_it_is_said(server: Any, look: Any) -> None:
    outcome = await look(server.reply("/news.xml", news("1")), Kind.FEED)
    assert outcome == FetchFailed(Problem.NOT_A_FEED, "is a sitemap, which is not read as a feed")
