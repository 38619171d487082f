from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.decision import Kind
from bot.evaluation.material import own_news, own_pairs, unseen_news
from config.load import default_directory, load_newsroom

TALKS = ("ukraine_russia", "gaza_ceasefire")


@pytest.mark.parametrize("talks", TALKS)
def test_our_own_news_is_on_tracks_the_newsroom_knows_and_in_order(talks: str) -> None:
    newsroom = load_newsroom(default_directory())
    known = {
        track.id for one in (*newsroom.negotiations, *newsroom.switched_off) if one.id == talks for track in one.tracks
    }
    corpora = [*own_news(talks), *unseen_news(talks).values()]
    assert corpora
    for corpus in corpora:
        assert [item.first_seen for item in corpus.items] == sorted(item.first_seen for item in corpus.items)
        for item in corpus.items:
            label = corpus.labels[item.id]
            assert item.outlet.split()[0] in {"Sample", "Зразок:", "Пример:", "Приклад"}, item.outlet
            assert set(label.tracks) <= known
            assert not label.in_scope or (label.kind is Kind.DEVELOPMENT and label.event)


def test_every_track_of_the_first_talks_is_taught_in_every_language() -> None:
    taught = {
        (track, item.language)
        for corpus in own_news("ukraine_russia")
        for item in corpus.items
        for track in corpus.labels[item.id].tracks
    }
    tracks = ("security_guarantees", "territory", "economy", "politics", "humanitarian")
    assert {(track, language) for track in tracks for language in ("en", "uk", "ru", "pl", "de")} <= taught


def test_our_own_pairs_are_told_once_and_of_all_four_relations() -> None:
    pairs = own_pairs()
    assert len({pair.id for pair in pairs}) == len(pairs)
    assert len({(pair.earlier, pair.later) for pair in pairs}) == len(pairs)
    assert set(Counter(pair.relation for pair in pairs)) == {"same", "update", "new", "restated"}


def test_what_is_scored_with_is_not_learned_from() -> None:
    learned = {item.title for corpus in own_news("ukraine_russia") for item in corpus.items}
    unseen = unseen_news("ukraine_russia")
    assert set(unseen) == {"2025-winter"}
    assert set(unseen_news("gaza_ceasefire")) == {"gaza"}
    assert not learned & {item.title for corpus in unseen.values() for item in corpus.items}
