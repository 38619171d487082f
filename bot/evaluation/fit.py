"""Fitting small logistic models: few features, few days of labels, so signs are given and weights kept small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bot.detection.model import Linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_STEPS = 40
_OURS = 3.0
_RELUCTANCE = 3.0  # how much more what a feature weighs for our own news alone is held back
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows to learn from; `days` says which calendar days a row touches, so that a day can be held out."""

    features: NDArray[np.float64]
    answers: NDArray[np.bool_]
    importance: NDArray[np.float64]
    days: NDArray[np.int64]

    def without(self, day: int) -> Examples:
        """The rows that touch other days only."""
        keep = ~(self.days == day).any(axis=1)
        return Examples(self.features[keep], self.answers[keep], self.importance[keep], self.days[keep])

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.answers, other.answers]),
            np.concatenate([self.importance, other.importance]),
            np.concatenate([self.days, other.days]),
        )

    def weighing(self, share: float) -> Examples:
        """The same rows, each counting `share` as much."""
        return Examples(self.features, self.answers, self.importance * share, self.days)

    def blind_to(self, feature: int) -> Examples:
        """The same rows, none of which has the feature of this number."""
        features = self.features.copy()
        features[:, feature] = 0
        return Examples(features, self.answers, self.importance, self.days)

    def where(self, keep: NDArray[np.bool_]) -> Examples:
        """Some of the rows."""
        return Examples(self.features[keep], self.answers[keep], self.importance[keep], self.days[keep])


class Fit(Protocol):
    """A way to learn from our own news and a labelled archive; signs and penalties are one a feature."""

    def __call__(
        self,
        names: Sequence[str],
        ours: Examples,
        theirs: Examples,
        *,
        signs: Sequence[int],
        penalty: Sequence[float],
    ) -> Linear:
        """The model."""
        ...


def fit_together(
    names: Sequence[str], ours: Examples, theirs: Examples, *, signs: Sequence[int], penalty: Sequence[float]
) -> Linear:
    """One model for both."""
    both = ours + theirs
    return fit_logistic(names, both.features, both.answers, importance=both.importance, signs=signs, penalty=penalty)


def fit_for_theirs(
    names: Sequence[str], ours: Examples, theirs: Examples, *, signs: Sequence[int], penalty: Sequence[float]
) -> Linear:
    """A model for theirs that learns from ours as well.

    For ours every feature weighs a second time, reluctantly (Daumé 2007): what we wrote tells of the talks oftener and
    in other words. What is learned of that is left out.
    """
    both = ours + theirs
    whose = np.concatenate([np.ones(len(ours.answers)), np.zeros(len(theirs.answers))])
    fitted = fit_logistic(
        [*names, *(f"{name}, ours" for name in names), "ours"],
        np.column_stack([both.features, both.features * whose[:, None], whose * _OURS]),
        both.answers,
        importance=both.importance,
        signs=[*signs, *[0] * (len(names) + 1)],
        penalty=[*penalty, *(_RELUCTANCE * each for each in penalty), penalty[0]],
    )
    return Linear(tuple(names), fitted.weights[: len(names)], fitted.bias)


def fit_one_more(model: Linear, feature: int, examples: Examples, *, sign: int, penalty: float) -> Linear:
    """The model with what one more feature weighs on its side, 1 or -1; every other weight stays as it is."""
    column = examples.features[:, [feature]]
    solution = _newton(
        column,
        examples.answers,
        examples.importance,
        np.array([penalty * _spread(column, examples.importance)[0] ** 2]),
        known=examples.features @ model.weights + model.bias,
    )
    weights = model.weights.copy()
    weights[feature] = solution[0] if solution[0] * sign > 0 else 0.0
    return Linear(model.names, weights, model.bias)


def fit_logistic(
    names: Sequence[str],
    features: NDArray[np.float64],
    answers: NDArray[np.bool_],
    *,
    importance: NDArray[np.float64] | None = None,
    signs: Sequence[int] | None = None,
    penalty: float | Sequence[float] = 1.0,
) -> Linear:
    """Fit by Newton's method with an L2 penalty on standardised features.

    `features` is (n, k); `importance` (n,) weighs rows; `penalty` is of all features, or one of each. `signs` says of
    each weight whether it may be positive (1), negative (-1) or both (0): one that comes out on the wrong side is set
    to 0 and the rest fitted again.
    """
    count = features.shape[1]
    weights = np.ones(len(answers)) if importance is None else importance
    spread = _spread(features, weights)
    penalties = np.broadcast_to(np.asarray(penalty, np.float64), (count,))
    used = [at for at in range(count) if spread[at] > _TINY]
    while True:
        scaled = features[:, used] / spread[used]
        solution = _newton(
            np.column_stack([scaled, np.ones(len(answers))]), answers, weights, np.append(penalties[used], _TINY)
        )
        wrong = [
            at for at, value in zip(used, solution[:-1], strict=True) if signs is not None and value * signs[at] < 0
        ]
        if not wrong:
            break
        used = [at for at in used if at not in wrong]
    full = np.zeros(count)
    full[used] = solution[:-1] / spread[used]
    return Linear(tuple(names), full, float(solution[-1]))


def _spread(features: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = np.average(features, axis=0, weights=weights)
    result: NDArray[np.float64] = np.sqrt(np.average((features - middle) ** 2, axis=0, weights=weights))
    return result


def _newton(
    table: NDArray[np.float64],
    answers: NDArray[np.bool_],
    weights: NDArray[np.float64],
    ridge: NDArray[np.float64],
    *,
    known: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """The weights of the columns; `known` are log odds already given, one a row."""
    solution = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(table @ solution + known, -30, 30)))
        slope = table.T @ (weights * (probability - answers)) + ridge * solution
        curve = (table * (weights * probability * (1 - probability) + _TINY)[:, None]).T @ table + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        solution -= step
        if float(np.abs(step).max()) < _TINY:
            break
    return solution
