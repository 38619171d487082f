"""Two headlines read together, word by word, for how the later stands to the earlier.

Slots find what a list of words can find. A paraphrase without a shared word, or one verb that turns a story round,
takes a reader of language: a pretrained transformer reads both as one text. What it learned from pairs we wrote
(`bot.evaluation.train_reader`) is a small addition to the upper half of its weights, and a last step from its words'
vectors to four odds; only that is in the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bot.detection.pretrained import load_pretrained
from bot.detection.transformer import MATRICES, Transformer, read_layer
from bot.detection.word_pieces import WordPieces

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from bot.detection.pretrained import Pretrained

_FILE = "pair_reader.npz"
_ASKED = "query: "
"""What every text began with when the transformer was trained."""
_MOST = 250
"""Pieces read of one headline: two of them fit into the 512 it was trained with. The longest we saw has 80."""


class Reads(Protocol):
    """Reads two headlines together."""

    def odds(self, earlier: str, later: str) -> NDArray[np.float64]:
        """The log odds (4,) of same, update, new and restated, up to a constant."""
        ...


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: by layer and matrix two thin factors, and the last step's two matrices and biases."""

    factors: Mapping[str, NDArray[np.float32]]

    def added(self, layer: int) -> dict[str, NDArray[np.float32]]:
        """What is added to a layer's matrices (out, in); empty where nothing was learned for it."""
        return {
            name: self.factors[f"{layer}.{name}.up"] @ self.factors[f"{layer}.{name}.down"]
            for name in MATRICES
            if f"{layer}.{name}.up" in self.factors
        }

    def save(self, path: Path) -> None:
        """Write it in half precision, some 2 MB."""
        np.savez_compressed(path, **{name: value.astype(np.float16) for name, value in self.factors.items()})  # type: ignore[arg-type]  # its flag is not named here


class PairReader:
    """The transformer with what it learned: 155 MB of memory, most of a tenth of a second for two headlines."""

    def __init__(self, pretrained: Pretrained, learned: Learned) -> None:
        self._begin, self._end = pretrained.begin, pretrained.end
        self._pieces = WordPieces(pretrained)
        layers = [read_layer(pretrained, number, learned.added(number)) for number in range(pretrained.layers)]
        self._transformer = Transformer(pretrained, layers)
        self._learned = learned.factors

    def odds(self, earlier: str, later: str) -> NDArray[np.float64]:
        """The log odds (4,) of same, update, new and restated, up to a constant."""
        pieces, first = together(self._pieces, self._begin, self._end, earlier, later)
        vectors = self._transformer.read(pieces)
        one, other = vectors[:first].mean(axis=0), vectors[first:].mean(axis=0)
        read = np.concatenate([one, other, np.abs(one - other), vectors[0]])
        last = self._learned
        return np.asarray(
            np.tanh(read @ last["hidden.w"].T + last["hidden.b"]) @ last["out.w"].T + last["out.b"], np.float64
        )


def together(pieces: WordPieces, begin: int, end: int, earlier: str, later: str) -> tuple[list[int], int]:
    """Two headlines as one text of pieces, and how many of them are the earlier one's. What is too long is cut off."""
    one = [begin, *pieces.cut(_ASKED + earlier)[:_MOST], end]
    return [*one, end, *pieces.cut(later)[:_MOST], end], len(one)


def load_learned() -> Learned:
    """What was learned, as shipped with the package."""
    with resources.files(__package__).joinpath(_FILE).open("rb") as file, np.load(file) as stored:
        return Learned({name: stored[name].astype(np.float32) for name in stored.files})


@cache
def load_pair_reader() -> PairReader:
    """Read once a process, half a second, when first needed: most processes never do."""
    return PairReader(load_pretrained(), load_learned())
