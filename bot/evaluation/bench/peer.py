"""The usual way, to compare with: scikit-learn's TF-IDF and brute-force cosine against everything kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.item import Item

_BATCH = 500
_WIDTH = 2**18
_SAME = 0.5


def first_stories(items: Sequence[Item]) -> int:
    """How many items resemble nothing before them. The weights are fitted anew after each batch of 500.

    Every item is compared on its own, as it comes: an alert does not wait for a batch.
    """
    hashing = HashingVectorizer(n_features=_WIDTH, alternate_sign=False, norm=None)
    counts = csr_matrix((0, _WIDTH))
    new = 0
    for begin in range(0, len(items), _BATCH):
        batch = [f"{item.title}. {item.summary}" for item in items[begin : begin + _BATCH]]
        counts = vstack([counts, hashing.transform(batch)], format="csr")
        rows = TfidfTransformer().fit(counts).transform(counts)
        for at in range(begin, begin + len(batch)):
            alike = rows[:at] @ rows[at].T if at else None
            new += alike is None or float(np.max(alike.max(), initial=0)) < _SAME
    return new
