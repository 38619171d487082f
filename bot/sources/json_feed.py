"""JSON Feed 1 and 1.1."""

from __future__ import annotations

import json
from typing import Any

from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed


class NotJsonError(Exception):
    """The document is not JSON by the rules; the text says why."""


def parse_json(text: str) -> RawFeed | None:
    """Read a JSON Feed; None if it is some other JSON. Fields of a wrong type are taken as missing.

    Raises:
        NotJsonError: It is no JSON at all, or nested beyond all reason.
    """
    try:
        feed: Any = json.loads(text)
    except RecursionError as error:
        raise NotJsonError("nested too deeply") from error
    except json.JSONDecodeError as error:
        raise NotJsonError(str(error)) from error
    except ValueError as error:
        raise NotJsonError("a number of thousands of digits") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    # Feeds without a version are met; a list of items is what makes one, unless it says it is something else.
    if "jsonfeed" not in _text(feed, "version") and "version" in feed:
        return None
    authors = _authors(feed)
    return RawFeed(
        entries=tuple(_item(item, authors) for item in feed["items"][: ENTRY_LIMIT + 1] if isinstance(item, dict)),
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url") or None,
        language=_text(feed, "language") or None,
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


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # ids are often numbers
    return value.strip() if isinstance(value, str) else ""
