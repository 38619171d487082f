"""HTML pages: by selectors, and by the JSON-LD in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.kind import Layout
from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.page import read_page

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
FOUND_AT = "https://sample.example/news/"
LIST = """<!doctype html><html lang="uk-UA"><head><title>Sample Ministry</title></head><body>
<ul class="news">
<li class="row"><time datetime="2025-12-02T10:00:00Z">2 грудня</time>
  <h3><a href="1.html">Envoys &amp; aides <b>meet</b></a></h3>
  <p class="lead">They talked.</p><span class="by">Sample Agency</span></li>
<li class="row"><span class="date">01.12.2025 09:30</span><h3><a href="/other/2">Second <br>day</a></h3></li>
<li class="row"><h3>No link here</h3></li>
</ul></body></html>"""


def read(page: str, **layout: str) -> Fetched | FetchFailed:
    return read_page(
        page.encode(), "text/html; charset=utf-8", FOUND_AT, now=NOW, layout=Layout(**layout) if layout else None
    )


def test_selectors_find_each_part_within_its_item() -> None:
    found = read(
        LIST, items="ul.news li.row", title="h3 a", link="h3 a", summary=".lead", date="time, .date", credit=".by"
    )
    assert isinstance(found, Fetched)
    first, second = found.entries
    assert (first.url, first.title, first.summary, first.credit) == (
        "https://sample.example/news/1.html", "Envoys & aides meet", "They talked.", "Sample Agency",
    )  # fmt: skip
    assert first.published == datetime(2025, 12, 2, 10, tzinfo=UTC)
    assert (second.url, second.title) == ("https://sample.example/other/2", "Second day")
    assert second.published == datetime(2025, 12, 1, 9, 30, tzinfo=UTC)
    assert found.warnings == ("One entry was without a usable link or title and left out.",)
    assert (found.title, found.language) == ("Sample Ministry", "uk")


def test_an_item_alone_gives_its_link_the_links_text_and_its_time() -> None:
    found = read(LIST, items="li.row")
    assert isinstance(found, Fetched)
    assert [entry.title for entry in found.entries] == ["Envoys & aides meet", "Second day"]
    assert found.entries[0].published == datetime(2025, 12, 2, 10, tzinfo=UTC)


def test_items_may_be_links_and_links_may_stand_around_titles() -> None:
    page = (
        '<base href="https://cdn.sample.example/x/"><a class=t href=1>One</a>'
        '<a href="2"><div class=t><h2>Two</h2></div></a>'
    )
    found = read(page, items=".t", title="h2, a", link=".t")
    assert isinstance(found, Fetched)
    assert [(entry.url, entry.title) for entry in found.entries] == [
        ("https://cdn.sample.example/x/1", "One"),
        ("https://cdn.sample.example/x/2", "Two"),
    ]


def test_an_item_within_an_item_is_part_of_it() -> None:
    inner = '<div class=i><a href="/2">Two</a></div>'
    page = f'<div class=i><a href="/1">One</a>{inner}</div><div class=i><a href="/3">Three</a></div>'
    found = read(page, items="div.i")
    assert isinstance(found, Fetched)
    assert [entry.title for entry in found.entries] == ["One", "Three"]


def test_selectors_that_find_nothing_say_which() -> None:
    assert read(LIST, items="article") == FetchFailed(
        Problem.NOT_A_FEED, "has nothing where its articles should be (article)"
    )
    found = read(LIST, items="li.row", title="h5")
    assert isinstance(found, FetchFailed)
    assert found.reason == "lists 3 articles, none with both a title and a link"


def ld(*things: Any) -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)
    return f"<!doctype html><html><head><title>Sample</title>{scripts}</head><body>text</body></html>"


ARTICLE = {
    "@context": "https://schema.org",
    "@type": ["NewsArticle", "Thing"],
    "headline": "Envoys meet",
    "url": "https://sample.example/1",
    "datePublished": "2025-12-02T10:00:00Z",
    "description": "They talked.",
    "author": [{"@type": "Person", "name": "A. Sample"}, {"@type": "Organization", "name": "Sample Agency"}],
    "inLanguage": "uk-UA",
}


def test_an_article_is_read_with_all_it_says_of_itself() -> None:
    found = read(ld(ARTICLE))
    assert isinstance(found, Fetched)
    (entry,) = found.entries
    assert (entry.url, entry.title, entry.summary) == ("https://sample.example/1", "Envoys meet", "They talked.")
    assert (entry.published, entry.language) == (datetime(2025, 12, 2, 10, tzinfo=UTC), "uk")
    assert entry.credit == "A. Sample, Sample Agency"


@pytest.mark.parametrize(
    "thing",
    [
        {"@graph": [{"@type": "WebSite", "name": "Sample"}, ARTICLE]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": ARTICLE}]},
        {"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": [ARTICLE]}},
        [{"@type": "BreadcrumbList"}, ARTICLE],
        {
            "@type": "WebPage",
            "hasPart": [
                {"@type": "https://schema.org/NewsArticle", **{k: v for k, v in ARTICLE.items() if k != "@type"}}
            ],
        },
    ],
)
def test_articles_are_found_in_graphs_and_lists(thing: Any) -> None:
    found = read(ld(thing))
    assert isinstance(found, Fetched)
    assert [entry.title for entry in found.entries] == ["Envoys meet"]


def test_a_list_may_name_its_members_by_address_and_title() -> None:
    found = read(
        ld({"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "url": "https://sample.example/1", "name": "Envoys meet"},
            {"@type": "ListItem", "url": "https://sample.example/2"},
        ]})
    )  # fmt: skip
    assert isinstance(found, Fetched)
    assert [entry.title for entry in found.entries] == ["Envoys meet"]


def test_broken_scripts_are_counted_and_the_others_read() -> None:
    page = ld(ARTICLE).replace("</head>", '<script type="application/ld+json">{"@type": </script></head>')
    found = read(page)
    assert isinstance(found, Fetched)
    assert found.warnings == ("1 of its JSON-LD scripts cannot be read.",)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (ld({"@type": "WebSite"}), "is an HTML page titled “Sample”, not a feed"),
        (ld(5, None, "x", [[]], {"@type": 7, "@graph": "x"}), "is an HTML page titled “Sample”, not a feed"),
        (
            '<link rel="alternate" type="application/rss+xml" href="/rss"><p>x',
            "is an HTML page, not a feed; it names a feed at https://sample.example/rss",
        ),
        ("", "sent an empty page"),
        (
            ld({"@type": "NewsArticle", "headline": "x", "url": "javascript:x"}),
            "lists 1 articles, none with both a title and a link",
        ),
    ],
)
def test_a_page_without_articles_says_what_it_is(page: str, reason: str) -> None:
    assert read(page) == FetchFailed(Problem.NOT_A_FEED, reason)


def test_hostile_pages_end_in_words() -> None:
    deep: Any = ARTICLE
    for _ in range(50):
        deep = {"@graph": [deep]}
    assert isinstance(read(ld(deep)), FetchFailed)
    nested = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert isinstance(read(nested), FetchFailed)
    many = read(ld([ARTICLE | {"url": f"https://sample.example/{n}"} for n in range(3000)]))
    assert isinstance(many, Fetched)
    assert len(many.entries) == 500
    assert isinstance(read("<div>" * 40_000 + "<a href=1>x</a>", items="div", summary="div"), Fetched | FetchFailed)
    assert read("<p>x" * 60_000, items="p") == FetchFailed(Problem.TOO_LARGE, "is a page of more than 50,000 elements")
