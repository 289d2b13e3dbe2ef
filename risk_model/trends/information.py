"""Information matrices ``X' W X`` of many small regressions at once, where X is one block of the season a point and a few covariates.

A point lies in exactly one block, so the blocks' part of the matrix is diagonal: it is eliminated in one array operation over all series, and only the
Schur complement of the covariates (one trend, or a trend and harmonics) needs a Cholesky factor, entry by entry, each an array over the series.
"""

import numpy as np

from risk_model.trends.bounds import Floats

ALIASED = 1e-11  # share of a covariate's own weight left after what comes before it, below which it carries no information of its own


class Information:
    """Factored information of many series.

    A column without information of its own (aliased, or without weight) gets coefficient 0 and variance 0, as R's glm leaves it out.

    Args:
        blocks: weight of each block, shape (n_blocks, n_series).
        cross: weight of each covariate in each block, shape (n_covariates, n_blocks, n_series).
        covariates: lower triangle of the covariates' part, row by row, shape (n_covariates * (n_covariates + 1) / 2, n_series).
    """

    def __init__(self, blocks: Floats, cross: Floats, covariates: Floats) -> None:
        self._inverse_blocks = np.divide(1.0, blocks, where=blocks > 0, out=np.zeros_like(blocks))
        self._share = cross * self._inverse_blocks
        size = len(cross)
        self._root: list[list[Floats]] = []
        for i in range(size):
            row: list[Floats] = []
            for j in range(i + 1):
                total = covariates[i * (i + 1) // 2 + j]
                value = total - np.einsum("bs,bs->s", self._share[i], cross[j])
                for k in range(j):
                    value -= row[k] * self._root[j][k] if i > j else row[k] ** 2
                if i > j:
                    row.append(value * self._root[j][j])
                else:  # reciprocal of the diagonal
                    informative = value > ALIASED * total
                    root = np.sqrt(value, where=informative, out=np.ones_like(value))
                    row.append(np.divide(1.0, root, where=informative, out=np.zeros_like(value)))
            self._root.append(row)

    def solve(self, right: Floats) -> Floats:
        """Solutions of ``X' W X b = right``; both of shape (n_blocks + n_covariates, n_series)."""
        n_blocks = len(self._inverse_blocks)
        solution = right.copy()
        blocks, covariates = solution[:n_blocks], solution[n_blocks:]
        for i, row in enumerate(self._root):
            covariates[i] -= np.einsum("bs,bs->s", self._share[i], right[:n_blocks])
            for k in range(i):
                covariates[i] -= row[k] * covariates[k]
            covariates[i] *= row[i]
        blocks *= self._inverse_blocks
        for i in reversed(range(len(self._root))):
            for k in range(i + 1, len(self._root)):
                covariates[i] -= self._root[k][i] * covariates[k]
            covariates[i] *= self._root[i][i]
            blocks -= self._share[i] * covariates[i]
        return solution

    def inverse(self) -> tuple[Floats, Floats, Floats]:
        """The parts of the inverse that belong to single points.

        Returns:
            Diagonal of the blocks, blocks with covariates, and lower triangle of the covariates, of the shapes of the arguments.
        """
        covariates = self._inverse_covariates()
        full = [[covariates[max(i, j)][min(i, j)] for j in range(len(covariates))] for i in range(len(covariates))]
        cross = np.zeros_like(self._share)
        blocks = self._inverse_blocks.copy()
        for i, row in enumerate(full):
            for j, value in enumerate(row):
                cross[i] -= self._share[j] * value
            blocks -= self._share[i] * cross[i]
        flat = [value for row in covariates for value in row]
        return blocks, cross, np.array(flat).reshape(len(flat), blocks.shape[1])

    def _inverse_covariates(self) -> list[list[Floats]]:
        size = len(self._root)
        inverted: list[list[Floats]] = []  # inverse of the Cholesky factor
        for i in range(size):
            row = [
                -self._root[i][i] * np.sum([self._root[i][k] * inverted[k][j] for k in range(j, i)], axis=0)
                for j in range(i)
            ]
            inverted.append([*row, self._root[i][i]])
        return [
            [np.sum([inverted[k][i] * inverted[k][j] for k in range(i, size)], axis=0) for j in range(i + 1)]
            for i in range(size)
        ]
