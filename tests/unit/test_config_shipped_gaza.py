"""The Gaza talks as they ship, switched off: large enough, and their names find whom they mean and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.detection.lexicon import Lexicon, Sense
from bot.detection.text import read
from bot.detection.vocabulary import Vocabulary
from config.load import default_directory, load_newsroom
from handlers.tracks import TrackIndex

if TYPE_CHECKING:
    from config.schema import Negotiation, Newsroom

READ = {"en", "de", "pl", "ru", "uk"}
REGION = {"ar", "he"}


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return load_newsroom(default_directory())


@pytest.fixture(scope="module")
def talks(newsroom: Newsroom) -> Negotiation:
    return next(found for found in newsroom.switched_off if found.id == "gaza_ceasefire")


@pytest.fixture(scope="module")
def lexicon(newsroom: Newsroom, talks: Negotiation) -> Lexicon:
    return Vocabulary(talks, newsroom.publishers, newsroom.genres).lexicon


def test_beside_the_first_talks_a_word_means_one_track_except_for_the_process(
    newsroom: Newsroom, talks: Negotiation
) -> None:
    index = TrackIndex((*newsroom.negotiations, talks))
    ambiguous = {
        track.id
        for negotiation in (*newsroom.negotiations, talks)
        for track in negotiation.tracks
        for name in (track.id, track.name, *track.aliases)
        if len(index.exactly(name.split())) > 1
    }

    assert ambiguous == {"politics"}
    assert index.exactly(["gaza_ceasefire", "politics"]) == (("gaza_ceasefire", "politics"),)


def ids(lexicon: Lexicon, text: str, language: str, sense: Sense) -> set[str]:
    return {hit.id for hit in lexicon.find(read(text), language) if hit.sense == sense}


def test_every_track_has_words_in_every_language(talks: Negotiation) -> None:
    assert set(talks.languages) == READ | REGION
    for words in (talks.scope, talks.background, *(track.seeds for track in talks.tracks)):
        assert set(words) == READ | REGION
        assert min(len(words[language]) for language in READ) >= 15


def test_there_are_enough_people_and_each_is_named_in_the_languages_read(talks: Negotiation) -> None:
    assert len(talks.actors) >= 50
    assert len(talks.institutions) >= 15
    for named in (*talks.parties, *talks.actors, *talks.institutions, *talks.places):
        assert set(named.aliases) >= READ, named.id
    for principal in (party for party in talks.parties if party.role == "principal"):
        assert set(principal.aliases) == READ | REGION


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "Netanyahu and Witkoff meet; al-Hayya flies to Cairo", "netanyahu witkoff khalil_al_hayya"),
        ("de", "Netanjahus Kabinett tagt, Katz und Smotrich streiten mit Trump", "netanyahu katz smotrich trump"),
        ("pl", "Netanjahu rozmawiał z Trumpem i Rubiem, Erdoganowi odmówiono", "netanyahu trump erdogan"),
        ("ru", "Нетаньяху обсудил с Уиткоффом и Кушнером ответ ХАМАС", "netanyahu witkoff kushner"),
        ("uk", "Нетаньягу відповів Трампу, ас-Сісі прийняв Блера", "netanyahu trump sisi blair"),
        ("ar", "نتنياهو يلتقي ويتكوف", "netanyahu witkoff"),
        ("he", "נתניהו נפגש עם ויטקוף", "netanyahu witkoff"),
    ],
)  # fmt: skip
def test_people_are_found_in_every_language(lexicon: Lexicon, language: str, text: str, people: str) -> None:
    assert ids(lexicon, text, language, Sense.ACTOR) == set(people.split())


@pytest.mark.parametrize(
    ("language", "text", "parties"),
    [
        ("pl", "Hamas: zakładnicy wrócą do Izraela ze Strefy Gazy", {"hamas", "israel", "palestinians"}),
        ("pl", "Ceny gazu spadły, stacja sprzedaje gazy techniczne", set()),
        ("ru", "ХАМАС передал Красному Кресту заложников в секторе Газа", {"hamas", "palestinians"}),
        ("ru", "Поставки газа и объёмы газа в хранилищах", set()),
        ("uk", "Ціна газу зросла, а гази в атмосфері досі вимірюють", set()),
        ("uk", "Ізраїль пропустив допомогу до Гази", {"israel", "palestinians"}),
        ("de", "Gazastreifen: Israel und die Hamas einig", {"palestinians", "israel", "hamas"}),
        ("ar", "حماس توافق على مقترح الوسطاء بشأن غزة", {"hamas", "palestinians"}),
        ("he", "ישראל וחמאס הגיעו להסכם", {"israel", "hamas"}),
    ],
)  # fmt: skip
def test_the_place_is_told_from_the_gas(lexicon: Lexicon, language: str, text: str, parties: set[str]) -> None:
    assert ids(lexicon, text, language, Sense.PARTY) == parties


@pytest.mark.parametrize(
    "text",
    [
        "Der Saarländische Rundfunk und die Katze am Golan",
        "Kac po weselu i rym do rymu",
        "Герцогиня прибыла в замок, полоса готова",
        "A barn dance, moor and cooperage",
    ],
)
def test_other_words_are_nobody(lexicon: Lexicon, text: str) -> None:
    assert {hit.id for hit in lexicon.find(read(text), None) if hit.sense == Sense.ACTOR} == set()
