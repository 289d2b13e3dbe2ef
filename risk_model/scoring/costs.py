"""The cost of a wrong level, and the scores at which the level of least expected cost changes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.ordinal import level_probabilities
from schemas.levels import Level

Costs = tuple[tuple[float, ...], ...]
"""``costs[true][graded]``, rows and columns blue, yellow, orange, red."""

_REACH = 60.0  # log-odds beyond the thresholds where one level is certain
_HALVINGS = 80
_ROUNDING = 1e-12  # of sums of costs, relative


def checked_costs(costs: Costs) -> NDArray[np.float64]:
    """Costs as an array of shape (4, 4).

    Raises:
        ValueError: the shape is wrong, a right grade costs something, a worse error costs less than a lesser one, or a graver truth
            makes a higher grade dearer (the regions of the levels would then not be intervals of the score).
    """
    size = len(Level)
    if len(costs) != size or any(len(row) != size for row in costs):
        raise ValueError(f"costs needs {size} rows (true level) of {size} numbers (graded level), got {costs!r}")
    table = np.array(costs, dtype=np.float64)
    if not np.isfinite(table).all() or (table < 0).any() or np.diag(table).any():
        raise ValueError(f"costs must be finite, >= 0, and 0 where the grade is right, got {costs!r}")
    steps = np.diff(table, axis=1)
    for true in range(size):
        if (steps[true, :true] > 0).any() or (steps[true, true:] < 0).any():
            raise ValueError(
                f"costs of a true {Level(true + 1).name.lower()} must not fall with the distance of the grade, got {costs[true]}"
            )
    if (np.diff(steps, axis=0) > _ROUNDING * table.max(initial=1.0)).any():
        raise ValueError(f"the graver the truth, the less one grade higher may cost more, got {costs!r}")
    return table


def step_costs(missed: Sequence[float]) -> Costs:
    """Costs that add up step by step: ``missed`` for each level graded too low (yellow, orange, red not reached), 1 for each too high."""
    size = len(Level)
    return tuple(
        tuple(float(sum(missed[graded:true]) if graded < true else graded - true) for graded in range(size))
        for true in range(size)
    )


def level_cuts(thresholds: NDArray[np.float64], levels: Sequence[int], costs: Costs) -> NDArray[np.float64]:
    """Scores above which the next level has the least expected cost, rising, shape (n_levels - 1,).

    With rising odds and costs of ``checked_costs`` the best level never falls as the score grows (monotone comparative statics,
    Topkis 1978), so each boundary is found by halving. Equal neighbours mean that a level is never the cheapest.

    Args:
        thresholds: of the ordered logit, rising.
        levels: level values that the model knows, ascending.
        costs: ``costs[true][graded]``.
    """
    if not len(thresholds):
        return np.zeros(0)
    known = np.array(levels, dtype=np.int64) - 1
    table = checked_costs(costs)[np.ix_(known, known)]
    boundaries = np.arange(len(thresholds))
    low = np.full(len(thresholds), thresholds.min(initial=0.0) - _REACH)
    high = np.full(len(thresholds), thresholds.max(initial=0.0) + _REACH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        best = (level_probabilities(middle, thresholds) @ table).argmin(axis=1)
        above = best > boundaries
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    return np.maximum.accumulate(high)
