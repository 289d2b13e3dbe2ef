"""Text as one array of symbols: spellings that mean the same get one symbol, for a whole batch at once."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]

_BMP = 0x10000
_BLANK = np.uint32(ord(" "))
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT = 0xFEE0


@lru_cache(maxsize=1)
def symbol_table() -> Codes:
    """Symbol of each code point of the basic plane, shape (65536,).

    Full-width ASCII becomes half-width, letters lower case, every digit ``0`` (numbers are fields, not words) and every
    control character or blank a space. Ranges are explicit, so that the Unicode tables of another Python change nothing.
    """
    table = np.arange(_BMP, dtype=np.uint32)
    table[_FULL_WIDTH.start : _FULL_WIDTH.stop] -= np.uint32(_FULL_WIDTH_SHIFT)
    upper = (table >= ord("A")) & (table <= ord("Z"))
    table[upper] += np.uint32(32)
    table[(table >= ord("0")) & (table <= ord("9"))] = ord("0")
    table[:33] = ord(" ")
    table[[0x7F, 0xA0, 0x3000, 0xFEFF]] = ord(" ")
    table.setflags(write=False)
    return table


def code_points(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Code points of all texts joined without separator, and the row bounds.

    Returns:
        ``(codes, bounds)``: codes of shape (n_characters,), bounds of shape (n_texts + 1,) so that row ``i`` is
        ``codes[bounds[i]:bounds[i + 1]]``.
    """
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=bounds[1:])
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(joined, dtype=np.uint32), bounds


def symbols(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Symbols of all texts joined without blanks, and the row bounds (see ``code_points``); astral characters keep their code.

    Blanks are left out: Chinese has none, so those of layout or of text cut into words beforehand would only split what belongs
    together (measured: ``benchmarks/text_quality.py``).
    """
    codes, bounds = code_points(texts)
    codes = _folded(codes)
    seen = codes != _BLANK
    if seen.all():
        return codes, bounds
    before = np.zeros(codes.size + 1, dtype=np.int64)
    np.cumsum(seen, out=before[1:])
    return codes[seen], before[bounds]


def visible(text: str) -> NDArray[np.bool_]:
    """Which characters of a text have a symbol, shape (n_characters,); the others are blanks."""
    return np.asarray(_folded(code_points([text])[0]) != _BLANK, dtype=np.bool_)


def _folded(codes: Codes) -> Codes:
    table = symbol_table()
    if codes.size and int(codes.max()) >= _BMP:
        low = np.minimum(codes, np.uint32(_BMP - 1))
        return np.where(codes < _BMP, table[low], codes)
    return np.take(table, codes)
