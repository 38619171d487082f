"""Looks at sources: fetches what each kind needs and hands it to the reader of that kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from bot.domain.kind import Kind, Layout
from bot.domain.source import Fetched, FetchFailed, NotModified, Problem, Validators
from bot.sources import bluesky, gdelt, mastodon, telegram
from bot.sources.breather import Breather
from bot.sources.feed import LENIENT_DEADLINE_SECONDS, read_feed
from bot.sources.http import Document
from bot.sources.json_list import read_json_list
from bot.sources.page import read_page
from bot.sources.pauses import Pauses
from bot.sources.robots import Robots
from bot.sources.sitemap import SitemapIndex, newest_first, read_sitemap
from bot.sources.sniff import kind_of_address, kind_of_document
from bot.sources.text import shorten
from bot.sources.unpack import PackingError, UnpackedTooLargeError, unpacker_for
from bot.sources.web_address import parse_address

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

    from bot.domain.source import Entry, FetchOutcome, Source
    from bot.sources.http import Fetcher, Gate

# Together with the index itself less than the two minutes that a claim on a source lasts.
PARTS_SECONDS = 60.0
LONGEST_TURN_SECONDS = 60.0
UNPACKED_CAP = 5 * 1024 * 1024

_Outcome = TypeVar("_Outcome", bound="Fetched | FetchFailed | SitemapIndex")

# Reading this much takes some 10 ms, which the event loop can spare.
_INLINE_BYTES = 200_000
_GZIP = b"\x1f\x8b"
# Kinds whose documents are elsewhere than at the address people know; where those have moved to is nothing to list.
_ADDRESSES: dict[Kind, Callable[[str], str]] = {
    Kind.TELEGRAM: telegram.preview_address,
    Kind.GDELT: gdelt.search_address,
    Kind.BLUESKY: bluesky.feed_address,
    Kind.MASTODON: mastodon.lookup_address,
}
_Reader = Callable[..., "Fetched | FetchFailed | SitemapIndex"]
_READERS: dict[Kind, _Reader] = {
    Kind.SITEMAP: read_sitemap,
    Kind.TELEGRAM: telegram.read_telegram,
    Kind.GDELT: gdelt.read_gdelt,
    Kind.MASTODON: mastodon.read_mastodon,
    Kind.BLUESKY: bluesky.read_bluesky,
}


class SourceReader:
    """One look at a source, from its address to its entries.

    It decides nothing about when to look again and remembers nothing between looks but when it last asked a server that
    wants pauses. It never raises for what a source does.

    Args:
        fetcher: Entered already; shared by all looks.
        clock: Gives the present as aware UTC, by which dates in the future are told.
        lenient_deadline: Seconds that mending a broken feed may take.
        gdelt_pause: Seconds between requests to GDELT.
        guess_pages: Whether a page may be read as one though the newsroom did not say so. A feed whose address comes to
            show a home page must be told as broken, not go on as that page.
        robots: Says which pages may be read, where it is shared with others.
        turn: Seconds after which a turn of the event loop gets no further document to read; 0 for one a turn.
        parts_deadline: Seconds within which all that is read of an index's sitemaps has to come.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        clock: Callable[[], datetime],
        *,
        lenient_deadline: float = LENIENT_DEADLINE_SECONDS,
        gdelt_pause: float = gdelt.PAUSE_SECONDS,
        parts_deadline: float = PARTS_SECONDS,
        guess_pages: bool = False,
        robots: Gate | None = None,
        turn: float = 0.0,
    ) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._lenient_deadline = lenient_deadline
        self._parts_deadline = parts_deadline
        self._guess_pages = guess_pages
        self._robots = robots or Robots(fetcher, clock)
        self._asking, self._reading = Breather(), Breather(turn)
        self._gdelt = Pauses(gdelt_pause, longest=LONGEST_TURN_SECONDS)

    async def look(self, source: Source, validators: Validators) -> FetchOutcome:
        """Say what the source has now, or that it is unchanged since it gave `validators`, or why it gave nothing.

        A document with the digest of the one last read is not read again.
        """
        await self._asking.breathe()
        kind = source.kind or kind_of_address(source.url)
        document = await self._document(source.url, kind, validators)
        if isinstance(document, Document) and kind is None and self._is_account_page(document, source.url):
            # The page of an account shows nothing without a browser; the posts are where its instance says.
            kind = Kind.MASTODON
            document = await self._document(source.url, kind, Validators())
        if not isinstance(document, FetchFailed) and kind in _ADDRESSES:
            document = replace(document, moved_to=None)
        if not isinstance(document, Document):
            return document
        digest = _digest(document.body)
        if digest == validators.digest:
            return NotModified(document.moved_to, document.validators)
        outcome = await self.read(document, replace(source, kind=kind))
        if isinstance(outcome, SitemapIndex):
            return await self._newest_parts(document, outcome)
        if isinstance(outcome, FetchFailed):
            return outcome
        if outcome.kind is Kind.PAGE and kind is None:
            # Only now known to be a page, which its site may not let programs read.
            return await self.look(replace(source, kind=Kind.PAGE), validators)
        return replace(
            outcome,
            validators=document.validators,
            moved_to=document.moved_to,
            digest=digest,
            warnings=(*document.notes, *outcome.warnings),
        )

    def _is_account_page(self, document: Document, url: str) -> bool:
        if not mastodon.is_account(url):
            return False
        return kind_of_document(document.body, document.content_type) is Kind.MASTODON

    async def _document(
        self, url: str, kind: Kind | None, validators: Validators
    ) -> Document | NotModified | FetchFailed:
        """Fetch what is to be read, which may stand elsewhere than at `url` or be named there."""
        if kind is Kind.GDELT and not await self._gdelt.turn():
            return FetchFailed(Problem.RATE_LIMITED, "was not asked: too many searches wait, one is made every 5 s")
        if kind is Kind.MASTODON:
            account = await self._fetcher.get(mastodon.lookup_address(url), Validators())
            if isinstance(account, FetchFailed):
                return mastodon.with_hint(account)
            if not isinstance(account, Document):
                return account
            posts = mastodon.statuses_address(url, account.body, account.content_type)
            return posts if isinstance(posts, FetchFailed) else await self._fetcher.get(posts, validators)
        address = url if kind is None else _ADDRESSES.get(kind, str)(url)
        # Pages are made for people, the others for programs.
        return await self._fetcher.get(address, validators, gate=self._robots if kind is Kind.PAGE else None)

    async def read(self, document: Document, source: Source) -> Fetched | FetchFailed | SitemapIndex:
        """Read one document of a source, however it came."""
        await self._reading.breathe()
        body = _unpacked(document.body)
        if isinstance(body, FetchFailed):
            return body
        kind = source.kind or kind_of_address(source.url) or kind_of_document(body, document.content_type)
        now = self._clock()
        if kind is Kind.FEED:
            deadline = self._lenient_deadline
            outcome: Fetched | FetchFailed | SitemapIndex = await read_feed(
                body, document.content_type, document.url, now=now, lenient_deadline=deadline
            )
        else:
            reading = partial(_reader(kind, source.layout), body, document.content_type, document.url, now=now)
            outcome = await _in_time(reading, len(body))
        if not isinstance(outcome, Fetched):
            return outcome
        if kind is Kind.PAGE and source.kind is None and not self._guess_pages:
            return _no_feed_but_a_page(outcome)
        return replace(outcome, kind=kind)

    async def read_pushed(self, source: Source, body: bytes, content_type: str | None, url: str) -> FetchOutcome:
        """Read a document that a hub sent for `source`; `url` is where it would have been fetched."""
        outcome = await self.read(Document(body, content_type, url, Validators()), source)
        if isinstance(outcome, SitemapIndex):
            return FetchFailed(Problem.NOT_A_FEED, "is an index of sitemaps, which nobody pushes")
        return outcome

    async def _newest_parts(self, document: Document, index: SitemapIndex) -> Fetched | FetchFailed:
        """Read an index's newest sitemaps, one after another. Without validators: an index may stay as parts change."""
        entries: dict[str, Entry] = {}
        warnings = [*document.notes, *index.warnings]
        failures: list[FetchFailed] = []
        digests = [_digest(document.body)]
        own = parse_address(document.url)
        try:
            async with asyncio.timeout(self._parts_deadline):
                for address in index.parts:
                    part = await self._part(address, own)
                    if isinstance(part, FetchFailed):
                        failures.append(part)
                        warnings.append(f"Its sitemap {address} {part.reason}.")
                        continue
                    warnings += part.warnings
                    digests.append(part.digest or "")
                    entries = {entry.url: entry for entry in part.entries} | entries
        except TimeoutError:
            late = FetchFailed(Problem.TIMEOUT, f"did not send its newest sitemaps within {self._parts_deadline:g} s")
            failures.append(late)
            warnings.append(f"It {late.reason}.")
        if failures and not entries:
            reason = f"is an index of sitemaps, of which the newest {failures[0].reason}"
            return replace(failures[0], reason=reason)
        return Fetched(
            tuple(newest_first(entries.values())),
            Validators(),
            warnings=tuple(warnings),
            moved_to=document.moved_to,
            kind=Kind.SITEMAP,
            digest=_digest(" ".join(digests).encode()),
        )

    async def _part(self, address: str, own: httpx.URL) -> Fetched | FetchFailed:
        document = await self._fetcher.get(address, Validators(), own=own)
        if isinstance(document, FetchFailed):
            return document
        if not isinstance(document, Document):
            return FetchFailed(Problem.HTTP_STATUS, "answered that nothing changed, which was not asked")
        body = _unpacked(document.body)
        if isinstance(body, FetchFailed):
            return body
        reading = partial(read_sitemap, body, document.content_type, document.url, now=self._clock())
        outcome = await _in_time(reading, len(body))
        if isinstance(outcome, SitemapIndex):
            return FetchFailed(Problem.NOT_A_FEED, "is an index again, which is not followed")
        return replace(outcome, digest=_digest(body)) if isinstance(outcome, Fetched) else outcome


