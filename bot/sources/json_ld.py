"""JSON-LD: what a page says of itself for search engines, of which articles and lists of articles are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sources.json_text import NotJsonError, parse, text_of
from bot.sources.raw import RawEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sources.html_page import Element

_DEEPEST = 12
_MOST = 500
_ARTICLE_TYPES = """
    Article NewsArticle ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle OpinionNewsArticle
    AskPublicNewsArticle ReviewNewsArticle BlogPosting LiveBlogPosting SocialMediaPosting Report
"""
_ARTICLES = frozenset(_ARTICLE_TYPES.split())
# Where a thing that is no article may hold some; what an article points at ("isPartOf", "mentions") is another's.
_HOLDERS = ("@graph", "itemListElement", "item", "mainEntity", "hasPart", "blogPost")


def articles(page: Element) -> tuple[list[RawEntry], int]:
    """Every article a page's JSON-LD names, in order, and how many of its scripts are broken."""
    found: list[RawEntry] = []
    broken = 0
    for script in page.iter("script"):
        if str(script.get("type", "")).partition(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            said = parse(str(script.text or ""))
        except NotJsonError:
            broken += 1
            continue
        for article in _walk(said, _DEEPEST):
            if len(found) == _MOST:
                return found, broken
            found.append(article)
    return found, broken


def _walk(thing: Any, depth: int) -> Iterator[RawEntry]:
    if depth == 0:
        return
    if isinstance(thing, list):
        for part in thing:
            yield from _walk(part, depth - 1)
    elif isinstance(thing, dict):
        if _types(thing) & _ARTICLES:
            yield _article(thing)
            return
        if "ListItem" in _types(thing) and not isinstance(thing.get("item"), dict):
            # A list may name its members by address and title alone.
            yield RawEntry(title=text_of(thing, "name"), links=_links(text_of(thing, "url"), text_of(thing, "item")))
            return
        for holder in _HOLDERS:
            yield from _walk(thing.get(holder), depth - 1)


def _types(thing: dict[str, Any]) -> set[str]:
    given = thing.get("@type")
    names = given if isinstance(given, list) else [given]
    return {name.rpartition("/")[2] for name in names if isinstance(name, str)}


def _article(thing: dict[str, Any]) -> RawEntry:
    page = thing.get("mainEntityOfPage")
    where = text_of(page, "@id") or text_of(thing, "mainEntityOfPage")
    return RawEntry(
        title=text_of(thing, "headline") or text_of(thing, "name"),
        links=_links(text_of(thing, "url"), where, text_of(thing, "@id")),
        summaries=(text_of(thing, "description"), text_of(thing, "abstract")),
        dates=(text_of(thing, "datePublished"), text_of(thing, "dateModified"), text_of(thing, "dateCreated")),
        credits=tuple(_names(thing.get("author")) or _names(thing.get("creator"))),
        language=text_of(thing, "inLanguage") or text_of(thing.get("inLanguage"), "alternateName") or None,
    )


def _links(*links: str) -> tuple[str, ...]:
    return tuple(link for link in links if link and not link.startswith("#"))


def _names(people: Any) -> list[str]:
    listed = people if isinstance(people, list) else [people]
    names = (person.strip() if isinstance(person, str) else text_of(person, "name") for person in listed)
    return [name for name in names if name and not name.startswith(("http://", "https://"))]
