"""Short cuts must find exactly what the long way finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice

import numpy as np
import pytest
from support.newsdesk import MORNING, detector, item, run

from bot.detection.lexicon import Lexicon, Phrase, Sense
from bot.detection.stacked import Stacked, microseconds
from bot.detection.text import lead_of, read, tidy

PHRASES = [
    Phrase(Sense.PARTY, "norland", "Norland"),
    Phrase(Sense.ACTOR, "holt", "Norland president"),
    Phrase(Sense.ACTION, "sign", "sign*", "en"),
    Phrase(Sense.TRACK, "sea", "die See", "de"),
]


@pytest.mark.parametrize("language", ["en", "de", "fr", None])
@pytest.mark.parametrize("text", ["Norland president signs", "Norland: die See", "nothing at all"])
def test_fewer_senses_find_of_theirs_what_all_find(text: str, language: str | None) -> None:
    whole = Lexicon(PHRASES)
    senses = (Sense.PARTY, Sense.TRACK)
    found = whole.only(senses).find(read(text), language)
    assert found == tuple(hit for hit in whole.find(read(text), language) if hit.sense in senses)


@pytest.mark.parametrize("spaces", [1, 900])
def test_a_whole_article_gives_the_lead_its_beginning_gives(spaces: int) -> None:
    beginning = f"It{' ' * spaces}began. Nobody knew. "
    assert lead_of(beginning + "Then more followed. " * 500) == "It began. Nobody knew."


def test_apostrophes_and_spaces_are_tidied_in_any_script() -> None:
    assert tidy(" Holt`s\tplan ") == "Holt's plan"
    assert tidy("пам’ять\u00a0\u00adі\u200b мир") == "пам'ять і мир"


def stacked_after_news() -> Stacked:
    """Seventy reports of thirty-four texts."""
    desk = detector()
    titles = ("Holt and Varga meet in Porto Alto for strait talks", "Norland and Sudmark presidents hold strait talks")
    news = [item(f"n{at}", f"{titles[at % 2]} with {at % 34} envoys", hours=at / 10) for at in range(70)]
    run(desk, *news)
    return desk._stream.stacked()  # noqa: SLF001 -- what a short cut keeps is nobody else's business


def test_rows_added_one_by_one_are_the_rows_made_at_once() -> None:
    grown = stacked_after_news()
    fresh = Stacked(grown.members)
    assert len(grown.members) > 64
    for name in ("text", "publishers", "languages", "out"):
        assert np.array_equal(getattr(grown, name), getattr(fresh, name)), name
    for name in ("titles", "vectors", "stems", "runs"):
        assert np.array_equal(getattr(grown.texts, name), getattr(fresh.texts, name)), name


def test_a_text_is_held_once_whoever_carries_it() -> None:
    stacked = stacked_after_news()
    texts = stacked.texts
    assert len(texts) == len(texts.titles) == len(texts.figures) == 34
    assert len(stacked.members) == 70
    for row, member in zip(stacked.text, stacked.members, strict=True):
        of = member.representation
        assert np.array_equal(texts.titles[row], of.title_seen)
        assert texts.figures[row] == of.figures
        held = {name for name, column in texts.columns.items() if texts.names[row, column]}
        assert held == of.people | of.actions | of.places


def test_a_known_member_keeps_its_row() -> None:
    stacked = stacked_after_news()
    many, first = len(stacked.members), stacked.members[0]
    later = replace(first, item=replace(first.item, first_seen=MORNING + timedelta(days=1)))
    stacked.put(later)
    assert len(stacked.members) == many
    assert next(islice(stacked.members, 1)) is later
    assert stacked.out[0] == microseconds(later.item.came_out)


def test_dropped_members_leave_the_others_their_rows_and_their_texts() -> None:
    stacked = stacked_after_news()
    left = stacked.members[40:]
    titles = stacked.texts.titles[stacked.text[40:]].copy()
    stacked.drop({member.item.id for member in stacked.members[:40]})
    assert stacked.members == left
    assert len(stacked.texts) == len({one.item.title for one in left})
    assert np.array_equal(stacked.texts.titles[stacked.text], titles)
    stacked.drop({member.item.id for member in left})
    assert len(stacked.texts) == 0
    stacked.put(left[0])
    assert np.array_equal(stacked.texts.titles[stacked.text], titles[:1])
