"""Sources and items in a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.poll import PollRecord, Recorded
from bot.domain.source import Problem, Validators

if TYPE_CHECKING:
    from support.archive import Archive, Clock

LEASE = timedelta(minutes=2)

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)


async def test_a_due_source_is_claimed_once_until_its_lease_runs_out(archive: Archive, clock: Clock) -> None:
    first = await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)
    again = await archive.sources.claim_due(now=clock.forward(seconds=60), lease=LEASE, limit=10)
    later = await archive.sources.claim_due(now=clock.forward(seconds=61), lease=LEASE, limit=10)

    assert [claim.source.id for claim in first] == ["wire"]
    assert not again
    assert [claim.source.id for claim in later] == ["wire"]


async def test_a_released_source_is_due_at_once(archive: Archive, clock: Clock) -> None:
    await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)
    await archive.sources.release(["wire"])

    assert len(await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)) == 1


async def test_what_a_look_left_is_what_the_next_claim_brings(archive: Archive, clock: Clock) -> None:
    source = archive.source()
    due = clock() + timedelta(minutes=10)
    await archive.sources.record_poll(
        PollRecord(source, clock(), due, timedelta(minutes=7), validators=Validators('"a"', "Tue"))
    )

    assert not await archive.sources.claim_due(now=due - timedelta(seconds=1), lease=LEASE, limit=10)
    (claim,) = await archive.sources.claim_due(now=due, lease=LEASE, limit=10)
    assert claim.validators == Validators('"a"', "Tue")
    assert claim.pace == timedelta(minutes=7)
    assert claim.source == source
    assert not claim.first


async def test_a_failure_keeps_the_validators_and_names_its_reason(archive: Archive, clock: Clock) -> None:
    source = archive.source()
    await archive.keep(at=clock())
    failed = PollRecord(
        source, clock(), clock(), source.interval, problem=Problem.TIMEOUT, reason="did not answer", error_count=1
    )
    await archive.sources.record_poll(failed)

    (claim,) = await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)
    (health,) = await archive.sources.source_health("talks", now=clock())
    assert claim.validators.etag == '"1"'
    assert claim.error_count == 1
    assert (health.problem, health.reason) == (Problem.TIMEOUT, "did not answer")


async def test_a_stopped_source_is_never_due_until_its_address_changes(archive: Archive, clock: Clock) -> None:
    source = archive.source()
    gone = PollRecord(source, clock(), clock(), source.interval, problem=Problem.GONE, reason="is gone", stopped=True)
    await archive.sources.record_poll(gone)
    assert not await archive.sources.claim_due(now=clock.forward(days=30), lease=LEASE, limit=10)

    await archive.sources.list_sources([source], now=clock())
    assert not await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)

    await archive.sources.list_sources([replace(source, url="https://wire.example/new")], now=clock())
    (claim,) = await archive.sources.claim_due(now=clock(), lease=LEASE, limit=10)
    assert claim.first
    assert claim.error_count == 0


async def test_a_source_no_longer_listed_is_not_polled_but_its_items_stay(archive: Archive, clock: Clock) -> None:
    await archive.keep(archive.item("one"))
    await archive.sources.list_sources([], now=clock())

    assert not await archive.sources.claim_due(now=clock.forward(days=1), lease=LEASE, limit=10)
    assert len(await archive.developments.undecided("talks", limit=10)) == 1


async def test_the_same_article_is_one_item_and_its_new_headline_a_revision(archive: Archive, clock: Clock) -> None:
    item = archive.item("one", title="Talks to open on Tuesday")
    await archive.keep(item)
    record = PollRecord(
        archive.source(), clock.forward(minutes=5), clock(), timedelta(minutes=10),
        items=(replace(item, title="Talks to open on Wednesday"),), canonical_urls=(item.url,),
    )  # fmt: skip

    assert await archive.sources.record_poll(record) == Recorded(new=0, revised=1)
    assert await archive.sources.record_poll(record) == Recorded(new=0, revised=0)
    ((kept, _old),) = await archive.developments.undecided("talks", limit=10)
    assert (kept.title, kept.revision, kept.first_seen) == ("Talks to open on Wednesday", 2, item.first_seen)


async def test_another_feed_with_the_same_article_does_not_revise_it(archive: Archive, clock: Clock) -> None:
    item = archive.item("one")
    await archive.keep(item)
    record = PollRecord(
        archive.source("mirror"), clock(), clock(), timedelta(minutes=10),
        items=(replace(item, summary="Shorter."),), canonical_urls=(item.url,),
    )  # fmt: skip

    assert await archive.sources.record_poll(record) == Recorded(new=0, revised=0)
