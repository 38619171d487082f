from __future__ import annotations

import pytest
from support.newsdesk import genres, item, negotiation, publishers

from bot.detection.claim import Claim, EventCoder
from bot.detection.reading import Reader
from bot.detection.relation import RelationKind, relation
from bot.detection.revision import RevisionKind, compare_revision
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import EventType, Stage


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(negotiation(), publishers(), genres())


@pytest.fixture(scope="module")
def reader(vocabulary: Vocabulary) -> Reader:
    return Reader(vocabulary)


def claim(vocabulary: Vocabulary, reader: Reader, title: str, language: str = "en") -> Claim:
    return EventCoder(vocabulary).code(reader.read(item("x", title, language=language)))


def test_who_acts_stands_before_the_act_and_whom_it_is_about_after(vocabulary: Vocabulary, reader: Reader) -> None:
    coded = claim(vocabulary, reader, "Varga rejects Norland's draft")
    assert (coded.plover, coded.actors, coded.targets) == (EventType.REJECT, ("sudmark",), ("norland",))
    assert coded.people == ("varga",)


@pytest.mark.parametrize(
    ("title", "stage", "aux"),
    [
        ("Holt met Varga", Stage.UNDER_WAY, ()),
        ("Holt will meet Varga", Stage.ANNOUNCED, ("future",)),
        ("Holt signed the accord", Stage.SIGNED, ()),
    ],
)
def test_to_meet_and_met_are_two_stages(
    vocabulary: Vocabulary, reader: Reader, title: str, stage: Stage, aux: tuple[str, ...]
) -> None:
    coded = claim(vocabulary, reader, title)
    assert (coded.stage, coded.aux) == (stage, aux)


def test_a_negation_turns_the_act(vocabulary: Vocabulary, reader: Reader) -> None:
    assert claim(vocabulary, reader, "Holt agrees to a truce").polarity == 1
    assert claim(vocabulary, reader, "Holt does not agree to a truce").polarity == -1
    assert claim(vocabulary, reader, "Holt refuses a truce").polarity == -1


def test_confirming_and_denying_are_opposed(vocabulary: Vocabulary, reader: Reader) -> None:
    confirms = claim(vocabulary, reader, "Norland confirms it accepted the draft")
    denies = claim(vocabulary, reader, "Norland denies it accepted the draft")
    assert relation(denies, [confirms]).kind is RelationKind.OPPOSED
    assert relation(confirms, [confirms]).kind is RelationKind.SAME


def test_another_side_s_denial_opposes_nobody_s_own_word(vocabulary: Vocabulary, reader: Reader) -> None:
    norland = claim(vocabulary, reader, "Norland agrees to a truce")
    sudmark = claim(vocabulary, reader, "Sudmark rejects a truce")
    assert relation(sudmark, [norland]).kind is not RelationKind.OPPOSED


def test_a_step_further_is_an_update_in_words(vocabulary: Vocabulary, reader: Reader) -> None:
    planned = claim(vocabulary, reader, "Holt will meet Varga")
    held = claim(vocabulary, reader, "Holt met Varga")
    assert relation(held, [planned]).change == "was announced, now under way"
    assert relation(planned, [held]).kind is RelationKind.SAME


def test_an_old_statement_said_again_is_restated(vocabulary: Vocabulary, reader: Reader) -> None:
    said = claim(vocabulary, reader, "Varga rejects a truce")
    again = claim(vocabulary, reader, "Varga once more rejects a truce")
    assert relation(again, [said]).kind is RelationKind.RESTATED


def test_revisions_are_cosmetic_updated_or_reversed(vocabulary: Vocabulary, reader: Reader) -> None:
    def compare(was: str, now: str) -> RevisionKind:
        before, after = item("x", was), item("x", now, revision=2)
        claims = claim(vocabulary, reader, was), claim(vocabulary, reader, now)
        return compare_revision(before, after, *claims).kind

    assert compare("Holt met Varga in Porto Alto", "Holt met Varga at Porto Alto") is RevisionKind.COSMETIC
    assert compare("Norland frees 40 sailors", "Norland frees 57 sailors") is RevisionKind.UPDATED
    assert compare("Holt will meet Varga", "Holt met Varga") is RevisionKind.UPDATED
    assert compare("Holt agrees to a truce", "Holt rejects a truce") is RevisionKind.REVERSED


def test_a_revision_says_what_the_headline_was_and_is() -> None:
    before, after = item("x", "Norland frees 40 sailors"), item("x", "Norland frees 57 sailors", revision=2)
    expected = 'headline changed: was "Norland frees 40 sailors", now "Norland frees 57 sailors"'
    assert compare_revision(before, after).words == expected
