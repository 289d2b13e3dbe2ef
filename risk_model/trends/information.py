"""Cholesky factors of many small information matrices of one sparsity pattern at once.

Matrices of all series share their zeros (a week belongs to one block of the season), so each entry is one array over the series and entries that
are zero everywhere are never touched: the arrow of ten blocks and a trend costs forty array operations, whatever the number of series.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from risk_model.trends.bounds import Floats

Pair = tuple[int, int]
ALIASED = 1e-11  # share of a column's own weight left after the columns before it, below which it carries no information of its own


class Information:
    """Inverse Cholesky factors of ``X' W X`` for many series.

    A column without information of its own (aliased, or without weight) gets coefficient 0 and variance 0, as R's glm leaves it out.

    Args:
        entries: lower triangle by (row, column), row >= column, each of shape (n_series,); absent entries are zero for every series.
        size: number of columns of the design.
    """

    def __init__(self, entries: Mapping[Pair, Floats], size: int) -> None:
        self._size = size
        self._root: dict[Pair, Floats] = {}
        root = self._root
        for column in range(size):
            diagonal = entries[column, column]
            left = diagonal - sum(root[column, k] ** 2 for k in range(column) if (column, k) in root)
            informative = left > ALIASED * diagonal
            scale = np.zeros_like(left)
            np.divide(1.0, np.sqrt(left, where=informative, out=np.ones_like(left)), where=informative, out=scale)
            root[column, column] = scale  # reciprocal of the diagonal
            for row in range(column + 1, size):
                shared = [k for k in range(column) if (row, k) in root and (column, k) in root]
                if (row, column) not in entries and not shared:
                    continue
                value = entries.get((row, column), 0.0) - sum(root[row, k] * root[column, k] for k in shared)
                root[row, column] = value * scale
        self._columns = [[row for row in range(c + 1, size) if (row, c) in root] for c in range(size)]

    def solve(self, right: Floats) -> Floats:
        """Solutions of ``X' W X b = right``; both of shape (n_columns, n_series)."""
        root, solution = self._root, right.copy()
        for column in range(self._size):
            solution[column] *= root[column, column]
            for row in self._columns[column]:
                solution[row] -= root[row, column] * solution[column]
        for column in reversed(range(self._size)):
            for row in self._columns[column]:
                solution[column] -= root[row, column] * solution[row]
            solution[column] *= root[column, column]
        return solution

    def inverse(self, pairs: Sequence[Pair]) -> Floats:
        """The named entries of the inverse, shape (n_pairs, n_series)."""
        inverted = self._inverse_root()
        entries = np.zeros((len(pairs), len(self._root[0, 0])))
        for entry, (i, j) in zip(entries, pairs, strict=True):
            for k in range(max(i, j), self._size):
                if (k, i) in inverted and (k, j) in inverted:
                    entry += inverted[k, i] * inverted[k, j]
        return entries

    def _inverse_root(self) -> dict[Pair, Floats]:
        root = self._root
        inverted: dict[Pair, Floats] = {}
        for column in range(self._size):
            inverted[column, column] = root[column, column]
            for row in range(column + 1, self._size):
                terms = [k for k in range(column, row) if (row, k) in root and (k, column) in inverted]
                if terms:
                    total = sum(root[row, k] * inverted[k, column] for k in terms)
                    inverted[row, column] = -total * root[row, row]
        return inverted
