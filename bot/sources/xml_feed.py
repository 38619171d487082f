"""RSS 0.9 to 2.0, RDF and Atom 0.3 and 1.0, read strictly: any error in the XML and the document is not read here.

Mending is left to another parser, for libxml2's own recovery drops every `&amp;` after the first error, so addresses
change and every article comes again as a new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed
from bot.sources.xml_fields import Element, Fields, local_name, markup

_XML_NS = "{http://www.w3.org/XML/1998/namespace}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

# A namespace or a base of megabytes is repeated for each element under it. Real ones have fewer letters than this; nor
# is a real prefix as long as that, behind which one could hide.
_ENDLESS = re.compile(
    r"""xml(?:ns(?::[^\s=>]{0,99})?|:base)\s*=\s*(?:"[^"<]{500}|'[^'<]{500})|xmlns:[^\s=>]{100}""",
)

_BEFORE_ROOT = re.compile(
    r"[\s\ufeff\0]+|<\?.*?\?>|<!--.*?-->|(?P<doctype><!DOCTYPE\b(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>)",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


class EntitiesDeclaredError(Exception):
    """The document declares XML entities of its own, the means of every XML bomb; no feed has a need of them."""


class NotWellFormedError(Exception):
    """The document is not XML by the rules; the text says where."""


@dataclass(frozen=True, slots=True)
class OtherXml:
    """Well-formed XML that is no feed: the local name of its outermost element, in lower case."""

    root: str


def strip_prolog(text: str) -> str:
    """Blank out what stands before the first element: declaration (the text is decoded already), document type, notes.

    Line breaks stay, so that a parser's line numbers are the document's.

    Raises:
        EntitiesDeclaredError: The document type declares entities.
    """
    at = 0
    while (match := _BEFORE_ROOT.match(text, at)) is not None:
        if match["doctype"] and "<!ENTITY" in match["doctype"].upper():
            raise EntitiesDeclaredError
        at = match.end()
    return "\n" * text.count("\n", 0, at) + text[at:]


def root_name(text: str) -> str:
    """Name the first element of a text without its prolog, in lower case and without prefix; empty if there is none."""
    match = _ROOT.match(text.lstrip())
    return match[1].lower() if match else ""


def parse_root(text: str) -> Element:
    """Read any XML strictly, from text without its prolog: the outermost element, without comments.

    Raises:
        NotWellFormedError: The XML is broken anywhere, or nested or long beyond all reason.
    """
    if endless := _ENDLESS.search(text):
        raise NotWellFormedError(f"line {text.count(chr(10), 0, endless.start()) + 1}")
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=False,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotWellFormedError(f"line {error.lineno}") from error


def parse_xml(text: str) -> RawFeed | OtherXml:
    """Read a feed from text without its prolog.

    Raises:
        NotWellFormedError: The XML is broken anywhere, or nested or long beyond all reason.
    """
    root = parse_root(text)
    name = local_name(root.tag).lower()
    if name == "feed":
        return _atom(root)
    if name in {"rss", "rdf"}:
        return _rss(root)
    return OtherXml(name)


def _rss(root: Element) -> RawFeed:
    channel = next((child for child in root if local_name(child.tag) == "channel"), root)
    # RSS 0.9, 1.0 and RDF set items beside the channel, the others inside it; some feeds do both.
    items = [child for parent in dict.fromkeys((channel, root)) for child in parent if local_name(child.tag) == "item"]
    about = Fields(channel)
    return RawFeed(
        entries=tuple(_rss_item(item) for item in items[: ENTRY_LIMIT + 1]),
        title=about.text("title"),
        link=about.text("link") or None,
        language=about.text("language") or about.text("dc:language") or channel.get(f"{_XML_NS}lang"),
        hubs=_related(about.all("atom:link"), "hub"),
        itself=next(iter(_related(about.all("atom:link"), "self")), None),
    )


def _rss_item(item: Element) -> RawEntry:
    fields = Fields(item)
    guid = fields.first("guid")
    own_links = fields.all("link")
    links = [
        fields.text("feedburner:origLink"),
        *[_based(link, markup(link)) for link in own_links],
        *[_based(link, link.get("href", "")) for link in own_links],
        *_atom_links(fields.all("atom:link")),
        str(item.get(_RDF_ABOUT, "")),
    ]
    return RawEntry(
        title=fields.text("title") or fields.text("dc:title"),
        links=tuple(filter(None, links)),
        summaries=(
            fields.text("description"),
            fields.text("atom:summary"),
            fields.text("dc:description"),
            fields.text("content:encoded"),
            fields.text("yandex:full-text"),
            fields.text("atom:content"),
        ),
        guid=fields.text("guid") or None,
        guid_is_link=guid is not None and str(guid.get("isPermaLink", "true")).strip().lower() != "false",
        dates=(
            fields.text("pubDate"),
            fields.text("dc:date"),
            fields.text("atom:published"),
            fields.text("dc:created"),
            fields.text("dc:issued"),
            fields.text("atom:updated"),
            fields.text("dc:modified"),
        ),
        credits=tuple(
            fields.texts("author") or fields.texts("dc:creator") or fields.texts("source") or fields.texts("dc:source")
        ),
        language=item.get(f"{_XML_NS}lang") or fields.text("dc:language") or None,
    )


def _atom(root: Element) -> RawFeed:
    fields = Fields(root)
    authors = _names(fields)
    entries = [child for child in root if local_name(child.tag) == "entry"]
    return RawFeed(
        entries=tuple(_atom_entry(entry, authors) for entry in entries[: ENTRY_LIMIT + 1]),
        title=fields.text("title"),
        link=next((link for link in _atom_links(fields.all("link")) if link), None),
        language=root.get(f"{_XML_NS}lang") or fields.text("dc:language") or None,
        hubs=_related(fields.all("link"), "hub"),
        itself=next(iter(_related(fields.all("link"), "self")), None),
    )


def _atom_entry(entry: Element, feed_authors: list[str]) -> RawEntry:
    fields = Fields(entry)
    links = [fields.text("feedburner:origLink"), *_atom_links(fields.all("link"))]
    return RawEntry(
        title=fields.text("title"),
        links=tuple(filter(None, links)),
        summaries=(fields.text("summary"), fields.text("content")),
        guid=fields.text("id") or None,
        guid_is_link=True,
        # Atom 0.3 said issued, created and modified.
        dates=tuple(fields.text(name) for name in ("published", "issued", "created", "updated", "modified")),
        credits=tuple(_names(fields) or fields.texts("dc:creator") or feed_authors),
        language=entry.get(f"{_XML_NS}lang"),
    )


def _atom_links(links: list[Element]) -> list[str]:
    """Give the addresses of the article itself: pages, then its other forms, then what it calls itself.

    Never its comments, its sources, the files with it or where to edit it.
    """
    if not links:
        return []
    alternate = [link for link in links if _relation(link) == "alternate"]
    pages = [link for link in alternate if "html" in link.get("type", "text/html")]
    itself = [link for link in links if _relation(link) == "self"]
    return [_based(link, link.get("href", "")) for link in dict.fromkeys([*pages, *alternate, *itself])]


def _related(links: list[Element], relation: str) -> tuple[str, ...]:
    """Give the addresses of links of one relation."""
    addresses = (_based(link, link.get("href", "")) for link in links if _relation(link) == relation)
    return tuple(address for address in addresses if address)


def _based(element: Element, link: str) -> str:
    """Resolve a link against the xml:base it stands under, which may be relative itself."""
    try:
        return urljoin(element.base or "", link.strip()) if link.strip() else ""
    except ValueError:
        return ""  # brackets that make no address


def _relation(link: Element) -> str:
    return str(link.get("rel", "alternate")).strip().lower()


def _names(fields: Fields) -> list[str]:
    people = (Fields(author).text("name") for author in fields.all("author"))
    return [name for name in people if name]
