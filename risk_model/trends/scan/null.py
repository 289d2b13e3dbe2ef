"""Chance alone: data sets drawn under the null hypothesis of each model.

Replicate k comes from a generator of its own, seeded by (seed, k): it is the same whatever the block it is drawn in, so replicates may
be split over processes, stopped early or made in any order.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.scan.arrays import Counts, Floats, Ints

_GUIDES = 4  # entries of the guide table a cell: more make the search shorter and the table larger


class Null(Protocol):
    """What `scan` asks of a null hypothesis."""

    def draw(self, seed: int, replicates: range, since: int) -> Counts:
        """Counts (n_replicates, n_regions, n_periods - since): periods before ``since`` are in no window and left out.

        Args:
            seed: of all replicates.
            replicates: numbers of the replicates drawn.
            since: first period wanted.
        """
        ...


def smallest(total: int) -> "np.dtype[Any]":
    """The smallest unsigned type that holds ``total`` and one more."""
    return np.min_scalar_type(total + 1)


@dataclass(frozen=True, eq=False)
class Multinomial:
    """Poisson counts given their total: each case falls in a cell with probability proportional to its expected number.

    Drawn by inversion with a guide table (Chen & Asau 1974), as cheap as the cases are few and indifferent to the number of cells.
    """

    expected: Floats
    total: int

    def draw(self, seed: int, replicates: range, since: int) -> Counts:
        """As `Null` says."""
        kept = self.expected[:, since:]
        rest = self.expected[:, :since].sum()
        cumulative = np.cumsum(np.append(kept, rest))
        cumulative /= cumulative[-1]
        guide = np.searchsorted(
            cumulative, np.arange(_GUIDES * cumulative.size) / (_GUIDES * cumulative.size), side="right"
        )
        counts = np.empty((len(replicates), *kept.shape), smallest(self.total))
        for place, replicate in enumerate(replicates):
            uniform = np.random.default_rng((seed, replicate)).random(self.total)
            cell = guide[(uniform * guide.size).astype(np.int64)]
            below = np.flatnonzero(cumulative[cell] <= uniform)
            while below.size:
                cell[below] += 1
                below = below[cumulative[cell[below]] <= uniform[below]]
            counts[place] = np.bincount(cell, minlength=cumulative.size)[:-1].reshape(kept.shape)
        return counts


@dataclass(frozen=True, eq=False)
class Permuted:
    """The periods of the cases shuffled over their regions: both margins stay as observed (Kulldorff et al. 2005)."""

    counts: Ints

    def draw(self, seed: int, replicates: range, since: int) -> Counts:
        """As `Null` says."""
        n_regions, n_periods = self.counts.shape
        width = n_periods - since + 1  # one column more, for the periods before
        region, period = np.divmod(np.repeat(np.arange(self.counts.size), self.counts.ravel()), n_periods)
        row, column = region * width, np.where(period < since, width - 1, period - since)
        counts = np.empty((len(replicates), n_regions, width - 1), smallest(len(period)))
        for place, replicate in enumerate(replicates):
            cell = row + np.random.default_rng((seed, replicate)).permutation(column)
            counts[place] = np.bincount(cell, minlength=n_regions * width).reshape(n_regions, width)[:, :-1]
        return counts


@dataclass(frozen=True, eq=False)
class Independent:
    """Independent Poisson counts around a baseline known beforehand (Neill et al. 2005)."""

    baseline: Floats

    def draw(self, seed: int, replicates: range, since: int) -> Counts:
        """As `Null` says."""
        kept = self.baseline[:, since:]
        drawn: NDArray[np.int64] = np.empty((len(replicates), *kept.shape), np.int64)
        for place, replicate in enumerate(replicates):
            drawn[place] = np.random.default_rng((seed, replicate)).poisson(kept)
        return drawn.astype(smallest(int(drawn.sum(axis=(1, 2)).max(initial=0))))


@dataclass(frozen=True, eq=False)
class Shared:
    """Period totals given; each case falls in a region by a share of which only so much is known.

    The shares of a replicate are drawn first, from gamma laws around those learnt: how often chance shows a cluster then includes that
    what is usual was learnt from so many cases, and that cases come in clumps (a Dirichlet-multinomial law; Mosimann 1962).
    """

    totals: Ints
    """(n_periods,) cases in all regions."""
    shares: Floats
    """(n_regions,), of sum 1."""
    certainty: Floats
    """(n_regions,) cases that each share is worth: the shape of its gamma law; infinite where it is known."""

    def draw(self, seed: int, replicates: range, since: int) -> Counts:
        """As `Null` says."""
        n_regions, n_periods = len(self.shares), len(self.totals) - since
        period = np.repeat(np.arange(n_periods), self.totals[since:])
        known = np.isinf(self.certainty)
        shape = np.where(known, 1.0, self.certainty)
        counts = np.empty((len(replicates), n_regions, n_periods), smallest(int(self.totals.sum())))
        for place, replicate in enumerate(replicates):
            rng = np.random.default_rng((seed, replicate))
            weights = np.cumsum(self.shares * np.where(known, 1.0, rng.gamma(shape) / shape))
            region = np.searchsorted(weights[:-1] / weights[-1], rng.random(period.size), side="right")
            cell = region * n_periods + period
            counts[place] = np.bincount(cell, minlength=n_regions * n_periods).reshape(n_regions, n_periods)
        return counts
