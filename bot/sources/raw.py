"""What a reader of one format found, before any of it is judged: markup as it stood, addresses as they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# So many entries of one document are looked at: a reader hands over at most one more, which says that there are more.
ENTRY_LIMIT = 5000


class RawEntry(NamedTuple):
    """One article as its format gave it; every text may still hold markup, entities and stray white space.

    `links`, `summaries` and `dates` are in order of preference: the first that turns out usable is taken. Links may be
    relative, but not to an xml:base. `guid_is_link` tells whether the format lets the guid stand in for a missing link.
    `outlet` names the publisher where it is not the source.
    """

    title: str = ""
    links: tuple[str, ...] = ()
    summaries: tuple[str, ...] = ()
    guid: str | None = None
    guid_is_link: bool = False
    dates: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    language: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed and its entries in document order; `link` is the page it belongs to.

    `hubs` are addresses of who pushes it, `itself` the address it calls its own.
    """

    entries: tuple[RawEntry, ...]
    title: str = ""
    link: str | None = None
    language: str | None = None
    hubs: tuple[str, ...] = ()
    itself: str | None = None
