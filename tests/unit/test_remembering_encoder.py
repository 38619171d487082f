"""A text is encoded once, however often it is reprinted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.detection.encoder import RememberingEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Lengths:
    """A vector of one number, the text's length; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text)] for text in texts], np.float32).reshape(len(texts), 1)


def test_what_is_known_is_not_asked_again_and_each_keeps_its_row() -> None:
    inner = Lengths()
    encoder = RememberingEncoder(inner)
    assert encoder.encode(["a", "bbb", "a"]).tolist() == [[1], [3], [1]]
    assert encoder.encode(["bbb", "cc"]).tolist() == [[3], [2]]
    assert inner.asked == ["a", "bbb", "cc"]
    assert encoder.encode([]).shape == (0, 1)


def test_what_was_used_longest_ago_is_forgotten() -> None:
    inner = Lengths()
    encoder = RememberingEncoder(inner, keep=2)
    for texts in (["a", "bb"], ["a"], ["ccc"], ["a"], ["bb"]):
        encoder.encode(texts)
    assert inner.asked == ["a", "bb", "ccc", "bb"]
    assert encoder.encode(["w", "xx", "yyy"]).tolist() == [[1], [2], [3]], "more at once than are kept"
