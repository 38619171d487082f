from __future__ import annotations

import pytest
from support.newsdesk import encoder, genres, item, negotiation, publishers

from bot.detection.corroboration import standing
from bot.detection.near_duplicate import Likeness, likeness, near_duplicates
from bot.detection.origins import Means, Origin, Origins, PublisherIndex, registrable
from bot.detection.reading import Reader, without_outlet
from bot.detection.vocabulary import Vocabulary
from bot.domain.decision import Corroboration, Decision, Kind
from bot.evaluation.origins import Known, Told


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
    assert Origins(publishers(), vocabulary).trace(read, ()).id == origin


def test_an_outlet_that_cites_itself_is_its_own_origin(vocabulary: Vocabulary, reader: Reader) -> None:
    read = reader.read(item("a", "Truce holds, Tidewire reports", outlet="tidewire"))
    assert Origins(publishers(), vocabulary).trace(read, ()).id == "tidewire"


def test_reprints_are_near_duplicates_and_other_reports_are_not(reader: Reader) -> None:
    wire = reader.read(item("a", "Holt and Varga meet in Porto Alto for strait talks"))
    reprint = reader.read(item("b", "Holt, Varga meet in Porto Alto for strait talks"))
    other = reader.read(item("c", "Presidents face each other at last over fishing rights"))
    assert near_duplicates(wire, reprint)
    assert not near_duplicates(wire, other)


def test_one_lead_under_two_headlines_is_one_text(reader: Reader) -> None:
    lead = "Delegations of both sides met for five hours on Monday and left without a word to the waiting press."
    assert near_duplicates(reader.read(item("a", "Long night", lead)), reader.read(item("b", "No word yet", lead)))


WIRE = "The presidents of Norland and Sudmark met for 5 hours on Monday and set out 3 questions that divide them."


ELSE = "Fishermen burned old nets on the pier as two motorcades went by in heavy rain."
VOW = "We have walked a long way to this harbour and shall not turn back before it"
SHORT, LONG = "Holt and Varga meet in Porto Alto", "Holt and Varga meet in Porto Alto to settle who may fish the strait"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # cut short, edited here and there, without its dateline
        (("A long night", WIRE), ("No word yet", f"{WIRE[:70]}…"), Likeness.TEXT),
        (("A long night", WIRE), ("No word yet", WIRE.replace("set out", "listed")), Likeness.TEXT),
        (("A long night", f"PORTO ALTO, May 6 (Tidewire) - {WIRE}"), ("No word yet", WIRE), Likeness.TEXT),
        # what is quoted is nobody's own text
        (("Vow", f"Holt said: “{VOW}.”"), ("Pledge", f"He heard “{VOW}” at dawn, and laughed."), Likeness.NONE),
        # short headlines are alike by chance, long ones are not
        ((SHORT, WIRE), (SHORT, ELSE), Likeness.NONE),
        ((LONG, WIRE), (LONG, ELSE), Likeness.HEADLINE),
        ((SHORT, ""), (SHORT.replace(" and", ","), WIRE), Likeness.HEADLINE),
        (("Truce holds", ""), ("Truce holds", WIRE), Likeness.NONE),
        # other figures, another event; and it matters who did it to whom
        (("Norland and Sudmark swap 205 men each", ""), ("Norland and Sudmark swap 307 men each", ""), Likeness.NONE),
        (("Norland turns down Sudmark's offer", ""), ("Sudmark turns down Norland's offer", ""), Likeness.NONE),
        # an aggregator's list of headlines is no lead, nor is what a feed's software adds to each
        (
            (SHORT, WIRE),
            (SHORT, f"{SHORT} Harbour Post Talks at last for the strait Tidewire Nets burn"),
            Likeness.HEADLINE,
        ),
        (
            ("A long night", "The post A long night of talks at the strait appeared first on Harbour Post."),
            ("No word yet", "The post No word yet of talks at the strait appeared first on Harbour Post."),
            Likeness.NONE,
        ),
    ],
)
def test_one_text_is_told_by_its_lead_and_a_headline_only_where_it_is_telling(
    reader: Reader, one: tuple[str, str], other: tuple[str, str], expected: Likeness
) -> None:
    assert likeness(reader.read(item("a", *one)), reader.read(item("b", *other))) is expected


