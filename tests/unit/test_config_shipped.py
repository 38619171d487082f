"""The configuration that ships: it loads, is large enough, and its names find whom they mean and nobody else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from support.newsdesk import item

from bot.detection.claim import EventCoder
from bot.detection.lexicon import Lexicon, Phrase, Sense
from bot.detection.reading import Reader
from bot.detection.text import read
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import EventType
from config.load import default_directory, load_newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Negotiation, Newsroom, SourceList, Words

LANGUAGES = ("en", "uk", "ru", "pl", "de")
SHIPPED = ("ukraine_russia", "gaza_ceasefire")


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return load_newsroom(default_directory())


@pytest.fixture(scope="module", params=SHIPPED)
def each_talks(request: pytest.FixtureRequest, newsroom: Newsroom) -> Negotiation:
    """Every negotiation that ships, one after another, switched on or off."""
    return next(found for found in (*newsroom.negotiations, *newsroom.switched_off) if found.id == request.param)


@pytest.fixture(scope="module")
def each_sources(each_talks: Negotiation, newsroom: Newsroom) -> SourceList:
    """Its sources."""
    return next(found for found in (*newsroom.sources, *newsroom.unpolled) if found.negotiation == each_talks.id)


@pytest.fixture(scope="module")
def talks(newsroom: Newsroom) -> Negotiation:
    return next(found for found in newsroom.negotiations if found.id == "ukraine_russia")


@pytest.fixture(scope="module")
def sources(newsroom: Newsroom) -> SourceList:
    return next(found for found in newsroom.sources if found.negotiation == "ukraine_russia")


@pytest.fixture(scope="module")
def names(talks: Negotiation) -> Lexicon:
    return Lexicon(phrase for phrase, _ in _named(talks))


def _rows(talks: Negotiation) -> list[tuple[Sense, str, Words]]:
    """Everyone and everything with a name: what sort of thing, its id, its aliases."""
    rows = [(Sense.PARTY, party.id, party.aliases) for party in talks.parties]
    rows += [(Sense.ACTOR, actor.id, actor.aliases) for actor in (*talks.actors, *talks.institutions)]
    return rows + [(Sense.PLACE, place.id, place.aliases) for place in talks.places]


def _named(talks: Negotiation) -> Iterator[tuple[Phrase, str]]:
    """Every alias as detection takes it, with how it reads in a text."""
    for sense, identifier, aliases in _rows(talks):
        for alias in (alias for words in aliases.values() for alias in words):
            yield Phrase(sense, identifier, alias), alias.replace("*", "")


def _languages(words: Words) -> set[str]:
    return {language for language, phrases in words.items() if phrases}


def test_only_the_first_talks_are_followed_unless_the_newsroom_says_otherwise(newsroom: Newsroom) -> None:
    assert [found.id for found in newsroom.negotiations] == ["ukraine_russia"]
    assert [listed.negotiation for listed in newsroom.sources] == ["ukraine_russia"]
    assert [found.id for found in newsroom.switched_off] == ["gaza_ceasefire"]
    assert [listed.negotiation for listed in newsroom.unpolled] == ["gaza_ceasefire"]


def test_the_five_tracks_have_seeds_in_every_language(talks: Negotiation) -> None:
    assert [track.id for track in talks.tracks] == [
        "security_guarantees", "territory", "economy", "politics", "humanitarian",
    ]  # fmt: skip
    assert talks.languages == LANGUAGES
    for words in (talks.scope, talks.background, *(track.seeds for track in talks.tracks)):
        assert _languages(words) == set(LANGUAGES)
        assert min(len(phrases) for phrases in words.values()) >= 20


def test_there_are_enough_people_and_each_is_named_in_every_language(talks: Negotiation) -> None:
    assert len(talks.actors) >= 60
    assert len(talks.institutions) >= 15
    for _, identifier, aliases in _rows(talks):
        assert _languages(aliases) == set(LANGUAGES), identifier


def test_the_principals_are_the_two_and_everyone_of_weight_has_a_party(talks: Negotiation) -> None:
    assert {party.id for party in talks.parties if party.role == "principal"} == {"ukraine", "russia"}
    assert all(actor.party for actor in talks.actors)


def test_every_action_has_words_in_every_language(each_talks: Negotiation) -> None:
    for action in each_talks.actions:
        assert _languages(action.words) >= set(LANGUAGES), action.id
    coded = {action.plover for action in each_talks.actions}
    assert len(coded - {None}) == 16


def test_one_id_stands_for_one_thing_across_all_files(newsroom: Newsroom, each_talks: Negotiation) -> None:
    talks = each_talks
    families = {family.id for family in newsroom.publishers.families}
    ids = [*families, *(agency.id for agency in newsroom.publishers.agencies if agency.id not in families)]
    ids += [track.id for track in talks.tracks] + [party.id for party in talks.parties]
    ids += [named.id for named in (*talks.actors, *talks.institutions)] + [place.id for place in talks.places]

    assert [found for found, times in Counter(ids).items() if times > 1] == []


def test_there_are_enough_sources_of_every_kind_and_language(sources: SourceList) -> None:
    assert len(sources.sources) >= 45
    # A search finds whatever language an article is in, and says which.
    assert {source.language for source in sources.sources if source.kind != "gdelt"} == set(LANGUAGES)
    assert {source.kind for source in sources.sources} == {None, "sitemap", "gdelt"}
    assert {source.tier for source in sources.sources} == {"official", "agency", "established", "other"}
    assert {"ukraine", "russia", "us", "eu", "uk", "un"} <= {source.party for source in sources.sources}
    assert not any(source.verified for source in sources.sources)


def test_state_media_are_marked_as_their_states(sources: SourceList) -> None:
    party = {source.id: source.party for source in sources.sources}

    for russian in ("tass_en", "tass_ru", "ria", "rt", "kremlin_ru", "rossiyskaya_gazeta"):
        assert party[russian] == "russia"
    for ukrainian in ("ukrinform_uk", "ukrinform_en", "president_ua_uk"):
        assert party[ukrainian] == "ukraine"
    for independent in ("meduza_ru", "kommersant", "kyiv_independent", "ukrainska_pravda", "moscow_times"):
        assert party[independent] is None


def test_every_outlet_polled_is_somebody_publishers_know(newsroom: Newsroom, each_sources: SourceList) -> None:
    """Else two of an owner's outlets would count as two voices."""
    hosts = {host for family in newsroom.publishers.families for host in family.hosts}
    hosts |= {host for agency in newsroom.publishers.agencies for host in agency.hosts}
    # Addresses from which feeds are served, not those of the articles in them.
    served = {
        "feeds.bbci.co.uk",
        "feeds.skynews.com",
        "feeds.content.dowjones.io",
        "news.google.com",
        "euromaidanpress.com",
        "api.gdeltproject.org",
    }
    unknown = []
    for source in each_sources.sources:
        host = urlsplit(source.url).hostname or ""
        parts = host.split(".")
        if host not in served and not hosts & {".".join(parts[start:]) for start in range(len(parts))}:
            unknown.append(host)

    assert unknown == []


