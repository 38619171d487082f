"""What an item is compared by: meaning (embeddings), wording (stems, character runs), names, actions, figures."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bot.detection.dates import dates_of
from bot.detection.lexicon import Sense
from bot.detection.text import latin, numbers, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.detection.lens import Lens
    from bot.detection.reading import Reading
    from bot.detection.stacked import Texts

_STEM = 6
_RUN = 4
_TITLE_WEIGHT = 2
_DIMENSIONS = 2048
_SHORT = 3
_DESCRIPTION_WEIGHT, _ORIGIN_WEIGHT = 10, 20
_EXPECTED, _EXPECTED_WITH = 20, 8
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Representation:
    """One item as first-story detection sees it.

    `title_vector` and `vector` are unit embeddings of the headline and of headline with lead, `title_seen` and `seen`
    the same through the lens; `stems` and `runs` are unit TF-IDF rows hashed to a fixed width, weighted by what the
    stream had taught when the item was read. `people`, `places` and `actions` are configured ids, each with its sense
    in front; `dates` are days of a month, as `december 2`.
    """

    reading: Reading
    title_vector: NDArray[np.float32]
    vector: NDArray[np.float32]
    title_seen: NDArray[np.float32]
    seen: NDArray[np.float32]
    stems: NDArray[np.float32]
    runs: NDArray[np.float32]
    terms: frozenset[str]
    people: frozenset[str]
    places: frozenset[str]
    actions: frozenset[str]
    dates: frozenset[str]
    figures: frozenset[str]


class TermWeights:
    """How telling a term is, learned from the items seen so far (inverse document frequency, smoothed).

    `common` are terms every report on the negotiation is expected to hold: until the stream has taught better they
    count as if met in most of a first few items, so that a young stream does not take "peace talks" for a clue.
    """

    def __init__(self, common: Iterable[str] = ()) -> None:
        self._items_with: Counter[str] = Counter(dict.fromkeys(common, _EXPECTED_WITH))
        self._seen = _EXPECTED

    def learn(self, terms: Iterable[str]) -> None:
        """Count one more item with these distinct terms."""
        self._seen += 1
        self._items_with.update(terms)

    def weight(self, term: str) -> float:
        """About 1 for a term in every item, growing with rarity."""
        return 1.0 + math.log((1 + self._seen) / (1 + self._items_with.get(term, 0)))

    def weights(self, terms: Collection[str]) -> NDArray[np.float64]:
        """The weight of each term in turn, an (n,) array."""
        held = self._items_with
        result: NDArray[np.float64] = 1.0 + np.log(
            (1 + self._seen) / np.array([1 + held.get(term, 0) for term in terms], np.float64)
        )
        return result


def terms_of(words: Iterable[str]) -> frozenset[str]:
    """The terms (stems and character runs) of case-folded words: what representations are weighed by."""
    stems = set(_stems(tuple(words)))
    return frozenset(stems | {run for stem in stems for run in _runs(stem)})


class Centre:
    """The middle of what is being compared: every report on one negotiation means much the same.

    Distances are taken from here, which tells two events apart that plain cosine calls alike. It starts between where
    the lens has its middle, that of all the news of talks it was learned from, and the newsroom's own description of
    the negotiation, and moves with the stream; headlines and reports have one each.
    """

    def __init__(self, descriptions: NDArray[np.float32]) -> None:
        """`descriptions` is an (n, d) array of what the negotiation is about, seen through the lens."""
        start = descriptions.mean(axis=0).astype(np.float64) * _DESCRIPTION_WEIGHT
        self._titles, self._vectors = start.copy(), start
        self._count = float(_DESCRIPTION_WEIGHT + _ORIGIN_WEIGHT)  # the middle of the lens is at 0

    def learn(self, representation: Representation) -> None:
        """Take one more item into account."""
        self._titles += representation.title_seen
        self._vectors += representation.seen
        self._count += 1

    def alike(self, item: Representation, texts: Texts) -> NDArray[np.float64]:
        """An (n, 3) array of cosines seen from the middle, the item against each of `texts`.

        Headline with headline, report with report, and headline with report, whichever way round is the nearer.
        """
        of_titles, of_reports = self._titles / self._count, self._vectors / self._count
        title, report = _unit(item.title_seen - of_reports), _unit(item.seen - of_reports)
        seen = [(_unit(item.title_seen - of_titles), of_titles), (report, of_reports)]
        headlines, crossed = _cosines(texts.titles, texts.title_squares, seen)
        seen = [(report, of_reports), (title, of_reports)]
        reports, turned = _cosines(texts.vectors, texts.vector_squares, seen)
        return np.column_stack((headlines, reports, np.maximum(crossed, turned)))


def _cosines(
    rows: NDArray[np.float32],
    squares: NDArray[np.float64],
    seen: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> list[NDArray[np.float64]]:
    """For each (direction, middle): the cosine of every row, seen from that middle, with the direction.

    All of it from one product with the rows as they are: moving thousands of them first would cost many times that.
    """
    products = (rows @ np.array([each for pair in seen for each in pair], np.float32).T).astype(np.float64)
    found = []
    for at, (direction, middle) in enumerate(seen):
        along, to_middle = products[:, 2 * at], products[:, 2 * at + 1]
        lengths = np.sqrt(np.maximum(squares - 2 * to_middle + middle @ middle, _NOTHING))
        found.append((along - direction @ middle) / lengths)
    return found


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = vector / max(float(np.linalg.norm(vector)), _NOTHING)
    return result


class Representer:
    """Makes representations; `weights` is the stream's memory of how common terms are."""

    def __init__(self, encoder: Encoder, weights: TermWeights, lens: Lens) -> None:
        self._encoder = encoder
        self._weights = weights
        self._lens = lens

    def represent(self, reading: Reading) -> Representation:
        """One representation; the same reading after more of the stream may weigh its terms otherwise."""
        vectors = self._encoder.encode([reading.title.plain, reading.gist])
        title_vector, vector = vectors
        title_seen, seen = self._lens.seen(vectors)
        title, lead = _stems(reading.title.words), _stems(read(reading.gist[len(reading.title.plain) :]).words)
        counts = Counter(lead)
        for stem in title:
            counts[stem] += _TITLE_WEIGHT
        runs: Counter[str] = Counter()
        for stem, count in counts.items():
            for run in _runs(stem):
                runs[run] += count
        people, places, actions = (
            frozenset(f"{sense}:{one}" for one in reading.ids(sense))
            for sense in (Sense.ACTOR, Sense.PLACE, Sense.ACTION)
        )
        return Representation(
            reading=reading,
            title_vector=title_vector,
            vector=vector,
            title_seen=title_seen,
            seen=seen,
            stems=self._row(counts),
            runs=self._row(runs),
            terms=frozenset(counts) | frozenset(runs) | people | places | actions,
            people=people,
            places=places,
            actions=actions,
            dates=dates_of(reading),
            figures=numbers(reading.gist),
        )

    def _row(self, counts: Counter[str]) -> NDArray[np.float32]:
        row = np.zeros(_DIMENSIONS, np.float32)
        for term, count in counts.items():
            row[_bucket(term)] += (1.0 + math.log(count)) * self._weights.weight(term)
        length = float(np.linalg.norm(row))
        return row / length if length else row


def _stems(words: Sequence[str]) -> list[str]:
    """Words cut to their first letters in one Latin spelling: endings go, names meet across scripts."""
    return [stem for word in words if len(stem := stem_of(word)) >= _SHORT]


def _runs(stem: str) -> list[str]:
    padded = f"<{stem}"
    return [padded[at : at + _RUN] for at in range(max(1, len(padded) - _RUN + 1))]


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """A case-folded word's first letters in one Latin spelling."""
    return latin(word)[:_STEM]


@lru_cache(maxsize=200_000)
def _bucket(term: str) -> int:
    return zlib.crc32(term.encode()) % _DIMENSIONS