class Desk:
    """Traces reports on one event, each among those before."""

    def __init__(self, vocabulary: Vocabulary, reader: Reader) -> None:
        self._reader = reader
        self._origins = Origins(publishers(), vocabulary)
        self._known: list[Known] = []

    def trace(self, title: str, summary: str = "", *, outlet: str, language: str = "en", hours: float = 0.0) -> Origin:
        one = item(f"i{len(self._known)}", title, summary, outlet=outlet, language=language, hours=hours)
        reading = self._reader.read(one)
        vector = encoder().encode([reading.gist])[0]
        traced = self._origins.trace(reading, self._known, vector)
        decision = Decision(one.id, Kind.DEVELOPMENT, relevant=True, origin=traced.id)
        self._known.append(Known(one, decision, Told(reading, vector)))
        return traced


@pytest.fixture
def desk(vocabulary: Vocabulary, reader: Reader) -> Desk:
    return Desk(vocabulary, reader)


def test_a_text_whose_credit_comes_to_light_later_is_one_origin_with_all_that_name_it(desk: Desk) -> None:
    first = desk.trace("A long night", WIRE, outlet="gull.example")
    credited = desk.trace("No word yet", f"PORTO ALTO (Tidewire) - {WIRE}", outlet="tern.example")
    cites = desk.trace("Five hours, three questions", "So Tidewire reports.", outlet="plover.example")
    wire = desk.trace("Presidents list what divides them", "Norland wants lighthouses.", outlet="tidewire")
    assert {one.id for one in (first, credited, cites, wire)} == {"gull.example"}
    assert "credited to Tidewire" in credited.words


def test_texts_credited_to_two_agencies_are_two_whatever_their_headlines(desk: Desk) -> None:
    title = "Holt and Varga meet in Porto Alto to settle who may fish the strait"
    wire = desk.trace(title, f"PORTO ALTO (Tidewire) - {WIRE}", outlet="gull.example")
    other = desk.trace(title, "Nets burned on the pier. (Harbour Post)", outlet="tern.example")
    copy = desk.trace(title, WIRE, outlet="plover.example")
    assert (wire.id, other.id, copy.id) == ("tidewire", "harbour_group", "tidewire")
    assert (other.means, copy.means) == (Means.CREDITED, Means.SAME_TEXT)


def test_a_headline_alone_does_not_outweigh_whom_a_report_cites(desk: Desk) -> None:
    desk.trace(LONG, WIRE, outlet="gull.example")
    assert desk.trace(LONG, "So Tidewire reports.", outlet="tern.example").id == "tidewire"


def test_an_unlisted_outlet_is_one_origin_whether_it_is_cited_before_or_after_its_own_report(desk: Desk) -> None:
    before = desk.trace("Truce", "It held, the newspaper Gull said; the newspaper Gull reports.", outlet="tern.example")
    own = desk.trace("Guns are silent", "Two officials told Gull so.", outlet="gull.example")
    after = desk.trace("Silence at sea – Gull", outlet="plover.example")
    birds = desk.trace("Quiet", "The strait was calm, according to gull watchers.", outlet="knot.example")
    assert before.id == own.id == after.id != birds.id
    assert (before.means, own.means, after.means) == (Means.CITES, Means.OWN, Means.CITES)


def test_who_cites_a_report_that_cites_has_the_first_one_s_facts(desk: Desk) -> None:
    desk.trace("Truce holds, Tidewire reports", outlet="harbour_group")
    chained = desk.trace("Truce at strait holds", "It held, according to Harbour Post.", outlet="tern.example")
    assert chained.id == "tidewire"


