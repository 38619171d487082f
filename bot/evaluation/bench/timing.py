"""CPU seconds of work, and an encoder that remembers what it was asked."""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.replay import replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.detection.pair_reader import Reads
    from bot.domain.item import Item
    from bot.evaluation.replay import Decides

_DIMENSIONS = 512


class Counting:
    """An encoder that keeps what it was asked, so that the floor encodes exactly the same in the same portions."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.asked: list[Sequence[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder it stands before."""
        self.asked.append(texts)
        return self._encoder.encode(texts)


class CountingReader:
    """The same for a reader of pairs."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader
        self.asked: list[tuple[str, str]] = []

    def odds(self, earlier: str, later: str) -> NDArray[np.float64]:
        """As the reader it stands before."""
        self.asked.append((earlier, later))
        return self._reader.odds(earlier, later)


class Chance:
    """Unit vectors by chance, the same for the same text: no meaning, next to no time. For what a store costs only."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """An (n, 512) array of float32, one row a text, each of length 1."""
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=_DIMENSIONS) for text in texts]
        vectors = np.asarray(rows, np.float32).reshape(len(texts), _DIMENSIONS)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def decide(items: Iterable[Item], detector: Decides) -> int:
    """Decide and remember the items; how many were relevant."""
    return sum(decision.relevant for decision in replay(items, detector))


def encode(portions: Iterable[Sequence[str]], encoder: Encoder) -> None:
    """Encode and nothing else: the floor."""
    for texts in portions:
        encoder.encode(texts)


def read(pairs: Iterable[tuple[str, str]], reader: Reads) -> None:
    """Read pairs together and nothing else: the rest of the floor."""
    for earlier, later in pairs:
        reader.odds(earlier, later)


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of the process, not wall time: other programs on the machine do not count."""
    began = time.process_time()
    work()
    return max(time.process_time() - began, 1e-9)
