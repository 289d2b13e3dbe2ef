"""What is usual: how a category's cases are shared out over the regions, and how much of that is known."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_SQUARE = 9.0  # of a Pearson residual: what was itself a cluster does not make clusters usual
_PRIOR_CELLS = 50.0  # region × block cells that the policy's clumping is worth


class Usual(NamedTuple):
    """Shares of the regions.

    Attributes:
        shares: (n_regions,) of sum 1.
        cases: that the shares rest on, prior included.
        clumping: variance over mean of the cases of one region in one window: one dispute brings several reports.
    """

    shares: Floats
    cases: float
    clumping: float

    def certainty(self, cases_in_window: int) -> Floats:
        """(n_regions,) cases that each share is worth when so many cases are shared out: shapes of a Dirichlet law.

        Its variance is that of learning from so many cases, plus the clumping's.
        """
        spread = 1.0 / self.cases + (self.clumping - 1.0) / max(cases_in_window, 1)
        return self.shares / spread


def learn_usual(history: Counts, activity: Counts, block_days: int, prior_cases: float, clumping: float) -> Usual:
    """Shares of a category from its earlier cases, leaning on the regions' shares of all cases where they are few.

    Args:
        history: (n_regions, n_days) cases of the category before the window scanned, as known by now.
        activity: (n_regions,) cases of all categories in those days.
        block_days: length of the blocks between which clumping is seen; that of the longest window.
        prior_cases: cases of the category that the shares of all cases are worth.
        clumping: taken for granted while there is little history; 1 or more.
    """
    # One case more a region: in none is a case impossible.
    prior = (activity + 1.0) / (activity.sum() + len(activity))
    own = history.sum(axis=1)
    cases = float(own.sum()) + prior_cases
    shares = (own + prior_cases * prior) / cases
    return Usual(shares, cases, _clumping(history, block_days, clumping))


def _clumping(history: Counts, block_days: int, prior: float) -> float:
    """Variance over mean of block totals around shares that are the same in all blocks, at least 1 (Pearson's dispersion)."""
    n_blocks = history.shape[1] // block_days
    if n_blocks < 2 or not history.any():
        return prior
    kept = history[:, history.shape[1] - n_blocks * block_days :]
    if not kept.any():
        return prior  # all of it lies before the first whole block
    blocks = kept.reshape(len(history), n_blocks, block_days).sum(axis=2)
    expected = np.outer(blocks.sum(axis=1), blocks.sum(axis=0)) / blocks.sum()
    seen = expected > 0
    squares = np.minimum((blocks[seen] - expected[seen]) ** 2 / expected[seen], _MOST_SQUARE)
    freedom = (int(blocks.any(axis=1).sum()) - 1) * (n_blocks - 1)
    return float(max(1.0, (squares.sum() + prior * _PRIOR_CELLS) / (freedom + _PRIOR_CELLS)))
