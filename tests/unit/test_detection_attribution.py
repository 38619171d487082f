from __future__ import annotations

from pathlib import Path

import pytest
from support.newsdesk import item, negotiation

from bot.detection.origins import Origins
from bot.detection.reading import Reader
from bot.detection.vocabulary import Vocabulary
from config.load import load_newsroom

NEWSROOM = load_newsroom(Path(__file__).parents[2] / "config")
VOCABULARY = Vocabulary(negotiation(), NEWSROOM.publishers, NEWSROOM.genres)
READER = Reader(VOCABULARY)
ORIGINS = Origins(NEWSROOM.publishers, VOCABULARY)
OWN = "daily.example"


def origin(title: str, summary: str = "", *, language: str = "en", credit: str | None = None, outlet: str = OWN) -> str:
    one = item("a", title, summary, outlet=outlet, credit=credit, language=language)
    return ORIGINS.trace(READER.read(one), ()).id


@pytest.mark.parametrize(
    ("lead", "language", "expected"),
    [
        ("PORTO ALTO, May 6 (Reuters) - The truce held on Monday.", "en", "reuters"),
        ("PORTO ALTO, Norland (AP) — The truce held on Monday.", "en", "ap"),
        ("Porto Alto (dpa) - Die Waffenruhe hat gehalten.", "de", "dpa"),
        ("(Bloomberg) -- The truce held on Monday.", "en", "bloomberg"),
        ("ПОРТУ-АЛТУ, 6 мая. /ТАСС/. Перемирие соблюдается.", "ru", "tass"),
        ("ПОРТУ-АЛТУ, 6 мая - РИА Новости. Перемирие соблюдается.", "ru", "rossiya_segodnya"),
        ("Порту-Алту. 6 мая. INTERFAX.RU - Перемирие соблюдается.", "ru", "interfax"),
        ("6 мая, Порту-Алту /Корр. БЕЛТА/. Перемирие соблюдается.", "ru", "belta"),
        ("The truce held on Monday. Reporting by Ann Holt; Editing by Ivo Varga", "en", "reuters"),
        ("Rozejm trwa od rana. Z Porto Alto Jan Próbka (PAP) jpr/ zm/", "pl", "pap"),
        ("The truce held. With AFP", "en", "afp"),
        ("Die Waffenruhe hielt. (mit Material von dpa)", "de", "dpa"),
        ("Die Waffenruhe hielt. Quelle: dpa", "de", "dpa"),
        ("Rozejm trwa. Za: PAP", "pl", "pap"),
        ("Rozejm trwa. Źródło: PAP, własne", "pl", "pap"),
        ("Перемирие соблюдается. По материалам ТАСС.", "ru", "tass"),
        ("The truce held. (AP Photo/Ann Holt)", "en", OWN),
        ("The truce held. Photo: AP", "en", OWN),
        ("Rozejm trwa. Fot. PAP/EPA", "pl", OWN),
        ("Somebody lost a job with Reuters", "en", OWN),
        ("Holt said so long ago (she once wrote for Reuters) and again on Monday, when the truce held.", "en", OWN),
    ],
)
def test_a_credit_names_the_agency_and_a_picture_s_does_not(lead: str, language: str, expected: str) -> None:
    assert origin("Truce", lead, language=language) == expected


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("Reuters", "reuters"),
        ("Von Max Muster, dpa", "dpa"),
        ("oprac. Jan Próbka, na podst. PAP", "pap"),
        ("Agence France-Presse", "afp"),
        ("Photo: AP", OWN),
        ("Paula Papst", OWN),
    ],
)
def test_a_credit_line_names_whom_it_names(credit: str, expected: str) -> None:
    assert origin("Truce holds", "It held on Monday.", credit=credit) == expected


