from __future__ import annotations

import pytest
from support.newsdesk import genres, item, negotiation, publishers

from bot.detection.claim import Claim, EventCoder
from bot.detection.reading import Reader
from bot.detection.revision import RevisionKind, compare_revision
from bot.detection.stages import opposed, step_further
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import EventType, Stage
from config.schema import Action


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
    assert opposed(denies, confirms)
    assert not opposed(confirms, confirms)


def test_another_side_s_denial_opposes_nobody_s_own_word(vocabulary: Vocabulary, reader: Reader) -> None:
    norland = claim(vocabulary, reader, "Norland agrees to a truce")
    sudmark = claim(vocabulary, reader, "Sudmark rejects a truce")
    assert not opposed(sudmark, norland)


def test_a_step_further_is_told_in_words(vocabulary: Vocabulary, reader: Reader) -> None:
    planned = claim(vocabulary, reader, "Holt will meet Varga")
    held = claim(vocabulary, reader, "Holt met Varga")
    assert step_further(held, [planned]) == "was announced, now under way"
    assert step_further(planned, [held]) is None


REVISIONS = [
    ("Holt met Varga in Porto Alto", "Holt met Varga at Porto Alto", RevisionKind.COSMETIC),
    ("Norland frees 40 sailors", "Norland frees sailors", RevisionKind.COSMETIC),
    ("Norland frees 40 sailors", "Updated: Norland frees 40 sailors", RevisionKind.COSMETIC),
    ("Holt meets Varga", "Varga meets Holt", RevisionKind.COSMETIC),
    ("Norland frees sailors", "Norland frees 40 sailors", RevisionKind.UPDATED),
    ("Norland frees sailors", "Norland frees 40 sailors, 3 captains", RevisionKind.UPDATED),
    ("Holt met Varga", "Holt met Varga in Porto Alto", RevisionKind.UPDATED),
    ("Holt will meet Varga", "Holt met Varga", RevisionKind.UPDATED),
    ("Norland frees 40 sailors", "Norland frees 57 sailors", RevisionKind.CORRECTED),
    ("Norland frees 40 sailors of 80", "Norland frees 57 sailors of 80 after talks", RevisionKind.CORRECTED),
    ("Holt met Varga", "Holt will meet Varga", RevisionKind.CORRECTED),
    ("Norland rejects a truce", "Sudmark rejects a truce", RevisionKind.CORRECTED),
    ("Norland refuses Sudmark a truce", "Sudmark refuses Norland a truce", RevisionKind.CORRECTED),
    ("Holt agrees to a truce", "Holt rejects a truce", RevisionKind.REVERSED),
    ("Holt agrees to a truce", "Holt does not agree to a truce", RevisionKind.REVERSED),
]


@pytest.mark.parametrize(("was", "now", "kind"), REVISIONS)
def test_a_revision_adds_corrects_or_turns_round(
    vocabulary: Vocabulary, reader: Reader, was: str, now: str, kind: RevisionKind
) -> None:
    before, after = item("x", was), item("x", now, revision=2)
    claims = claim(vocabulary, reader, was), claim(vocabulary, reader, now)
    assert compare_revision(before, after, *claims).kind is kind


def test_a_revision_says_what_the_headline_was_and_is() -> None:
    before, after = item("x", "Norland frees 40 sailors"), item("x", "Norland frees 57 sailors", revision=2)
    corrected = compare_revision(before, after)
    assert corrected.words == "said “Norland frees 40 sailors”, now says “Norland frees 57 sailors”"
    assert corrected.slots == ("figures",)

    vague = item("x", "Norland frees sailors")
    more = compare_revision(vague, after)
    assert more.words == "headline now says “Norland frees 57 sailors”; it said “Norland frees sailors”"


def test_a_figure_changed_in_the_opening_is_a_correction_and_a_new_opening_is_none() -> None:
    def revised(now: str) -> RevisionKind:
        before = item("x", "Norland frees sailors", "Norland freed 40 sailors on Monday. They went home.")
        return compare_revision(before, item("x", "Norland frees sailors", now, revision=2)).kind

    assert revised("Norland freed 57 sailors on Monday. They went home.") is RevisionKind.CORRECTED
    assert revised("All 57 are home now, said their union. They had been gone a year.") is RevisionKind.COSMETIC


RESPOND = Action.model_validate(
    {"id": "respond", "stage": "statement", "conditional": "deny", "words": {"en": ["respond*"]}}
)


@pytest.mark.parametrize(
    ("title", "act", "aux"),
    [
        ("Norland will respond if Sudmark signed the accord", "deny", ("future", "hypothetical")),
        ("If Sudmark signs, Norland responds", "deny", ("hypothetical",)),
        ("Norland will respond to Sudmark", "respond", ("future",)),
    ],
)
def test_an_act_under_a_condition_may_be_another_and_comes_before_what_it_depends_on(
    title: str, act: str, aux: tuple[str, ...]
) -> None:
    talks = negotiation().model_copy(update={"actions": (*negotiation().actions, RESPOND)})
    words = Vocabulary(talks, publishers(), genres())
    coded = claim(words, Reader(words), title)
    assert (coded.action, coded.aux) == (act, aux)
