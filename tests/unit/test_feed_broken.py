"""Broken feeds: mended by another parser in a process that dies at its deadline; nothing half-read passes as whole."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.feed import read_feed

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
FOUND_AT = "https://sample.example/feeds/all.xml"

WHOLE = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Sample Wire</title>
<link>https://sample.example/</link><language>uk</language>
<item><title>Переговори &amp; Маямі</title><link>https://sample.example/1?a=1&amp;b=2</link>
<description>&lt;p&gt;День &lt;b&gt;плідний&lt;/b&gt;.&lt;/p&gt;</description><guid>https://sample.example/1?a=1&amp;b=2</guid>
<pubDate>Tue, 02 Dec 2025 09:30:00 GMT</pubDate><dc:creator>Ann Sample</dc:creator></item>
<item><title>Другий день</title><link>/2?a=1&amp;b=2</link><description>Ще один.</description></item>
<item><title>Третій день</title><guid>https://sample.example/3?a=1&amp;b=2</guid></item>
</channel></rss>"""


async def read(document: str, **options: float) -> Fetched | FetchFailed:
    return await read_feed(document.encode(), None, FOUND_AT, now=NOW, **options)


@pytest.mark.parametrize(
    "broken",
    [
        WHOLE.replace("День", "День & ніч"),
        WHOLE.replace("День", "День&nbsp;"),
        WHOLE.replace("День", "День \x0b"),
        WHOLE.replace("</description></item>", "</description></itme>", 1),
        WHOLE.replace("<channel>", "<channel><description><p>unclosed</description>"),
    ],
)
async def test_a_broken_feed_gives_what_a_whole_one_would(broken: str) -> None:
    whole = await read(WHOLE)
    mended = await read(broken)
    assert isinstance(whole, Fetched)
    assert isinstance(mended, Fetched), mended
    assert whole.warnings == ()
    assert "and was mended as far as possible." in mended.warnings[0]
    # The addresses above all: were "&amp;" lost after the error, every article would come again as a new one.
    assert [entry.url for entry in mended.entries] == [f"https://sample.example/{n}?a=1&b=2" for n in (1, 2, 3)]
    assert [entry.guid for entry in mended.entries] == [entry.guid for entry in whole.entries]
    assert [entry.title for entry in mended.entries] == [entry.title for entry in whole.entries]
    assert mended.entries[1:] == whole.entries[1:]
    assert mended.entries[0].published == whole.entries[0].published
    assert mended.entries[0].credit == "Ann Sample"
    assert mended.language == "uk"


async def test_the_line_of_the_error_is_the_documents() -> None:
    mended = await read(WHOLE.replace("День", "День & ніч"))
    assert isinstance(mended, Fetched)
    assert mended.warnings[0] == "It is broken XML (at line 5) and was mended as far as possible."


async def test_the_entry_a_document_breaks_off_in_is_left_out() -> None:
    mended = await read(WHOLE[: WHOLE.index(" день</title><guid>")])
    assert isinstance(mended, Fetched)
    assert [entry.title for entry in mended.entries] == ["Переговори & Маямі", "Другий день"]
    assert mended.warnings[1] == "It breaks off in the middle, so the last entry was left out."


async def test_what_cannot_be_mended_says_so() -> None:
    assert await read("<rss><channel><title>Sample</channel>") == FetchFailed(
        Problem.MALFORMED, "is a broken feed (at line 1), and nothing could be read from it"
    )


async def test_mending_ends_at_its_deadline() -> None:
    began = time.monotonic()
    outcome = await read("<rss><channel>" + "<item><title>a & b <" * 200_000, lenient_deadline=0.5)
    assert outcome == FetchFailed(
        Problem.MALFORMED, "is a broken feed (at line 1), and could not be mended within 0.5 s"
    )
    assert time.monotonic() - began < 3


async def test_nesting_beyond_reason_is_no_harm() -> None:
    outcome = await read("<rss>" + "<channel>" * 20_000)
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is Problem.MALFORMED
