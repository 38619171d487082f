"""The learned weights: small linear models, kept as numbers in `weights.json` beside this file.

`python -m bot.evaluation.train` makes that file from labelled items. Every weight belongs to a feature with a name an
editor can read; no text of the data is in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from bot.domain.evidence import Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FILE = "weights.json"


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic model: `weights` (k,) by `names`, and a bias."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: float

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability for each row of an (n, k) array of features."""
        result: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(features @ self.weights + self.bias)))
        return result

    def weights_in(self, features: NDArray[np.float64], *, most: int = 6) -> tuple[Weight, ...]:
        """The signs that moved one decision, strongest first, each with its share of the log odds."""
        shares = features * self.weights
        order = np.argsort(-np.abs(shares))[:most]
        return tuple(Weight(self.names[at], round(float(shares[at]), 2)) for at in order if abs(shares[at]) >= _TELLING)

    def reasons(self, features: NDArray[np.float64], *, most: int = 5) -> tuple[str, ...]:
        """What moved one decision, strongest first: `name value (+1.2)`, the weight's share of the log odds."""
        shares = features * self.weights
        order = np.argsort(-np.abs(shares))[:most]
        return tuple(
            f"{self.names[at]} {features[at]:.2g} ({shares[at]:+.1f})" for at in order if abs(shares[at]) >= _TELLING
        )


_TELLING = 0.05


@dataclass(frozen=True, slots=True)
class Models:
    """Every learned model.

    `same_language` and `across_languages` score pairs of items as one development; `same`, `update`, `new` and
    `restated` how a headline stands to an earlier one. `towards_talks` and `towards_analysis` (d,) are the
    directions among meanings in which news of talks, and analysis, lie: how far an item lies that way is the last
    feature of `scope`, and of `analysis`.
    """

    same_language: Linear
    across_languages: Linear
    scope: Linear
    analysis: Linear
    roundup: Linear
    same: Linear
    update: Linear
    new: Linear
    restated: Linear
    towards_talks: NDArray[np.float64]
    towards_analysis: NDArray[np.float64]


_TOWARDS = ("towards_talks", "towards_analysis")


def load_models() -> Models:
    """Read the weights shipped with the package."""
    stored = json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    towards = [np.array(stored.pop(name).split(), np.float64) for name in _TOWARDS]
    linear = {name: _linear(model) for name, model in stored.items()}
    return Models(**linear, towards_talks=towards[0], towards_analysis=towards[1])


def dump_models(models: Models) -> str:
    """The text of the weights file for these models."""
    stored = {name: _stored(getattr(models, name)) for name in Models.__slots__}
    return json.dumps(stored, indent=1) + "\n"


def _linear(stored: dict[str, object]) -> Linear:
    names: Sequence[str] = tuple(stored["weights"])  # type: ignore[arg-type]
    weights = np.array(list(stored["weights"].values()), np.float64)  # type: ignore[attr-defined]
    return Linear(tuple(names), weights, float(stored["bias"]))  # type: ignore[arg-type]


def _stored(model: Linear | NDArray[np.float64]) -> dict[str, object] | str:
    if not isinstance(model, Linear):
        return " ".join(f"{value:.3f}" for value in model)  # on one line: nobody reads it number by number
    weights = {name: round(float(value), 3) for name, value in zip(model.names, model.weights, strict=True)}
    return {"bias": round(model.bias, 3), "weights": weights}
