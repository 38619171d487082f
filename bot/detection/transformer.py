"""A transformer's forward pass (Vaswani 2017, as in BERT), for one short text at a time, on one core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bot.detection.pretrained import Pretrained

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
"""A layer's six matrices: query, key, value, what attention gives out, and the two of the step after it."""
_NORMS = ("aln", "oln")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its matrices (in, out), and the vectors beside them."""

    matrices: Mapping[str, NDArray[np.float32]]
    biases: Mapping[str, NDArray[np.float32]]
    norms: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]


def read_layer(pretrained: Pretrained, number: int, added: Mapping[str, NDArray[np.float32]]) -> Layer:
    """A layer as it was trained, with what we learned `added` to its matrices (out, in) by their names."""
    matrices, biases = {}, {}
    for name in MATRICES:
        inputs = pretrained.inner if name == "fo" else pretrained.width
        matrix = pretrained.matrix(f"l{number}.{name}.w", inputs) + added.get(name, np.float32(0))
        matrices[name] = np.ascontiguousarray(matrix.T)
        biases[name] = pretrained.floats(f"l{number}.{name}.b")
    norms = {
        name: (pretrained.floats(f"l{number}.{name}.w"), pretrained.floats(f"l{number}.{name}.b")) for name in _NORMS
    }
    return Layer(matrices, biases, norms)


class Transformer:
    """Numbers of word pieces in, one vector for each of them out."""

    def __init__(self, pretrained: Pretrained, layers: list[Layer]) -> None:
        self._pretrained = pretrained
        self._layers = layers
        self._places = pretrained.floats("emb.pos").reshape(-1, pretrained.width)
        self._kind = pretrained.floats("emb.type")[: pretrained.width]
        self._norm = (pretrained.floats("emb.ln.w"), pretrained.floats("emb.ln.b"))

    def read(self, pieces: list[int]) -> NDArray[np.float32]:
        """The vectors (n, width) of n pieces, 512 at most, each in the light of all."""
        seen = self._pretrained.words(pieces) + self._places[: len(pieces)] + self._kind
        seen = self._normal(seen, self._norm)
        for layer in self._layers:
            seen = self._through(layer, seen)
        return seen

    def _through(self, layer: Layer, seen: NDArray[np.float32]) -> NDArray[np.float32]:
        query, key, value = (self._heads(_apply(layer, name, seen)) for name in ("q", "k", "v"))
        looks = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1], dtype=np.float32)
        looks = np.exp(looks - looks.max(axis=-1, keepdims=True))
        looks /= looks.sum(axis=-1, keepdims=True)
        found = (looks @ value).transpose(1, 0, 2).reshape(seen.shape)
        seen = self._normal(seen + _apply(layer, "ao", found), layer.norms["aln"])
        return self._normal(seen + _apply(layer, "fo", _gelu(_apply(layer, "fi", seen))), layer.norms["oln"])

    def _heads(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return vectors.reshape(len(vectors), self._pretrained.heads, -1).transpose(1, 0, 2)

    def _normal(
        self, vectors: NDArray[np.float32], norm: tuple[NDArray[np.float32], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        moved = vectors - vectors.mean(axis=-1, keepdims=True)
        spread = np.sqrt((moved**2).mean(axis=-1, keepdims=True) + self._pretrained.epsilon)
        result: NDArray[np.float32] = moved / spread * norm[0] + norm[1]
        return result


def _apply(layer: Layer, name: str, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = vectors @ layer.matrices[name] + layer.biases[name]
    return result


def _gelu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """By the hyperbolic tangent: what is learned is learned with the same one."""
    result: NDArray[np.float32] = values / 2 * (1 + np.tanh(0.7978845608 * (values + 0.044715 * values**3)))
    return result