def test_a_report_of_two_agencies_adds_none_to_the_one_that_is_known(desk: Desk) -> None:
    desk.trace("Long night", "It was long. (Harbour Post)", outlet="gull.example")
    both = desk.trace("No word yet", "Nothing was said. (Tidewire/Harbour Post)", outlet="tern.example")
    assert both.id == "harbour_group"


TRANSLATED = (
    "Prezydenci Norlandu i Sudmarku spotkali się w poniedziałek na 5 godzin i przedstawili 3 kwestie, które ich dzielą."
)


@pytest.mark.parametrize(
    ("outlet", "hours", "lead", "means"),
    [
        ("tidewire", 1, TRANSLATED, Means.TRANSLATION),
        ("gull.example", 1, TRANSLATED, Means.OWN),  # no agency: two desks may have heard the same
        ("tidewire", 7, TRANSLATED, Means.OWN),
        ("tidewire", 1, TRANSLATED.replace("5", "6"), Means.OWN),
        ("tidewire", 1, "Na molo w Porto Alto rybacy spalili 3 stare sieci i po 5 godzinach poszli spać.", Means.OWN),
    ],
)  # fmt: skip
def test_only_an_agency_s_report_told_again_within_hours_figure_for_figure_is_taken_for_translated(
    desk: Desk, outlet: str, hours: float, lead: str, means: Means
) -> None:
    desk.trace("Norland and Sudmark presidents meet for 5 hours", WIRE, outlet=outlet)
    again = desk.trace(
        "Prezydenci Norlandu i Sudmarku spotkali się na 5 godzin",
        lead,
        outlet="rybitwa.example",
        language="pl",
        hours=hours,
    )
    assert again.means is means
    assert again.reprint == (means is Means.TRANSLATION)


def test_publishers_are_families_by_host_and_by_the_name_an_aggregator_gives() -> None:
    index = PublisherIndex(publishers())
    assert index.publisher("https://www.harbournews.example/a", "Harbour News") == "harbour_group"
    assert index.publisher("https://aggregator.example/rss/1", "Tidewire (via Aggregator)") == "tidewire"
    assert index.publisher("https://news.daily.co.uk/a", "Daily") == "daily.co.uk"
    assert index.publisher("https://blog.example/a", "Tidewire") == "blog.example"  # linked to, not written
    assert registrable("a.b.post.example") == "post.example"
    assert registrable("192.0.2.7") == "192.0.2.7"


def test_what_an_aggregator_s_own_feed_lists_is_the_outlet_s_that_its_headline_ends_in() -> None:
    index = PublisherIndex(publishers().model_copy(update={"aggregators": ("list.example",)}))
    assert index.publisher("https://list.example/1", "The List", "Truce holds - Harbour Post") == "harbour_group"
    assert index.publisher("https://list.example/1", "The List", "Truce holds - Gull Times") == "gull times"
    assert index.publisher("https://list.example/1", "The List", "Truce holds") == "list.example"


def test_an_aggregator_s_tail_is_not_part_of_the_headline() -> None:
    assert without_outlet("Truce holds - Harbour Post", "Harbour Post (via Aggregator)") == "Truce holds"
    assert without_outlet("Truce holds - for now", "Harbour Post") == "Truce holds - for now"


def test_origins_confirm_only_when_independent() -> None:
    assert standing({"a": set()}).corroboration is Corroboration.PROVISIONAL
    assert standing({"a": set(), "b": set()}).corroboration is Corroboration.CONFIRMED
    one_side = standing({"a": {"sudmark"}, "b": {"sudmark"}})
    assert (one_side.origins, one_side.corroboration) == (1, Corroboration.PROVISIONAL)
    assert standing({"a": set()}, disputed_by={"norland"}).corroboration is Corroboration.DISPUTED