def test_every_alias_finds_its_own(each_talks: Negotiation) -> None:
    names = Lexicon(phrase for phrase, _ in _named(each_talks))
    lost = [
        (phrase.sense, phrase.id, phrase.words)
        for phrase, text in _named(each_talks)
        if not any((hit.sense, hit.id) == (phrase.sense, phrase.id) for hit in names.find(read(text), None))
    ]

    assert lost == []


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "Zelenskyy sends Umerov to Miami for talks with Witkoff and Kushner", "zelensky umerov witkoff kushner"),
        ("en", "Zelenskiy, Zelensky, Zelenskyi: one man", "zelensky"),
        (
            "en",
            "Kremlin spokesman Peskov: Vitkoff will see Ushakov, Dmitriev",
            "peskov witkoff ushakov dmitriev",
        ),
        ("en", "NATO's Rutte, von der Leyen and António Costa meet Kallas", "rutte von_der_leyen costa kallas"),
        ("en", "Yermak quit; Budanov heads the office", "yermak budanov"),
        ("uk", "Зеленський призначив Буданова замість Єрмака", "zelensky budanov yermak"),
        ("uk", "Умєров зустрівся з Віткоффом і Кушнером у Маямі", "umerov witkoff kushner"),
        ("uk", "Розмову Трампа з Путіним підтвердив Пєсков", "trump putin peskov"),
        ("uk", "Мерц, Макрон і Стармер прибули до Києва", "merz macron starmer"),
        ("ru", "Путин принял Уиткоффа и Кушнера в Кремле, сообщил Ушаков", "putin witkoff kushner ushakov"),
        ("ru", "Дмитриев встретится с Виткоффом, заявил Песков", "dmitriev witkoff peskov"),
        ("ru", "Зеленского раскритиковала Захарова", "zelensky zakharova"),
        ("ru", "Эрдоган позвонил Трампу", "erdogan trump"),
        ("pl", "Zełenski rozmawiał z Trumpem o rozejmie, potem z Tuskiem", "zelensky trump tusk"),
        ("pl", "Uszakow i Dmitrijew o spotkaniu Putina z Witkoffem", "ushakov dmitriev putin witkoff"),
        ("pl", "Umierow leci do Genewy, Jermaka już nie ma", "umerov yermak"),
        ("de", "Selenskyj trifft Merz, Kremlsprecher Peskow widerspricht", "zelensky merz peskov"),
        ("de", "Uschakow und Lawrow äußern sich zu Selenskyjs Vorschlag", "ushakov lavrov zelensky"),
    ],
)
def test_people_are_found_in_every_spelling_and_case(names: Lexicon, language: str, text: str, people: str) -> None:
    found = {hit.id for hit in names.find(read(text), language) if hit.sense == Sense.ACTOR}

    assert found == set(people.split())


