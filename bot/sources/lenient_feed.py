"""Broken feeds, read by feedparser in a process of its own that is killed at a deadline.

feedparser is 10 to 20 times slower than strict reading, and its time and memory on hostile input have no bound.
"""

from __future__ import annotations

import io
from typing import Any

from bot.sources.killable import CrashedError, TooHungryError, TooSlowError, run_killable
from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed


class CannotMendError(Exception):
    """Even lenient reading gave nothing; the text completes "… and"."""


async def parse_leniently(text: str, *, deadline: float) -> RawFeed:
    """Read what can be read of a broken feed, given without its prolog, within `deadline` seconds.

    Raises:
        CannotMendError: Nothing could be read, or not in time.
    """
    try:
        feed = await run_killable(_parse, text.encode("utf-8", errors="replace"), deadline=deadline)
    except TooSlowError as error:
        raise CannotMendError(f"could not be mended within {deadline:g} s") from error
    except TooHungryError as error:
        raise CannotMendError("needs more memory to be mended than it may have") from error
    except CrashedError as error:
        raise CannotMendError("made the parser that mends fail") from error
    if feed is None or not feed.entries:
        raise CannotMendError("nothing could be read from it")
    return feed


def _parse(document: bytes) -> RawFeed | None:
    """Run feedparser; None if it gave up. Called in the worker process."""
    import feedparser  # noqa: PLC0415 (only the worker pays for importing it)

    try:
        feed: Any = feedparser.parse(
            # A stream, for a string is opened as a file or an address if it looks like one.
            io.BytesIO(document),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (on broken input feedparser raises what it happens to meet; that is "cannot be mended")
        return None
    channel = feed.feed
    return RawFeed(
        entries=tuple(_entry(entry) for entry in feed.entries[: ENTRY_LIMIT + 1]),
        title=_text(channel, "title"),
        link=_text(channel, "link") or None,
        language=_text(channel, "language") or None,
    )


def _entry(entry: Any) -> RawEntry:
    contents = (_text(content, "value") for content in entry.get("content", ()))
    authors = tuple(name for name in (_text(author, "name") for author in entry.get("authors", ())) if name)
    guid = _text(entry, "id")
    # feedparser itself puts a permalink guid in for a missing link.
    links = (_text(entry, "feedburner_origlink"), _text(entry, "link"))
    return RawEntry(
        title=_text(entry, "title"),
        links=tuple(link for link in links if link),
        summaries=(_text(entry, "summary"), *contents),
        guid=guid or None,
        dates=(_text(entry, "published"), _text(entry, "updated")),
        credits=authors or (_text(entry, "author"),),
        language=None,
    )


def _text(holder: Any, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""
