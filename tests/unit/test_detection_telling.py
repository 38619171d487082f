"""A report that may not be about the talks waits until a second independent origin has it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.newsdesk import detector, item, run

from bot.domain.decision import AlertAction, Decision, Status
from bot.domain.source import Tier

if TYPE_CHECKING:
    from bot.domain.item import Item

UNSURE = item("a", "Holt and Varga exchange letters on the strait talks")
AGAIN = item("b", "Letters on the strait talks exchanged by Varga and Holt", hours=1, outlet="Harbour Post")
SURE = item("s", "Holt and Varga agree truce, free 40 sailors after strait talks")


def heard(decision: Decision) -> tuple[AlertAction, bool]:
    return decision.alert, decision.waits


def scope(decision: Decision) -> float:
    assert decision.evidence is not None
    return decision.evidence.scope


def test_an_unsure_report_opens_a_development_that_waits() -> None:
    (decision,) = run(detector(), UNSURE)
    assert 0.5 < scope(decision) < 0.8, "the headline is no example any more"
    assert (decision.status, *heard(decision)) == (Status.NEW, AlertAction.NONE, True)
    assert decision.why[0] == "waits until a second independent origin has it"


def test_a_second_origin_has_it_told_as_a_card_and_later_ones_edit_that() -> None:
    third = item("c", UNSURE.title, hours=2, outlet="Evening Call")
    first, second, after = run(detector(), UNSURE, AGAIN, third)
    assert second.development == first.development == after.development
    assert heard(second) == (AlertAction.POST, False)
    assert second.why[0] == "told now: 2 independent origins have it"
    assert heard(after) == (AlertAction.EDIT, False)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Holt and Varga to meet for talks", "Ada Holt and Ivo Varga plan to meet for talks", True),
        ("Holt and Varga exchange letters", "Letters exchanged by Varga and Holt", False),
    ],
)
def test_two_origins_need_not_be_likely_but_more_than_possible(one: str, other: str, *, told: bool) -> None:
    first, second = run(detector(), item("a", one), item("b", other, hours=1))
    assert second.development == first.development
    scopes = [scope(first), scope(second)]
    low, high = (0.4, 0.5) if told else (0.25, 0.4)
    assert all(low < each < high for each in scopes), "the headlines are no example any more"
    assert heard(second) == ((AlertAction.POST, False) if told else (AlertAction.NONE, True))


def test_a_reprint_is_no_second_origin() -> None:
    reprint = replace(UNSURE, id="r", url="https://other.example/r", first_seen=AGAIN.first_seen)
    _, decision = run(detector(), UNSURE, reprint)
    assert decision.status is Status.COPY
    assert heard(decision) == (AlertAction.NONE, True)


def test_a_roundup_is_no_second_origin() -> None:
    roundup = item("c", "Live updates: " + UNSURE.title, UNSURE.summary, hours=2, outlet="Harbour Post")
    _, decision = run(detector(), UNSURE, roundup)
    assert decision.development == "d-a"
    assert heard(decision) == (AlertAction.NONE, True)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (SURE, "told on one report: surely about the talks"),
        (replace(UNSURE, tier=Tier.AGENCY), "told on one report: from an agency source"),
        (replace(UNSURE, tier=Tier.OFFICIAL), "told on one report: from an official source"),
    ],
)
def test_some_are_told_on_one_report(one: Item, why: str) -> None:
    (decision,) = run(detector(), one)
    assert heard(decision) == (AlertAction.POST, False)
    assert decision.why[0].startswith(why)


def test_a_headline_that_becomes_sure_ends_the_wait() -> None:
    changed = replace(UNSURE, title="Holt and Varga agree truce in letters on the strait talks", revision=2)
    _, decision = run(detector(), UNSURE, changed)
    assert heard(decision) == (AlertAction.POST, False)


def test_what_was_told_stays_told_when_the_report_that_ended_the_wait_is_forgotten() -> None:
    mind = detector()
    late = item("c", UNSURE.title, hours=50, outlet="Evening Call")
    last = item("d", UNSURE.title, hours=60, outlet="Morning Call")
    run(mind, UNSURE, AGAIN, late)
    mind.forget_before(late.first_seen)
    (decision,) = run(mind, last)
    assert (decision.development, *heard(decision)) == ("d-a", AlertAction.EDIT, False)


def test_old_news_neither_waits_nor_ends_a_wait() -> None:
    opening, second = run(detector(), UNSURE, AGAIN)
    assert not opening.as_old_news().waits
    assert heard(second.as_old_news()) == (AlertAction.NONE, True)
    report = replace(second, alert=AlertAction.EDIT)
    assert report.as_old_news() == report


def test_what_only_passes_by_the_company_it_keeps_opens_nothing() -> None:
    sport = item("x", "Norland parliament debates border law on Sudmark")
    (alone,) = run(detector(), sport)
    assert (alone.relevant, alone.development) == (False, None)
