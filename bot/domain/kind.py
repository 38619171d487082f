"""What sort of place a source is, and where a place without a format of its own keeps what we read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a source is read.

    FEED: RSS, RDF, Atom, JSON Feed. SITEMAP: a news sitemap, or an index of them. PAGE: an HTML page, by selectors or
    by the JSON-LD in it. TELEGRAM: the web preview of a public channel. GDELT: a search of its DOC 2.0 API. MASTODON,
    BLUESKY: the posts of an account. JSON: any other list of articles, by paths.
    """

    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"
    TELEGRAM = "telegram"
    GDELT = "gdelt"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    JSON = "json"


# What these list are posts, whose own pages hold no more than was read.
POSTS = frozenset({Kind.TELEGRAM, Kind.MASTODON, Kind.BLUESKY})


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a document keeps its articles and their parts: CSS selectors of a page, dotted paths of JSON.

    `items` finds every article, in JSON None where the document itself is the list; the others are looked for within
    each. A part left out is not looked for, or where every page has it in one place, looked for there.
    """

    items: str | None = None
    title: str | None = None
    link: str | None = None
    summary: str | None = None
    date: str | None = None
    credit: str | None = None
    language: str | None = None
