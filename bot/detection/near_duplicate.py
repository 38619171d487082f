"""Whether two items are one text in two places: a reprint, an aggregator's copy, a headline lightly edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, utils

if TYPE_CHECKING:
    from bot.detection.reading import Reading

_TITLE = 88.0
_TITLE_WITH_LEAD = 70.0
_SHINGLE = 4
_SHARED = 0.5
_FEWEST_SHINGLES = 6


def near_duplicates(one: Reading, other: Reading) -> bool:
    """Whether headlines are almost the same, or leads share half their four-word runs."""
    titles = title_similarity(one, other)
    if titles >= _TITLE:
        return True
    return (titles >= _TITLE_WITH_LEAD and resemblance(one, other) >= _SHARED / 2) or resemblance(one, other) >= _SHARED


def title_similarity(one: Reading, other: Reading) -> float:
    """0 to 100: how alike two headlines are in characters, whatever the order of words."""
    return fuzz.token_sort_ratio(one.title.plain, other.title.plain, processor=utils.default_process)


def resemblance(one: Reading, other: Reading) -> float:
    """0 to 1: shared runs of four words of the leads (Jaccard); 0 where either lead is too short to tell."""
    a, b = _shingles(one.lead.words), _shingles(other.lead.words)
    if min(len(a), len(b)) < _FEWEST_SHINGLES:
        return 0.0
    return len(a & b) / len(a | b)


def _shingles(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[at : at + _SHINGLE] for at in range(len(words) - _SHINGLE + 1)}
