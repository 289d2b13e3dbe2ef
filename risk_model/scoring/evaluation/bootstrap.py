"""How far a measure would move with another sample of the same size: Efron's bootstrap (1979), percentile intervals."""

from collections.abc import Callable, Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.evaluation.judged import Floats
from risk_model.scoring.evaluation.result import Estimate
from risk_model.shares import wilson

CELLS_AT_ONCE = 4_000_000  # of a block of weights: 32 MB
DIGITS = 4

Measure = Callable[[Floats], dict[str, Floats]]
"""From weights of shape (n_rows, n_resamples) to named values of shape (n_resamples,), NaN where a value does not exist."""


def resample_weights(rows: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each row is drawn, in blocks of shape (rows, resamples of the block).

    Args:
        rows: number of rows, each drawn with equal chance and put back.
        resamples: how many samples of ``rows`` rows.
        seed: of the draws.
    """
    chance = np.random.default_rng(seed)
    at_once = max(1, CELLS_AT_ONCE // max(rows, 1))
    for start in range(0, resamples, at_once):
        width = min(at_once, resamples - start)
        cells = chance.integers(0, rows, size=(rows, width)) * width + np.arange(width)
        yield np.bincount(cells.ravel(), minlength=rows * width).reshape(rows, width).astype(np.float64)


class Measured:
    """Named values of the rows as they are, and of every resample.

    Args:
        point: value of each name, NaN where it does not exist.
        again: values of the resamples, each of shape (n_resamples,).
        confidence: of the intervals.
    """

    def __init__(self, point: dict[str, float], again: dict[str, Floats], confidence: float) -> None:
        self._point = point
        self._again = again
        self._confidence = confidence

    @classmethod
    def of(cls, measure: Measure, rows: int, resamples: int, confidence: float, seed: int) -> Self:
        """Measure the rows and their resamples."""
        point = {name: float(values[0]) for name, values in measure(np.ones((rows, 1))).items()}
        blocks = [measure(weights) for weights in resample_weights(rows, resamples, seed)]
        again = {name: np.concatenate([block[name] for block in blocks]) for name in point} if blocks else {}
        return cls(point, again, confidence)

    def value(self, name: str) -> float | None:
        """Rounded value; None where it does not exist."""
        value = self._point[name]
        return None if np.isnan(value) else rounded(value)

    def interval(self, name: str) -> tuple[float, float] | None:
        """Percentile interval of the resamples in which the value exists; None with fewer than two of them."""
        values = self._again.get(name, np.zeros(0))
        exists: NDArray[np.float64] = values[~np.isnan(values)]
        if exists.size < 2:
            return None
        low, high = np.quantile(exists, [(1 - self._confidence) / 2, (1 + self._confidence) / 2])
        return rounded(low), rounded(high)

    def estimate(self, name: str, among: int = 0) -> Estimate | None:
        """Value with its interval; None where it does not exist.

        Args:
            name: of the value.
            among: number of rows of which the value is a share, where it is one. A share of 0 or 1 is the same in every
                resample, which says nothing; with ``among`` it gets its Wilson interval.
        """
        value = self.value(name)
        if value is None:
            return None
        limits = self.interval(name)
        if among and limits and value in (0.0, 1.0):
            low, high = wilson(value * among, among, self._confidence)
            limits = rounded(low), rounded(high)
        return Estimate(value, *(limits or (None, None)))

    def sure(self, name: str, among: int = 0) -> Estimate:
        """The same of a value that exists by construction."""
        found = self.estimate(name, among)
        assert found is not None, name
        return found


def rounded(value: float) -> float:
    """Four decimals, as the manifest keeps them."""
    return round(float(value), DIGITS)
