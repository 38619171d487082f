"""A text cut into the pieces of words a transformer knows: the likeliest way of cutting it (unigram, Kudo 2018).

The library for it would hold 260 MB for a vocabulary of 250,000 pieces; this holds 40.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.detection.pretrained import Pretrained

_SPACE = "\u2581"  # stands before each word
_UNKNOWN_COSTS = 10.0


class WordPieces:
    """Cuts texts by the vocabulary of one transformer."""

    def __init__(self, pretrained: Pretrained) -> None:
        self._numbers, self._scores, self._spelled = pretrained.pieces, pretrained.scores, pretrained.spelled
        self._unknown = pretrained.unknown
        self._longest = max(map(len, self._numbers))
        self._unknown_score = min(self._scores) - _UNKNOWN_COSTS

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces, in order. No text gives one piece, the space before a word."""
        spelled = re.sub(" {2,}", " ", text.translate(self._spelled))
        spelled = f"{'' if spelled.startswith(' ') else ' '}{spelled}".replace(" ", _SPACE)
        # Up to each character: the best score, where its last piece began, and which piece that is.
        best: list[tuple[float, int, int]] = [(0.0, 0, 0), *[(float("-inf"), 0, 0)] * len(spelled)]
        for start in range(len(spelled)):
            so_far = best[start][0]
            best[start + 1] = max(best[start + 1], (so_far + self._unknown_score, start, self._unknown))
            for end in range(start + 1, min(len(spelled), start + self._longest) + 1):
                number = self._numbers.get(spelled[start:end])
                if number is not None and number != self._unknown:
                    best[end] = max(best[end], (so_far + self._scores[number], start, number))
        pieces, at = [], len(spelled)
        while at > 0:
            _, at, number = best[at]
            pieces.append(number)
        return pieces[::-1]
