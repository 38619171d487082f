"""OPML, the list of feeds that readers exchange: read with its folders, and written so that reading gives it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from bot.sources.charset import decode
from bot.sources.text import plain
from bot.sources.xml_feed import EntitiesDeclaredError, NotWellFormedError, parse_root, strip_prolog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.sources.xml_fields import Element

# Our own fields go under our own name: other readers pass over them, as OPML has it.
NAMESPACE = "urn:backchannel:sources"

_OWN = f"{{{NAMESPACE}}}"
_NAME_LIMIT = 120


class NotOpmlError(Exception):
    """The document is no OPML that can be read; the text completes "it …"."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed in a list: the `folders` it lies in from the outside in, its `line`, and our `own` fields as written."""

    name: str
    url: str
    language: str | None = None
    folders: tuple[str, ...] = ()
    line: int = 0
    own: Mapping[str, str] = field(default_factory=dict)


def read_opml(document: bytes) -> list[Outline]:
    """Every feed in a list, in its order; those without an address are its folders.

    Raises:
        NotOpmlError: It is something else, is broken, or declares entities.
    """
    try:
        root = parse_root(strip_prolog(decode(document, None).text))
    except EntitiesDeclaredError as error:
        raise NotOpmlError("declares XML entities of its own, which can be a trap and which no list needs") from error
    except NotWellFormedError as error:
        raise NotOpmlError(f"is broken XML (at {error})") from error
    if _local(root) != "opml":
        raise NotOpmlError(f"is XML of another kind (“{_local(root)[:80]}”), not OPML")
    return [_outline(element) for element in root.iter() if _local(element) == "outline" and _address(element)]


def write_opml(title: str, outlines: Iterable[Outline]) -> str:
    """A list as OPML 2.0; feeds with the same folders lie in one, in the order they come."""
    root = etree.Element("opml", version="2.0", nsmap={"backchannel": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    holders: dict[tuple[str, ...], Element] = {(): body}
    for outline in outlines:
        for depth in range(1, len(outline.folders) + 1):
            if (folders := outline.folders[:depth]) not in holders:
                holders[folders] = etree.SubElement(holders[folders[:-1]], "outline", text=folders[-1])
        attributes = {"text": outline.name, "title": outline.name, "type": "rss", "xmlUrl": outline.url}
        if outline.language:
            attributes["language"] = outline.language
        attributes |= {f"{_OWN}{name}": value for name, value in outline.own.items()}
        etree.SubElement(holders[outline.folders], "outline", attributes)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + str(etree.tostring(root, encoding="unicode", pretty_print=True))


def _outline(element: Element) -> Outline:
    given = {str(name).lower(): str(value) for name, value in element.attrib.items() if not str(name).startswith("{")}
    own = {str(name): str(value) for name, value in element.attrib.items()}
    around = [parent for parent in element.iterancestors() if _local(parent) == "outline"]
    return Outline(
        name=_named(given) or _address(element),
        url=_address(element),
        language=given.get("language") or None,
        folders=tuple(named for parent in reversed(around) if (named := _named(dict(parent.attrib)))),
        line=int(element.sourceline or 0),
        own={name.removeprefix(_OWN): value for name, value in own.items() if name.startswith(_OWN)},
    )


def _named(attributes: Mapping[str, str]) -> str:
    return plain(attributes.get("text") or attributes.get("title") or "", _NAME_LIMIT)


def _address(element: Element) -> str:
    """A feed's address, which some write "feed:https://…" or "feed://…"."""
    written = (str(value).strip() for name, value in element.attrib.items() if str(name).lower() == "xmlurl")
    address = next(written, "")
    if address.lower().startswith("feed://"):
        return f"http://{address[7:]}"
    return address[5:] if address.lower().startswith("feed:") else address


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
