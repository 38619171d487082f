from __future__ import annotations

import pytest

from bot.detection.lexicon import Lexicon, Phrase, Sense
from bot.detection.text import latin, lead_of, numbers, read


def ids(phrases: list[tuple[str, str | None]], text: str, language: str | None = "en") -> list[str]:
    lexicon = Lexicon([Phrase(Sense.ACTION, words, words, spoken) for words, spoken in phrases])
    return [hit.id for hit in lexicon.find(read(text), language)]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("accord", "The ACCORD holds", True),
        ("accord", "According to nobody", False),
        ("accord*", "According to nobody", True),
        ("median line", "The median-line dispute", True),
        ("median line", "The median of the line", False),
        ("turn* the tap*", "Turning the taps off", True),
        ("US", "Tell us more", False),
        ("US", "The US delegation", True),
        ("Holt", "Holt's plan", True),
        ("day #", "War diary, day 1,408", True),
        ("day #", "The day after", False),
        ("Голт*", "Заява Голта", True),
    ],
)
def test_phrases_match_whole_words_stems_figures_and_capitals(phrase: str, text: str, *, found: bool) -> None:
    assert bool(ids([(phrase, None)], text)) is found


def test_a_latin_word_counts_only_in_its_language() -> None:
    assert ids([("die", "de"), ("sea", "en")], "They die at sea", "en") == ["sea"]
    assert ids([("die", "de"), ("sea", "en")], "They die at sea", "fr") == ["die", "sea"]


def test_a_cyrillic_word_counts_whatever_language_the_source_claims() -> None:
    assert ids([("угода", "uk"), ("deal", "en")], "угода deal", "en") == ["угода", "deal"]


def test_the_longer_of_two_overlapping_phrases_wins() -> None:
    assert ids([("talks", "en"), ("peace talks", "en")], "Peace talks resume") == ["peace talks"]


def test_figures_are_one_however_thousands_are_parted() -> None:
    assert numbers("1,408 days, 15 000 men, 3.5 bn") == {"1408", "15000", "3.5"}
    assert numbers("F16 and B2") == set()


def test_names_meet_across_scripts() -> None:
    assert latin("варга") == latin("varga")
    assert latin("wołodymyr") == latin("volodymyr") == latin("володимир")


def test_a_lead_is_its_first_sentences() -> None:
    assert lead_of("One. Two! Three.") == "One. Two!"
