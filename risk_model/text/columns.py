"""The columns worth keeping: document frequency chooses n-grams, its inverse weighs them."""

from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data


class ColumnSelector(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keep the most frequent columns of a sparse count matrix and weigh them by inverse document frequency.

    Args:
        max_columns: at most so many columns are kept, most frequent first, ties by column number.
        min_rows: a column must occur in at least so many rows.
        idf_power: power of the inverse document frequency; above 1 rare columns count for more.
        row_norm: root mean square length that the training rows get, so that a penalty means the same for any data; None leaves it.

    Attributes:
        columns_: kept columns, ascending, shape (n_kept,).
        weights_: ``(log((1 + n_rows) / (1 + frequency)) + 1) ** idf_power`` of each, scaled for ``row_norm``; shape (n_kept,), float32.
    """

    def __init__(
        self, max_columns: int = 16_384, min_rows: int = 1, idf_power: float = 1.0, row_norm: float | None = None
    ) -> None:
        self.max_columns = max_columns
        self.min_rows = min_rows
        self.idf_power = idf_power
        self.row_norm = row_norm

    def fit(self, X: sparse.csr_matrix, y: object = None) -> Self:  # noqa: N803, ARG002
        """Count in how many rows each column occurs.

        Raises:
            ValueError: no column is frequent enough, or a parameter is below 1.
        """
        if self.max_columns < 1 or self.min_rows < 1:
            raise ValueError(f"max_columns and min_rows must be at least 1, got {self.max_columns} and {self.min_rows}")
        if self.row_norm is not None and self.row_norm <= 0:
            raise ValueError(f"row_norm must be positive or None, got {self.row_norm!r}")
        matrix = sparse.csr_matrix(validate_data(self, X, accept_sparse="csr"))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
        ranked = np.argsort(-frequency, kind="stable")[: self.max_columns]
        columns = np.sort(ranked[frequency[ranked] >= self.min_rows])
        if columns.size == 0:
            raise ValueError(f"no column occurs in {self.min_rows} or more of {matrix.shape[0]} samples")
        self.columns_ = columns.astype(np.int32)
        idf = (np.log((1 + matrix.shape[0]) / (1 + frequency[columns])) + 1) ** self.idf_power
        if self.row_norm is not None:
            squares = np.bincount(
                matrix.indices, weights=matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[1]
            )
            mean_square = float(squares[columns] @ idf**2) / matrix.shape[0]
            idf *= self.row_norm / np.sqrt(mean_square)
        self.weights_ = idf.astype(np.float32)
        return self

    def transform(self, X: sparse.csr_matrix) -> sparse.csr_matrix:  # noqa: N803
        """Kept columns times their weights, CSR of shape (n_rows, n_kept)."""
        check_is_fitted(self)
        matrix = sparse.csr_matrix(validate_data(self, X, accept_sparse="csr", reset=False))
        kept = sparse.csr_matrix(matrix[:, self.columns_])
        kept.data = kept.data * self.weights_[kept.indices].astype(kept.dtype)
        return kept

    def __sklearn_tags__(self) -> Tags:
        """Sparse input is the usual case; float32 stays float32."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