@pytest.mark.parametrize(
    "text",
    [
        "The coach trumpeted a stubborn defence; let us all sit down",
        "A tasty chin strap and a costly mistake of rubies",
        "The modish cut of his freelance writing",
        "Дані про банківську систему та індивідуальні суми витрат",
        "Кабінет затвердив трамплін для олімпійців і моди сезону",
        "Карні органи знайшли малюка, каталка і катарсис",
        "Банковская карта, индивидуальный предприниматель и трамплин",
        "Katarzyna wybrała dania na kolację, rada osiedla milczy",
        "Stubbe, Trumpf und Kosten: ein Tuskulum der Reime",
    ],
)
def test_other_words_are_nobody(names: Lexicon, text: str) -> None:
    people = [hit.id for hit in names.find(read(text), None) if hit.sense == Sense.ACTOR]

    assert people == []


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("US and EU press Moscow", {"us", "eu", "russia"}),
        ("Tell us what the union thinks", set()),
        ("Білий дім і ЄС тиснуть на Кремль", {"us", "eu", "russia"}),
        ("Белый дом: Киев согласен", {"us", "ukraine"}),
        ("Biały Dom: Kijów i Moskwa bliżej porozumienia", {"us", "ukraine", "russia"}),
        ("Das Weiße Haus drängt Kiew", {"us", "ukraine"}),
        ("Дані про індивідуальні внески", set()),
        ("Індивідуальний підхід у банковській справі", set()),
    ],
)
def test_parties_are_found_by_their_capitals_and_houses(names: Lexicon, text: str, parties: set[str]) -> None:
    assert {hit.id for hit in names.find(read(text), None) if hit.sense == Sense.PARTY} == parties


@pytest.mark.parametrize(
    ("language", "title", "threat"),
    [
        ("ru", "Лавров - Россия ответит, если Европа разместит свои войска на Украине", True),
        ("en", "Russia will respond if Europe deploys troops to Ukraine, Lavrov says", True),
        ("en", "If Europe deploys troops to Ukraine, Russia will respond", True),
        ("uk", "Росія відповість, якщо Європа розмістить війська в Україні, заявив Лавров", True),
        ("pl", "Rosja odpowie, jeśli Europa wyśle wojska na Ukrainę", True),
        ("de", "Russland reagiert, falls Europa Soldaten in die Ukraine schickt", True),
        ("en", "Ukraine will respond to US peace plan this week", False),
        ("ru", "Киев ответит на предложение США", False),
    ],
)
def test_a_response_is_a_threat_only_under_a_condition(
    newsroom: Newsroom, talks: Negotiation, language: str, title: str, *, threat: bool
) -> None:
    vocabulary = Vocabulary(talks, newsroom.publishers, newsroom.genres)
    claim = EventCoder(vocabulary).code(Reader(vocabulary).read(item("x", title, language=language)))

    assert (claim.plover is EventType.THREATEN) is threat
    assert ("hypothetical" in claim.aux) is threat
