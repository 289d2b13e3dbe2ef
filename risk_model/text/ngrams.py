"""Hashed character n-grams of a whole batch at once.

scikit-learn's own vectorisers loop over texts in Python (195 to 270 µs for 200 characters); here the batch is one array of
symbols, every n-gram hash is an array operation over all of it, and rows are only bounds. A row's counts depend on
nothing but its own text, so single and batch results are identical bit for bit.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags

from risk_model.text.lead import character_weights, lead_lengths, lead_ngram_totals
from risk_model.text.symbols import Codes, symbols

_MULTIPLIER = np.uint32(0x9E3779B1)  # 2^32 / golden ratio, odd: multiplication permutes the 32-bit words
_FINISH = np.uint32(0x85EBCA6B)  # murmur3's finaliser
_SHIFT = np.uint32(15)
MAX_ORDER = 8


def ngram_buckets(codes: Codes, bounds: NDArray[np.int64], orders: Sequence[int], bits: int) -> NDArray[np.uint32]:
    """Bucket of the n-gram of each order that starts at each character.

    Args:
        codes: symbols of all rows joined, shape (n_characters,).
        bounds: row bounds, shape (n_rows + 1,).
        orders: lengths of n-grams, ascending.
        bits: buckets are numbered below ``2**bits``.

    Returns:
        Shape (n_characters, n_orders); ``2**bits`` marks n-grams that would leave their row.
    """
    size = codes.size
    buckets = np.full((size, len(orders)), 1 << bits, dtype=np.uint32)
    starts, ends = bounds[:-1], bounds[1:]
    shift = np.uint32(32 - bits)
    rolling = codes
    for order in range(1, orders[-1] + 1):
        if order > 1:
            if size < order:
                break
            rolling = rolling[:-1] * _MULTIPLIER
            rolling += codes[order - 1 :]
        if order in orders:
            mixed = rolling * _MULTIPLIER
            mixed ^= mixed >> _SHIFT
            mixed *= _FINISH
            mixed ^= mixed >> _SHIFT
            mixed *= _MULTIPLIER
            mixed >>= shift
            column = buckets[:, orders.index(order)]
            column[: mixed.size] = mixed
            for back in range(1, order):
                outside = ends - back
                column[outside[outside >= starts]] = 1 << bits
    return buckets


def ngram_totals(bounds: NDArray[np.int64], orders: Sequence[int]) -> NDArray[np.int64]:
    """Number of n-grams of every row over all orders, shape (n_rows,)."""
    lengths = np.diff(bounds)
    totals = np.zeros_like(lengths)
    for order in orders:
        totals += np.maximum(lengths - (order - 1), 0)
    return totals


def occurrence_weights(
    texts: Sequence[str], bounds: NDArray[np.int64], orders: Sequence[int], lead_weight: float
) -> tuple[NDArray[np.float32] | None, NDArray[Any]]:
    """How often the n-grams that begin at each character count, and the squared length each row would have if no n-gram came twice.

    Returns:
        ``(weights, totals)``: weights of shape (n_characters,), None when all are 1; totals of shape (n_rows,).
    """
    totals = ngram_totals(bounds, orders)
    if lead_weight == 1:
        return None, totals
    leads = lead_lengths(texts)
    weights = character_weights(leads, bounds, lead_weight)
    return weights, totals + (lead_weight**2 - 1) * lead_ngram_totals(leads, bounds, orders)


class NgramHasher(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Stateless transformer from texts to a sparse matrix of hashed character n-gram counts.

    Digits share one symbol, full-width and upper-case letters are folded (``risk_model.text.symbols``).

    Args:
        ngram_range: shortest and longest n-gram, both included, within 1..8.
        bits: ``2**bits`` columns, 4 to 24.
        norm: ``"length"`` divides a row by the root of its number of n-grams (the norm it would have if none came twice),
            ``"sqrt"`` takes the root of each count and gives every row length 1, ``"l2"`` gives counts length 1, None keeps counts.
        lead_weight: an n-gram that begins in the title or first sentence (``risk_model.text.lead``) counts so many times;
            another weight than 1 goes with the norms ``"length"`` and None.
    """

    def __init__(
        self,
        ngram_range: tuple[int, int] = (1, 3),
        bits: int = 18,
        norm: str | None = "length",
        lead_weight: float = 1.0,
    ) -> None:
        self.ngram_range = ngram_range
        self.bits = bits
        self.norm = norm
        self.lead_weight = lead_weight

    @property
    def orders(self) -> tuple[int, ...]:
        """Lengths of n-grams, ascending."""
        low, high = self.ngram_range
        return tuple(range(low, high + 1))

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803, ARG002
        """Check the parameters; nothing is learnt.

        Raises:
            ValueError: a parameter is out of range, or X is not a sequence of texts.
        """
        low, high = self.ngram_range
        if not 1 <= low <= high <= MAX_ORDER:
            raise ValueError(f"ngram_range must satisfy 1 <= low <= high <= {MAX_ORDER}, got {self.ngram_range!r}")
        if not 4 <= self.bits <= 24:
            raise ValueError(f"bits must be within 4..24, got {self.bits!r}")
        if self.norm not in ("length", "sqrt", "l2", None):
            raise ValueError(f"norm must be 'length', 'sqrt', 'l2' or None, got {self.norm!r}")
        if self.lead_weight <= 0:
            raise ValueError(f"lead_weight must be positive, got {self.lead_weight!r}")
        if self.lead_weight != 1 and self.norm in ("sqrt", "l2"):
            raise ValueError(f"lead_weight {self.lead_weight!r} needs norm 'length' or None, got {self.norm!r}")
        as_texts(X)
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_matrix:  # noqa: N803
        """Hashed n-grams of each text, CSR float32 of shape (n_texts, 2**bits), indices sorted.

        Raises:
            ValueError: X is not a sequence of texts.
        """
        texts = as_texts(X)
        codes, bounds = symbols(texts)
        orders, width = self.orders, 1 << self.bits
        flat = ngram_buckets(codes, bounds, orders, self.bits).ravel()
        kept = np.flatnonzero(flat != width)
        indptr = np.searchsorted(kept, bounds * len(orders))
        indices = flat[kept].astype(np.int32)
        counts, totals = occurrence_weights(texts, bounds, orders, self.lead_weight)
        data = np.ones(indices.size, np.float32) if counts is None else np.take(counts, kept // len(orders))
        matrix = sparse.csr_matrix((data, indices, indptr), shape=(len(texts), width))
        matrix.sum_duplicates()
        self._normalise(matrix, totals)
        return matrix

    def _normalise(self, matrix: sparse.csr_matrix, totals: NDArray[Any]) -> None:
        """Scale the rows in place."""
        if self.norm is None:
            return
        entries = np.diff(matrix.indptr)
        if self.norm == "l2":
            squares = np.concatenate(([0.0], np.cumsum(matrix.data.astype(np.float64) ** 2)))
            totals = squares[matrix.indptr[1:]] - squares[matrix.indptr[:-1]]
        if self.norm == "sqrt":
            np.sqrt(matrix.data, out=matrix.data)
        matrix.data *= np.repeat(row_scales(totals), entries)

    def __sklearn_tags__(self) -> Tags:
        """Input is one-dimensional text; nothing is fitted."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        tags.no_validation = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def row_scales(totals: NDArray[Any]) -> NDArray[np.float32]:
    """``1 / sqrt(total)`` of each row as float32; 0 for an empty row."""
    safe = np.maximum(totals, 1).astype(np.float64)
    return np.where(totals > 0, 1.0 / np.sqrt(safe), 0.0).astype(np.float32)


def as_texts(X: object) -> list[str]:  # noqa: N803
    """The texts of a list, array or column of texts; ValueError for one bare text or anything that is not text."""
    if isinstance(X, str | bytes):
        raise ValueError("expected a sequence of texts, got one text; wrap it in a list")  # noqa: TRY004 - scikit-learn's convention
    texts = list(np.asarray(X, dtype=object).ravel()) if isinstance(X, np.ndarray) else list(X)  # type: ignore[call-overload]
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"expected texts, got {type(text).__name__} at position {position}")  # noqa: TRY004 - scikit-learn's convention
    return texts