@pytest.mark.parametrize(
    ("title", "lead", "language", "expected"),
    [
        ("Truce holds – WSJ", "", "en", "dow_jones"),
        ("Axios: truce holds", "", "en", "axios"),
        ("Truce", "Holt told the BBC it held.", "en", "bbc"),
        ("Truce", "Holt told Turkish state news agency Anadolu it held.", "en", "anadolu"),
        ("Truce", "It held, Reuters reports, citing the Financial Times.", "en", "financial_times"),
        ("Truce", "It held, Reuters says, citing Axios reporting from Porto Alto.", "en", "axios"),
        ("Rozejm", "Rozejm trwa – podał w środę „Wall Street Journal”.", "pl", "dow_jones"),
        ("Rozejm", "Rozejm trwa, wynika z informacji agencji Reutera.", "pl", "reuters"),
        ("Rozejm", "Rozejm trwa – podała PAP, powołując się na Bloomberga.", "pl", "bloomberg"),
        ("Перемирие", "Перемирие держится, пишет РИА Новости.", "ru", "rossiya_segodnya"),
        ("Перемирие", "Об этом стало известно «Известиям», сообщает Интерфакс.", "ru", "interfax"),
        ("Перемирие", "Перемирие держится, передаёт корреспондент со ссылкой на ТАСС.", "ru", "tass"),
        ("Перемир'я", "Перемир'я триває, інформує «Європейська правда».", "uk", "ukrainska_pravda"),
        ("Перемир'я", "Про це УНІАН повідомили в делегації.", "uk", "unian"),
        ("Waffenruhe", "Das meldet die staatliche russische Agentur Tass.", "de", "tass"),
        ("Waffenruhe", "Wie der »Spiegel« berichtet, hält die Waffenruhe.", "de", "spiegel"),
        # nobody lists these; a word for an outlet gives them away
        ("Truce", "It held, the newspaper Sample Scoop said; Sample Scoop reports more.", "en", "sample scoop"),
        ("Truce", "It held, according to Sample Daily Ledger.", "en", "sample daily ledger"),
        ("Truce holds – Sample Harbour Post", "", "en", "sample harbour post"),
        ("Rozejm", "Rozejm trwa – ustalił portal „Sample Próbka”.", "pl", "sample próbka"),
        # named, not cited
        ("Truce", "Holt told the BBC in 2022 that it would hold.", "en", OWN),
        ("Norland bars BBC from truce talks", "", "en", OWN),
        ("Truce", "Holt told reporters after CNN had gone live.", "en", OWN),
        ("Truce – for now", "", "en", OWN),
        ("Truce – Varga", "", "en", OWN),
        ("Truce", "Varga told The Times of Nowhere it held.", "en", OWN),
        ("Waffenruhe", "Wie blickt die Welt auf die Waffenruhe?", "de", OWN),
        ("Rozejm", "Papież ma zapał, podał w Rzymie.", "pl", OWN),
        ("Truce", "The United Nations said it held, according to NATO.", "en", OWN),
        ("Truce", "It held. The post Truce reports appeared first on Reuters .", "en", OWN),
        ("Rozejm", "Rozejm trwa – napisał w sobotę na portalu Truth Social.", "pl", OWN),
        ("Rozejm", "Agencja Bezpieczeństwa Wewnętrznego poinformowała o rozejmie.", "pl", OWN),
        ("Truce", "The Outer Isles Fisheries Agency said it held.", "en", OWN),
        ("Holt dispute", "Zdaniem dziennika Varga zwlekał.", "pl", OWN),
    ],
)
def test_an_outlet_is_an_origin_where_it_is_cited_not_where_it_is_named(
    title: str, lead: str, language: str, expected: str
) -> None:
    assert origin(title, lead, language=language) == expected


@pytest.mark.parametrize(
    "lead",
    [
        "Axios first reported the plan. Two officials told Sample Ledger it was real.",
        "Sample Ledger has learned that it was real, as Axios reported.",
    ],
)
def test_a_desk_with_its_own_sources_is_its_own_origin_whoever_was_first(lead: str) -> None:
    assert origin("Truce", lead, outlet="sample-ledger.example") == "sample-ledger.example"


def test_an_outlet_signing_its_own_headline_says_nothing_of_its_sources() -> None:
    assert origin("Truce holds, Axios reports - BBC", outlet="bbc") == "axios"
