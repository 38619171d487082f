"""Poll: look at a due source and keep what it gave, with when to look again.

One source's trouble stays its own: it is a value here, kept with its reason, and delays nobody.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, assert_never

from bot.detection.identity import canonical_url, item_id
from bot.detection.origins import PublisherIndex
from bot.domain.item import Item
from bot.domain.poll import Claim, PollRecord, Recorded
from bot.domain.secrets import without_keys_of
from bot.domain.source import Entry, Fetched, FetchFailed, FetchOutcome, NotModified, Problem, Source, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.pipeline.rhythm import Rhythm
    from config.schema import Publishers

LEASE = timedelta(minutes=2)
OLD_NEWS = timedelta(hours=24)

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
    ) -> None:
        self._store = store
        self._looker = looker
        self._publishers = PublisherIndex(publishers)
        self._rhythm = rhythm
        self._clock = clock

    async def claim(self, now: datetime, *, limit: int) -> Sequence[Claim]:
        """Sources to look at now, leased to us."""
        return await self._store.claim_due(now=now, lease=LEASE, limit=limit)

    async def run(self, claim: Claim) -> Recorded:
        """Look, keep, and say what was new."""
        outcome = await self._looker.look(claim.source, claim.validators)
        record = self.record_of(claim, outcome, self._clock())
        recorded = await self._store.record_poll(record)
        if record.problem is not None:
            log.warning("source %s: %s", claim.source.id, record.reason)
        elif recorded.new or recorded.revised:
            log.info("source %s: %d new, %d revised", claim.source.id, recorded.new, recorded.revised)
        return recorded

    def record_of(self, claim: Claim, outcome: FetchOutcome, now: datetime) -> PollRecord:
        """What a look leaves behind: decided here, written by the store."""
        match outcome:
            case Fetched():
                for warning in outcome.warnings:
                    log.info("source %s: %s", claim.source.id, warning)
                items = {item.id: (item, canonical) for item, canonical in self._items(claim.source, outcome, now)}
                fresh = any(item.published is None or now - item.published < claim.pace for item, _ in items.values())
                pace, due = self._rhythm.after_success(claim, now, brought_news=fresh)
                return PollRecord(
                    source=claim.source,
                    at=now,
                    next_poll_at=due,
                    pace=pace,
                    items=tuple(item for item, _ in items.values()),
                    canonical_urls=tuple(canonical for _, canonical in items.values()),
                    backfill=frozenset(key for key, (item, _) in items.items() if is_old_news(item, first=claim.first)),
                    validators=outcome.validators,
                )
            case NotModified():
                pace, due = self._rhythm.after_success(claim, now, brought_news=False)
                return PollRecord(source=claim.source, at=now, next_poll_at=due, pace=pace)
            case FetchFailed(problem, reason, retry_after):
                return PollRecord(
                    source=claim.source,
                    at=now,
                    next_poll_at=self._rhythm.after_failure(claim, now, retry_after),
                    pace=claim.pace,
                    problem=problem,
                    reason=reason,
                    error_count=claim.error_count + 1,
                    stopped=problem is Problem.GONE,
                )
            case _:
                assert_never(outcome)

    def _items(self, source: Source, outcome: Fetched, now: datetime) -> list[tuple[Item, str]]:
        # Documents list the newest first; news is told in the order it happened.
        return [self._item(source, outcome, entry, now) for entry in reversed(outcome.entries)]

    def _item(self, source: Source, outcome: Fetched, entry: Entry, now: datetime) -> tuple[Item, str]:
        url = without_keys_of(source.url, entry.url)
        canonical = canonical_url(url)
        item = Item(
            id=item_id(f"{source.negotiation} {canonical}"),
            url=url,
            outlet=source.name,
            publisher=self._publishers.publisher(url, source.name, entry.title),
            first_seen=now,
            title=entry.title,
            summary=entry.summary,
            tier=source.tier,
            language=entry.language or source.language or outcome.language,
            published=entry.published,
            party=source.party,
            credit=entry.credit,
        )
        return item, canonical


def is_old_news(item: Item, *, first: bool) -> bool:
    """Whether an item is kept for what follows but must alert nobody.

    Older than a day when we first saw it; undated and in the first document a source ever gave us.
    """
    if item.published is None:
        return first
    return item.first_seen - item.published > OLD_NEWS
