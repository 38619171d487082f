"""An HTML document as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

from bot.domain.source import FetchFailed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

Element = Any

# Pages that list news have a few thousand.
MOST_ELEMENTS = 50_000


def parse_html(text: str) -> Element | FetchFailed:
    """Read a page as browsers do, whatever its mistakes; or why there is nothing to read."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True)
    try:
        page = etree.fromstring(text.replace("\0", "").encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        page = None  # libxml2 mends everything but a document without a single element
    if page is None:
        return FetchFailed(Problem.NOT_A_FEED, "sent an empty page")
    if sum(1 for _ in zip(page.iter(), range(MOST_ELEMENTS + 1), strict=False)) > MOST_ELEMENTS:
        return FetchFailed(Problem.TOO_LARGE, f"is a page of more than {MOST_ELEMENTS:,} elements")
    return page


def outermost(elements: Iterable[Element], most: int) -> list[Element]:
    """The first `most` elements that lie in none of the others: what is within them is looked at once only."""
    found: list[Element] = []
    taken: set[Element] = set()
    for element in elements:
        if len(found) == most:
            break
        if taken.isdisjoint(element.iterancestors()):
            found.append(element)
            taken.add(element)
    return found


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
