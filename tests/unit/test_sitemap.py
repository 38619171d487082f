"""News sitemaps and their indexes: good, odd, broken and hostile."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.raw import ENTRY_LIMIT
from bot.sources.sitemap import MOST_PARTS, SitemapIndex, read_sitemap

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
FOUND_AT = "https://www.sample.example/sitemaps/news.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
REAL = Path(os.environ.get("BACKCHANNEL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "feeds"


def url(path: str, title: str, date: str, *, language: str = "uk") -> str:
    return (
        f"<url><loc>https://www.sample.example/{path}</loc><news:news><news:publication><news:name>Sample</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>{title}</news:title></news:news>"
        "<image:image><image:title>A picture</image:title></image:image></url>"
    )


def read(document: str) -> Fetched | FetchFailed | SitemapIndex:
    return read_sitemap(document.encode(), "application/xml", FOUND_AT, now=NOW)


def test_news_comes_newest_first_with_title_date_and_language() -> None:
    found = read(
        HEAD
        + url("1", "Envoys <![CDATA[&]]> aides meet", "2025-12-02T10:00:00+02:00", language="en-GB")
        + url("2", "Переговори тривають", "2025-12-02T12:00:00+02:00")
        + "</urlset>"
    )
    assert isinstance(found, Fetched)
    assert [(entry.url, entry.title, entry.published, entry.language) for entry in found.entries] == [
        ("https://www.sample.example/2", "Переговори тривають", datetime(2025, 12, 2, 10, tzinfo=UTC), "uk"),
        ("https://www.sample.example/1", "Envoys & aides meet", datetime(2025, 12, 2, 8, tzinfo=UTC), "en"),
    ]
    assert found.warnings == ()


def test_of_very_many_the_newest_are_read_wherever_they_stand() -> None:
    old = "".join(url(f"{n}", f"Old {n}", "2025-11-01T10:00:00Z") for n in range(ENTRY_LIMIT))
    found = read(HEAD + old + url("new", "Envoys meet", "2025-12-02T10:00:00Z") + "</urlset>")
    assert isinstance(found, Fetched)
    assert len(found.entries) == ENTRY_LIMIT
    assert (found.entries[0].title, found.entries[1].title) == ("Envoys meet", "Old 0")
    assert found.warnings == ("It lists more than 5000 entries, and the rest were left out.",)


def test_addresses_without_a_headline_are_left_out_and_counted() -> None:
    bare = "<url><loc>https://www.sample.example/about</loc><lastmod>2025-12-01</lastmod></url>"
    found = read(HEAD + bare + url("1", "Envoys meet", "nonsense") + "</urlset>")
    assert isinstance(found, Fetched)
    assert [entry.published for entry in found.entries] == [None]
    assert found.warnings == (
        "One entry was without a title and left out.",
        "One entry was dated in a way that cannot be read, and taken as undated.",
    )


def test_a_sitemap_without_headlines_says_where_to_look() -> None:
    found = read(HEAD + "<url><loc>https://www.sample.example/about</loc></url></urlset>")
    assert isinstance(found, FetchFailed)
    assert found.problem is Problem.NOT_A_FEED
    assert "without news:title" in found.reason


def test_an_empty_sitemap_is_no_failure() -> None:
    found = read(HEAD + "</urlset>")
    assert isinstance(found, Fetched)
    assert (found.entries, found.warnings) == ((), ("It is a sitemap without any address.",))


def test_an_index_names_its_newest_parts_within_its_own_site() -> None:
    parts = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for loc, day in [
            ("https://www.sample.example/undated.xml", ""),
            ("/relative.xml", "2025-12-01"),
            ("https://news.sample.example/newest.xml.gz", "2025-12-02"),
            ("https://www.sample.example/old.xml", "2024-01-01"),
            ("https://elsewhere.example/newest.xml", "2025-12-03"),
            ("https://www.sample.example:8080/port.xml", "2025-12-03"),
            ("http://[", "2025-12-03"),
            ("https://www.sample.example/older.xml", "2023-01-01"),
        ]
    )
    assert read(f"<sitemapindex>{parts}</sitemapindex>") == SitemapIndex(
        (
            "https://news.sample.example/newest.xml.gz",
            "https://www.sample.example/relative.xml",
            "https://www.sample.example/old.xml",
        ),
        ("2 of its sitemaps are at other sites and were not read.",),
    )
    assert MOST_PARTS == 3


@pytest.mark.parametrize(
    ("document", "problem", "said"),
    [
        (HEAD + "<url>", Problem.MALFORMED, "is a broken sitemap (at line 1)"),
        ("<rss/>", Problem.NOT_A_FEED, "is XML of another kind (“rss”), not a sitemap"),
        ("<sitemapindex/>", Problem.NOT_A_FEED, "is an index of sitemaps that lists none"),
        (
            "<sitemapindex><sitemap><loc>http://127.0.0.1/</loc></sitemap></sitemapindex>",
            Problem.NOT_A_FEED,
            "is an index of sitemaps at other sites only, which are not followed",
        ),
        (
            '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>',
            Problem.MALFORMED,
            "declares XML entities of its own, which can be a trap and which no sitemap needs",
        ),
        (" ", Problem.NOT_A_FEED, "sent an empty document"),
    ],
)
def test_what_cannot_be_read_says_why(document: str, problem: Problem, said: str) -> None:
    assert read(document) == FetchFailed(problem, said)


def test_deep_nesting_ends_in_words() -> None:
    assert isinstance(read("<urlset>" + "<a>" * 100_000), FetchFailed)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no documents in {REAL}; set BACKCHANNEL_DATA to the data folder")
@pytest.mark.parametrize(
    "name", ["trafilatura_sitemap.xml", "trafilatura_sitemap2.xml", "trafilatura_sitemap-hreflang.xml"]
)
def test_a_real_sitemap_without_news_is_told_as_that(name: str) -> None:
    found = read_sitemap((REAL / name).read_bytes(), None, FOUND_AT, now=NOW)
    assert isinstance(found, FetchFailed | SitemapIndex)
    if isinstance(found, FetchFailed):
        assert "sitemap" in found.reason
