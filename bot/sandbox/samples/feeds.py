"""Feed documents in four formats, as different real publishers write them. Pure: nothing here reads the clock."""

from __future__ import annotations

import json
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from bot.sandbox.samples.rundown import FeedFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.sandbox.samples.release import Released
    from bot.sandbox.samples.rundown import Outlet

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS1 = "http://purl.org/rss/1.0/"

CONTENT_TYPES = {
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RDF: "application/rdf+xml",
    FeedFormat.JSON: "application/feed+json",
}
"""Without a charset: each XML document declares its own, and JSON is UTF-8."""


def render(outlet: Outlet, released: Sequence[Released], *, address: str, site: str) -> bytes:
    """The outlet's feed.

    Args:
        outlet: Whose feed it is; decides format and charset.
        released: What stands in it, newest first.
        address: The feed's own URL.
        site: The outlet's front page, without a trailing slash; articles live under it.
    """
    if outlet.format is FeedFormat.JSON:
        return _json(outlet, released, address, site)
    write: Callable[[Outlet, Sequence[Released], str, str], ET.Element] = {
        FeedFormat.RSS: _rss,
        FeedFormat.ATOM: _atom,
        FeedFormat.RDF: _rdf,
    }[outlet.format]
    # ElementTree writes what the charset lacks as character references, as XML asks.
    document: bytes = ET.tostring(write(outlet, released, address, site), encoding=outlet.charset, xml_declaration=True)
    return document


def article(site: str, story_id: str) -> str:
    """The address of a story."""
    return f"{site}/stories/{story_id}"


def _guid(outlet: Outlet, item: Released) -> str:
    return f"tag:{outlet.host},2025:{item.story.id}"


def _rss(outlet: Outlet, released: Sequence[Released], _address: str, site: str) -> ET.Element:
    root = ET.Element("rss", {"version": "2.0", "xmlns:dc": DC})
    channel = _grow(root, "channel")
    _grow(channel, "title", outlet.title)
    _grow(channel, "link", site + "/")
    _grow(channel, "description", outlet.about)
    _grow(channel, "language", outlet.language)
    for item in released:
        entry = _grow(channel, "item")
        _grow(entry, "title", item.title)
        _grow(entry, "link", article(site, item.story.id))
        _grow(entry, "guid", _guid(outlet, item), isPermaLink="false")
        _grow(entry, "pubDate", format_datetime(item.published))
        if item.story.credit:
            _grow(entry, "dc:creator", item.story.credit)
        _grow(entry, "description", item.summary)
    return root


def _atom(outlet: Outlet, released: Sequence[Released], address: str, site: str) -> ET.Element:
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": outlet.language})
    _grow(root, "id", f"tag:{outlet.host},2025:feed")
    _grow(root, "title", outlet.title)
    _grow(root, "subtitle", outlet.about)
    _grow(root, "link", rel="self", href=address)
    _grow(root, "link", rel="alternate", type="text/html", href=site + "/")
    _grow(_grow(root, "author"), "name", outlet.name)
    if released:
        _grow(root, "updated", max(item.updated for item in released).isoformat())
    for item in released:
        entry = _grow(root, "entry")
        _grow(entry, "id", _guid(outlet, item))
        _grow(entry, "title", item.title, type="text")
        _grow(entry, "link", rel="alternate", type="text/html", href=article(site, item.story.id))
        _grow(entry, "published", item.published.isoformat())
        _grow(entry, "updated", item.updated.isoformat())
        if item.story.credit:
            _grow(_grow(entry, "author"), "name", item.story.credit)
        _grow(entry, "summary", item.summary, type="text")
    return root


def _rdf(outlet: Outlet, released: Sequence[Released], address: str, site: str) -> ET.Element:
    root = ET.Element("rdf:RDF", {"xmlns": RSS1, "xmlns:rdf": RDF, "xmlns:dc": DC})
    channel = _grow(root, "channel", **{"rdf:about": address})
    _grow(channel, "title", outlet.title)
    _grow(channel, "link", site + "/")
    _grow(channel, "description", outlet.about)
    _grow(channel, "dc:language", outlet.language)
    sequence = _grow(_grow(channel, "items"), "rdf:Seq")
    for item in released:
        address_of = article(site, item.story.id)
        _grow(sequence, "rdf:li", **{"rdf:resource": address_of})
        entry = _grow(root, "item", **{"rdf:about": address_of})
        _grow(entry, "title", item.title)
        _grow(entry, "link", address_of)
        _grow(entry, "description", item.summary)
        _grow(entry, "dc:date", item.published.isoformat())
        if item.story.credit:
            _grow(entry, "dc:creator", item.story.credit)
    return root


def _json(outlet: Outlet, released: Sequence[Released], address: str, site: str) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "description": outlet.about,
        "home_page_url": site + "/",
        "feed_url": address,
        "language": outlet.language,
        "items": [
            {
                "id": _guid(outlet, item),
                "url": article(site, item.story.id),
                "title": item.title,
                "summary": item.summary,
                "content_text": item.summary,
                "date_published": item.published.isoformat(),
                "date_modified": item.updated.isoformat(),
                **({"authors": [{"name": item.story.credit}]} if item.story.credit else {}),
            }
            for item in released
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _grow(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child
