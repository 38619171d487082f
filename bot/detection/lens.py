"""How meanings are looked at, to tell two events apart.

Reports of one event differ among themselves by language, style and stress. The lens shrinks the directions in which
they do, learned from news we wrote ourselves (`bot.evaluation.train`), so that what is left tells event from event.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_FILE = "lens.npz"
_STEADY = 2.0
"""How much of the mean spread is added to every direction: few events would otherwise call chance a direction."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A linear look: `middle` (d,) is taken away, `matrix` (d, d) applied."""

    middle: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def seen(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors (n, d) or (d,) as seen through the lens; not of length 1."""
        return np.asarray((vectors - self.middle) @ self.matrix, np.float32)

    def save(self, path: Path) -> None:
        """Write the lens in half precision: 0.5 MB for 512 dimensions."""
        np.savez_compressed(path, middle=self.middle.astype(np.float16), matrix=self.matrix.astype(np.float16))


def load_lens() -> Lens:
    """Read the lens shipped with the package."""
    with resources.files(__package__).joinpath(_FILE).open("rb") as file, np.load(file) as stored:
        return Lens(stored["middle"].astype(np.float32), stored["matrix"].astype(np.float32))


def fit_lens(vectors: NDArray[np.float32], events: Sequence[str]) -> Lens:
    """Whiten the spread within events. `vectors` is (n, d); `events` names the event of each row."""
    middle = vectors.mean(axis=0)
    moved = (vectors - middle).astype(np.float64)
    rows: dict[str, list[int]] = {}
    for row, event in enumerate(events):
        rows.setdefault(event, []).append(row)
    within = np.concatenate([moved[own] - moved[own].mean(axis=0) for own in rows.values()])
    spread = within.T @ within / len(within)
    spread += _STEADY * np.trace(spread) / len(spread) * np.eye(len(spread))
    values, directions = np.linalg.eigh(spread)
    matrix = directions @ np.diag(values**-0.5) @ directions.T
    matrix *= len(spread) ** 0.5 / np.linalg.norm(matrix)
    return Lens(middle.astype(np.float32), matrix.astype(np.float32))
