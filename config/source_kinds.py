"""What each kind of source needs in the list: an address of its form, selectors that are CSS, paths that lead on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from cssselect import HTMLTranslator, SelectorError

from config.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from config.document import Document, Way
    from config.errors import Mistake
    from config.schema import SourceConfig

_FORMS = {
    "telegram": (
        re.compile(r"https?://(?:(?:t|telegram)\.me/(?:s/)?|[^/?#]+/s/)[A-Za-z][A-Za-z0-9_]{3,31}/?"),
        "https://t.me/s/CHANNEL",
    ),
    "mastodon": (re.compile(r"https?://[^/?#]+/@[A-Za-z0-9_.-]+(?:@[A-Za-z0-9.-]+)?/?"), "https://INSTANCE/@NAME"),
    "bluesky": (
        re.compile(r"https?://[^/?#]+/(?:profile/[A-Za-z0-9.:_-]{3,255}/?|xrpc/app\.bsky\.feed\.getAuthorFeed\?.+)"),
        "https://bsky.app/profile/HANDLE",
    ),
}
_PATH = re.compile(r"[^.\s]+(?:\.[^.\s]+)*")


def mistakes(document: Document, way: Way, source: SourceConfig) -> Iterator[Mistake]:
    """Everything wrong in how one source says what kind it is."""
    yield from _placed(document, way, source)
    if problem := bad_address(source.kind, source.url):
        yield document.mistake((*way, "url"), *problem)
    for name, value in _given(source.select):
        if why := bad_selector(value):
            yield document.mistake((*way, "select", name), f"{quoted(value)} is no CSS selector ({why})")
    for name, value in _given(source.paths):
        if why := bad_path(value):
            yield document.mistake((*way, "paths", name), f"{quoted(value)} is no path", why)


def bad_address(kind: str | None, url: str) -> tuple[str, str] | None:
    """What is wrong with a source's address for its kind and what to write, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None  # told as an address without a host
    form, example = _FORMS.get(kind or "", (None, ""))
    if form is not None and not form.fullmatch(url):
        return f"{quoted(url)} is no address of the kind {kind}", f"write it as in {example}"
    if kind == "gdelt" and not parse_qs(parts.query).get("query"):
        return f"{quoted(url)} asks for nothing", "write https://api.gdeltproject.org/api/v2/doc/doc?query=WORDS"
    return None


def bad_selector(selector: str) -> str | None:
    """Why this is no CSS selector that can be used, or None."""
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        return str(error)
    return None


def bad_path(path: str) -> str | None:
    """What to write in place of a path that cannot be one, or None."""
    return None if _PATH.fullmatch(path) else "write names and figures with dots, as in `media.0.url`"


def _placed(document: Document, way: Way, source: SourceConfig) -> Iterator[Mistake]:
    """Selectors and paths only where they are read, and paths where nothing can be read without."""
    if source.select is not None and source.kind != "page":
        yield document.mistake((*way, "select"), "is read for pages only", "add `kind: page`, or remove it")
    if source.paths is not None and source.kind != "json":
        yield document.mistake((*way, "paths"), "is read for JSON only", "add `kind: json`, or remove it")
    if source.paths is None and source.kind == "json":
        hint = "add `paths: {items: data.articles, title: headline, url: link}` with the names of its own"
        yield document.mistake((*way, "kind"), "json says nothing of where its articles are", hint)


def _given(parts: BaseModel | None) -> list[tuple[str, str]]:
    return [] if parts is None else [(name, value) for name, value in parts.model_dump().items() if value is not None]
