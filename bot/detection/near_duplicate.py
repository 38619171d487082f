"""Whether two items are one text in two places: a reprint, an aggregator's copy, a headline or lead lightly edited.

Measured on words as written, names in one spelling. It tells one text from two, not one event from two: whatever is
compared here is taken to be about one event.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.detection.text import latin, numbers, read

if TYPE_CHECKING:
    from bot.detection.reading import Reading

_SAME_TITLE = 88.0
_IDENTICAL_TITLE = 95.0
_SAME_LEAD = 75.0
_KINDRED_LEAD = 58.0
_ENOUGH_OF_LEAD = 60
_TELLING_TITLE = 5
_LONG_TITLE = 10
_DATELINE = re.compile(r"^.{0,60}?[(/\[][^)/\]]{2,30}[)/\]]\s*(?:[-–—]+|\.)\s*")
# What WordPress adds to every entry of a feed.
_BOILERPLATE = re.compile(r"The post .{3,300}? appeared first on .{2,80}$")
# A report is compared with every other of its event, so what is compared is worked out once for each text.
_TEXTS = 4096
_QUOTED = re.compile(r"[„“\"«][^”“\"»]{20,}[”“\"»]")


class Likeness(Enum):
    """How one text was told: by what it says, by its headline alone, or not."""

    TEXT = "text"
    HEADLINE = "headline"
    NONE = "none"


def likeness(one: Reading, other: Reading) -> Likeness:
    """Compare leads where both are long enough to tell, else headlines.

    Two desks write a short headline alike by chance: where the leads tell different stories only a long headline,
    almost the same to the letter, makes one text. Headlines with different figures never do.
    """
    titles, leads = title_similarity(one, other), lead_similarity(one, other)
    words = min(len(one.title.words), len(other.title.words))
    if leads is not None and leads >= _SAME_LEAD:
        return Likeness.TEXT
    if _different_figures(one, other):
        return Likeness.NONE
    if leads is not None and leads >= _KINDRED_LEAD and titles >= _SAME_TITLE:
        return Likeness.TEXT
    needed, length = (_SAME_TITLE, _TELLING_TITLE) if leads is None else (_IDENTICAL_TITLE, _LONG_TITLE)
    return Likeness.HEADLINE if titles >= needed and words >= length else Likeness.NONE


def near_duplicates(one: Reading, other: Reading) -> bool:
    """Whether two items are one text."""
    return likeness(one, other) is not Likeness.NONE


def title_similarity(one: Reading, other: Reading) -> float:
    """0 to 100: how alike two headlines are, letter by letter and in order."""
    return fuzz.ratio(_spelled(one.title.plain), _spelled(other.title.plain))


def lead_similarity(one: Reading, other: Reading) -> float | None:
    """0 to 100: how alike two leads are as far as the shorter goes; None where it is too short to tell.

    Without datelines, and without what is quoted: that is nobody's own text. A lead that begins with its headline is
    an aggregator's list of headlines, and no text at all.
    """
    a, b = _own_words(one.title.plain, one.lead.plain), _own_words(other.title.plain, other.lead.plain)
    length = min(len(a), len(b))
    return fuzz.ratio(a[:length], b[:length]) if length >= _ENOUGH_OF_LEAD else None


@lru_cache(_TEXTS)
def _own_words(title: str, lead: str) -> str:
    if lead.startswith(title):
        return ""
    return _spelled(_QUOTED.sub(" ", _DATELINE.sub("", _BOILERPLATE.sub("", lead))))


@lru_cache(_TEXTS)
def _spelled(text: str) -> str:
    return " ".join(latin(word) for word in read(text).words)


def _different_figures(one: Reading, other: Reading) -> bool:
    a, b = _figures(one.title.plain), _figures(other.title.plain)
    return bool(a and b) and not (a <= b or b <= a)


@lru_cache(_TEXTS)
def _figures(title: str) -> frozenset[str]:
    return numbers(title)
