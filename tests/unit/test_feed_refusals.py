"""What is no feed says what it is instead, and what is a trap is not entered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.feed import read_feed

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
FOUND_AT = "https://sample.example/feeds/all.xml"


@pytest.mark.parametrize(
    ("document", "problem", "reason"),
    [
        ("", Problem.NOT_A_FEED, "sent an empty document"),
        (" \r\n\ufeff", Problem.NOT_A_FEED, "sent an empty document"),
        ("hello", Problem.NOT_A_FEED, "is neither XML nor JSON, so not a feed"),
        (
            "<!DOCTYPE html>\n<html><head><title>Sample &amp; Sons\n </title></head></html>",
            Problem.NOT_A_FEED,
            "is an HTML page titled “Sample & Sons”, not a feed",
        ),
        ("<!-- hi --><html><p>unclosed", Problem.NOT_A_FEED, "is an HTML page, not a feed"),
        (
            '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><title>X</title></html>',
            Problem.NOT_A_FEED,
            "is an HTML page titled “X”, not a feed",
        ),
        (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
            Problem.NOT_A_FEED,
            "is a sitemap, which is not read as a feed",
        ),
        ("<sitemapindex/>", Problem.NOT_A_FEED, "is a sitemap, which is not read as a feed"),
        (
            "<opml/>",
            Problem.NOT_A_FEED,
            "is an OPML list of feeds, not a feed; list the feeds in it one by one",
        ),
        (
            "<Error><Code>AccessDenied</Code></Error>",
            Problem.NOT_A_FEED,
            "is XML of another kind (“error”), not a feed",
        ),
        ("<Error>\n<Code>", Problem.NOT_A_FEED, "is broken XML (at line 2) and does not begin as a feed"),
        ('{"error": "no"}', Problem.NOT_A_FEED, "is JSON, but not a JSON Feed"),
        ("[1]", Problem.NOT_A_FEED, "is JSON, but not a JSON Feed"),
        ('{"items": [', Problem.MALFORMED, "is broken JSON (Expecting value: line 1 column 12 (char 11))"),
        ("[" * 100_000, Problem.MALFORMED, "is broken JSON (nested too deeply)"),
    ],
)
async def test_what_is_no_feed_says_what_it_is(document: str, problem: Problem, reason: str) -> None:
    assert await read_feed(document.encode(), None, FOUND_AT, now=NOW) == FetchFailed(problem, reason)


LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
ITEM = "<item><title>{}</title><link>https://sample.example/a</link></item>"


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE rss [<!ENTITY lol0 "lol">{LAUGHS}]>',
        f'<!DOCTYPE rss [<!ENTITY lol9 "{"x" * 10_000}">]>',
        '<!DOCTYPE rss [<!ENTITY lol9 SYSTEM "file:///etc/passwd">]>',
        '<!doctype rss [<!entity lol9 "x">]>',
        '<!DOCTYPE rss [<!ENTITY % remote SYSTEM "http://127.0.0.1/x.dtd"> %remote;]>',
    ],
)
async def test_entities_of_a_documents_own_are_refused(doctype: str) -> None:
    body = f"<?xml version='1.0'?>\n<!-- a note -->{doctype}<rss><channel>{ITEM.format('&lol9;')}</channel></rss>"
    assert await read_feed(body.encode(), None, FOUND_AT, now=NOW) == FetchFailed(
        Problem.MALFORMED, "declares XML entities of its own, which can be a trap and which no feed needs"
    )


async def read(document: str) -> Fetched:
    outcome = await read_feed(document.encode(), None, FOUND_AT, now=NOW)
    assert isinstance(outcome, Fetched), outcome
    return outcome


async def test_a_document_type_without_entities_is_harmless() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://sample.example/rss-0.91.dtd">'
    outcome = await read(f"<?xml version='1.0'?>{doctype}<rss><channel>{ITEM.format('T')}</channel></rss>")
    assert outcome.entries[0].title == "T"
    assert outcome.warnings == ()


async def test_blank_lines_and_complaints_before_the_feed_are_passed_over() -> None:
    feed = f'<?xml version="1.0" encoding="utf-8"?><rss><channel>{ITEM.format("Їжак")}</channel></rss>'
    for before in ("\n\n  ", "\ufeff", "Notice: something in line 3\n"):
        outcome = await read(before + feed)
        assert outcome.entries[0].title == "Їжак"
        assert outcome.warnings == ()
