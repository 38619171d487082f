"""Fitting small logistic models: few features, few days of labels, so signs are given and weights kept small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.detection.model import Linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_STEPS = 40
_TINY = 1e-9


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
    spread = np.sqrt(
        np.average((features - np.average(features, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
    )
    penalties = np.broadcast_to(np.asarray(penalty, np.float64), (count,))
    used = [at for at in range(count) if spread[at] > _TINY]
    while True:
        scaled = features[:, used] / spread[used]
        solution = _newton(np.column_stack([scaled, np.ones(len(answers))]), answers, weights, penalties[used])
        wrong = [
            at for at, value in zip(used, solution[:-1], strict=True) if signs is not None and value * signs[at] < 0
        ]
        if not wrong:
            break
        used = [at for at in used if at not in wrong]
    full = np.zeros(count)
    full[used] = solution[:-1] / spread[used]
    return Linear(tuple(names), full, float(solution[-1]))


def _newton(
    table: NDArray[np.float64],
    answers: NDArray[np.bool_],
    weights: NDArray[np.float64],
    penalties: NDArray[np.float64],
) -> NDArray[np.float64]:
    solution = np.zeros(table.shape[1])
    ridge = np.append(penalties, _TINY)
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(table @ solution, -30, 30)))
        slope = table.T @ (weights * (probability - answers)) + ridge * solution
        curve = (table * (weights * probability * (1 - probability) + _TINY)[:, None]).T @ table + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        solution -= step
        if float(np.abs(step).max()) < _TINY:
            break
    return solution
