"""The sums that every additive measure is made of, for any weighting of the rows at once.

F1, cost, Brier score and calibration error are functions of sums over rows. Kept as one sparse table of a few entries a row,
those sums for a thousand resamples are one matrix product.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from risk_model.scoring.evaluation.calibration import ECE_BINS, probability_bins
from risk_model.scoring.evaluation.judged import Floats, Judged
from schemas.levels import Level

LEVELS = len(Level)


class Tally:
    """Named blocks of columns over the rows.

    Args:
        rows: number of rows.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._blocks: dict[str, slice] = {}
        self._parts: list[sparse.csr_array] = []
        self._width = 0

    def indicator(self, name: str, column: NDArray[np.int64], width: int, value: Floats | None = None) -> Self:
        """Add a block with one entry a row, in ``column`` (no entry where it is negative), 1 or ``value``."""
        rows = np.flatnonzero(column >= 0)
        entries = np.ones(len(rows)) if value is None else value[rows]
        self._parts.append(sparse.csr_array((entries, (rows, column[rows])), shape=(self._rows, width)))
        self._blocks[name] = slice(self._width, self._width + width)
        self._width += width
        return self

    def table(self) -> "SumTable":
        """The finished table."""
        return SumTable(sparse.hstack(self._parts, format="csr"), self._blocks)


class SumTable:
    """Sums of weighted rows by block.

    Args:
        matrix: shape (n_rows, n_columns).
        blocks: columns of each name.
    """

    def __init__(self, matrix: sparse.csr_array, blocks: dict[str, slice]) -> None:
        self._matrix = matrix
        self._blocks = blocks

    def sums(self, weights: Floats) -> dict[str, Floats]:
        """Sums of each block, shape (n_resamples, width).

        Args:
            weights: how often each row counts, shape (n_rows, n_resamples).
        """
        total = np.ascontiguousarray((self._matrix.T @ weights).T)
        return {name: total[:, columns] for name, columns in self._blocks.items()}

    def part(self, rows: NDArray[np.int64]) -> "SumTable":
        """The same of some rows."""
        return SumTable(self._matrix[rows], self._blocks)


def tally(judged: Judged, costs: Floats, *, whole: bool) -> SumTable:
    """Sum table of judged examples.

    Args:
        judged: the rows.
        costs: cost matrix, shape (4, 4).
        whole: with the blocks that only the whole set is measured by (calibration bins, Brier scores), not its slices.
    """
    names, zero = max(len(judged.names), 1), np.zeros(judged.rows, dtype=np.int64)
    has_category, has_level, right = judged.has_category, judged.has_level, judged.category_right
    orange = judged.orange_probability
    is_orange = (judged.level >= Level.ORANGE).astype(np.float64)

    def where(has: NDArray[np.bool_], column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(has, column, -1)

    true, graded = np.maximum(judged.level - 1, 0), np.maximum(judged.level_judged - 1, 0)
    made = (
        Tally(judged.rows)
        .indicator("category_true", judged.category, names)
        .indicator("category_judged", where(has_category, judged.category_judged), names)
        .indicator("category_hit", where(has_category & right, judged.category), names)
        .indicator("category_stated", where(has_category, zero), 1, judged.category_probability)
        .indicator("confusion", where(has_level, true * LEVELS + graded), LEVELS * LEVELS)
        .indicator("cost", where(has_level, zero), 1, costs[true, graded])
        .indicator("orange_stated", where(has_level, zero), 1, orange)
    )
    if whole:
        stated_level = judged.level_probabilities.max(axis=1)
        level_right = (judged.level_probabilities.argmax(axis=1) + 1 == judged.level).astype(np.float64)
        gaps = judged.level_probabilities - np.eye(LEVELS)[true]
        _calibrated(made, "category", has_category, judged.category_probability, right.astype(np.float64))
        _calibrated(made, "level", has_level, stated_level, level_right)
        _calibrated(made, "orange", has_level, orange, is_orange)
        made.indicator("level_brier", where(has_level, zero), 1, (gaps * gaps).sum(axis=1))
        made.indicator("rows", zero, 1)
        made.indicator("needs_person", zero, 1, judged.needs_person.astype(np.float64))
    return made.table()


def _calibrated(made: Tally, name: str, has: NDArray[np.bool_], probability: Floats, right: Floats) -> None:
    """Per bin: stated less found; and the squared gap."""
    gap = probability - right
    made.indicator(f"{name}_gap", np.where(has, probability_bins(probability), -1), ECE_BINS, gap)
    made.indicator(f"{name}_square", np.where(has, 0, -1), 1, gap * gap)
