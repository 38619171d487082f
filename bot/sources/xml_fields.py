"""The children of an XML element by name, and what is written in them."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import Any

from lxml import etree

from bot.sources.text import MARKUP_LIMIT

# lxml ships no types; an element is Any, and everything taken from one is made a str where it is taken.
Element = Any

# The vocabularies known beside a format's own, by the prefix they have here, whichever one a document gives them.
_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://news.yandex.ru": "yandex:",
    "https://news.yandex.ru": "yandex:",
    "http://news.yandex.ru/": "yandex:",
    "news.yandex.ru": "yandex:",
}


class Fields:
    """The children of one element by name.

    A name without a prefix means the format's own vocabulary: that of the element itself, which publishers write in
    many ways, or none. Extensions ("media:title") never pass for it.
    """

    def __init__(self, element: Element) -> None:
        own = _namespace(element.tag)
        self._children: dict[str, list[Element]] = {}
        for child in element:
            for name in _names_of(child.tag, own):
                self._children.setdefault(name, []).append(child)

    def all(self, name: str) -> list[Element]:
        """Give every child of this name, in document order."""
        return self._children.get(name, [])

    def first(self, name: str) -> Element | None:
        """Give the first child of this name, if any."""
        return next(iter(self.all(name)), None)

    def texts(self, name: str) -> list[str]:
        """Give the contents of every child of this name that has any."""
        return [text for text in map(markup, self.all(name)) if text]

    def text(self, name: str) -> str:
        """Give the first of those contents, or an empty text."""
        for child in self._children.get(name, ()):
            if text := markup(child):
                return text
        return ""


def markup(element: Element) -> str:
    """Give an element's content as markup: its text, or with elements inside (XHTML) all of it, serialised."""
    text: str = _written(element) if len(element) else element.text or ""
    return text.strip()


def _written(element: Element) -> str:
    """Write what is inside an element, its names and texts, as far as anybody looks at it.

    lxml's own way repeats with each child all that was ever declared around it: minutes and gigabytes where a document
    declares much.
    """
    pieces: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if len(pieces) > MARKUP_LIMIT:
            break
        name = f"{inner.prefix}:{local_name(inner.tag)}" if inner.prefix else local_name(inner.tag)
        if event == "start":
            empty = not len(inner) and not inner.text
            if inner is not element:
                pieces.append(f"<{name}/>" if empty else f"<{name}>")
            pieces.append(html.escape(inner.text or "", quote=False))
        elif inner is not element:
            if len(inner) or inner.text:
                pieces.append(f"</{name}>")
            pieces.append(html.escape(inner.tail or "", quote=False))
    return "".join(pieces)


@lru_cache(maxsize=256)
def _names_of(tag: str, own: str) -> tuple[str, ...]:
    """The names an element is asked for by, where `own` is the namespace of its parent; none if nobody asks for it."""
    namespace, local = _namespace(tag), local_name(tag)
    names = [local] if namespace in {own, ""} else []
    if prefix := _PREFIXES.get(namespace):
        names.append(prefix + local)
    return tuple(names)


# lxml spells a name as "{namespace}local"; taking it apart here is several times faster than its own QName.
def local_name(tag: str) -> str:
    """The name in an element's tag, without its namespace."""
    return tag.rpartition("}")[2]


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0][1:]
