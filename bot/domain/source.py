"""A source: a place polled on a schedule, and what one look at it gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.domain.habit import Silence
    from bot.domain.kind import Kind, Layout


class Tier(StrEnum):
    """How near a source stands to the facts, nearest first."""

    OFFICIAL = "official"
    AGENCY = "agency"
    ESTABLISHED = "established"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """One place a newsroom listed.

    `kind` is None where the address and the document are to tell it; `layout` is for kinds that need one.
    `party` names the negotiation's party the publisher is affiliated with, or None.
    `interval` is how often it is polled before its rhythm is known; the engine adapts within bounds.
    """

    id: str
    negotiation: str
    name: str
    url: str
    language: str | None
    tier: Tier
    party: str | None
    interval: timedelta
    kind: Kind | None = None
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" next time; and the `digest` to tell by where it does not answer that.

    `digest` is of the document last read. None where the next one is to be read even if it is the same.
    """

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None

    @property
    def asking(self) -> bool:
        """Whether a server is asked by them."""
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a source gave it: text plain (no markup), `url` absolute, times aware UTC.

    `credit` is the author or agency line, if any. `published` is None when missing, unreadable or in the future; then
    `dated_ahead` is the future date it gave, by which its source's clock can be judged. `outlet` is who published it,
    where that is another than the source: what a search found, what an account passed on.
    """

    url: str
    title: str
    summary: str
    guid: str | None = None
    published: datetime | None = None
    language: str | None = None
    credit: str | None = None
    outlet: str | None = None
    dated_ahead: datetime | None = None


class Problem(StrEnum):
    """Why a look at a source gave nothing."""

    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    HTTP_STATUS = "http_status"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    TOO_LARGE = "too_large"
    ADDRESS_REFUSED = "address_refused"
    BAD_REDIRECT = "bad_redirect"
    BAD_ENCODING = "bad_encoding"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"
    REFUSED = "refused"
    ROBOTS = "robots"

    @property
    def unreadable(self) -> bool:
        """Whether a document came and could not be used: that it is unchanged since says nothing good."""
        return self in {Problem.TOO_LARGE, Problem.BAD_ENCODING, Problem.NOT_A_FEED, Problem.MALFORMED, Problem.REFUSED}

    @property
    def of_the_network(self) -> bool:
        """Whether nothing was heard of the source at all, which may be our own network's doing."""
        return self in {Problem.TIMEOUT, Problem.DNS, Problem.CONNECTION, Problem.TLS}


@dataclass(frozen=True, slots=True)
class Hub:
    """Who pushes a feed (WebSub), and the address (`topic`) under which it does."""

    url: str
    topic: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """The source answered with a document; `entries` in document order.

    `warnings` say what was mended or left out while reading it, each a sentence.
    `moved_to` is the new address when every redirect on the way was permanent. `digest` is the same for the same bytes.
    `kind` is what it was read as. `hub` is who pushes it, if it names one.
    """

    entries: tuple[Entry, ...]
    validators: Validators
    title: str | None = None
    language: str | None = None
    warnings: tuple[str, ...] = ()
    moved_to: str | None = None
    kind: Kind | None = None
    hub: Hub | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source has what it had: it said so (304), or gave the same document again, and `validators` with it.

    `moved_to` as for a document.
    """

    moved_to: str | None = None
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """The source could not be read; `reason` is a sentence for an editor.

    `retry_after` is what the server asked for, if it asked; `status` the HTTP status it gave, if that was the reason.
    """

    problem: Problem
    reason: str
    retry_after: timedelta | None = None
    status: int | None = field(default=None, compare=False)


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source has been doing. `stopped` sources are not polled again until somebody changes their address.

    `failing_since` is when the present streak of failures began. `newest_at` is the time of the newest thing it ever
    gave: as it dates it where that was there when we first read the source, else when we saw it. `silence` is the
    longest it is usually without anything new. `unchanged_since` is since when its document is the same to the byte,
    `entries` how many were in it. `clock_ahead` is how far its dates run ahead of ours (behind, if negative), where
    they do. `address` is where it is polled, where that is not what the newsroom lists: it moved there for good at
    `moved_at`. `told` is the key of the notice that told the desk of its trouble, while none has told that it is over.
    """

    source: Source
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    error_count: int
    problem: Problem | None
    reason: str | None
    stopped: bool
    items_last_day: int
    failing_since: datetime | None = None
    newest_at: datetime | None = None
    silence: Silence | None = None
    unchanged_since: datetime | None = None
    entries: int | None = None
    clock_ahead: timedelta | None = None
    address: str | None = None
    moved_at: datetime | None = None
    told: str | None = None
