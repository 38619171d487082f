"""When a report came out, and the dates it names: what tells two events apart that are found in one look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.newsdesk import MORNING, detector, genres, item, negotiation, publishers, run

from bot.detection.dates import dates_of
from bot.detection.reading import Reader
from bot.detection.vocabulary import Vocabulary
from bot.domain.item import BELIEVED

if TYPE_CHECKING:
    from bot.domain.item import Item

FIRST = item("a", "Holt and Varga meet in Porto Alto for strait talks", "They spoke about the truce.")
SECOND = item("b", "Norland opens fishing rights file with Sudmark", "Holt said strait talks would go on.", hours=0.1)


def dates_in(report: Item) -> frozenset[str]:
    return dates_of(Reader(Vocabulary(negotiation(), publishers(), genres())).read(report))


def dated(report: Item, day: str) -> Item:
    return replace(report, summary=f"PORTO ALTO, {day} - {report.summary}")


def test_what_is_found_in_one_look_may_have_come_out_days_apart() -> None:
    together = run(detector(), FIRST, SECOND)
    assert together[1].development == "d-a"
    for days in ({"a": 4}, {"b": 4}):
        reports = [replace(each, published=MORNING - timedelta(days=days.get(each.id, 0))) for each in (FIRST, SECOND)]
        assert run(detector(), *reports)[1].development == "d-b"


def test_reports_that_name_different_dates_are_of_two_events() -> None:
    of_one_day = run(detector(), dated(FIRST, "2 May"), dated(SECOND, "May 2"))
    of_two = run(detector(), dated(FIRST, "2 May"), dated(SECOND, "4 May"))
    assert of_one_day[1].development == "d-a"
    assert of_two[1].development == "d-b"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "PORTO ALTO, Dec 2 (Sample Wire) - Holt spoke"),
        ("en", "Holt spoke on 2 December"),
        ("uk", "Голт виступила 2 грудня"),
        ("ru", "Холт выступила 2 дек. в порту"),
        ("pl", "Holt przemówiła 2 grudnia"),
        ("de", "Holt sprach am 2. Dezember"),
    ],
)
def test_a_date_is_read_in_every_language(language: str, text: str) -> None:
    report = replace(item("a", "Holt", text), language=language)
    assert dates_in(report) == {"december 2"}


@pytest.mark.parametrize(
    "text", ["In December talks begin", "December 2031", "40 December mornings", "on Monday the 2"]
)
def test_a_month_without_its_day_is_no_date(text: str) -> None:
    assert dates_in(item("a", "Holt", text)) == frozenset()


def test_a_published_time_is_believed_unless_it_lies_ahead_or_long_ago() -> None:
    seen = FIRST.first_seen
    for published, came_out in (
        (None, seen),
        (seen - timedelta(hours=5), seen - timedelta(hours=5)),
        (seen + timedelta(hours=3), seen),
        (seen - timedelta(days=4000), seen - BELIEVED),
    ):
        assert replace(FIRST, published=published).came_out == came_out
