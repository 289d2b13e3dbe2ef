"""Texts that are nearly the same, found without comparing every pair.

MinHash over hashed character triples and banding (Broder, 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3)
name the candidates; their Jaccard similarity is then calculated exactly, so that chance can miss a pair but never invent one.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from risk_model.text.ngrams import ngram_buckets
from risk_model.text.symbols import symbols

ORDER = 3
SHORTEST = 12  # letters; of shorter texts nearly all look alike
_NO_LETTERS = re.compile(r"[\W\d_]+")
_BITS = 20
_BANDS, _ROWS = 20, 4  # a pair of similarity 0.7 is missed with chance (1 - 0.7^4)^20 = 0.4 %, of 0.8 with 0.003 %
_SEED = 20250101
_MIX = np.uint32(0x85EBCA6B)
_FOLD = np.uint64(0x9E3779B97F4A7C15)
_PAIRS_AT_ONCE = 50_000


def shingles(texts: Sequence[str]) -> sparse.csr_matrix:
    """Set of hashed character triples of each text, CSR of ones, shape (n_texts, 2**20)."""
    codes, bounds = symbols(texts)
    buckets = ngram_buckets(codes, bounds, (ORDER,), _BITS)[:, 0]
    rows = np.repeat(np.arange(len(texts)), np.diff(bounds))
    inside = buckets != 1 << _BITS
    size = int(inside.sum())
    sets = sparse.csr_matrix(
        (np.ones(size, np.float32), (rows[inside], buckets[inside].astype(np.int64))), shape=(len(texts), 1 << _BITS)
    )
    sets.data[:] = 1.0  # the constructor summed repeated triples
    return sets


def copies(
    texts: Sequence[str], groups: Sequence[int], similarity: float, min_characters: int = 0
) -> NDArray[np.int64]:
    """Sets of texts that are nearly the same within their group.

    Args:
        texts: masked texts.
        groups: only texts of one group are compared; below 0: not compared at all.
        similarity: least Jaccard similarity of character triples, in [0, 1].
        min_characters: shorter texts are not compared.

    Returns:
        Number of each text's set, shape (n_texts,); a text that is like no other has a number of its own.
    """
    group = np.array(groups, dtype=np.int64)
    long_enough = np.array([len(text) >= max(min_characters, ORDER) for text in texts], dtype=np.bool_)
    kept = np.flatnonzero((group >= 0) & long_enough)
    if kept.size < 2:
        return np.arange(len(texts), dtype=np.int64)
    sets = shingles([texts[i] for i in kept.tolist()])
    filled = np.diff(sets.indptr) > 0  # a text of blanks has no triples
    kept, sets = kept[filled], sets[filled]
    if kept.size < 2:
        return np.arange(len(texts), dtype=np.int64)
    left, right = _candidates(_signatures(sets), group[kept])
    alike = _jaccard(sets, left, right) >= similarity
    links = sparse.csr_matrix(
        (np.ones(int(alike.sum())), (kept[left[alike]], kept[right[alike]])), shape=(len(texts), len(texts))
    )
    sets_of: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return sets_of


def near_duplicates(texts: Sequence[str], least: float = 0.9) -> list[list[int]]:
    """Groups of at least two texts that are nearly the same but for numbers, blanks and punctuation.

    Args:
        texts: any texts; those of fewer than ``SHORTEST`` letters belong to no group.
        least: least similarity of their letters, in (0, 1].

    Returns:
        Indices of each group, ascending; groups by their first text.

    Raises:
        ValueError: ``least`` is out of range.
    """
    if not 0 < least <= 1:
        raise ValueError(f"least must be within (0, 1], got {least}")
    groups: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(
        copies([_NO_LETTERS.sub("", text) for text in texts], [0] * len(texts), least, SHORTEST)
    ):
        groups[int(label)].append(row)
    return sorted(members for members in groups.values() if len(members) > 1)


def _signatures(sets: sparse.csr_matrix) -> NDArray[np.uint32]:
    """Least hash of each set under each of ``_BANDS * _ROWS`` functions; sets are not empty."""
    chance = np.random.default_rng(_SEED)
    values = sets.indices.astype(np.uint32)
    result = np.empty((sets.shape[0], _BANDS * _ROWS), dtype=np.uint32)
    for column in range(result.shape[1]):
        factor, offset = chance.integers(1, 2**32, 2, dtype=np.uint32)
        mixed = values * (factor | np.uint32(1)) + offset
        mixed ^= mixed >> np.uint32(16)
        mixed *= _MIX
        mixed ^= mixed >> np.uint32(13)
        result[:, column] = np.minimum.reduceat(mixed, sets.indptr[:-1])
    return result


def _candidates(
    signatures: NDArray[np.uint32], group: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows of one group that agree in a whole band, each once.

    Of a run of equal bands every row is paired with the one before it and with the first, so a thousand copies give two thousand
    pairs and not half a million; sets are chained together afterwards.
    """
    pairs = []
    size = len(signatures)
    for band in range(_BANDS):
        key = group.astype(np.uint64)
        for column in range(band * _ROWS, (band + 1) * _ROWS):
            key = (key ^ signatures[:, column].astype(np.uint64)) * _FOLD
            key ^= key >> np.uint64(29)
        order = np.lexsort((np.arange(size), key, group))
        same = np.concatenate(([False], (key[order][1:] == key[order][:-1]) & (group[order][1:] == group[order][:-1])))
        begin = np.maximum.accumulate(np.where(same, 0, np.arange(size)))
        at = np.flatnonzero(same)
        pairs += [order[at - 1] * size + order[at], order[begin[at]] * size + order[at]]
    code = np.unique(np.concatenate(pairs)).astype(np.int64)
    return code // size, code % size


def _jaccard(sets: sparse.csr_matrix, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Similarity of each pair, in [0, 1]."""
    sizes = np.diff(sets.indptr)
    result = np.zeros(left.size)
    for start in range(0, left.size, _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        common = np.asarray(sets[left[part]].multiply(sets[right[part]]).sum(axis=1)).ravel()
        result[part] = common / (sizes[left[part]] + sizes[right[part]] - common)
    return result
