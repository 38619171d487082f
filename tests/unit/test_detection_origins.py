from __future__ import annotations

import pytest
from support.newsdesk import genres, item, negotiation, publishers

from bot.detection.corroboration import standing
from bot.detection.near_duplicate import near_duplicates
from bot.detection.origins import Origins, PublisherIndex, registrable
from bot.detection.reading import Reader, without_outlet
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import Corroboration


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(negotiation(), publishers(), genres())


@pytest.fixture(scope="module")
def reader(vocabulary: Vocabulary) -> Reader:
    return Reader(vocabulary)


@pytest.mark.parametrize(
    ("title", "summary", "credit", "language", "origin"),
    [
        ("Truce holds", "PORTO ALTO (Tidewire) - The truce held on Monday.", None, "en", "tidewire"),
        ("Truce holds", "The truce held on Monday.", "By Tidewire staff", "en", "tidewire"),
        ("Truce holds, Tidewire reports", "", None, "en", "tidewire"),
        ("Truce holds", "The truce held, according to Harbour Post.", None, "en", "harbour_group"),
        ("Rozejm trwa", "Rozejm trwa, podaje Tidewire.", None, "pl", "tidewire"),
        ("Перемирие держится", "Об этом сообщает Tidewire.", None, "ru", "tidewire"),
        ("Перемир'я триває", "Про це повідомляє Tidewire.", None, "uk", "tidewire"),
        ("Truce holds", "The truce held on Monday.", None, "en", "daily.example"),
    ],
)
def test_the_origin_is_who_is_credited_or_cited(  # noqa: PLR0917 - the columns of its table
    vocabulary: Vocabulary, reader: Reader, title: str, summary: str, credit: str | None, language: str, origin: str
) -> None:
    read = reader.read(item("a", title, summary, outlet="daily.example", credit=credit, language=language))
    assert Origins(publishers(), vocabulary).origin(read, ())[0] == origin


def test_an_outlet_that_cites_itself_is_its_own_origin(vocabulary: Vocabulary, reader: Reader) -> None:
    read = reader.read(item("a", "Truce holds, Tidewire reports", outlet="tidewire"))
    assert Origins(publishers(), vocabulary).origin(read, ())[0] == "tidewire"


def test_reprints_are_near_duplicates_and_other_reports_are_not(reader: Reader) -> None:
    wire = reader.read(item("a", "Holt and Varga meet in Porto Alto for strait talks"))
    reprint = reader.read(item("b", "Holt, Varga meet in Porto Alto for strait talks"))
    other = reader.read(item("c", "Presidents face each other at last over fishing rights"))
    assert near_duplicates(wire, reprint)
    assert not near_duplicates(wire, other)


def test_one_lead_under_two_headlines_is_one_text(reader: Reader) -> None:
    lead = "Delegations of both sides met for five hours on Monday and left without a word to the waiting press."
    assert near_duplicates(reader.read(item("a", "Long night", lead)), reader.read(item("b", "No word yet", lead)))


def test_publishers_are_families_by_host_and_by_the_name_an_aggregator_gives() -> None:
    index = PublisherIndex(publishers())
    assert index.publisher("https://www.harbournews.example/a", "Harbour News") == "harbour_group"
    assert index.publisher("https://aggregator.example/rss/1", "Tidewire (via Aggregator)") == "tidewire"
    assert index.publisher("https://news.daily.co.uk/a", "Daily") == "daily.co.uk"
    assert registrable("a.b.post.example") == "post.example"


def test_an_aggregator_s_tail_is_not_part_of_the_headline() -> None:
    assert without_outlet("Truce holds - Harbour Post", "Harbour Post (via Aggregator)") == "Truce holds"
    assert without_outlet("Truce holds - for now", "Harbour Post") == "Truce holds - for now"


def test_origins_confirm_only_when_independent() -> None:
    assert standing({"a": set()}).corroboration is Corroboration.PROVISIONAL
    assert standing({"a": set(), "b": set()}).corroboration is Corroboration.CONFIRMED
    one_side = standing({"a": {"sudmark"}, "b": {"sudmark"}})
    assert (one_side.origins, one_side.corroboration) == (1, Corroboration.PROVISIONAL)
    assert standing({"a": set()}, disputed_by={"norland"}).corroboration is Corroboration.DISPUTED
