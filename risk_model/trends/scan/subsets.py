"""The best set of regions wherever they lie (Neill 2012, J. R. Stat. Soc. B 74:337): one cause need not keep to a neighbourhood.

Both likelihood ratios of `likelihood` have the linear-time subset scanning property: of all sets of k regions, the best for a window
is made of the k with the most cases for what is expected of them. So a window needs one sort instead of 2^n sets.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from risk_model.trends.scan.arrays import Bools, Counts, Floats, Ints
from risk_model.trends.scan.models import Model
from risk_model.trends.scan.windows import Windows

_BLOCK = 4_000_000  # cells of replicate × region × window under way at a time


class Subset(NamedTuple):
    """The best set of regions and window."""

    regions: tuple[int, ...]
    """In the order of their excess, the greatest first."""
    first: int
    last: int
    observed: int
    expected: float
    ratio: float


class _Scored(NamedTuple):
    """Ratios of the growing sets; each (n, largest, n_windows)."""

    order: Ints
    observed: Floats
    expected: Floats
    ratio: Floats


@dataclass(frozen=True, eq=False)
class Subsets:
    """All sets of regions of a model, over windows.

    Args:
        model: counts, what is expected, the null hypothesis.
        windows: of the same periods.
        groups: (n_regions,) what each region belongs to, such as its county.
        least_regions, least_groups: a set needs so many regions, or regions of so many groups.
        largest: regions in a set at most.
        least_each: cases in every region of a set.
        least_ratio: log likelihood ratio ``c ln(c/E) - c + E`` of every region by itself: a set holds none that chance alone adds.
    """

    model: Model
    windows: Windows
    groups: Ints
    least_regions: int
    least_groups: int
    largest: int
    least_each: int = 1
    least_ratio: float = 0.0

    def best(self) -> Subset | None:
        """The best set, None where none is large enough and in excess."""
        counts = self.windows.totals(self.model.counts.astype(np.float64))
        scored = self._scored(counts[None])
        place, window = np.unravel_index(int(scored.ratio[0].argmax()), scored.ratio[0].shape)
        ratio = float(scored.ratio[0, place, window])
        if ratio <= 0:
            return None
        return Subset(
            tuple(int(region) for region in scored.order[0, : place + 1, window]),
            int(self.windows.first[window]),
            int(self.windows.last[window]),
            round(float(scored.observed[0, place, window])),
            float(scored.expected[0, place, window]),
            ratio,
        )

    def maxima(self, seed: int, replicates: range) -> Floats:
        """The largest ratio of each replicate, 0 where it has none; replicate k is the same in whatever range it is asked for."""
        drawn: Counts = self.model.null.draw(seed, replicates, self.windows.since)
        step = max(1, _BLOCK // (drawn.shape[1] * len(self.windows)))
        parts = [
            self._scored(self.windows.totals_since(drawn[start : start + step].astype(np.float64))).ratio.max((1, 2))
            for start in range(0, len(drawn), step)
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    def _scored(self, counts: Floats) -> _Scored:
        """Ratios of the sets of the 1, 2, … regions of most excess; counts are (n, n_regions, n_windows)."""
        expected = np.broadcast_to(self.windows.totals(self.model.expected), counts.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            excess = np.where((counts >= self.least_each) & (counts > expected), counts / expected, 0.0)
        if self.least_ratio > 0:
            some = excess > 0
            c, e = counts[some], expected[some]
            excess[some] *= c * np.log(c / e) - c + e >= self.least_ratio
        order = _leading(excess, min(self.largest, counts.shape[1]))
        inside = np.take_along_axis(excess, order, 1) > 0
        observed = np.cumsum(np.where(inside, np.take_along_axis(counts, order, 1), 0.0), axis=1)
        usual = np.cumsum(np.where(inside, np.take_along_axis(expected, order, 1), 0.0), axis=1)
        ratio = self.model.likelihood.ratio(observed, usual)
        ratio[~(inside & self._wide(order))] = 0.0
        return _Scored(order, observed, usual, ratio)

    def _wide(self, order: Ints) -> Bools:
        """Whether the growing sets have regions or groups enough."""
        groups = self.groups[order]
        fresh = np.ones(order.shape, dtype=bool)
        for size in range(1, order.shape[1]):
            fresh[:, size] = (groups[:, :size] != groups[:, size : size + 1]).all(axis=1)
        sizes = np.arange(1, order.shape[1] + 1)[None, :, None]
        return np.asarray((sizes >= self.least_regions) | (np.cumsum(fresh, axis=1) >= self.least_groups), dtype=bool)


def _leading(excess: Floats, largest: int) -> Ints:
    """Places of the largest values, in order; equal ones by place, so that the result is one."""
    if largest < excess.shape[1]:
        some = np.sort(np.argpartition(-excess, largest - 1, axis=1)[:, :largest], axis=1)
    else:
        some = np.broadcast_to(np.arange(excess.shape[1])[None, :, None], excess.shape)
    ranked = np.argsort(-np.take_along_axis(excess, some, 1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(some, ranked, 1), dtype=np.int64)
