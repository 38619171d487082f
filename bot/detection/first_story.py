"""First story detection: does an item open a development, or report one already known?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.detection.stream import microseconds
from bot.domain.evidence import Nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from bot.detection.model import Linear, Models
    from bot.detection.representation import Centre, Representation, TermWeights
    from bot.detection.stream import Cluster, Member, Stacked, Stream

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
_WORDING = PAIR_FEATURES.index("wording")
_SHARED = PAIR_FEATURES.index("same people")
_FIGURES = PAIR_FEATURES.index("same figures")
_AT_ODDS = PAIR_FEATURES.index("other people")
_OUTLET = PAIR_FEATURES.index("same outlet")
_TIME = PAIR_FEATURES.index("time between")
_CERTAIN = 1e-6
_GOING_ROUND = 6.0
_HOUR = 3_600_000_000


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
        same = stacked.languages == stacked.number_of(item.reading.language)
        scores = np.where(
            same,
            self._models.same_language.probability(features),
            self._models.across_languages.probability(features),
        )
        counted = stacked.developments >= 0
        own_row = stacked.row_of(item.reading.item.id)
        if own_row is not None:
            counted[own_row] = False
        rows = np.flatnonzero(counted)
        return self._by_development(rows, scores, features, stream, same) if len(rows) else []

    def _by_development(
        self,
        rows: NDArray[np.int64],
        scores: NDArray[np.float64],
        features: NDArray[np.float64],
        stream: Stream,
        same: NDArray[np.bool_],
    ) -> list[Match]:
        """The developments of these rows, likeliest first; `same` marks those in the item's own language."""
        stacked, odds = stream.stacked(), _odds(scores)
        ranked = rows[np.argsort(-scores[rows], kind="stable")]
        ranked = ranked[np.argsort(stacked.developments[ranked], kind="stable")]  # a development's together, best first
        of = stacked.developments[ranked]
        begins = np.flatnonzero(of[1:] != of[:-1]) + 1
        found = []
        for own in np.split(ranked, begins):
            best = int(own[0])
            member = stacked.members[best]
            model = self._models.same_language if same[best] else self._models.across_languages
            cluster = stream.clusters[member.decision.development or ""]
            found.append(Match(cluster, _with_company(odds[own]), member, features[best], model))
        return sorted(found, key=lambda match: -match.score)

    def features(self, item: Representation, stream: Stream, now: datetime) -> NDArray[np.float64]:
        """An (n, len(PAIR_FEATURES)) array: the item against each remembered member, in their order."""
        stacked = stream.stacked()
        table = np.zeros((len(stacked.members), len(PAIR_FEATURES)))
        if not stacked.members:
            return table
        table[:, :_WORDING] = self._centre.alike(item, stacked)
        for column, (words, of_all) in enumerate(((item.stems, stacked.stems), (item.runs, stacked.runs))):
            met = np.flatnonzero(words)
            table[:, _WORDING + column] = words[met] @ of_all[met]
        for column, (shared, at_odds) in enumerate(self._ids(item, stacked)):
            table[:, _SHARED + column], table[:, _AT_ODDS + column] = shared, at_odds
        if item.figures:
            table[:, _FIGURES] = [not item.figures.isdisjoint(one.representation.figures) for one in stacked.members]
        table[:, _OUTLET] = stacked.publishers == stacked.number_of(item.reading.item.publisher)
        table[:, _TIME] = _apart_in_time(microseconds(now) - stacked.seen)
        return table

    def _ids(self, item: Representation, stacked: Stacked) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
        """For people, acts and places: the shared part with each member, and whether the two are at odds.

        The shared part is of both sets of ids, 0 to 1, rare ids counting more; 0 where both are empty. At odds are two
        that both name some and none in common: a talk in one city is not the talk in another.
        """
        weights = self._terms.weights(stacked.columns)
        own = np.zeros((len(weights), len(stacked.kinds)))
        every = np.zeros_like(own)
        total = []
        for kind, ids in enumerate((item.people, item.actions, item.places)):
            held = [column for name in ids if (column := stacked.columns.get(name)) is not None]
            own[held, kind] = weights[held]
            columns = stacked.kinds[kind]
            every[columns, kind] = weights[columns]
            total.append(float(self._terms.weights(ids).sum()))
        names = stacked.names[:, : len(weights)]
        common, theirs = names @ own, names @ every
        for kind, mine in enumerate(total):
            both = mine + theirs[:, kind] - common[:, kind]
            shared = np.divide(common[:, kind], both, out=np.zeros(len(both)), where=both > 0)
            yield shared, (mine > 0) & (theirs[:, kind] > 0) & (common[:, kind] == 0)


def _apart_in_time(between: NDArray[np.int64]) -> NDArray[np.float64]:
    """0 within the hours a story takes to go round, then growing ever slower: 1.4 after a day, 2.5 after three.

    `between` is in microseconds.
    """
    hours = np.abs(between) / _HOUR
    result: NDArray[np.float64] = np.log1p(np.maximum(0.0, hours - _GOING_ROUND) / _GOING_ROUND)
    return result


def _odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.log(
        np.clip(scores, _CERTAIN, 1 - _CERTAIN) / np.clip(1 - scores, _CERTAIN, 1 - _CERTAIN)
    )
    return result


def _with_company(odds: NDArray[np.float64]) -> float:
    """One development's score from its members' log odds, best first: the best and the better half weigh the same.

    The best alone would chain events that share one vague report; the mean of all would punish long stories.
    """
    half = odds[: (len(odds) + 1) // 2]
    return 1.0 / (1.0 + math.exp(-(float(odds[0]) + float(half.mean())) / 2))
