"""What sort of article an item is, and whether it is about the talks at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.detection.lexicon import Sense
from bot.domain.decision import Kind

if TYPE_CHECKING:
    from bot.detection.reading import Reading
    from bot.detection.representation import Representation
    from bot.detection.vocabulary import Vocabulary


_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Relevance:
    """The kind of an item and how likely (0 to 1) it is in scope; `reasons` in words, most telling first."""

    kind: Kind
    scope: float
    reasons: tuple[str, ...]

    @property
    def in_scope(self) -> bool:
        """Whether it is more likely than not about the talks."""
        return self.scope >= _LIKELY


class Gate:
    """The cheap first look: most of the world's news names nobody in the talks and is put aside unread."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def passes(self, reading: Reading) -> bool:
        """Whether an item names a principal, or the talks and anybody in them; when in doubt it does."""
        parties = set(reading.ids(Sense.PARTY))
        for actor in reading.ids(Sense.ACTOR):
            party = self._vocabulary.actors[actor].party
            if party is not None:
                parties.add(party)
        return bool(parties & self._vocabulary.principals)


class RelevanceModel:
    """Weighs what the gate let through."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def judge(self, representation: Representation) -> Relevance:
        """The kind and scope of one item."""
        reading = representation.reading
        reasons: list[str] = []
        kind = Kind.DEVELOPMENT
        if reading.count(Sense.GENRE, "roundup", lead=False) or reading.count(Sense.GENRE, "series", lead=False):
            kind = Kind.ROUNDUP
        elif reading.count(Sense.GENRE, "analysis", lead=False):
            kind = Kind.ANALYSIS
        score = -2.0
        for sense, weight in ((Sense.SCOPE, 1.4), (Sense.TRACK, 1.2), (Sense.ACTION, 0.5), (Sense.BACKGROUND, -1.0)):
            count = min(3, reading.count(sense, lead=False) + 0.5 * reading.count(sense))
            if count:
                score += weight * count
                reasons.append(f"{count:g} {sense.value} words")
        score += 0.5 * min(3, len(representation.people))
        scope = 1.0 / (1.0 + math.exp(-score))
        return Relevance(kind, scope, tuple(reasons))
