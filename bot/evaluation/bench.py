"""`python -m bot.evaluation.bench [ITEMS ...]`: how fast items are decided, against encoding alone in the same run.

Without files it decides the demo's stories. One core: the encoder is asked for one thread. CPU seconds, not wall time.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.detection.decider import Detector
from bot.detection.encoder import SentenceEncoder
from bot.evaluation.archive import Archive
from bot.evaluation.corpus import own_stories
from bot.evaluation.replay import replay
from config.load import load_newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bot.detection.encoder import Encoder
    from bot.domain.item import Item

ROUNDS = 3


class Counting:
    """An encoder that keeps what it was asked, so that the floor encodes exactly the same in the same portions."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.asked: list[Sequence[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder it stands before."""
        self.asked.append(texts)
        return self._encoder.encode(texts)


def main() -> None:
    """Print items a second and the ratio to the floor, the best of some rounds each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", type=Path, nargs="*")
    parser.add_argument("--config", type=Path, default=Path("config"))
    options = parser.parse_args()
    newsroom = load_newsroom(options.config)
    items = Archive(newsroom).read(options.items) if options.items else own_stories().items
    encoder = Counting(SentenceEncoder())
    detectors = [
        Detector(newsroom.negotiations[0], newsroom.publishers, newsroom.genres, encoder) for _ in range(ROUNDS)
    ]
    encoder.asked.clear()
    decided = min(_seconds(partial(_decide, items, detector)) for detector in detectors)
    asked = encoder.asked[: len(encoder.asked) // ROUNDS]
    floor = min(_seconds(lambda: [encoder.encode(texts) for texts in asked]) for _ in range(ROUNDS))
    relevant = len(asked)
    sys.stdout.write(
        f"{len(items)} items, {relevant} of them encoded\n"
        f"deciding       {len(items) / decided:8.0f} items a second   {decided:.2f} s\n"
        f"encoding alone {relevant / max(floor, 1e-9):8.0f} items a second   {floor:.2f} s\n"
        f"deciding takes {decided / max(floor, 1e-9):.2f} x the floor of encoding what passes the gate\n"
    )


def _decide(items: Sequence[Item], detector: Detector) -> None:
    for _ in replay(items, detector):
        pass


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
