"""Where reports are looked at from, before any stream has been seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from support.newsdesk import encoder, genres, item, negotiation, publishers

from bot.detection.lens import load_lens
from bot.detection.reading import Reader
from bot.detection.representation import Centre, Representer, TermWeights
from bot.detection.stacked import Texts
from bot.detection.vocabulary import Vocabulary


def test_the_middle_starts_between_that_of_the_lens_and_what_the_newsroom_describes() -> None:
    reading = Reader(Vocabulary(negotiation(), publishers(), genres())).read(item("a", "Holt and Varga meet"))
    original = Representer(encoder(), TermWeights(), load_lens()).represent(reading)
    described, aside = np.eye(512, dtype=np.float32)[:2]
    towards = replace(original, title_seen=0.5 * described, seen=0.5 * described)
    texts = Texts()
    texts.row_of(replace(original, title_seen=0.5 * aside, seen=0.5 * aside))
    # From the description both lie the same way, from the middle of the lens across: only from between them at odds.
    assert Centre(described[None]).alike(towards, texts).max() < -0.1
