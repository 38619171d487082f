"""Poll: look at a due source and keep what it gave, with when to look again.

One source's trouble stays its own: it is a value here, kept with its reason, and delays nobody.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, assert_never

from bot.detection.identity import canonical_url, item_id
from bot.detection.origins import PublisherIndex
from bot.domain.item import Item
from bot.domain.move import sighted
from bot.domain.poll import Claim, PollRecord, Recorded
from bot.domain.secrets import without_keys_of
from bot.domain.source import Entry, Fetched, FetchFailed, FetchOutcome, NotModified, Problem, Source, Tier, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.pipeline.rhythm import Rhythm
    from config.schema import Publishers

LEASE = timedelta(minutes=2)
OLD_NEWS = timedelta(hours=24)
GIVE_UP_MOVE = 3  # failures in a row where a source has moved to, before it is looked for where the newsroom says

log = logging.getLogger(__name__)


class PollStore(Protocol):
    """Which sources are due, and what became of looking at them."""

    async def claim_due(self, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Claim]:
        """Lease up to `limit` sources that are due, longest waiting first."""
        ...

    async def record_poll(self, record: PollRecord) -> Recorded:
        """Keep what one look gave and when the next is due, in one transaction."""
        ...


class SourceLooker(Protocol):
    """Looks at a source once."""

    async def look(self, source: Source, validators: Validators) -> FetchOutcome:
        """What the source has now. A failure is an outcome, not an exception."""
        ...


class PollStep:
    """Looks at one claimed source and records what it gave."""

    def __init__(
        self,
        store: PollStore,
        looker: SourceLooker,
        publishers: Publishers,
        rhythm: Rhythm,
        clock: Callable[[], datetime],
        *,
        pushable: bool = False,
    ) -> None:
        """`pushable`: whether hubs can reach us, so that it is worth noting which sources have one."""
        self._store = store
        self._looker = looker
        self._publishers = PublisherIndex(publishers)
        self._rhythm = rhythm
        self._clock = clock
        self._pushable = pushable

    async def claim(self, now: datetime, *, limit: int) -> Sequence[Claim]:
        """Sources to look at now, leased to us."""
        return await self._store.claim_due(now=now, lease=LEASE, limit=limit)

    async def run(self, claim: Claim) -> Recorded:
        """Look, keep, and say what was new."""
        outcome = await self._looker.look(claim.source, asked_with(claim, self._clock()))
        record = self.record_of(claim, outcome, self._clock())
        recorded = await self._store.record_poll(record)
        if record.problem is not None:
            failed = {"event": "source.failed", "source": claim.source.id, "problem": record.problem}
            log.warning("source %s: %s", claim.source.id, record.reason, extra=failed)
        elif recorded.new or recorded.revised:
            polled = {"event": "source.polled", "source": claim.source.id, "items": list(recorded.ids)}
            log.info("source %s: %d new, %d revised", claim.source.id, recorded.new, recorded.revised, extra=polled)
        if record.moved_to is not None:
            moved = {"event": "source.moved", "source": claim.source.id, "address": record.moved_to}
            log.warning("source %s has moved for good to %s", claim.source.id, record.moved_to, extra=moved)
        return recorded

    def record_of(self, claim: Claim, outcome: FetchOutcome, now: datetime) -> PollRecord:
        """What a look leaves behind: decided here, written by the store."""
        match outcome:
            case Fetched():
                record = self._read(claim, outcome, now)
            case NotModified() if claim.problem is not None and claim.problem.unreadable:
                # What could not be read is what it still has. Next time it is asked for whatever it has.
                record = self._failed(claim, claim.problem, claim.reason or "could not be read", now)
            case NotModified():
                pace, due = self._rhythm.after_success(claim, now, brought_news=False)
                record = PollRecord(
                    source=claim.source, at=now, next_poll_at=due, pace=pace, validators=outcome.validators
                )
            case FetchFailed(problem, reason, retry_after):
                return self._failed(claim, problem, reason, now, retry_after)
            case _:
                assert_never(outcome)
        return _followed(record, claim, outcome.moved_to, now)

    def _read(self, claim: Claim, outcome: Fetched, now: datetime) -> PollRecord:
        for warning in outcome.warnings:
            log.info("source %s: %s", claim.source.id, warning)
        items, canonical, dated, really = {}, {}, {}, {}
        for entry in reversed(outcome.entries):  # documents list the newest first; news is told as it happened
            url = without_keys_of(claim.source.url, entry.url)
            address = canonical_url(url)
            item = self._item(claim.source, outcome, entry, url=url, canonical=address, now=now)
            items[item.id], canonical[item.id] = item, address
            if stated := entry.published or entry.dated_ahead:
                dated[item.id] = stated
            really[item.id] = _by_our_clock(entry, claim.clock_ahead)
        fresh = any(at is None or now - at < claim.pace for at in really.values())
        pace, due = self._rhythm.after_success(claim, now, brought_news=fresh)
        return PollRecord(
            source=claim.source,
            at=now,
            next_poll_at=due,
            pace=pace,
            items=tuple(items.values()),
            canonical_urls=tuple(canonical.values()),
            backfill=frozenset(each for each, at in really.items() if is_old_news(at, now, first=claim.first)),
            validators=outcome.validators,
            hub=outcome.hub if self._pushable else None,
            first=claim.first,
            dated=dated,
            digest=outcome.digest,
            entries=len(outcome.entries),
        )

    def _failed(
        self, claim: Claim, problem: Problem, reason: str, now: datetime, retry_after: timedelta | None = None
    ) -> PollRecord:
        errors = claim.error_count + 1
        back = claim.listed is not None and (errors >= GIVE_UP_MOVE or problem is Problem.GONE)
        return PollRecord(
            source=claim.source,
            at=now,
            next_poll_at=self._rhythm.after_failure(claim, now, retry_after),
            pace=claim.pace,
            # "Has it changed?" is no question to ask of a document that could not be read.
            validators=Validators() if problem.unreadable or back else None,
            problem=problem,
            reason=reason,
            error_count=errors,
            stopped=problem is Problem.GONE and not back,
            move=claim.move,
            moved_back=back,
        )

    def _item(self, source: Source, outcome: Fetched, entry: Entry, *, url: str, canonical: str, now: datetime) -> Item:
        outlet = entry.outlet or source.name
        return Item(
            id=item_id(f"{source.negotiation} {canonical}"),
            url=url,
            outlet=outlet,
            publisher=self._publishers.publisher(url, outlet, entry.title),
            first_seen=now,
            title=entry.title,
            summary=entry.summary,
            # What another said is not the source's own word: neither its standing nor its party goes with it.
            tier=source.tier if entry.outlet is None else Tier.OTHER,
            language=entry.language or source.language or outcome.language,
            published=entry.published,
            party=source.party if entry.outlet is None else None,
            credit=entry.credit,
        )


def asked_with(claim: Claim, now: datetime) -> Validators:
    """What a source is asked with, to read no document twice.

    At its first look of a day, and after a failure, a document is read even if it is the same: that what was let go of
    is listed still has to be noted, and a new release of ours may read it otherwise.
    """
    known = claim.problem is None and claim.looked_at is not None and claim.looked_at.date() == now.date()
    return claim.validators if known else replace(claim.validators, digest=None)


def is_old_news(published: datetime | None, first_seen: datetime, *, first: bool) -> bool:
    """Whether an item is kept for what follows but must alert nobody.

    Older than a day when we first saw it; undated and in the first document a source ever gave us.
    """
    if published is None:
        return first
    return first_seen - published > OLD_NEWS


def _by_our_clock(entry: Entry, ahead: timedelta | None) -> datetime | None:
    """When an entry was published, by our clock as far as the source's is known to be wrong; None if undated."""
    if ahead is None:
        return entry.published
    stated = entry.published or entry.dated_ahead
    return stated - ahead if stated is not None else None


def _followed(record: PollRecord, claim: Claim, moved_to: str | None, now: datetime) -> PollRecord:
    """With what a permanent redirect, or that there was none, means for where to look next."""
    if moved_to == claim.unwanted or _is_downgrade(claim.source.url, moved_to):
        moved_to = None  # followed each time, and never believed
    move = sighted(claim.move, moved_to, now)
    if move is not None and move.established(now):
        return replace(record, moved_to=move.to)
    return replace(record, move=move)


def _is_downgrade(here: str, there: str | None) -> bool:
    """Whether a move leads from an address nobody on the way can alter to one that anybody can."""
    return there is not None and here.startswith("https:") and not there.startswith("https:")
