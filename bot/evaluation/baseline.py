"""A plain peer to be measured against: word TF-IDF and a single pass, as first-story detection is commonly written.

It is given what it lacks, which items are in scope; its threshold is tuned as our weights are, on the other days.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from bot.detection.text import read
from bot.evaluation.scores import b_cubed

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from bot.domain.item import Item
    from bot.evaluation.archive import Label
    from bot.evaluation.scores import Rates

_THRESHOLDS = tuple(step / 50 for step in range(1, 30))


def single_pass(items: Sequence[Item], threshold: float) -> dict[str, str]:
    """The cluster of each item: that of the nearest earlier item at or above the cosine `threshold`, or its own."""
    seen: Counter[str] = Counter()
    rows: list[tuple[str, dict[str, float]]] = []
    clusters: dict[str, str] = {}
    for item in items:
        counts = Counter(read(f"{item.title}. {item.summary}").words)
        seen.update(counts.keys())
        row = {word: n * (1 + math.log((2 + len(rows)) / (1 + seen[word]))) for word, n in counts.items()}
        length = math.sqrt(sum(value * value for value in row.values())) or 1.0
        row = {word: value / length for word, value in row.items()}
        nearest = max(rows, key=lambda known: _cosine(row, known[1]), default=None)
        near = nearest is not None and _cosine(row, nearest[1]) >= threshold
        clusters[item.id] = clusters[nearest[0]] if nearest is not None and near else item.id
        rows.append((item.id, row))
    return clusters


def baseline(items: Sequence[Item], labels: Mapping[str, Label]) -> Rates:
    """B-cubed over the in-scope items, each day clustered with the threshold that is best on the other days."""
    scoped = [item for item in items if labels[item.id].in_scope and labels[item.id].event]
    truth: dict[str, Hashable] = {item.id: labels[item.id].event for item in scoped}
    tried = [single_pass(scoped, threshold) for threshold in _THRESHOLDS]
    given: dict[str, Hashable] = {}
    for day in {item.first_seen.toordinal() for item in scoped}:
        others = {item.id: truth[item.id] for item in scoped if item.first_seen.toordinal() != day}
        best = max(tried, key=lambda clusters: b_cubed(others, {item: clusters[item] for item in others}).f1)
        given |= {item.id: best[item.id] for item in scoped if item.first_seen.toordinal() == day}
    return b_cubed(truth, given)


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(value * other[word] for word, value in one.items() if word in other)
