"""What is written plainly is read by a shorter way: to the same as when something about it needs the longer one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.detection.identity import canonical_url, host_of
from bot.domain.secrets import without_keys_of
from bot.sources.dates import parse_date
from bot.sources.entries import read_entries
from bot.sources.raw import RawEntry, RawFeed
from bot.sources.text import tidy

NOW = datetime(2025, 12, 2, 19, tzinfo=UTC)
CHANCE = random.Random(5)  # noqa: S311 -- examples, not secrets
_HOSTS = """post.example www.post.example m.www.post.example amp.post.example 127.0.0.1 xn--80ak6aa92e.example co.uk
    www.co.uk -a.example google.com news.google.com a.cdn.ampproject.org t.me localhost en.post.com.example"""
HOSTS = _HOSTS.split()
PATHS = ["", "/", "/news/1", "/news/1/", "/amp/news/1", "/news/1/amp", "/a.amp.html", "/~desk/a_b-c.html", "//a", "/go"]
PATHS += [
    "/a/../b",
    "/a/./b",
    "/.a",
    "/a.",
    "/s/post.example/1",
    "/url",
    "/a%41",
    "/a;b",
    "/а",
    "/a b",
    "/a,b",
    "/@a/1",
]
PAIRS = [
    "id=5",
    "a-b=1",
    "a=2",
    "a=1",
    "A=1",
    "utm_source=rss",
    "ref=x",
    "_ga=1.2",
    "q=",
    "q=a+b",
    "q=%41",
    "q",
    "=b",
    "a=b=c",
]


def _address() -> str:
    query = "&".join(CHANCE.sample(PAIRS, CHANCE.randrange(4)))
    scheme = CHANCE.choice(["http", "https"])
    return f"{scheme}://{CHANCE.choice(HOSTS)}{CHANCE.choice(PATHS)}" + (f"?{query}" if query else "")


ADDRESSES = sorted({_address() for _ in range(3_000)})


def test_an_address_has_one_canonical_form_whether_or_not_it_had_to_be_put_right() -> None:
    for address in ADDRESSES:
        assert canonical_url(address) == canonical_url(f"{address}#top") == canonical_url(f" {address}"), address
        assert host_of(address) == host_of(address.replace("://", "://someone@", 1)), address


def test_an_article_is_linked_to_the_same_place_whether_or_not_its_link_had_to_be_put_right() -> None:
    for address in ADDRESSES:
        links = (address, f"{address[:9]}\n{address[9:]}", address.replace("&", "&amp;"))
        plain, broken, escaped = (
            read_entries(RawFeed((RawEntry("Talks", (link,)),)), base_url="http://post.example/rss", now=NOW).entries
            for link in links
        )
        assert plain == broken == escaped
        assert without_keys_of("https://post.example/rss", address) == address


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000", "+0200", "-0530", "+1400", "+2500", "+0099", "-9999"])
def test_a_date_is_the_same_moment_whether_or_not_it_is_written_as_usual(zone: str) -> None:
    for days in range(-40, 400):
        moment = NOW + timedelta(days=days, seconds=days * 997)
        usual = format_datetime(moment).replace("+0000", zone)
        assert parse_date(usual) == parse_date(usual.replace(", ", "., ")) is not None, usual
    for odd in ("31 Feb 2025 10:00:00", "01 Dec 2025 24:00:00", "01 Dec 2025 10:00:60", "00 Dec 2025 10:00:00"):
        assert parse_date(f"Mon, {odd} {zone}") == parse_date(f"Mon., {odd} {zone}"), odd


def test_a_text_is_the_same_whether_or_not_something_had_to_be_dropped_from_it() -> None:
    letters = "aZ9 .,;  '–«»éйї漢😀\u00a0\u0301\u2028"
    for _ in range(3_000):
        text = "".join(CHANCE.choices(letters, k=CHANCE.randrange(12)))
        assert tidy(text) == tidy(f"\u200b{text}") == tidy(f"{text}\u202e"), repr(text)
