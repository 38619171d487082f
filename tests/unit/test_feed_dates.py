"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sources.dates import parse_date

TEN = datetime(2025, 12, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 02 Dec 2025 10:00:00 GMT",
        "Tue, 2 Dec 2025 12:00 +0200",
        "Tue, 02 Dec 2025 12:00:00 +0200 (EET)",
        "02 Dec 25 05:00:00 EST",
        "Tue, 02 Dec 2025 13:00:00 MSK",
        "Tue, 02 Dec 2025 11:00:00 CET",
        " Tue,  02 December 2025\n10:00:00 GMT ",
        "Tue Dec  2 10:00:00 2025",
        "2025-12-02T10:00:00Z",
        "2025-12-02T10:00:00.123456Z",
        "2025-12-02T12:00:00+02:00",
        "2025-12-02T12:00+02",
        "2025-12-02T05:00:00 -0500",
        "2025-12-02 10:00:00",
        "2025-12-02 10:00:00 UTC",
        "20251202T100000Z",
        "2025/12/02 10:00",
        "02.12.2025 10:00",
        "Вт, 02 дек 2025 13:00:00 +0300",
        "2 грудня 2025, 10:00",
        "wt., 2 gru 2025 11:00:00 +0100",
        "Di, 02 Dez 2025 11:00:00 +0100",
        "Ter, 02 Dez 2025 07:00:00 -0300",
        "1764669600",
        "1764669600000",
    ],
)
def test_many_ways_to_write_one_moment(text: str) -> None:
    moment = parse_date(text)
    assert moment is not None
    assert moment.replace(microsecond=0) == TEN
    assert moment.tzinfo is UTC


def test_a_day_alone_is_its_midnight_and_24_00_the_next_ones() -> None:
    assert parse_date("2025-12-02") == datetime(2025, 12, 2, tzinfo=UTC)
    assert parse_date("2025-12-01T24:00:00Z") == datetime(2025, 12, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "5 minutes ago",
        "12/02/2025",  # December or February: nobody can tell
        "2025-13-45T10:00:00Z",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "99999999999999999999",
        "9999-12-31T23:59:59-12:00",
        "2025-12-02T10:00:00+99:00",
    ],
)
def test_what_is_no_date_or_cannot_be_true_is_none(text: str) -> None:
    assert parse_date(text) is None
