"""Log likelihood ratios of a cylinder, and the least count that reaches a given one.

Both ratios rise with the count and fall with the expected number where the count is above it; the sweep over replicates rests on that.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from risk_model.trends.scan.arrays import Counts, Floats, Ints

_HALVINGS = 60  # of an interval of expected numbers: to the last bit of a float


class Likelihood(Protocol):
    """What `scan` asks of a ratio."""

    def ratio(self, observed: Counts | Floats, expected: Floats) -> Floats:
        """Log likelihood ratios, 0 where no more was observed than expected."""
        ...


@dataclass(frozen=True)
class Conditional:
    """Given the total number of cases C (Kulldorff 1997; for the permutation model, Kulldorff et al. 2005).

    ``c ln(c/E) + (C-c) ln((C-c)/(C-E))`` for ``c > E``.
    """

    total: int

    def ratio(self, observed: Counts | Floats, expected: Floats) -> Floats:
        """See the class; ``observed`` and ``expected`` of one shape."""
        c = np.asarray(observed, dtype=np.float64)
        e = np.minimum(expected, c)  # where fewer were observed both terms become 0
        rest, rest_expected = self.total - c, self.total - e
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.where(c > 0, c * np.log(c / e), 0.0)
            outside = np.where(rest > 0, rest * np.log(rest / rest_expected), 0.0)
        return np.asarray(inside + outside, dtype=np.float64)


@dataclass(frozen=True)
class Expectation:
    """Against a baseline known beforehand, not given the total (Neill et al. 2005): ``c ln(c/b) - c + b`` for ``c > b``."""

    def ratio(self, observed: Counts | Floats, expected: Floats) -> Floats:
        """See the class; ``observed`` and ``expected`` of one shape."""
        c = np.asarray(observed, dtype=np.float64)
        b = np.minimum(expected, c)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(c > 0, c * np.log(c / b) - c + b, 0.0), dtype=np.float64)


def least_counts(likelihood: Likelihood, expected: Floats, floor: float, least: int, most: int) -> Ints:
    """The least count that may have a log likelihood ratio of ``floor`` or more, for each expected number.

    For each count the expected number at which the ratio falls to the floor is found by halving (its upper end is kept, so that
    no count is passed over by rounding); each expected number is then looked up among them.

    Args:
        likelihood: the ratio.
        expected: any shape.
        floor: 0 or more.
        least: the smallest count that makes a cluster.
        most: the largest count that can occur.

    Returns:
        Counts of the shape of ``expected``, ``most + 1`` where none is enough.
    """
    if most < least:
        return np.full(expected.shape, most + 1, dtype=np.int64)
    counts = np.arange(least, most + 1, dtype=np.float64)
    low, high = np.zeros_like(counts), counts.copy()
    for _ in range(_HALVINGS if floor > 0 else 0):
        middle = (low + high) / 2
        enough = likelihood.ratio(counts, middle) >= floor
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    limits = np.maximum.accumulate(high * (1 + 1e-9))
    return least + np.searchsorted(limits, expected, side="left")
