"""RSS 0.9 to 2.0, RDF and Atom 0.3 and 1.0, read strictly: any error in the XML and the document is not read here.

Mending is left to another parser, for libxml2's own recovery drops every `&amp;` after the first error, so addresses
change and every article comes again as a new one.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed

if TYPE_CHECKING:
    from collections.abc import Collection

# lxml ships no types; an element is Any, and everything taken from one is made a str where it is taken.
Element = Any

_XML_NS = "{http://www.w3.org/XML/1998/namespace}"
_ATOM = {"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"}
_DC = {"http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.0/", "http://purl.org/dc/terms/"}
_FEEDBURNER = {"http://rssnamespace.org/feedburner/ext/1.0"}
_CONTENT = {"http://purl.org/rss/1.0/modules/content/"}
_YANDEX = {"http://news.yandex.ru", "https://news.yandex.ru", "http://news.yandex.ru/", "news.yandex.ru"}
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

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
    name = _local(root).lower()
    if name == "feed":
        return _atom(root)
    if name in {"rss", "rdf"}:
        return _rss(root)
    return OtherXml(name)


def _rss(root: Element) -> RawFeed:
    channel = next((child for child in root if _local(child) == "channel"), root)
    # RSS 0.9, 1.0 and RDF set items beside the channel, the others inside it; some feeds do both.
    items = [child for parent in dict.fromkeys((channel, root)) for child in parent if _local(child) == "item"]
    about = _Fields(channel)
    return RawFeed(
        entries=tuple(_rss_item(item) for item in items[: ENTRY_LIMIT + 1]),
        title=about.text("title"),
        link=about.text("link") or None,
        language=about.text("language") or about.text("language", _DC) or channel.get(f"{_XML_NS}lang"),
        hubs=_related(about.all("link", _ATOM), "hub"),
        itself=next(iter(_related(about.all("link", _ATOM), "self")), None),
    )


def _rss_item(item: Element) -> RawEntry:
    fields = _Fields(item)
    guid = fields.first("guid")
    links = [
        fields.text("origLink", _FEEDBURNER),
        *(_based(link, _markup(link)) for link in fields.all("link")),
        *(_based(link, link.get("href", "")) for link in fields.all("link")),
        *_atom_links(fields.all("link", _ATOM)),
        str(item.get(_RDF_ABOUT, "")),
    ]
    return RawEntry(
        title=fields.text("title") or fields.text("title", _DC),
        links=tuple(link for link in links if link),
        summaries=(
            fields.text("description"),
            fields.text("summary", _ATOM),
            fields.text("description", _DC),
            fields.text("encoded", _CONTENT),
            fields.text("full-text", _YANDEX),
            fields.text("content", _ATOM),
        ),
        guid=fields.text("guid") or None,
        guid_is_link=guid is not None and str(guid.get("isPermaLink", "true")).strip().lower() != "false",
        dates=(
            fields.text("pubDate"),
            fields.text("date", _DC),
            fields.text("published", _ATOM),
            fields.text("created", _DC),
            fields.text("issued", _DC),
            fields.text("updated", _ATOM),
            fields.text("modified", _DC),
        ),
        credits=tuple(
            fields.texts("author")
            or fields.texts("creator", _DC)
            or fields.texts("source")
            or fields.texts("source", _DC)
        ),
        language=item.get(f"{_XML_NS}lang") or fields.text("language", _DC) or None,
    )


def _atom(root: Element) -> RawFeed:
    fields = _Fields(root)
    authors = _names(fields)
    entries = [child for child in root if _local(child) == "entry"]
    return RawFeed(
        entries=tuple(_atom_entry(entry, authors) for entry in entries[: ENTRY_LIMIT + 1]),
        title=fields.text("title"),
        link=next((link for link in _atom_links(fields.all("link")) if link), None),
        language=root.get(f"{_XML_NS}lang") or fields.text("language", _DC) or None,
        hubs=_related(fields.all("link"), "hub"),
        itself=next(iter(_related(fields.all("link"), "self")), None),
    )


def _atom_entry(entry: Element, feed_authors: list[str]) -> RawEntry:
    fields = _Fields(entry)
    links = [fields.text("origLink", _FEEDBURNER), *_atom_links(fields.all("link"))]
    return RawEntry(
        title=fields.text("title"),
        links=tuple(link for link in links if link),
        summaries=(fields.text("summary"), fields.text("content")),
        guid=fields.text("id") or None,
        guid_is_link=True,
        # Atom 0.3 said issued, created and modified.
        dates=tuple(fields.text(name) for name in ("published", "issued", "created", "updated", "modified")),
        credits=tuple(_names(fields) or fields.texts("creator", _DC) or feed_authors),
        language=entry.get(f"{_XML_NS}lang"),
    )


def _atom_links(links: list[Element]) -> list[str]:
    """Give the addresses of the article itself: pages, then its other forms, then what it calls itself.

    Never its comments, its sources, the files with it or where to edit it.
    """
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


def _names(fields: _Fields) -> list[str]:
    people = (_Fields(author).text("name") for author in fields.all("author"))
    return [name for name in people if name]


class _Fields:
    """The children of one element by name.

    Without a namespace given, a name means the format's own vocabulary: that of the element itself, which publishers
    write in many ways, or none. Extensions ("media:title") never pass for it.
    """

    def __init__(self, element: Element) -> None:
        self._own = {_namespace(element), ""}
        self._children: dict[str, list[Element]] = {}
        for child in element:
            self._children.setdefault(_local(child), []).append(child)

    def all(self, name: str, namespaces: Collection[str] | None = None) -> list[Element]:
        """Give every child of this name, in document order."""
        if name not in self._children:
            return []
        wanted = self._own if namespaces is None else namespaces
        return [child for child in self._children[name] if _namespace(child) in wanted]

    def first(self, name: str) -> Element | None:
        """Give the first child of this name, if any."""
        return next(iter(self.all(name)), None)

    def texts(self, name: str, namespaces: Collection[str] | None = None) -> list[str]:
        """Give the contents of every child of this name that has any."""
        return [text for text in map(_markup, self.all(name, namespaces)) if text]

    def text(self, name: str, namespaces: Collection[str] | None = None) -> str:
        """Give the first of those contents, or an empty text."""
        return next(iter(self.texts(name, namespaces)), "")


def _markup(element: Element) -> str:
    """Give an element's content as markup: its text, or with elements inside (XHTML) all of it, serialised."""
    text = str(element.text or "")
    if len(element):
        inside = (etree.tostring(child, encoding="unicode", with_tail=True) for child in element)
        text = html.escape(text, quote=False) + "".join(inside)
    return text.strip()


# lxml spells a name as "{namespace}local"; taking it apart here is several times faster than its own QName.
def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _namespace(element: Element) -> str:
    return str(element.tag).rpartition("}")[0][1:]
