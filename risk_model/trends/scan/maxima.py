"""The largest ratio over all cylinders of each replicate, exactly, without a logarithm for each cylinder.

The expected numbers are the same in every replicate (both margins or the total are given), so for a floor every cylinder has a least
count that may reach it (`least_counts`). The sweep then only adds and compares whole numbers, zones level by level and replicates side
by side; the ratio is computed for the few cylinders that pass. A replicate in which none passes is swept again at a lower floor.
The floor is learned from the replicates before and decides the speed alone, never the result.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from risk_model.trends.scan.arrays import Bools, Counts, Floats, Ints
from risk_model.trends.scan.cylinders import TABLE_BYTES, window_blocks
from risk_model.trends.scan.likelihood import least_counts
from risk_model.trends.scan.models import Model
from risk_model.trends.scan.null import smallest
from risk_model.trends.scan.windows import Windows
from risk_model.trends.scan.zones import Zones

_BLOCK_BYTES = 2 * 2**20  # counts of the widest level under way at a time: about what the second-level cache holds
_PILOT = 24  # replicates from which the first floor is learned
_MARGIN = 0.9  # of the least maximum seen, as the next floor
_LEAST_STEP = 8  # replicates side by side, however wide a level is


class _Block(NamedTuple):
    """Some windows at one floor; tables are (n_zones, n_windows)."""

    windows: Windows
    expected: Floats
    least: Counts


class Sweep:
    """Largest ratios of replicates of one scan.

    Args:
        model: whose null hypothesis is drawn from.
        zones: of the same regions.
        windows: of the same periods.
        least_cases: in a cluster.
        table_bytes: memory of one table of zone × window; the sweep holds a handful, and the counts of the replicates asked for.
    """

    def __init__(
        self, model: Model, zones: Zones, windows: Windows, least_cases: int, table_bytes: int = TABLE_BYTES
    ) -> None:
        self._model, self._zones, self._windows = model, zones, windows
        self._least_cases, self._table_bytes = least_cases, table_bytes
        self._floor: float | None = None
        self._kept: tuple[tuple[float, int], list[_Block]] | None = None

    def maxima(self, seed: int, replicates: range) -> Floats:
        """The largest ratio of each replicate, 0 where no cylinder has an excess.

        Args:
            seed: of all replicates.
            replicates: numbers of those wanted; number k is the same data set in whatever range it is asked for.

        Returns:
            (n_replicates,).
        """
        drawn = self._model.null.draw(seed, replicates, self._windows.since)
        most = int(drawn.sum(axis=(1, 2), dtype=np.int64).max(initial=0))
        drawn = drawn.astype(smallest(most), copy=False)  # the narrower, the more sums a step
        if self._floor is not None:
            return self._to_the_end(drawn, self._floor, most)
        pilot = self._to_the_end(drawn[:_PILOT], self._single_regions(drawn[:_PILOT]), most)
        self._floor = _MARGIN * float(pilot.min()) if len(pilot) else 0.0
        return np.concatenate([pilot, self._to_the_end(drawn[_PILOT:], self._floor, most)])

    def _single_regions(self, drawn: Counts) -> float:
        """A floor every replicate reaches: the least of their maxima over single regions."""
        level = self._zones.levels[0]
        allowed = self._zones.candidate[: level.size]
        expected = self._windows.totals(self._model.expected)[level.added][allowed]
        least = np.inf
        for counts in drawn:
            observed = self._windows.totals_since(counts)[level.added][allowed]
            ratio = self._model.likelihood.ratio(observed, expected)
            least = min(least, float(ratio[observed >= self._least_cases].max(initial=0.0)))
        return 0.0 if np.isinf(least) else least

    def _to_the_end(self, drawn: Counts, floor: float, most: int) -> Floats:
        """Maxima of all replicates drawn: those below the floor are swept again at half of it, at last at 0."""
        best = np.zeros(len(drawn))
        left: Ints = np.arange(len(drawn))
        while left.size:
            best[left] = self._above(drawn[left], floor, most)
            # Cylinders below the floor may have passed, for `least_counts` errs downwards; they prove nothing.
            left = left[best[left] < floor]
            floor = floor / 2 if floor > 0.5 else 0.0
        return best

    def _above(self, drawn: Counts, floor: float, most: int) -> Floats:
        best = np.zeros(len(drawn))
        for block in self._blocks(floor, most):
            skipped = block.windows.since - self._windows.since
            step = max(_LEAST_STEP, _BLOCK_BYTES // (self._zones.widest * len(block.windows) * drawn.itemsize))
            for start in range(0, len(drawn), step):
                some = drawn[start : start + step]
                counts = np.moveaxis(block.windows.totals_since(some[..., skipped:]), 0, 2)
                self._sweep(block, np.ascontiguousarray(counts), best[start : start + step])
        return best

    def _blocks(self, floor: float, most: int) -> Iterable[_Block]:
        """The blocks at a floor; those of the learned floor are kept for the next call where they are one only."""
        if self._kept and self._kept[0] == (floor, most):
            return self._kept[1]
        # The widest level of the smallest batch must fit too.
        table = min(self._table_bytes, self._table_bytes * len(self._zones) // (self._zones.widest * _LEAST_STEP))
        blocks = self._made(floor, most, max(1, table))
        if floor == self._floor and len(self._windows) * len(self._zones) * 8 <= table:
            self._kept = ((floor, most), list(blocks))
            return self._kept[1]
        return blocks

    def _made(self, floor: float, most: int, table_bytes: int) -> Iterator[_Block]:
        for windows in window_blocks(self._zones, self._windows, table_bytes):
            expected = self._zones.totals(windows.totals(self._model.expected))
            least = least_counts(self._model.likelihood, expected, floor, self._least_cases, most)
            least[~self._zones.candidate] = most + 1
            yield _Block(windows, expected, least.astype(smallest(most)))

    def _sweep(self, block: _Block, counts: Counts, best: Floats) -> None:
        """Raise ``best`` to the ratios that pass; counts are (n_regions, n_windows, n_replicates)."""
        _, n_windows, n_replicates = counts.shape
        flags = np.empty((self._zones.widest, n_windows, n_replicates), dtype=bool)
        sums = counts[:0]
        for level in self._zones.levels:
            zones = slice(level.start, level.start + level.size)
            if level.start:
                sums = sums[: level.size] if level.grows_in_place else sums[level.parent]
                sums += counts[level.added]
            else:
                sums = counts[level.added]
            passed = np.greater_equal(sums, block.least[zones, :, None], out=flags[: level.size]).reshape(-1)
            place = _places(passed)
            if place.size:
                cylinder, replicate = np.divmod(place, n_replicates)
                expected = block.expected[zones].reshape(-1)[cylinder]
                ratio = self._model.likelihood.ratio(sums.reshape(-1)[place], expected)
                np.maximum.at(best, replicate, ratio)


def _places(flags: Bools) -> Ints:
    """Where flags are set, a few among many: looked at 64 at a time."""
    packed = np.packbits(flags)
    octets = np.zeros(-(-packed.size // 8) * 8, np.uint8)
    octets[: packed.size] = packed
    some = (np.flatnonzero(octets.view(np.uint64))[:, None] * 8 + np.arange(8)).reshape(-1)
    some = some[octets[some] != 0]
    row, bit = np.nonzero(np.unpackbits(octets[some]).reshape(-1, 8))
    return np.asarray(some[row] * 8 + bit, dtype=np.int64)
