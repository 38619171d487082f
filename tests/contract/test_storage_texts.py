"""Which pages are to be read, and what was read, in a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.archive import NOON, Archive, new_development

from bot.domain.article import ArticleText
from bot.domain.decision import AlertAction, Status
from bot.domain.source import FetchFailed, Problem
from bot.storage.texts import TextStore

if TYPE_CHECKING:
    from bot.domain.item import Item

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)

LATER = NOON + timedelta(minutes=2)
TEXT = ArticleText("The envoys met.", "Reporting by the desk.", "Sample Wire")


async def bare_report(archive: Archive, name: str = "one", **changes: Any) -> Item:
    """A report in a development that came as a headline alone."""
    item = replace(archive.item(name), summary="", **changes)
    await archive.keep(item)
    await archive.developments.record_decision("talks", item, new_development(item), silent=False, now=NOON)
    return item


async def claimed(archive: Archive, **changes: Any) -> list[tuple[str, int]]:
    asked = {
        "sources": {"wire"}, "shorter_than": 20, "seen_after": NOON - timedelta(hours=1), "attempts": 2,
        "again_at": LATER, "now": NOON, "limit": 9,
    }  # fmt: skip
    taken = await TextStore(archive.database).claim(**(asked | changes))
    return [(each.item.id, each.attempt) for each in taken]


async def test_a_report_is_taken_once_until_it_is_due_again_and_twice_at_most(archive: Archive) -> None:
    await bare_report(archive)

    assert await claimed(archive) == [("one", 1)]
    assert await claimed(archive) == []
    assert await claimed(archive, now=LATER, again_at=LATER) == [("one", 2)]
    assert await claimed(archive, now=LATER) == []


async def test_two_processes_never_take_the_same(archive: Archive) -> None:
    for name in "abcdef":
        await bare_report(archive, name)

    taken = [
        each for several in await asyncio.gather(*(claimed(archive, limit=9) for _ in range(3))) for each in several
    ]
    assert sorted(taken) == [(name, 1) for name in "abcdef"]


@pytest.mark.parametrize("reason", ["summary", "source", "old", "backfill", "no development"])
async def test_what_needs_no_text_is_left_alone(archive: Archive, reason: str) -> None:
    item = replace(archive.item("one"), summary="They met for five hours." if reason == "summary" else "")
    await archive.keep(item, old=reason == "backfill")
    decision = new_development(item)
    if reason == "no development":
        decision = replace(decision, development=None, status=Status.NONE, alert=AlertAction.NONE)
    await archive.developments.record_decision("talks", item, decision, silent=False, now=NOON)

    sources = set() if reason == "source" else {"wire"}
    after = NOON if reason == "old" else NOON - timedelta(hours=1)
    assert await claimed(archive, sources=sources, seen_after=after) == []


async def test_a_text_makes_its_item_wait_for_a_decision_once(archive: Archive) -> None:
    item = await bare_report(archive)
    store = TextStore(archive.database)
    await claimed(archive)
    for _ in range(2):
        await store.keep("one", TEXT, now=LATER)

    ((waiting, old),) = await archive.developments.undecided("talks", limit=9)
    assert waiting == replace(item, text="The envoys met. … Reporting by the desk.", credit="Sample Wire", revision=2)
    assert not old
    assert await claimed(archive, now=LATER) == []

    decision = replace(new_development(item), status=Status.REPORT, alert=AlertAction.NONE, origin="agency")
    await archive.developments.record_decision("talks", waiting, decision, silent=False, now=LATER)
    past = await archive.developments.remembered("talks", since=NOON - timedelta(hours=1))
    assert [(then.text, made.origin) for then, made in past] == [("", "wire"), (waiting.text, "agency")]
    development = await archive.developments.development("d-one")
    assert development is not None
    assert [report.origin for report in development.reports] == ["agency"]


async def test_a_credit_its_source_gave_stays(archive: Archive) -> None:
    await bare_report(archive, credit="Sample Desk")
    await claimed(archive)
    await TextStore(archive.database).keep("one", TEXT, now=LATER)

    ((waiting, _),) = await archive.developments.undecided("talks", limit=9)
    assert waiting.credit == "Sample Desk"


async def test_a_later_revision_of_the_source_keeps_the_text_and_is_no_matter_of_it(archive: Archive) -> None:
    item = await bare_report(archive)
    await claimed(archive)
    await TextStore(archive.database).keep("one", TEXT, now=LATER)
    await archive.keep(item, at=LATER)
    ((waiting, _),) = await archive.developments.undecided("talks", limit=9)
    assert waiting.revision == 2, "the source gave what it gave before"

    await archive.keep(replace(item, title="Envoys agree"), at=LATER)
    ((waiting, _),) = await archive.developments.undecided("talks", limit=9)
    assert (waiting.title, waiting.text, waiting.revision) == ("Envoys agree", TEXT.kept, 3)
    decision = replace(new_development(item), status=Status.UPDATE, alert=AlertAction.THREAD)
    await archive.developments.record_decision("talks", waiting, decision, silent=False, now=LATER)
    *_, (then, _made) = await archive.developments.remembered("talks", since=NOON - timedelta(hours=1))
    assert (then.title, then.text) == ("Envoys agree", TEXT.kept)


async def test_a_text_and_a_revision_at_once_lose_neither(archive: Archive) -> None:
    item = await bare_report(archive)
    await claimed(archive)
    changed = replace(item, title="Envoys agree")
    await asyncio.gather(TextStore(archive.database).keep("one", TEXT, now=LATER), archive.keep(changed, at=LATER))

    ((waiting, _),) = await archive.developments.undecided("talks", limit=9)
    assert (waiting.title, waiting.text, waiting.revision) == ("Envoys agree", TEXT.kept, 3)


async def test_a_failure_that_is_final_is_not_tried_again(archive: Archive) -> None:
    for name in ("one", "two"):
        await bare_report(archive, name)
    await claimed(archive)
    store = TextStore(archive.database)
    await store.fail("one", FetchFailed(Problem.ROBOTS, "may not be read"), final=True, now=NOON)
    await store.fail("two", FetchFailed(Problem.TIMEOUT, "did not answer"), final=False, now=NOON)

    assert await claimed(archive, now=LATER) == [("two", 2)]
