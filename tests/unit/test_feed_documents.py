"""Documents as real outlets published them: each gives its items, or says why it has none."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.feed import read_feed

DATA = Path(os.environ.get("BACKCHANNEL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "feeds"
DOCUMENTS = {path.name: path.read_bytes() for path in sorted(DATA.glob("*")) if path.suffix != ".md"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
MARKUP = re.compile(r"</?(?:p|b|a|br|div|img)\b|&(?:amp|lt|quot|nbsp|#\d+);|�")

pytestmark = pytest.mark.skipif(
    not DOCUMENTS, reason=f"no documents in {DATA}; set BACKCHANNEL_DATA to the data folder"
)


def count_items(body: bytes) -> int:
    """Count items without parsing: opening tags in XML (comments and CDATA here hold none), members in JSON."""
    if body.lstrip().startswith(b"{"):
        return len(json.loads(body)["items"])
    return len(re.findall(rb"<(?:item|entry)[\s>]", body))


async def read(body: bytes) -> Fetched | FetchFailed:
    return await read_feed(body, None, "https://sample.example/feed", now=NOW)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_every_document_gives_its_items_or_a_reason(name: str) -> None:
    body = DOCUMENTS[name]
    outcome = await read(body)
    if re.search(rb"<(?:urlset|sitemapindex)\b", body):
        assert outcome == FetchFailed(Problem.NOT_A_FEED, "is a sitemap, which is not read as a feed")
        return
    assert isinstance(outcome, Fetched), outcome
    assert len(outcome.entries) == count_items(body) > 0
    assert outcome.title
    for entry in outcome.entries:
        assert entry.url.startswith(("http://", "https://"))
        assert entry.title == " ".join(entry.title.split())
        assert not MARKUP.search(entry.title)
        assert len(entry.summary) <= 2000
        assert entry.published is None or entry.published < NOW
    # One summary in all these shows escaped code on purpose.
    assert sum(bool(MARKUP.search(entry.summary)) for entry in outcome.entries) <= 1
    # A feed dates all of its items or none.
    has_dates = re.search(rb"<(?:pubDate|dc:date|published|updated)>|date_published", body.split(b"<item", 1)[-1])
    assert all(entry.published for entry in outcome.entries) == bool(has_dates)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "uk_stub" in name or "1251" in name])
async def test_cyrillic_is_read_as_cyrillic(name: str) -> None:
    outcome = await read(DOCUMENTS[name])
    assert isinstance(outcome, Fetched)
    assert all(CYRILLIC.search(entry.title) for entry in outcome.entries)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.endswith((".rss", ".atom"))])
async def test_links_are_those_of_the_document(name: str) -> None:
    text = DOCUMENTS[name].decode("latin-1").replace("&amp;", "&")
    outcome = await read(DOCUMENTS[name])
    assert isinstance(outcome, Fetched)
    assert all(entry.url in text for entry in outcome.entries if entry.url.isascii())
