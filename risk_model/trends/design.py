"""The design of a log-linear regression, shared by all series of a week: a block of the season for each point, covariates, and the point to predict."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.bounds import Floats
from risk_model.trends.information import Information


@dataclass(frozen=True)
class Design:
    """Reference points and the point to predict. Columns are the blocks, then the covariates.

    Args:
        levels: block of each reference point, 0-based, shape (n_points,).
        blocks: number of blocks, at least 1; the point to predict lies in the last.
        covariates: shape (n_points, n_covariates).
        now: covariates of the point to predict, shape (n_covariates,).
        trend: whether the last covariate is the trend.
    """

    levels: NDArray[np.int64]
    blocks: int
    covariates: Floats
    now: Floats
    trend: bool = False

    @property
    def size(self) -> int:
        """Number of columns."""
        return self.blocks + len(self.now)

    @property
    def points(self) -> int:
        """Number of reference points."""
        return len(self.levels)

    @cached_property
    def columns(self) -> Floats:
        """The columns of the points, shape (n_columns, n_points)."""
        return np.vstack([np.eye(self.blocks)[:, self.levels], self.covariates.T])

    @cached_property
    def products(self) -> Floats:
        """Products of columns that are not zero everywhere, shape (n_products, n_points): blocks, covariates by block, covariate pairs."""
        blocks = np.eye(self.blocks)[:, self.levels]
        return _products(blocks, self.covariates.T)

    @cached_property
    def spread(self) -> Floats:
        """Products with those of two different columns doubled: ``x' V x`` of every point is ``V @ spread``."""
        return self.products * self._twice[:, None]

    @cached_property
    def spread_now(self) -> Floats:
        """The same of the point to predict, shape (n_products,)."""
        block = np.eye(self.blocks)[:, -1:]
        row: Floats = (_products(block, self.now[:, None]) * self._twice[:, None])[:, 0]
        return row

    @cached_property
    def _twice(self) -> Floats:
        n = len(self.now)
        pairs = [1.0 if i == j else 2.0 for i in range(n) for j in range(i + 1)]
        return np.array([1.0] * self.blocks + [2.0] * (self.blocks * n) + pairs)

    def parts(self, entries: Floats) -> tuple[Floats, Floats, Floats]:
        """Entries in the order of ``products`` as blocks, covariates by block, covariate pairs."""
        n_blocks, n = self.blocks, len(self.now)
        middle = n_blocks * (1 + n)
        return entries[:n_blocks], entries[n_blocks:middle].reshape(n, n_blocks, entries.shape[1]), entries[middle:]

    def moments(self, weights: Floats) -> Floats:
        """Sums of weighted products, shape (n_products, n_series), for weights of shape (n_series, n_points)."""
        sums: Floats = self.products @ weights.T
        return sums

    def totals(self, moments: Floats) -> Floats:
        """``X' w`` out of the moments, shape (n_columns, n_series): a covariate's sum is that over its blocks."""
        blocks, cross, _ = self.parts(moments)
        return np.concatenate([blocks, cross.sum(axis=1)])

    def information(self, moments: Floats) -> Information:
        """Factored information out of the moments."""
        return Information(*self.parts(moments))

    def without_trend(self) -> "Design":
        """The same design without its trend."""
        if not self.trend:
            return self
        return Design(self.levels, self.blocks, self.covariates[:, :-1], self.now[:-1])


def _products(blocks: Floats, covariates: Floats) -> Floats:
    by_block = [blocks * covariate for covariate in covariates]
    pairs = [covariates[i : i + 1] * covariates[j] for i in range(len(covariates)) for j in range(i + 1)]
    return np.vstack([blocks, *by_block, *pairs])
