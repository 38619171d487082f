"""A search of the GDELT DOC 2.0 API: what news sites all over the world published that matches a query.

GDELT is no publisher: each article's outlet is its own domain. `seendate` is when GDELT saw it, within some 15 minutes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.charset import decode
from bot.sources.entries import read_entries
from bot.sources.json_text import NotJsonError, parse, text_of
from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed
from bot.sources.sitemap import newest_first
from bot.sources.text import tidy

if TYPE_CHECKING:
    from datetime import datetime

# What GDELT asks of everybody.
PAUSE_SECONDS = 5.0

_WANTED = {"mode": "ArtList", "format": "json"}
_USUAL = {"sort": "DateDesc", "maxrecords": "75", "timespan": "1d"}
_TOO_MANY = re.compile(r"limit requests|too many requests|rate limit", re.IGNORECASE)
# GDELT passes on backslashes from headlines as they are, which JSON forbids.
_BACKSLASH = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
# Its headlines are taken apart into words and put together with spaces.
_LOOSE_MARK = re.compile(r"\s+([,.;:!?%)\]»”’])")
_LANGUAGES = {
    "arabic": "ar", "azerbaijani": "az", "belarusian": "be", "bulgarian": "bg", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi", "french": "fr",
    "georgian": "ka", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "indonesian": "id", "italian": "it", "japanese": "ja", "kazakh": "kk", "korean": "ko", "latvian": "lv",
    "lithuanian": "lt", "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es", "swedish": "sv",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip


def is_search(url: str) -> bool:
    """Whether this is the address of a search of the DOC API."""
    parts = urlsplit(url)
    return parts.path == "/api/v2/doc/doc"


def search_address(url: str) -> str:
    """The address with what this reader needs (articles, as JSON) and, unless it says otherwise, the usual."""
    parts = urlsplit(url)
    given = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    return parts._replace(query=urlencode(_USUAL | given | _WANTED)).geturl()


def read_gdelt(body: bytes, content_type: str | None, base_url: str, *, now: datetime) -> Fetched | FetchFailed:
    """Read the articles a search found, the newest first. None is no failure.

    What is wrong with a query GDELT says in plain text with status 200; that is a failure here, in its words.
    """
    text = decode(body, content_type).text.strip()
    if not text.startswith("{"):
        return _refusal(text)
    try:
        answer = parse(_BACKSLASH.sub(lambda match: match[0] if match[1] else r"\\", text))
    except NotJsonError as error:
        return FetchFailed(Problem.MALFORMED, f"is broken JSON ({tidy(str(error))[:80]})")
    listed = answer.get("articles", [])
    raws = tuple(_article(article) for article in listed[: ENTRY_LIMIT + 1]) if isinstance(listed, list) else ()
    found = read_entries(RawFeed(raws, title="GDELT"), base_url=base_url, now=now, none="The search found nothing.")
    return replace(found, entries=tuple(newest_first(found.entries)))


def _article(article: Any) -> RawEntry:
    return RawEntry(
        title=_LOOSE_MARK.sub(r"\1", text_of(article, "title")),
        links=(text_of(article, "url"),),
        dates=(text_of(article, "seendate"),),
        language=_LANGUAGES.get(text_of(article, "language").lower()),
        outlet=text_of(article, "domain").lower().removeprefix("www.") or _host(text_of(article, "url")),
    )


def _host(url: str) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None  # brackets that make no address


def _refusal(text: str) -> FetchFailed:
    said = tidy(text)[:200]
    if _TOO_MANY.search(said):
        return FetchFailed(Problem.RATE_LIMITED, f"was asked too often (“{said}”)", timedelta(minutes=1))
    if not said:
        return FetchFailed(Problem.NOT_A_FEED, "sent an empty answer")
    if said.startswith("<"):
        return FetchFailed(Problem.NOT_A_FEED, "sent a page instead of articles")
    return FetchFailed(Problem.REFUSED, f"refused the search: “{said}”; correct the query in its address")
