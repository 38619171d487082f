"""Two headlines slot by slot: what the later one keeps, adds, takes away and puts in another's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.detection.stages import steps

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from bot.detection.slots import Slots

SLOT_FEATURES = (
    "words kept",
    "words of the earlier one missing",
    "words added",
    "no word differs",
    "only words added",
    "a few words in others' place",
    "longer",
    "in two languages",
    "figures kept",
    "a figure where none was",
    "another figure",
    "a figure gone",
    "day kept",
    "a day where none was",
    "another day",
    "people kept",
    "people added",
    "other people",
    "people missing",
    "sides kept",
    "sides added",
    "other sides",
    "sides missing",
    "place kept",
    "a place where none was",
    "another place",
    "a name where none was",
    "another name",
    "act kept",
    "another act",
    "an act of another type",
    "an act where none was",
    "the other way round",
    "negated in one only",
    "a step further",
    "a step back",
    "another stage",
    "ahead in the earlier one only",
    "ahead in the later one only",
    "possible in one only",
    "said to be said before",
    "both said to be said before",
    "said to be anew",
    "both said to be anew",
    "said to be detail",
    "said to be confirmed",
    "hearsay confirmed",
    "hearsay",
    "past recalled",
    "said before, with another figure or day",
    "said before, and anew",
    "long, with a figure or name where none was",
)

_MOST_KEPT, _HALF_KEPT = 0.7, 0.5
_FEW = 2


def compare(earlier: Slots, later: Slots) -> NDArray[np.float64]:
    """A (len(SLOT_FEATURES),) array: how the later headline stands to the earlier one."""
    kept = earlier.words & later.words
    gone, come = earlier.words - later.words, later.words - earlier.words
    share = len(kept) / max(1, min(len(earlier.words), len(later.words)))
    across = earlier.language != later.language
    figures = _slot(earlier.figures, later.figures)
    days = _slot(earlier.days, later.days)
    people = _slot(earlier.people, later.people)
    parties = _slot(earlier.parties, later.parties)
    places = _slot(earlier.places, later.places)
    names = (0.0, 0.0, 0.0, 0.0) if across else _slot(earlier.names, later.names)
    acts = _slot(earlier.acts, later.acts)
    one, other = earlier.claim, later.claim
    step = steps(one.stage, other.stage) if one.stage is not None else 0
    said, said_before = "repeated" in later.cues, "repeated" in earlier.cues
    anew, anew_before = "anew" in later.cues, "anew" in earlier.cues
    told = figures[1] or days[1] or names[1] or places[1]
    return np.array([
        share,
        len(gone) / max(1, len(earlier.words)),
        len(come) / max(1, len(later.words)),
        not gone and not come and earlier.figures == later.figures and bool(earlier.negations) == bool(later.negations),
        bool(come) and len(gone) <= 1 and share > _MOST_KEPT,
        share > _HALF_KEPT and 1 <= len(gone) <= _FEW and 1 <= len(come) <= _FEW,
        np.clip((later.length - earlier.length) / 6, -1, 1),
        across,
        figures[0], figures[1], figures[2], figures[3],
        days[0], days[1], days[2],
        people[0], people[1], people[2], people[3],
        parties[0], parties[1], parties[2], parties[3],
        places[0], places[1], places[2],
        names[1], names[2],
        acts[0], acts[2],
        one.plover is not None and other.plover is not None and one.plover != other.plover,
        acts[1],
        one.polarity * other.polarity < 0,
        (earlier.negations > 0) != (later.negations > 0),
        step > 0,
        step < 0,
        one.stage != other.stage and one.stage is not None and other.stage is not None,
        "future" in earlier.cues and "future" not in later.cues,
        "future" in later.cues and "future" not in earlier.cues,
        ("hypothetical" in earlier.cues) != ("hypothetical" in later.cues),
        said and not said_before,
        said and said_before,
        anew and not anew_before,
        anew and anew_before,
        "detail" in later.cues and "detail" not in earlier.cues,
        "confirmed" in later.cues and "confirmed" not in earlier.cues,
        "unsourced" in earlier.cues and ("confirmed" in later.cues or "unsourced" not in later.cues),
        "unsourced" in later.cues,
        "historical" in later.cues and "historical" not in earlier.cues,
        said and not said_before and bool(figures[2] or days[2] or (figures[1] and figures[3])),
        said and not said_before and anew,
        later.length > earlier.length + 1 and bool(told),
    ], np.float64)  # fmt: skip


def _slot(earlier: AbstractSet[str], later: AbstractSet[str]) -> tuple[float, float, float, float]:
    """Whether a slot is kept in part, filled where it was empty or grown, filled otherwise, and emptied."""
    kept = bool(earlier & later)
    gone, come = bool(earlier - later), bool(later - earlier)
    return float(kept), float(come and not gone), float(come and gone), float(gone and not come)
