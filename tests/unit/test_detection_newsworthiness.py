"""Why an alert is urgent, in an editor's words, and never more than reports say."""

from __future__ import annotations

import pytest
from support.newsdesk import genres, item, negotiation, publishers

from bot.detection.claim import Claim, EventCoder
from bot.detection.corroboration import Standing, standing
from bot.detection.newsworthiness import Newsworthiness, weigh
from bot.detection.reading import Reader
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import Urgency
from bot.domain.source import Tier

ALONE = standing({"tidewire": set()})


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(negotiation(), publishers(), genres())


def coded(vocabulary: Vocabulary, title: str) -> Claim:
    return EventCoder(vocabulary).code(Reader(vocabulary).read(item("x", title)))


def weighed(
    vocabulary: Vocabulary, title: str, *, tiers: tuple[Tier, ...] = (), stands: Standing = ALONE
) -> Newsworthiness:
    return weigh(coded(vocabulary, title), vocabulary, tiers=tiers, stands=stands)


@pytest.mark.parametrize(
    ("title", "reasons"),
    [
        (
            "Holt and Varga agree on a truce",
            ("an agreement is reported", "Norland itself acts", "Norland's president is named"),
        ),
        (
            "Holt and Varga signed the accord",
            ("a signature is reported", "Norland itself acts", "Norland's president is named"),
        ),
        ("Varga rejects the draft", ("a refusal is reported", "Sudmark itself acts", "Sudmark's president is named")),
        ("Holt met the envoys", ("talks are reported", "Norland itself acts", "Norland's president is named")),
        ("Sudmark denies it accepted the draft", ("a denial is reported", "Sudmark itself acts")),
    ],
)
def test_reasons_name_the_act_and_who_acts(vocabulary: Vocabulary, title: str, reasons: tuple[str, ...]) -> None:
    assert weighed(vocabulary, title).reasons == reasons


@pytest.mark.parametrize(
    "title", ["Holt does not agree to a truce", "Holt will sign the accord", "Holt could agree to a truce"]
)
def test_what_is_only_planned_possible_or_denied_is_at_issue_and_no_flash(vocabulary: Vocabulary, title: str) -> None:
    everything = standing({"a": set(), "b": set(), "c": set()})
    worth = weighed(vocabulary, title, tiers=(Tier.AGENCY, Tier.OFFICIAL), stands=everything)
    assert "an agreement is at issue" in worth.reasons
    assert "an agreement is reported" not in worth.reasons
    assert worth.urgency is not Urgency.FLASH


def test_an_agreement_reported_by_many_is_a_flash(vocabulary: Vocabulary) -> None:
    several = standing({"a": set(), "b": set(), "c": set()})
    worth = weighed(vocabulary, "Holt and Varga signed the accord", tiers=(Tier.AGENCY, Tier.OFFICIAL), stands=several)
    assert worth.urgency is Urgency.FLASH
    assert "carried by an agency and an official source" in worth.reasons
    assert "three independent origins report it" in worth.reasons


def test_a_side_that_is_only_named_does_not_act(vocabulary: Vocabulary) -> None:
    assert "it concerns Norland" in weighed(vocabulary, "Norland sailors meet their families").reasons


def test_doubt_is_said(vocabulary: Vocabulary) -> None:
    doubted = weighed(vocabulary, "Holt reportedly once more agrees to a truce").reasons
    assert doubted[-2:] == ("the headline itself calls it unconfirmed", "the headline says it was said before")
    assert weighed(vocabulary, "Harbour opens").reasons == ("nothing marks it as pressing",)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("talks", "talks are reported"),
        ("progress", "progress is reported"),
        ("an exchange of prisoners", "an exchange of prisoners is reported"),
    ],
)
def test_an_act_goes_by_the_newsrooms_name_for_it(name: str, reason: str) -> None:
    named = tuple(
        action.model_copy(update={"name": name}) if action.id == "meet" else action for action in negotiation().actions
    )
    vocabulary = Vocabulary(negotiation().model_copy(update={"actions": named}), publishers(), genres())
    assert reason in weighed(vocabulary, "Holt met Varga").reasons
