"""What one look at a source leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.archive import NOON, Archive

from bot.domain.move import Move
from bot.domain.poll import Claim
from bot.domain.source import Entry, Fetched, FetchFailed, NotModified, Problem, Tier, Validators
from bot.pipeline.poll import PollStep, asked_with, is_old_news
from bot.pipeline.rhythm import Rhythm
from config.schema import Agency, Family, Publishers

PUBLISHERS = Publishers(
    families=(Family(id="ledger_group", name="Ledger Group", hosts=("ledger.example",)),),
    agencies=(Agency(id="wire", name="Sample Wire", hosts=("wire.example",), credits=("Sample Wire",)),),
)
SOURCE = Archive.source(None)  # type: ignore[arg-type]  # needs no database


def claim(*, first: bool = False, errors: int = 0) -> Claim:
    return Claim(SOURCE, Validators('"old"'), SOURCE.interval, errors, first=first)


def step() -> PollStep:
    return PollStep(None, None, PUBLISHERS, Rhythm(lambda: 0.5), lambda: NOON)  # type: ignore[arg-type]  # deciding needs neither


def entry(path: str, hours_old: float | None = 0.1, host: str = "wire.example") -> Entry:
    published = None if hours_old is None else NOON - timedelta(hours=hours_old)
    return Entry(url=f"https://{host}/{path}", title=path, summary="", published=published)


def test_entries_become_items_oldest_first_known_by_publisher() -> None:
    document = Fetched(
        entries=(entry("b?utm_source=rss", host="world.ledger.example"), entry("a"), entry("c", host="blog.example")),
        validators=Validators('"new"'),
    )
    record = step().record_of(claim(), document, NOON)

    assert [item.title for item in record.items] == ["c", "a", "b?utm_source=rss"]
    assert [item.publisher for item in record.items] == ["blog.example", "wire", "ledger_group"]
    assert record.canonical_urls[2] == "https://world.ledger.example/b"
    assert record.validators == Validators('"new"')
    assert record.error_count == 0


def test_one_article_twice_in_a_document_is_one_item() -> None:
    document = Fetched(entries=(entry("a?utm_source=x"), entry("a")), validators=Validators())

    assert len(step().record_of(claim(), document, NOON).items) == 1


@pytest.mark.parametrize(
    ("hours_old", "first", "old"),
    [(1, True, False), (23, False, False), (25, False, True), (None, True, True), (None, False, False)],
)
def test_old_news_is_told_from_news(hours_old: float | None, first: bool, old: bool) -> None:
    document = Fetched(entries=(entry("a", hours_old),), validators=Validators())
    record = step().record_of(claim(first=first), document, NOON)

    assert bool(record.backfill) is old
    assert is_old_news(document.entries[0].published, NOON, first=first) is old


def test_a_failure_is_kept_with_its_reason_and_waits_longer() -> None:
    record = step().record_of(claim(errors=2), FetchFailed(Problem.TIMEOUT, "did not answer"), NOON)

    assert (record.problem, record.reason, record.error_count) == (Problem.TIMEOUT, "did not answer", 3)
    assert record.next_poll_at == NOON + SOURCE.interval * 4
    assert record.validators is None
    assert not record.stopped


def test_a_source_that_is_gone_is_stopped() -> None:
    assert step().record_of(claim(), FetchFailed(Problem.GONE, "answered 410 Gone"), NOON).stopped


def test_nothing_new_ends_a_streak_of_errors() -> None:
    record = step().record_of(claim(errors=3), NotModified(), NOON)

    assert (record.problem, record.error_count, record.validators) == (None, 0, None)


def test_what_a_search_found_is_its_own_outlets_and_a_post_its_accounts() -> None:
    found = replace(entry("a", host="world.ledger.example"), outlet="ledger.example")
    passed_on = Entry("https://t.me/sample_channel/7", "b", "", outlet="Sample Wire")
    own = Entry("https://social.example/@desk/12", "c", "")
    items = step().record_of(claim(), Fetched((own, passed_on, found), Validators()), NOON).items

    assert [(item.outlet, item.publisher) for item in items] == [
        ("ledger.example", "ledger_group"), ("Sample Wire", "wire"), ("Sample Wire", "wire"),
    ]  # fmt: skip
    assert [item.tier for item in items] == [Tier.OTHER, Tier.OTHER, Tier.AGENCY]


def test_a_document_that_cannot_be_read_takes_its_validators_with_it() -> None:
    broken = step().record_of(claim(), FetchFailed(Problem.MALFORMED, "is a broken feed"), NOON)
    unheard = step().record_of(claim(), FetchFailed(Problem.CONNECTION, "refused the connection"), NOON)

    assert broken.validators == Validators()
    assert unheard.validators is None


@pytest.mark.parametrize(("problem", "heals"), [(Problem.NOT_A_FEED, False), (Problem.TIMEOUT, True)])
def test_that_nothing_changed_heals_a_lost_connection_but_no_broken_document(problem: Problem, heals: bool) -> None:
    failing = replace(claim(errors=2), problem=problem, reason="as it was")
    record = step().record_of(failing, NotModified(), NOON)

    assert (record.problem is None) is heals
    assert (record.reason, record.error_count) == ((None, 0) if heals else ("as it was", 3))


def test_of_a_first_document_dated_far_ahead_nothing_is_news() -> None:
    document = Fetched(
        entries=(Entry("https://wire.example/a", "a", "", dated_ahead=NOON + timedelta(days=40)),),
        validators=Validators(),
    )

    assert len(step().record_of(claim(first=True), document, NOON).backfill) == 1
    known = replace(claim(first=True), clock_ahead=timedelta(days=40))
    assert not step().record_of(known, document, NOON).backfill


@pytest.mark.parametrize(
    ("to", "believed"),
    [("https://new.example/feed", True), ("http://new.example/feed", False), ("https://no.example/", False)],
)
def test_a_move_is_not_believed_where_it_gives_up_encryption_or_was_undone(to: str, believed: bool) -> None:
    looked = replace(claim(), unwanted="https://no.example/", move=Move(to, 5, NOON - timedelta(hours=5)))
    record = step().record_of(looked, Fetched(entries=(), validators=Validators(), moved_to=to), NOON)

    assert (record.moved_to == to) is believed
    assert record.move is None


@pytest.mark.parametrize(
    ("looked_hours_ago", "problem", "known"),
    [
        (0.2, None, True),
        (11.9, None, True),
        (12.1, None, False),  # the day before
        (None, None, False),
        (0.2, Problem.MALFORMED, False),
        (0.2, Problem.TIMEOUT, False),
    ],
)
def test_the_same_document_is_read_again_once_a_day_and_after_a_failure(
    looked_hours_ago: float | None, problem: Problem | None, *, known: bool
) -> None:
    looked_at = NOON - timedelta(hours=looked_hours_ago) if looked_hours_ago is not None else None
    asked = Validators('"old"', digest="of what was read")
    again = replace(claim(), validators=asked, looked_at=looked_at, problem=problem)

    assert asked_with(again, NOON) == (asked if known else Validators('"old"'))


def test_the_same_document_again_is_no_news_and_what_its_server_gave_is_kept() -> None:
    record = step().record_of(claim(errors=3), NotModified(validators=Validators('"new"')), NOON)

    assert (record.items, record.digest, record.problem, record.error_count) == ((), None, None, 0)
    assert record.validators == Validators('"new"')
    assert record.pace > SOURCE.interval
