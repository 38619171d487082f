"""JSON Feed 1 and 1.1."""

from __future__ import annotations

from typing import Any

from bot.sources.json_text import parse
from bot.sources.json_text import text_of as _text
from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed


def parse_json(text: str) -> RawFeed | None:
    """Read a JSON Feed; None if it is some other JSON. Fields of a wrong type are taken as missing.

    Raises:
        NotJsonError: It is no JSON at all, or nested beyond all reason.
    """
    feed = parse(text)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    # Feeds without a version are met; a list of items is what makes one, unless it says it is something else.
    if "jsonfeed" not in _text(feed, "version") and "version" in feed:
        return None
    authors = _authors(feed)
    hubs = feed.get("hubs")
    return RawFeed(
        entries=tuple(_item(item, authors) for item in feed["items"][: ENTRY_LIMIT + 1] if isinstance(item, dict)),
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url") or None,
        language=_text(feed, "language") or None,
        hubs=tuple(_text(hub, "url") for hub in hubs) if isinstance(hubs, list) else (),
        itself=_text(feed, "feed_url") or None,
    )


def _item(item: dict[str, Any], feed_authors: tuple[str, ...]) -> RawEntry:
    return RawEntry(
        title=_text(item, "title"),
        links=tuple(link for link in (_text(item, "url"), _text(item, "external_url")) if link),
        summaries=(_text(item, "summary"), _text(item, "content_text"), _text(item, "content_html")),
        guid=_text(item, "id") or None,
        guid_is_link=True,
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
        credits=_authors(item) or feed_authors,
        language=_text(item, "language") or None,
    )


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    listed = holder.get("authors")
    # Version 1 had a single "author".
    people = listed if isinstance(listed, list) else [holder.get("author")]
    return tuple(name for name in (_text(person, "name") for person in people if isinstance(person, dict)) if name)
