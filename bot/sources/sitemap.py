"""News sitemaps: `urlset` whose addresses carry `news:news`; and indexes of sitemaps, which name the parts to read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bot.domain.source import Fetched, FetchFailed, Problem
from bot.sources.charset import decode
from bot.sources.dates import parse_date
from bot.sources.entries import read_entries
from bot.sources.raw import ENTRY_LIMIT, RawEntry, RawFeed
from bot.sources.xml_feed import (
    EntitiesDeclaredError,
    NotWellFormedError,
    parse_root,
    strip_prolog,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.source import Entry
    from bot.sources.xml_fields import Element

# News is in the newest parts; more of them would only be more requests.
MOST_PARTS = 3
# The protocol allows no more in one sitemap.
MOST_ADDRESSES = 50_000

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SitemapIndex:
    """A list of sitemaps: the addresses of at most `MOST_PARTS` of them, the newest first."""

    parts: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def read_sitemap(
    body: bytes, content_type: str | None, base_url: str, *, now: datetime
) -> Fetched | FetchFailed | SitemapIndex:
    """Read a sitemap's news, newest first, or which parts of an index to read.

    A sitemap without `news:title` gives no headlines and is a failure. The parts of an index are followed only within
    its own site, as the protocol has it: a sitemap must not send us round the network.
    """
    decoded = decode(body, content_type)
    root = _root(decoded.text)
    if isinstance(root, FetchFailed):
        return root
    if _local(root) == "sitemapindex":
        return _index(root, base_url)
    raws = [_entry(url) for url in islice((url for url in root if _local(url) == "url"), MOST_ADDRESSES)]
    if raws and not any(raw.title for raw in raws):
        return FetchFailed(
            Problem.NOT_A_FEED,
            "is a sitemap without news:title, so without headlines; look in the site's robots.txt for its news sitemap",
        )
    if len(raws) > ENTRY_LIMIT:
        # Only so many are looked at, so they have to be the newest.
        raws = sorted(raws, key=_raw_date, reverse=True)[: ENTRY_LIMIT + 1]
    found = read_entries(RawFeed(tuple(raws)), base_url=base_url, now=now, none="It is a sitemap without any address.")
    return replace(found, entries=tuple(newest_first(found.entries)), warnings=(*decoded.warnings, *found.warnings))


def _raw_date(raw: RawEntry) -> datetime:
    return next(filter(None, map(parse_date, raw.dates)), _LONG_AGO)


def _root(text: str) -> Element | FetchFailed:
    if not text.strip():
        return FetchFailed(Problem.NOT_A_FEED, "sent an empty document")
    try:
        root = parse_root(strip_prolog(text))
    except EntitiesDeclaredError:
        reason = "declares XML entities of its own, which can be a trap and which no sitemap needs"
        return FetchFailed(Problem.MALFORMED, reason)
    except NotWellFormedError as error:
        return FetchFailed(Problem.MALFORMED, f"is a broken sitemap (at {error})")
    if _local(root) not in {"urlset", "sitemapindex"}:
        return FetchFailed(Problem.NOT_A_FEED, f"is XML of another kind (“{_local(root)[:80]}”), not a sitemap")
    return root


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Entries by date, undated ones last; where dates are equal or missing, in the order given."""
    return sorted(entries, key=lambda entry: entry.published or _LONG_AGO, reverse=True)


def _index(root: Element, base_url: str) -> SitemapIndex | FetchFailed:
    parts = [
        (parse_date(_text(part, "lastmod")) or _LONG_AGO, address)
        for part in root
        if _local(part) == "sitemap" and (address := _joined(base_url, _text(part, "loc")))
    ]
    near = [(changed, address) for changed, address in parts if same_site(address, base_url)]
    if not parts:
        return FetchFailed(Problem.NOT_A_FEED, "is an index of sitemaps that lists none")
    if not near:
        return FetchFailed(Problem.NOT_A_FEED, "is an index of sitemaps at other sites only, which are not followed")
    newest = [address for _, address in sorted(near, key=lambda part: part[0], reverse=True)]
    strangers = len(parts) - len(near)
    warnings = (f"{strangers} of its sitemaps are at other sites and were not read.",) if strangers else ()
    return SitemapIndex(tuple(dict.fromkeys(newest))[:MOST_PARTS], warnings)


def same_site(address: str, other: str) -> bool:
    """Whether two addresses are on one port of one host, or of hosts one of which is beneath the other."""
    here, there = urlsplit(address), urlsplit(other)
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (here, there)]
    beneath = any(one == two or one.endswith(f".{two}") for one, two in (hosts, hosts[::-1]))
    return all(hosts) and beneath and here.port == there.port


def _joined(base: str, link: str) -> str:
    try:
        joined = urljoin(base, link)
        _ = urlsplit(joined).port
    except ValueError:
        return ""  # brackets or a port that make no address
    return joined if link else ""


def _entry(url: Element) -> RawEntry:
    news = next((child for child in url if _local(child) == "news"), None)
    if news is None:
        return RawEntry(links=(_text(url, "loc"),))
    publication = next((child for child in news if _local(child) == "publication"), None)
    return RawEntry(
        title=_text(news, "title"),
        links=(_text(url, "loc"),),
        dates=(_text(news, "publication_date"), _text(url, "lastmod")),
        language=_text(publication, "language") if publication is not None else None,
    )


def _text(parent: Element, name: str) -> str:
    found = next((child for child in parent if _local(child) == name), None)
    return "".join(found.itertext()).strip() if found is not None else ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
