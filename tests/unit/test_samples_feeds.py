from __future__ import annotations

import calendar
import json
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import feedparser
import pytest
from lxml import etree

from bot.sandbox.samples.feeds import render
from bot.sandbox.samples.release import Clock, Released
from bot.sandbox.samples.rundown import FeedFormat, Outlet, Rundown, load

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
END = START + timedelta(hours=1)
SITE = "http://sample-one.localhost:8080"
RUNDOWN: Rundown = load()
XML_OUTLETS = [outlet for outlet in RUNDOWN.outlets if outlet.format is not FeedFormat.JSON]


def released(outlet: Outlet) -> tuple[Released, ...]:
    return Clock(START).released(RUNDOWN, outlet.id, now=END)


def document(outlet: Outlet, items: tuple[Released, ...] | None = None) -> bytes:
    shown = released(outlet) if items is None else items
    return render(outlet, shown, address="http://127.0.0.1:8080/feeds/x", site=SITE)


def parsed(outlet: Outlet, items: tuple[Released, ...] | None = None) -> Any:
    feed = feedparser.parse(document(outlet, items), sanitize_html=False)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def by_format(wanted: FeedFormat) -> Outlet:
    return next(outlet for outlet in RUNDOWN.outlets if outlet.format is wanted)


@pytest.mark.parametrize("outlet", XML_OUTLETS, ids=lambda outlet: outlet.id)
def test_xml_feeds_are_well_formed_and_keep_every_story(outlet: Outlet) -> None:
    etree.fromstring(document(outlet))
    feed = parsed(outlet)
    items = released(outlet)
    assert [entry.link for entry in feed.entries] == [f"{SITE}/stories/{item.story.id}" for item in items]
    assert feed.feed.title == outlet.title
    plain = [(entry.title, item.title) for entry, item in zip(feed.entries, items, strict=True)]
    assert [(read, written) for read, written in plain if "&" not in written and read != written] == []


@pytest.mark.parametrize("outlet", XML_OUTLETS, ids=lambda outlet: outlet.id)
def test_entries_carry_the_moment_of_release(outlet: Outlet) -> None:
    for entry, item in zip(parsed(outlet).entries, released(outlet), strict=True):
        moment = entry.get("published_parsed") or entry.updated_parsed
        assert calendar.timegm(moment) == int(item.published.timestamp())


@pytest.mark.parametrize(
    ("wanted", "version"), [(FeedFormat.RSS, "rss20"), (FeedFormat.ATOM, "atom10"), (FeedFormat.RDF, "rss10")]
)
def test_each_format_is_what_it_says(wanted: FeedFormat, version: str) -> None:
    assert parsed(by_format(wanted)).version == version


def test_the_russian_feed_is_really_windows_1251() -> None:
    outlet = RUNDOWN.outlet("sample_moskva_bulletin")
    body = document(outlet)
    assert b"encoding='windows-1251'" in body[:60]
    assert released(outlet)[0].title in body.decode("windows-1251")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_the_json_feed_follows_its_version_1_1() -> None:
    outlet = by_format(FeedFormat.JSON)
    feed = json.loads(document(outlet))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    items = released(outlet)
    assert [item["url"] for item in feed["items"]] == [f"{SITE}/stories/{item.story.id}" for item in items]
    assert [item["title"] for item in feed["items"]] == [item.title for item in items]
    assert all(item["id"] and item["content_text"] for item in feed["items"])
    edited = next(item for item in feed["items"] if "commission" in item["id"])
    assert datetime.fromisoformat(edited["date_modified"]) > datetime.fromisoformat(edited["date_published"])


def test_a_reprint_carries_its_agency_as_its_author() -> None:
    feed = parsed(RUNDOWN.outlet("sample_aggregator"))
    authors = {entry.link.rpartition("/")[2]: entry.get("author") for entry in feed.entries}
    assert authors["five-hours-no-agreement-reprint"] == "Sample Wire"
    assert authors["christmas-markets"] is None


def test_hostile_text_is_sent_as_escaped_html_so_that_no_reader_drops_it_as_markup() -> None:
    feed = parsed(RUNDOWN.outlet("sample_aggregator"))
    entry = next(entry for entry in feed.entries if entry.link.endswith("/london-shouted"))
    assert "<!channel>" in unescape(entry.title)
    assert "<https://" in unescape(entry.title)
    assert "<script>" in unescape(entry.summary)
    assert "<" not in entry.title + entry.summary


@pytest.mark.parametrize("outlet", XML_OUTLETS, ids=lambda outlet: outlet.id)
def test_a_feed_that_has_said_nothing_yet_is_still_a_feed(outlet: Outlet) -> None:
    assert parsed(outlet, ()).entries == []


def test_guids_do_not_depend_on_where_the_server_listens() -> None:
    outlet = by_format(FeedFormat.RSS)
    here = feedparser.parse(render(outlet, released(outlet), address="http://a/", site="http://a"))
    there = feedparser.parse(render(outlet, released(outlet), address="http://b/", site="http://b"))
    assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries]
