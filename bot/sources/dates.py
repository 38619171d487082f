"""The dates feeds carry, in the many ways they write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import mktime_tz, parsedate_tz

# Before this nobody published a feed: such dates are a system's zero ("Thu, 01 Jan 1970") or a slip.
_EARLIEST_YEAR = 1990

_MONTH_STEMS = (
    # One month a line: English, German, Portuguese, Polish, Ukrainian, Russian.
    "jan sty січ янв",
    "feb fev lut лют фев",
    "mar mär mrz бер мар",
    "apr abr kwi кві апр",
    "may mai maj тра май мая",
    "jun cze чер июн",
    "jul lip лип июл",
    "aug ago sie сер авг",
    "sep set wrz вер сен",
    "oct okt out paź paz жов окт",
    "nov lis лис ноя",
    "dec dez gru гру дек",
)
_MONTHS = {stem: number for number, stems in enumerate(_MONTH_STEMS, start=1) for stem in stems.split()}
# Those that news is dated with and the standard library does not know, in hours. "IST" and the like mean several places
# and are left to mean UTC.
_ZONES = {
    "MSK": 3,
    "MSD": 4,
    "EET": 2,
    "EEST": 3,
    "CET": 1,
    "CEST": 2,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "JST": 9,
    "KST": 9,
}

# How RFC 822 is written by nearly everybody. Only what is sure: the rest of it is left to the standard library.
_USUAL = re.compile(
    r"[A-Z][a-z][a-z], (\d\d) ([A-Z][a-z][a-z]) ((?:19|20)\d\d) (\d\d:\d\d:\d\d) (?:GMT|([+-]\d{4}))", re.ASCII
)
_ISO = re.compile(
    r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})"
    r"(?:[Tt\s]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|z|[A-Za-z]{2,4}|[+-]\d{2}:?(?:\d{2})?)?)?"
)
_DOTTED = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([A-Za-z]{2,4}|[+-]\d{2}:?\d{2})?)?"
)
_NAMED = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})[\s.-]+([^\W\d]{3})[^\W\d]*\.?,?[\s-]+(\d{4})"
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([A-Za-z]{2,4}|[+-]\d{2}:?\d{2})?)?"
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_LONGEST = 80


def parse_date(text: str) -> datetime | None:
    """Read a date as aware UTC, or None if it cannot be read or cannot be true.

    A time without a zone is taken for UTC, a day without a time for its midnight.
    """
    text = " ".join(text[:_LONGEST].split())
    try:
        moment = _usual(text) or _iso(text) or _rfc822(text) or _named(text) or _dotted(text) or _epoch(text)
        moment = moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None  # a day or an hour that no calendar has
    return moment if moment is not None and moment.year >= _EARLIEST_YEAR else None


def _usual(text: str) -> datetime | None:
    match = _USUAL.fullmatch(text)
    if match is None:
        return None
    day, name, year, clock, zone = match.groups("+00:00")
    try:
        return datetime.fromisoformat(f"{year}-{_MONTHS.get(name.lower(), 0):02}-{day}T{clock}{zone}")
    except ValueError:
        return None  # another month, a 31st of February, a leap second: others know what to make of it


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return _moment((int(year), int(month), int(day)), (hour, minute, second), zone)


def _rfc822(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None or text.rpartition(" ")[2] in _ZONES:
        return None  # the standard library takes an unknown zone for UTC; `_named` knows some more
    return datetime.fromtimestamp(mktime_tz(parts), UTC)


def _named(text: str) -> datetime | None:
    match = _NAMED.fullmatch(text)
    if match is None:
        return None
    day, name, year, hour, minute, second, zone = match.groups()
    month = _MONTHS.get(name.lower())
    return _moment((int(year), month, int(day)), (hour, minute, second), zone) if month else None


def _dotted(text: str) -> datetime | None:
    match = _DOTTED.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second, zone = match.groups()
    return _moment((int(year), int(month), int(day)), (hour, minute, second), zone)


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _moment(date: tuple[int, int, int], clock: tuple[str | None, str | None, str | None], zone: str | None) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    day = datetime(*date, tzinfo=_zone(zone))
    # Midnight as 24:00 and leap seconds as :60 are both written, and both are fine when added.
    return day + timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(name: str | None) -> timezone:
    if name is None:
        return UTC
    if name[0] in "+-":
        digits = name[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if name[0] == "-" else offset)
    return timezone(timedelta(hours=_ZONES.get(name.upper(), 0)))
