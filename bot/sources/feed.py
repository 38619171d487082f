"""A document's bytes to entries, whichever kind of feed it is; and if it is none, what it is instead."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.charset import decode
from bot.sources.entries import read_entries
from bot.sources.json_feed import parse_json
from bot.sources.json_text import NotJsonError
from bot.sources.lenient_feed import CannotMendError, parse_leniently
from bot.sources.raw import RawFeed
from bot.sources.text import plain, tidy
from bot.sources.xml_feed import (
    EntitiesDeclaredError,
    NotWellFormedError,
    OtherXml,
    parse_xml,
    root_name,
    strip_prolog,
)

if TYPE_CHECKING:
    from datetime import datetime

LENIENT_DEADLINE_SECONDS = 20.0

# Strict reading of this much takes some 10 ms, which the event loop can spare.
_INLINE_BYTES = 200_000

_FEED_ROOTS = {"rss", "rdf", "feed"}
SITEMAP_ROOTS = {"urlset", "sitemapindex"}
_HTML_ROOTS = {
    "html",
    "head",
    "body",
    "meta",
    "title",
    "link",
    "script",
    "style",
    "div",
    "p",
    "h1",
    "center",
    "noscript",
}
DOCTYPE_HTML = re.compile(r"[\s\ufeff\0]*<!doctype\s+html\b", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_FEED_START = re.compile(r"<\?xml\b|<rss\b|<rdf:RDF\b|<feed\b")
_FEED_END = re.compile(r"</(?:rss|feed|(?:\w+:)?RDF)\s*>", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_DECLARES_ENTITIES = "declares XML entities of its own, which can be a trap and which no feed needs"
_BLANK = " \t\r\n\ufeff\0"
_HEAD = 4096
_HTML_HEAD = 64 * 1024
_QUOTED = 80


@dataclass(frozen=True, slots=True)
class _Broken:
    """A feed that strict reading cannot take, with where it broke."""

    text: str
    where: str


async def read_feed(
    body: bytes,
    content_type: str | None,
    base_url: str,
    *,
    now: datetime,
    lenient_deadline: float = LENIENT_DEADLINE_SECONDS,
) -> Fetched | FetchFailed:
    """Read RSS, RDF, Atom or JSON Feed; the kind is told by the document, for Content-Type is too often wrong.

    `base_url` is where the document was found. The result's `validators` and `moved_to` are empty: they are not in the
    document. Strict reading of a large document goes to a thread, lenient reading always to another process.
    """
    if len(body) > _INLINE_BYTES:
        outcome, warnings = await asyncio.to_thread(_strictly, body, content_type, base_url, now)
    else:
        outcome, warnings = _strictly(body, content_type, base_url, now)
    if isinstance(outcome, FetchFailed):
        return outcome
    if isinstance(outcome, _Broken):
        try:
            raw = await parse_leniently(outcome.text, deadline=lenient_deadline)
        except CannotMendError as error:
            return FetchFailed(Problem.MALFORMED, f"is a broken feed (at {outcome.where}), and {error}")
        warnings = (*warnings, f"It is broken XML (at {outcome.where}) and was mended as far as possible.")
        if not _FEED_END.search(outcome.text[-_HEAD:]):
            # Half a headline must not pass for a headline.
            raw = replace(raw, entries=raw.entries[:-1])
            warnings = (*warnings, "It breaks off in the middle, so the last entry was left out.")
        outcome = await asyncio.to_thread(read_entries, raw, base_url=base_url, now=now)
    return replace(outcome, warnings=(*warnings, *outcome.warnings))


def _strictly(
    body: bytes, content_type: str | None, base_url: str, now: datetime
) -> tuple[Fetched | FetchFailed | _Broken, tuple[str, ...]]:
    decoded = decode(body, content_type)
    found = _parse(decoded.text)
    if isinstance(found, RawFeed):
        return read_entries(found, base_url=base_url, now=now), decoded.warnings
    return found, decoded.warnings


def _parse(text: str) -> RawFeed | FetchFailed | _Broken:
    start = text.lstrip(_BLANK)[:1]
    if not start:
        return FetchFailed(Problem.NOT_A_FEED, "sent an empty document")
    if start in "{[":
        return _json(text)
    if start != "<":
        feed = _FEED_START.search(text, 0, _HEAD)
        if feed is None:
            return FetchFailed(Problem.NOT_A_FEED, "is neither XML nor JSON, so not a feed")
        # Some servers print their own complaints before the feed.
        text = "\n" * text.count("\n", 0, feed.start()) + text[feed.start() :]
    return _xml(text)


def _xml(text: str) -> RawFeed | FetchFailed | _Broken:
    if DOCTYPE_HTML.match(text):
        return _html(text)
    try:
        text = strip_prolog(text)
    except EntitiesDeclaredError:
        return FetchFailed(Problem.MALFORMED, _DECLARES_ENTITIES)
    root = root_name(text)
    if root in _HTML_ROOTS:
        return _html(text)
    try:
        found = parse_xml(text)
    except NotWellFormedError as error:
        return _broken(text, root, str(error))
    return _other(found.root) if isinstance(found, OtherXml) else found


def _broken(text: str, root: str, where: str) -> FetchFailed | _Broken:
    if _ENTITY.search(text):
        # Behind the first element such a declaration is an error, which whoever mends might forgive.
        return FetchFailed(Problem.MALFORMED, _DECLARES_ENTITIES)
    if root in _FEED_ROOTS:
        return _Broken(text, where)
    return FetchFailed(Problem.NOT_A_FEED, f"is broken XML (at {where}) and does not begin as a feed")


def _other(root: str) -> FetchFailed:
    if root in SITEMAP_ROOTS:
        return FetchFailed(Problem.NOT_A_FEED, "is a sitemap, which is not read as a feed")
    if root == "opml":
        return FetchFailed(Problem.NOT_A_FEED, "is an OPML list of feeds, not a feed; list the feeds in it one by one")
    return FetchFailed(Problem.NOT_A_FEED, f"is XML of another kind (“{root[:_QUOTED]}”), not a feed")


def _html(text: str) -> FetchFailed:
    match = _HTML_TITLE.search(text, 0, _HTML_HEAD)
    title = plain(match[1], _QUOTED) if match else ""
    titled = f" titled “{title}”" if title else ""
    return FetchFailed(Problem.NOT_A_FEED, f"is an HTML page{titled}, not a feed")


def _json(text: str) -> RawFeed | FetchFailed:
    try:
        feed = parse_json(text.strip(_BLANK))
    except NotJsonError as error:
        return FetchFailed(Problem.MALFORMED, f"is broken JSON ({tidy(str(error))[:_QUOTED]})")
    return feed or FetchFailed(Problem.NOT_A_FEED, "is JSON, but not a JSON Feed")
