"""First story detection: does an item open a development, or report one already known?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.detection.stacked import microseconds
from bot.domain.evidence import Nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from bot.detection.model import Linear, Models
    from bot.detection.representation import Centre, Representation, TermWeights
    from bot.detection.stacked import Texts
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
    "other date",
    "same outlet",
    "time between",
)
_WORDING = PAIR_FEATURES.index("wording")
_SHARED = PAIR_FEATURES.index("same people")
_FIGURES = PAIR_FEATURES.index("same figures")
_AT_ODDS = PAIR_FEATURES.index("other people")
_DATE = PAIR_FEATURES.index("other date")
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

    def matches(self, item: Representation, stream: Stream, came_out: datetime, *, least: float) -> list[Match]:
        """The open development likeliest the item's, and all that score at least `least`; likeliest first.

        `came_out` is when it came to say what it says. The item itself, if remembered, counts for none.
        """
        stacked = stream.stacked()
        features = self.features(item, stream, came_out)
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
        found: list[Match] = []
        for row, score in _by_development(rows, stacked.developments[rows], scores[rows]):
            if found and score < least:
                break
            member = stacked.members[row]
            model = self._models.same_language if same[row] else self._models.across_languages
            cluster = stream.clusters[member.decision.development or ""]
            found.append(Match(cluster, score, member, features[row], model))
        return found

    def features(self, item: Representation, stream: Stream, came_out: datetime) -> NDArray[np.float64]:
        """An (n, len(PAIR_FEATURES)) array: the item against each remembered member, in their order."""
        stacked = stream.stacked()
        texts = stacked.texts
        if not len(texts):
            return np.zeros((0, len(PAIR_FEATURES)))
        of_texts = np.zeros((len(texts), len(PAIR_FEATURES)))
        of_texts[:, :_WORDING] = self._centre.alike(item, texts)
        for column, (words, of_all) in enumerate(((item.stems, texts.stems), (item.runs, texts.runs))):
            met = np.flatnonzero(words)
            of_texts[:, _WORDING + column] = words[met] @ of_all[met]
        for column, (shared, at_odds) in enumerate(self._ids(item, texts)):
            of_texts[:, _SHARED + column], of_texts[:, _AT_ODDS + column] = shared, at_odds
        if item.figures:
            of_texts[:, _FIGURES] = [not item.figures.isdisjoint(figures) for figures in texts.figures]
        if item.dates:
            of_texts[:, _DATE] = [bool(dates) and item.dates.isdisjoint(dates) for dates in texts.dates]
        table: NDArray[np.float64] = of_texts[stacked.text]
        table[:, _OUTLET] = stacked.publishers == stacked.number_of(item.reading.item.publisher)
        table[:, _TIME] = _apart_in_time(microseconds(came_out) - stacked.out)
        return table

    def _ids(self, item: Representation, texts: Texts) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
        """For people, acts and places: the shared part with each text, and whether the two are at odds.

        The shared part is of both sets of ids, 0 to 1, rare ids counting more; 0 where both are empty. At odds are two
        that both name some and none in common: a talk in one city is not the talk in another.
        """
        weights, kinds = self._terms.weights(texts.columns), len(texts.kinds)
        wanted = np.zeros((len(weights), 2 * kinds))  # the item's own of each kind, then all of each kind
        total = []
        for kind, ids in enumerate((item.people, item.actions, item.places)):
            held = [column for name in ids if (column := texts.columns.get(name)) is not None]
            wanted[held, kind] = weights[held]
            columns = texts.kinds[kind]
            wanted[columns, kinds + kind] = weights[columns]
            total.append(float(self._terms.weights(ids).sum()))
        found = texts.names[:, : len(weights)] @ wanted
        for kind, mine in enumerate(total):
            common, theirs = found[:, kind], found[:, kinds + kind]
            both = mine + theirs - common
            shared = np.divide(common, both, out=np.zeros(len(both)), where=both > 0)
            yield shared, (mine > 0) & (theirs > 0) & (common == 0)


def _by_development(
    rows: NDArray[np.int64], of: NDArray[np.int64], scores: NDArray[np.float64]
) -> Iterator[tuple[int, float]]:
    """For each development its best row and its score, likeliest first; `of` and `scores` are the rows', one each.

    Its score is made of its members' log odds: the best and the mean of the better half weigh the same. The best alone
    would chain events that share one vague report; the mean of all would punish long stories.
    """
    if not len(rows):
        return
    order = np.lexsort((-scores, of))  # a development's together, best first
    ranked, of, odds = rows[order], of[order], _odds(scores[order])
    begins = np.flatnonzero(np.concatenate(([True], of[1:] != of[:-1])))
    halves = (np.diff(np.append(begins, len(of))) + 1) // 2
    summed = np.concatenate(([0.0], np.cumsum(odds)))
    whole = (odds[begins] + (summed[begins + halves] - summed[begins]) / halves) / 2
    for at in np.argsort(-whole, kind="stable"):
        yield int(ranked[begins[at]]), 1.0 / (1.0 + math.exp(-float(whole[at])))


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
