"""A text is examined once, however many carry it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from support.newsdesk import genres, item, negotiation, publishers

from bot.detection.examining import Examiner
from bot.detection.lens import load_lens
from bot.detection.reading import Reader
from bot.detection.representation import Representer, TermWeights
from bot.detection.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.detection.reading import Reading

MEET, SIGN = "Holt and Varga meet in Porto Alto", "Holt and Varga sign truce"


class Counted:
    """The same vector for every text; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.ones((len(texts), 512), np.float32)


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(negotiation(), publishers(), genres())


def examiner(encoder: Counted, weights: TermWeights, *, keep: int = 10) -> Examiner:
    return Examiner(Representer(encoder, weights, load_lens()), vocabulary(), keep=keep)


def reading(name: str, title: str, outlet: str) -> Reading:
    return Reader(vocabulary()).read(item(name, title, outlet=outlet))


def test_a_reprint_is_represented_as_its_original_was() -> None:
    encoder, weights = Counted(), TermWeights()
    examine = examiner(encoder, weights).examine
    original = examine(reading("a", MEET, "Tidewire"))
    weights.learn(original.representation.terms)
    reprint = examine(reading("b", MEET, "Harbour Post"))

    assert encoder.asked == [MEET, MEET], "headline and gist of one text"
    assert reprint.item.id == reprint.representation.reading.item.id == "b"
    assert np.array_equal(reprint.representation.stems, original.representation.stems)
    assert reprint.slots == original.slots


def test_another_headline_is_another_text() -> None:
    encoder = Counted()
    examine = examiner(encoder, TermWeights()).examine
    words = {examine(reading("a", title, "Tidewire")).representation.reading.wording for title in (MEET, SIGN, MEET)}

    assert len(words) == 2
    assert encoder.asked == [MEET, MEET, SIGN, SIGN]


def test_what_was_met_longest_ago_is_forgotten() -> None:
    encoder = Counted()
    examine = examiner(encoder, TermWeights(), keep=1).examine
    for title in (MEET, SIGN, MEET):
        examine(reading("a", title, "Tidewire"))

    assert encoder.asked == [MEET, MEET, SIGN, SIGN, MEET, MEET]
