"""Groups of nearly the same text: sketches of hashed character n-grams (MinHash with banding), verified exactly.

Source: Broder, On the resemblance and containment of documents (1997); banding as in Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, ch. 3. Numbers, blanks and punctuation do not count: the same complaint about another amount is the same text.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk_model.text.ngrams import ngram_buckets
from risk_model.text.symbols import symbols

ORDER = 3  # characters of a shingle
BITS = 24
BANDS, ROWS = 8, 3  # two texts of resemblance 0.9 share a band with probability 1 - (1 - 0.9^3)^8 > 0.9999
SHORTEST = 12  # letters; of shorter texts nearly all look alike
MOST_LEADERS = 32  # groups compared with at most in one band, the newest first
SLICE_CHARACTERS = 400_000  # bounds memory

_NO_LETTERS = re.compile(r"[\W\d_]+")
Shingles = NDArray[np.uint32]


def near_duplicates(texts: Sequence[str], least: float = 0.9) -> list[list[int]]:
    """Groups of at least two texts, each resembling the first of its group.

    Args:
        texts: any texts; those of fewer than ``SHORTEST`` letters belong to no group.
        least: least resemblance (Jaccard index of the sets of shingles), in (0, 1].

    Returns:
        Indices of each group, ascending; groups by their first text. Deterministic.

    Raises:
        ValueError: ``least`` is out of range.
    """
    if not 0 < least <= 1:
        raise ValueError(f"least must be within (0, 1], got {least}")
    letters = [_NO_LETTERS.sub("", text) for text in texts]
    groups: dict[int, list[int]] = {}
    shingles: dict[int, Shingles] = {}
    leaders: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(BANDS)]
    multipliers = np.random.default_rng(20_250_101).integers(1, 2**31, BANDS * ROWS, dtype=np.uint32) * 2 + 1
    for rows in _slices(letters):
        sets = _shingle_sets([letters[row] for row in rows])
        for row, own, keys in zip(rows, sets, _band_keys(sets, multipliers), strict=True):
            near = [leader for band, key in enumerate(keys) for leader in leaders[band][key]]
            found = next((leader for leader in dict.fromkeys(near) if _resemble(shingles[leader], own, least)), None)
            if found is not None:
                groups[found].append(row)
                continue
            groups[row], shingles[row] = [row], own
            for band, key in enumerate(keys):
                leaders[band][key] = [row, *leaders[band][key][: MOST_LEADERS - 1]]
    return [members for _, members in sorted(groups.items()) if len(members) > 1]


def _slices(letters: Sequence[str]) -> list[list[int]]:
    """Rows of texts long enough, in slices of bounded size."""
    slices: list[list[int]] = [[]]
    size = 0
    for row, text in enumerate(letters):
        if len(text) < SHORTEST:
            continue
        if size > SLICE_CHARACTERS:
            slices.append([])
            size = 0
        slices[-1].append(row)
        size += len(text)
    return slices


def _shingle_sets(texts: Sequence[str]) -> list[Shingles]:
    """Sorted distinct shingles of each text."""
    codes, bounds = symbols(texts)
    buckets = ngram_buckets(codes, bounds, (ORDER,), BITS)[:, 0]
    return [np.unique(buckets[start : end - ORDER + 1]) for start, end in pairwise(bounds.tolist())]


def _band_keys(sets: Sequence[Shingles], multipliers: NDArray[np.uint32]) -> list[list[int]]:
    """Keys of each text, one a band: texts that resemble each other are likely to share one."""
    if not sets:
        return []
    joined = np.concatenate(sets)
    starts = np.concatenate([[0], np.cumsum([len(one) for one in sets])[:-1]])
    least = np.empty((len(sets), BANDS * ROWS), dtype=np.uint64)
    for column, multiplier in enumerate(multipliers):
        mixed = joined * multiplier
        mixed ^= mixed >> np.uint32(15)
        mixed *= np.uint32(0x85EBCA6B)
        least[:, column] = np.minimum.reduceat(mixed, starts)
    by_band = least.reshape(len(sets), BANDS, ROWS)
    keys = by_band[:, :, 0].copy()
    for row in range(1, ROWS):
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + by_band[:, :, row]
    result: list[list[int]] = keys.tolist()
    return result


def _resemble(one: Shingles, other: Shingles, least: float) -> bool:
    """Whether the Jaccard index of two sets reaches ``least``."""
    if min(len(one), len(other)) < least * max(len(one), len(other)):
        return False
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both >= least * (len(one) + len(other) - both)
