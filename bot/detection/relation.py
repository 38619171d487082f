"""What a later headline is to an earlier one: the same, an update, something new, or an old statement said again.

Embeddings cannot tell ("confirms" and "denies" are .95 alike). Claim slots are compared (`comparison.py`) and weighed
by a small model learned from pairs of headlines we wrote (`bot.evaluation.train`), and both headlines are read together
by one that knows language (`pair_reader.py`); the odds of the two are added, those of the slots by half.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from bot.detection.comparison import SLOT_FEATURES, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bot.detection.model import Linear, Models
    from bot.detection.pair_reader import Reads
    from bot.detection.slots import Slots

RELATION_FEATURES = (*SLOT_FEATURES, "meaning of headlines", "meaning nearly the same")
_NEARLY = 0.5
SLOTS = 0.5  # slots and reader see the same words; adding both in full would count them twice


class RelationKind(StrEnum):
    """How a headline stands to an earlier one."""

    SAME = "same"
    UPDATE = "update"
    NEW = "new"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class Change:
    """A slot (`number date place actor object stage polarity attribution`) and in words how it differs."""

    slot: str
    words: str


@dataclass(frozen=True, slots=True)
class Relation:
    """The likeliest relation with its probability, the slots that differ, and the strongest reasons."""

    kind: RelationKind
    probability: float
    changed: tuple[Change, ...]
    reasons: tuple[str, ...]


class Relations:
    """Weighs pairs of headlines."""

    def __init__(self, models: Models, reader: Callable[[], Reads]) -> None:
        """`reader` is asked for when the first two headlines that differ are weighed: loading it takes a while."""
        self._models: tuple[tuple[RelationKind, Linear], ...] = (
            (RelationKind.SAME, models.same),
            (RelationKind.UPDATE, models.update),
            (RelationKind.NEW, models.new),
            (RelationKind.RESTATED, models.restated),
        )
        self._reader = reader

    def of(self, earlier: Slots, later: Slots, alike: float) -> Relation:
        """The relation of two headlines; `alike` is the cosine (-1 to 1) of their meanings through the lens."""
        features = relation_features(earlier, later, alike)
        odds = SLOTS * np.array([float(features @ model.weights + model.bias) for _, model in self._models])
        words: tuple[str, ...] = ()
        if earlier.headline != later.headline:
            read = self._reader().odds(earlier.headline, later.headline)
            odds += read
            words = (f"read together: {self._models[int(read.argmax())][0].value} ({_shares(read).max():.2f})",)
        shares = _shares(odds)
        best = int(shares.argmax())
        kind, model = self._models[best]
        return Relation(kind, float(shares[best]), changes(earlier, later), (*words, *model.reasons(features)))


def _shares(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.exp(odds - odds.max())
    return np.asarray(shares / shares.sum(), np.float64)


def relation_features(earlier: Slots, later: Slots, alike: float) -> NDArray[np.float64]:
    """A (len(RELATION_FEATURES),) array."""
    return np.append(compare(earlier, later), [alike, max(0.0, alike - _NEARLY)])


def changes(earlier: Slots, later: Slots) -> tuple[Change, ...]:
    """The slots in which the later headline differs from the earlier one."""
    slots: Sequence[tuple[str, frozenset[str], frozenset[str]]] = (
        ("number", earlier.figures, later.figures),
        ("date", earlier.days, later.days),
        ("place", earlier.places, later.places),
        ("actor", earlier.people or earlier.parties, later.people or later.parties),
    )
    found = [change for name, one, other in slots if (change := _difference(name, one, other)) is not None]
    one, other = earlier.claim, later.claim
    if one.polarity * other.polarity < 0 or bool(earlier.negations) != bool(later.negations):
        found.append(Change("polarity", "for or against"))
    if one.stage is not None and other.stage is not None and one.stage != other.stage:
        found.append(Change("stage", f"{one.stage.value} -> {other.stage.value}".replace("_", " ")))
    if ("unsourced" in earlier.cues) != ("unsourced" in later.cues):
        found.append(Change("attribution", "hearsay in one only"))
    if earlier.acts and later.acts and not earlier.acts & later.acts:
        found.append(Change("object", "another act"))
    return tuple(found)


def _difference(slot: str, one: frozenset[str], other: frozenset[str]) -> Change | None:
    gone, come = sorted(one - other), sorted(other - one)
    if gone and come:
        return Change(slot, f"{', '.join(gone)} -> {', '.join(come)}")
    return Change(slot, f"{', '.join(come)} added") if come else None
