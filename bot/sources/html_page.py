"""An HTML document as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable

Element = Any


def parse_html(text: str) -> Element | None:
    """Read a page as browsers do, whatever its mistakes; None if there is nothing in it."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True)
    try:
        return etree.fromstring(text.replace("\0", "").encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None  # libxml2 mends everything but a document without a single element


def base_of(page: Element, found_at: str) -> str:
    """The address the page's relative links go by."""
    given = next((str(element.get("href", "")) for element in page.iter("base")), "")
    try:
        return urljoin(found_at, given.strip())
    except ValueError:
        return found_at  # brackets that make no address


def markup_of(element: Element) -> str:
    """An element's markup, without what follows it."""
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def having(page: Element, *classes: str) -> Iterable[Element]:
    """Every element that has all of these classes, in document order."""
    wanted = set(classes)
    return (element for element in page.iter(etree.Element) if wanted <= set(str(element.get("class", "")).split()))
