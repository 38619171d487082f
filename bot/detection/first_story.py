"""First story detection: does an item open a development, or report one already known?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from bot.detection.representation import Representation
    from bot.detection.stream import Cluster, Member, Stacked, Stream

FEATURES = (
    "meaning of headlines",
    "meaning of headline and lead",
    "wording",
    "character runs",
    "same people",
    "same parties",
    "same places",
    "same actions",
    "same tracks",
    "same figures",
    "hours apart",
    "other language",
)
_WEIGHTS = np.array([2.0, 6.0, 3.0, 3.0, 1.0, 0.3, 0.5, 1.0, 0.3, 0.5, -0.02, 0.8])
_BIAS = -6.6
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Match:
    """An item against one development: how likely (0 to 1) it reports it, by its nearest member, and that pair's features."""

    cluster: Cluster
    score: float
    nearest: Member
    features: NDArray[np.float64]


def pair_features(item: Representation, stacked: Stacked, now: datetime) -> NDArray[np.float64]:
    """An (n, len(FEATURES)) array: the item against each remembered member."""
    members = stacked.members
    table = np.zeros((len(members), len(FEATURES)))
    if not members:
        return table
    table[:, 0] = stacked.titles @ item.title_vector
    table[:, 1] = stacked.vectors @ item.vector
    table[:, 2] = stacked.stems @ item.stems
    table[:, 3] = stacked.runs @ item.runs
    for row, member in enumerate(members):
        other = member.representation
        table[row, 4] = _shared(item.people, other.people)
        table[row, 5] = _shared(item.parties, other.parties)
        table[row, 6] = _shared(item.places, other.places)
        table[row, 7] = _shared(item.actions, other.actions)
        table[row, 8] = _shared(item.tracks, other.tracks)
        table[row, 9] = _shared(item.figures, other.figures)
        table[row, 10] = abs((now - member.item.first_seen).total_seconds()) / 3600
        table[row, 11] = item.reading.language != other.reading.language
    return table


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared part of two sets, 0 when either is empty."""
    if not one or not other:
        return 0.0
    return len(one & other) / min(len(one), len(other))


def pair_scores(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability, for each row of features, that both items report one development."""
    scores: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(features @ _WEIGHTS + _BIAS)))
    return scores


def matches(item: Representation, stream: Stream, now: datetime) -> list[Match]:
    """Open developments, likeliest first. The item itself, if remembered, counts for none."""
    stacked = stream.stacked()
    features = pair_features(item, stacked, now)
    scores = pair_scores(features)
    rows: dict[str, list[int]] = {}
    for row, member in enumerate(stacked.members):
        development = member.decision.development
        if development is not None and member.item.id != item.reading.item.id:
            rows.setdefault(development, []).append(row)
    found = []
    for development, own in rows.items():
        order = sorted(own, key=lambda row: -scores[row])
        best = order[0]
        near = scores[order[:_NEAREST]].mean()
        cluster = stream.clusters[development]
        found.append(Match(cluster, float(0.6 * scores[best] + 0.4 * near), stacked.members[best], features[best]))
    return sorted(found, key=lambda match: -match.score)
