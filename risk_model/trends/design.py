"""The design of a log-linear regression, shared by all series of a week: columns, the row to predict, and their products."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.bounds import Floats
from risk_model.trends.information import Pair


@dataclass(frozen=True)
class Design:
    """Columns of the reference points and of the point to predict.

    Args:
        columns: shape (n_points, n_columns); mutually exclusive columns (blocks of the season) first, for they keep the information sparse.
        now: row of the point to predict, shape (n_columns,).
        trend: index of the column whose coefficient is the trend, None without trend.
    """

    columns: Floats
    now: Floats
    trend: int | None = None

    @property
    def size(self) -> int:
        """Number of columns."""
        return self.columns.shape[1]

    @property
    def points(self) -> int:
        """Number of reference points."""
        return self.columns.shape[0]

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Column pairs (row >= column) whose product is not zero at every point; all diagonal pairs."""
        used = self.columns != 0
        together = used.T.astype(np.int64) @ used.astype(np.int64)
        return tuple((i, j) for i in range(self.size) for j in range(i + 1) if i == j or together[i, j])

    @cached_property
    def products(self) -> Floats:
        """Products of the column pairs at every point, shape (n_points, n_pairs)."""
        rows, cols = np.array(self.pairs).T
        return self.columns[:, rows] * self.columns[:, cols]

    @cached_property
    def spread(self) -> Floats:
        """Products with off-diagonal pairs counted twice, shape (n_pairs, n_points): ``x' V x`` of every point is ``V[pairs] @ spread``."""
        doubled = np.array([1.0 if i == j else 2.0 for i, j in self.pairs])
        return (self.products * doubled).T

    @cached_property
    def _moments(self) -> tuple[Floats, NDArray[np.intp]]:
        unique, index = np.unique(np.hstack([self.columns, self.products]), axis=1, return_inverse=True)
        return np.ascontiguousarray(unique.T), index.reshape(-1)

    def moments(self, weights: Floats) -> tuple[Floats, dict[Pair, Floats]]:
        """``X' w`` of shape (n_columns, n_series) and the entries of ``X' W X``, for weights of shape (n_series, n_points)."""
        unique, index = self._moments
        sums = unique @ weights.T
        entries = {pair: sums[k] for pair, k in zip(self.pairs, index[self.size :], strict=True)}
        return sums[index[: self.size]], entries

    def without_trend(self) -> "Design":
        """The same design without its trend column."""
        if self.trend is None:
            return self
        kept = [column for column in range(self.size) if column != self.trend]
        return Design(self.columns[:, kept], self.now[kept])