def _reader(kind: Kind, layout: Layout | None) -> _Reader:
    if kind is Kind.JSON:
        return partial(read_json_list, layout=layout or Layout())
    return _READERS.get(kind) or partial(read_page, layout=layout)


def _no_feed_but_a_page(found: Fetched) -> FetchFailed:
    titled = f" titled “{shorten(found.title, 80)}”" if found.title else ""
    counted = "an article" if len(found.entries) == 1 else f"{len(found.entries)} articles"
    told = f"it names {counted} in its JSON-LD; list it with `kind: page` if that is meant"
    return FetchFailed(Problem.NOT_A_FEED, f"is an HTML page{titled}, not a feed; {told}")


async def _in_time(reading: Callable[[], _Outcome], size: int) -> _Outcome:
    """Read here or, what is large, in a thread."""
    return await asyncio.to_thread(reading) if size > _INLINE_BYTES else reading()


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def _unpacked(body: bytes) -> bytes | FetchFailed:
    """A body's text, also of one that is a gzip file itself (`.xml.gz`): another thing than being packed on its way."""
    if not body.startswith(_GZIP):
        return body
    unpacker = unpacker_for("gzip", UNPACKED_CAP)
    try:
        plain = unpacker.feed(body)
        unpacker.finish()
    except UnpackedTooLargeError:
        return FetchFailed(Problem.TOO_LARGE, "is a gzip file that unpacks to more than 5 MB")
    except PackingError:
        return FetchFailed(Problem.BAD_ENCODING, "is a broken gzip file")
    return plain
