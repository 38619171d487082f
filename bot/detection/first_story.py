"""First story detection: does an item open a development, or report one already known?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.domain.evidence import Nearest

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from numpy.typing import NDArray

    from bot.detection.model import Linear, Models
    from bot.detection.representation import Centre, Representation, TermWeights
    from bot.detection.stream import Cluster, Member, Stream

PAIR_FEATURES = (
    "meaning of headlines",
    "meaning of reports",
    "meaning of headline against report",
    "wording",
    "spelling",
    "same people",
    "same acts",
    "same places",
    "same figures",
    "other people",
    "other acts",
    "other places",
    "same outlet",
    "time between",
)
_CERTAIN = 1e-6
_GOING_ROUND = 6.0


@dataclass(frozen=True, slots=True)
class Match:
    """How likely (0 to 1) an item reports one development, its nearest member and that pair's features."""

    cluster: Cluster
    score: float
    nearest: Member
    features: NDArray[np.float64]
    model: Linear

    @property
    def words(self) -> tuple[str, ...]:
        """The nearest report and what speaks for or against it."""
        nearest = self.nearest.item
        return (f'nearest: "{nearest.title}" ({nearest.outlet})', *self.model.reasons(self.features))

    def evidence(self, needed: float) -> Nearest:
        """The same for the desk; `needed` is the score that makes an item a report of the development."""
        item = self.nearest.item
        return Nearest(
            development=self.cluster.id,
            item=item.id,
            title=item.title,
            url=item.url,
            outlet=item.outlet,
            score=round(self.score, 3),
            needed=needed,
            weights=self.model.weights_in(self.features),
        )


class FirstStory:
    """Scores items against the developments of a stream; holds no stream itself."""

    def __init__(self, models: Models, centre: Centre, terms: TermWeights) -> None:
        self._models = models
        self._centre = centre
        self._terms = terms

    def matches(self, item: Representation, stream: Stream, now: datetime) -> list[Match]:
        """Open developments, likeliest first. The item itself, if remembered, counts for none."""
        stacked = stream.stacked()
        features = self.features(item, stream, now)
        if not len(features):
            return []
        language = item.reading.language
        same = np.array([member.representation.reading.language == language for member in stacked.members])
        scores = np.where(
            same,
            self._models.same_language.probability(features),
            self._models.across_languages.probability(features),
        )
        rows: dict[str, list[int]] = {}
        for row, member in enumerate(stacked.members):
            development = member.decision.development
            if development is not None and member.item.id != item.reading.item.id:
                rows.setdefault(development, []).append(row)
        found = []
        for development, own in rows.items():
            order = sorted(own, key=lambda row: -scores[row])
            best = order[0]
            score = _with_company(scores[order])
            model = self._models.same_language if same[best] else self._models.across_languages
            found.append(Match(stream.clusters[development], score, stacked.members[best], features[best], model))
        return sorted(found, key=lambda match: -match.score)

    def features(self, item: Representation, stream: Stream, now: datetime) -> NDArray[np.float64]:
        """An (n, len(PAIR_FEATURES)) array: the item against each remembered member, in their order."""
        stacked = stream.stacked()
        table = np.zeros((len(stacked.members), len(PAIR_FEATURES)))
        if not stacked.members:
            return table
        centre = self._centre
        table[:, 0] = centre.titles_apart(stacked.titles) @ centre.titles_apart(item.title_seen)
        titles, vectors = centre.apart(stacked.titles), centre.apart(stacked.vectors)
        title, vector = centre.apart(item.title_seen), centre.apart(item.seen)
        table[:, 1] = vectors @ vector
        table[:, 2] = np.maximum(titles @ vector, vectors @ title)
        table[:, 3] = stacked.stems @ item.stems
        table[:, 4] = stacked.runs @ item.runs
        for row, member in enumerate(stacked.members):
            other = member.representation
            table[row, 5] = self._shared(item.people, other.people)
            table[row, 6] = self._shared(item.actions, other.actions)
            table[row, 7] = self._shared(item.places, other.places)
            table[row, 8] = bool(item.figures & other.figures)
            table[row, 9] = _at_odds(item.people, other.people)
            table[row, 10] = _at_odds(item.actions, other.actions)
            table[row, 11] = _at_odds(item.places, other.places)
            table[row, 12] = member.item.publisher == item.reading.item.publisher
            table[row, 13] = _apart_in_time(now - member.item.first_seen)
        return table

    def _shared(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The shared part of two sets of ids, 0 to 1, rare ids counting more; 0 when both are empty."""
        union = one | other
        if not union:
            return 0.0
        total = sum(self._terms.weight(term) for term in union)
        return sum(self._terms.weight(term) for term in one & other) / total


def _at_odds(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both name some and none of them in common: a talk in one city is not the talk in another."""
    return bool(one) and bool(other) and not one & other


def _apart_in_time(between: timedelta) -> float:
    """0 within the hours a story takes to go round, then growing ever slower: 1.4 after a day, 2.5 after three."""
    hours = abs(between.total_seconds()) / 3600
    return math.log1p(max(0.0, hours - _GOING_ROUND) / _GOING_ROUND)


def _with_company(scores: NDArray[np.float64]) -> float:
    """One development's score from those of its members, best first: the best and the better half weigh the same.

    The best alone would chain events that share one vague report; the mean of all would punish long stories.
    """
    odds = np.log(np.clip(scores, _CERTAIN, 1 - _CERTAIN) / np.clip(1 - scores, _CERTAIN, 1 - _CERTAIN))
    half = odds[: (len(odds) + 1) // 2].mean()
    return float(1.0 / (1.0 + np.exp(-(odds[0] + half) / 2)))
