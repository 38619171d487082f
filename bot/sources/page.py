"""HTML pages that list articles: by the newsroom's selectors, or by the JSON-LD in them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml.cssselect import CSSSelector

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.charset import decode
from bot.sources.entries import read_entries
from bot.sources.html_page import base_of, markup_of, outermost, parse_html
from bot.sources.json_ld import articles
from bot.sources.raw import RawEntry, RawFeed
from bot.sources.text import plain

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.kind import Layout
    from bot.sources.html_page import Element

_MOST = 500


def read_page(
    body: bytes, content_type: str | None, base_url: str, *, now: datetime, layout: Layout | None = None
) -> Fetched | FetchFailed:
    """Read a page's articles in its order; with no `layout`, those of its JSON-LD.

    Selectors in `layout` are sound CSS: they are checked where they are configured.
    """
    page = parse_html(decode(body, content_type).text)
    if isinstance(page, FetchFailed):
        return page
    notes: tuple[str, ...] = ()
    if layout is not None and layout.items is not None:
        items = outermost(_select(page, layout.items), _MOST)
        if not items:
            return FetchFailed(Problem.NOT_A_FEED, f"has nothing where its articles should be ({layout.items})")
        raws = [_listed(item, layout) for item in items]
    else:
        raws, broken = articles(page)
        if broken:
            notes = (f"{broken} of its JSON-LD scripts cannot be read.",)
        if not raws:
            return FetchFailed(Problem.NOT_A_FEED, _nothing(page, base_url))
    base = base_of(page, base_url)
    feed = RawFeed(tuple(raws), title=title_of(page), language=str(page.get("lang", "")) or None)
    found = read_entries(feed, base_url=base, now=now)
    if not found.entries:
        return FetchFailed(Problem.NOT_A_FEED, f"lists {len(raws)} articles, none with both a title and a link")
    return replace(found, warnings=(*notes, *found.warnings))


def title_of(page: Element) -> str:
    """The page's title as text."""
    return next((str(title.text or "") for title in page.iter("title")), "").strip()


def _nothing(page: Element, base_url: str) -> str:
    """Why a page without articles cannot be read, and where its feed is if it names one."""
    title = plain(title_of(page), 80)
    titled = f" titled “{title}”" if title else ""
    said = f"is an HTML page{titled}, not a feed"
    for link in page.iter("link"):
        kind, relation = str(link.get("type", "")), str(link.get("rel", "")).lower().split()
        if "alternate" in relation and kind.lower() in {"application/rss+xml", "application/atom+xml"}:
            try:
                return f"{said}; it names a feed at {urljoin(base_of(page, base_url), str(link.get('href', '')))}"
            except ValueError:
                continue  # brackets that make no address
    return said


def _listed(item: Element, layout: Layout) -> RawEntry:
    link = _first(item, layout.link) if layout.link else _any_link(item)
    title = _first(item, layout.title) if layout.title else link
    date = _first(item, layout.date) if layout.date else next(iter(item.iter("time")), None)
    credit = _first(item, layout.credit) if layout.credit else None
    return RawEntry(
        title=_markup(title),
        links=(_address(link),),
        summaries=(_markup(_first(item, layout.summary)) if layout.summary else "",),
        dates=_dates(date),
        credits=(_markup(credit),),
        language=item.get("lang"),
    )


def _any_link(item: Element) -> Element | None:
    return item if item.tag == "a" else next((link for link in item.iter("a") if link.get("href")), None)


def _address(element: Element | None) -> str:
    """The address an element is, holds or stands within."""
    if element is None:
        return ""
    around = [element, *element.iter("a"), *element.iterancestors("a")]
    return next((str(one.get("href")).strip() for one in around if one.get("href")), "")


def _dates(element: Element | None) -> tuple[str, ...]:
    if element is None:
        return ()
    written = (element.get("datetime"), element.get("content"), element.get("title"), plain(_markup(element), 80))
    return tuple(str(one) for one in written if one)


def _markup(element: Element | None) -> str:
    if element is None:
        return ""
    return str(element.get("content") or "") if element.tag == "meta" else markup_of(element)


def _first(item: Element, selector: str) -> Element | None:
    return next(iter(_select(item, selector)), None)


def _select(within: Element, selector: str) -> list[Element]:
    return list(_compiled(selector)(within))


@lru_cache(maxsize=256)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
