"""What a report's own page may change: where its facts come from, and how well its development stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.newsdesk import detector, item, run

from bot.detection.article_text import speaks_of
from bot.domain.decision import AlertAction, Corroboration, StateChange, Status
from bot.domain.source import Tier

if TYPE_CHECKING:
    from bot.detection.decider import Detector
    from bot.domain.decision import Decision
    from bot.domain.item import Item

WIRE = item("a", "Holt and Varga meet in Porto Alto for strait talks", outlet="tidewire", tier=Tier.AGENCY)
DAILY = item("b", "Presidents Holt and Varga negotiate at strait talks in Porto Alto", hours=0.1)
OWN = "The presidents sat down in Porto Alto at noon, a delegate said. Their boats had come in at dawn, one by one."
OTHER = "Fishing rights were on the table when Ada Holt met Ivo Varga, officials of both sides said in the afternoon."


def with_text(desk: Detector, known: Item, text: str, revision: int = 2) -> Decision:
    (decision,) = run(desk, replace(known, text=text, revision=revision))
    return decision


def test_a_credit_takes_back_a_confirmation_and_the_desk_is_told() -> None:
    desk = detector()
    _, confirmed = run(desk, WIRE, DAILY)
    assert (confirmed.origins, confirmed.corroboration) == (2, Corroboration.CONFIRMED)

    decision = with_text(desk, DAILY, f"PORTO ALTO (Tidewire) - {OWN}")
    assert (decision.origin, decision.origins, decision.corroboration) == ("tidewire", 1, Corroboration.PROVISIONAL)
    assert (decision.status, decision.alert, decision.state_change) == (Status.COPY, AlertAction.THREAD, None)
    assert decision.change == (
        "no longer confirmed: 1 independent origin is left since the page of b.example was read (credited to Tidewire)"
    )
    assert decision.urgency_reasons == run(detector(), WIRE)[0].urgency_reasons
    assert decision.evidence is not None
    assert decision.evidence.origin == "credited to Tidewire"


def test_one_origin_less_of_three_is_put_right_quietly() -> None:
    desk = detector()
    third = item("c", "Strait talks: Ada Holt and Ivo Varga, presidents, at one table", hours=0.2)
    *_, before = run(desk, WIRE, DAILY, third)
    assert before.origins == 3

    decision = with_text(desk, DAILY, f"PORTO ALTO (Tidewire) - {OWN}")
    assert (decision.origins, decision.corroboration) == (2, Corroboration.CONFIRMED)
    assert (decision.alert, decision.change) == (AlertAction.EDIT, None)


@pytest.mark.parametrize("text", [OWN, f"{OWN} Tidewire was there too."])
def test_a_page_of_its_own_words_changes_nothing(text: str) -> None:
    desk = detector()
    _, before = run(desk, WIRE, DAILY)

    decision = with_text(desk, DAILY, text)
    assert decision.alert is AlertAction.NONE
    assert (decision.origin, decision.origins, decision.corroboration) == (
        before.origin, before.origins, before.corroboration,
    )  # fmt: skip
    assert decision.development == before.development


def test_two_texts_under_like_headlines_are_two_after_all() -> None:
    desk = detector()
    twin = item("b", "Holt, Varga meet in Porto Alto for strait talks", hours=0.1)
    _, copy = run(desk, WIRE, twin)
    assert (copy.status, copy.origins) == (Status.COPY, 1)

    assert with_text(desk, WIRE, OWN).alert is AlertAction.NONE
    decision = with_text(desk, twin, OTHER)
    assert (decision.origin, decision.origins) == ("b.example", 2)
    assert (decision.alert, decision.state_change) == (AlertAction.EDIT, StateChange.CONFIRMED)
    assert decision.change == "confirmed: 2 independent origins"


def test_an_origin_others_have_their_facts_from_keeps_its_name() -> None:
    desk = detector()
    opener = item("a", "Holt and Varga meet in Porto Alto for strait talks")
    copy = item("b", "Holt and Varga met in Porto Alto for strait talks", hours=0.1)
    run(desk, opener, copy)

    decision = with_text(desk, opener, f"PORTO ALTO (Tidewire) - {OWN}")
    assert (decision.origins, decision.corroboration) == (1, Corroboration.PROVISIONAL)
    assert decision.alert is AlertAction.NONE


def test_the_same_page_again_is_no_news() -> None:
    desk = detector()
    run(desk, WIRE, DAILY)
    text = f"PORTO ALTO (Tidewire) - {OWN}"
    with_text(desk, DAILY, text)
    again = with_text(desk, DAILY, text, revision=3)
    assert (again.alert, again.origins) == (AlertAction.NONE, 1)


@pytest.mark.parametrize(
    ("headline", "text", "same"),
    [
        ("Holt and Varga meet in Porto Alto for strait talks", "Ada Holt met Ivo Varga in Porto Alto.", True),
        ("Переговори у Порто-Альто тривають", "У Порто-Альто тривали переговори двох президентів.", True),
        ("Holt and Varga meet in Porto Alto for strait talks", "We value your privacy. Accept all cookies?", False),
        ("Norland and Sudmark presidents hold talks", "Subscribe to read on: four weeks for one coin.", False),
        ("300", "300 were counted.", False),
    ],
)
def test_a_wall_is_told_from_the_article_its_headline_promised(headline: str, text: str, *, same: bool) -> None:
    assert speaks_of(headline, text) is same
