"""Where in running text a name may begin or end: found for a batch of texts by their pairs of characters."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.names.places import PlaceNames
from risk_model.names.trades import TRADE_WORDS

_FORMS = ("公司", "集团", "有限公司", "股份有限公司")
_END = "\n"
_CODES = 0x110000


def _by_start(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by their first two characters, the longest first."""
    starting: dict[str, tuple[str, ...]] = {}
    for word in sorted(words, key=len, reverse=True):
        starting[word[:2]] = (*starting.get(word[:2], ()), word)
    return starting


TRADES = _by_start(TRADE_WORDS)
"""Trade words by their first two characters, the longest first."""
_STARTING = _by_start({*TRADE_WORDS, *_FORMS})
_REGION, _TRADE = 1, 2


class Spotted(NamedTuple):
    """A text with what may be a name in it.

    Attributes:
        plain: normal form clause by clause.
        regions: where a region word may begin.
        trades: where a trade word or a form begins that no other stands right before: a brand may end there.
    """

    plain: str
    regions: Sequence[int]
    trades: Sequence[int]


class Pairs:
    """Marks of pairs of characters: each character has a number as a first and one as a second, and a matrix the marks of both.

    Args:
        marked: pairs, and the mark that each of them gets.
    """

    def __init__(self, marked: Iterable[tuple[str, int]]) -> None:
        pairs = list(marked)
        self._first, firsts = _numbered(pair[0] for pair, _ in pairs)
        self._second, seconds = _numbered(pair[1] for pair, _ in pairs)
        self._marks = np.zeros((firsts, seconds), dtype=np.uint8)
        for pair, mark in pairs:
            self._marks[self._first[ord(pair[0])], self._second[ord(pair[1])]] |= mark

    def find(self, codes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Where a marked pair begins, and its marks; both of shape (n_found,), in order."""
        first, second = np.take(self._first, codes[:-1]), np.take(self._second, codes[1:])
        maybe = np.flatnonzero((first != 0) & (second != 0))
        marks = self._marks[first[maybe], second[maybe]]
        return maybe, marks


def _numbered(chars: Iterable[str]) -> tuple[NDArray[np.uint16], int]:
    """Number of each character, 0 for all others; and how many numbers there are."""
    numbers = np.zeros(_CODES, dtype=np.uint16)
    distinct = sorted(set(chars))
    numbers[[ord(char) for char in distinct]] = range(1, len(distinct) + 1)
    return numbers, len(distinct) + 1


@lru_cache(maxsize=4)
def _pairs(places: PlaceNames) -> Pairs:
    regions, trades = places.pairs, _STARTING.keys()
    return Pairs([*((pair, _REGION) for pair in regions), *((pair, _TRADE) for pair in trades)])


def spotted(plains: Sequence[str], places: PlaceNames) -> list[Spotted]:
    """The spots of each text of a batch, in the normal form of ``clauses``."""
    if not plains:
        return []
    joined = _END.join([*plains, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts = np.concatenate(([0], np.cumsum([len(plain) + 1 for plain in plains])))
    found, marks = _pairs(places).find(codes)
    regions = _by_row(found[marks & _REGION != 0], starts)
    trades = _by_row(found[marks & _TRADE != 0], starts)
    return [
        Spotted(plain, where, _trade_spots(plain, at)) for plain, where, at in zip(plains, regions, trades, strict=True)
    ]


def _by_row(positions: NDArray[np.int64], starts: NDArray[np.int64]) -> list[list[int]]:
    """Positions in a row of joined texts as positions in each text."""
    edges = np.searchsorted(positions, starts)
    inside = (positions - np.repeat(starts[:-1], np.diff(edges))).tolist()
    return [inside[start:stop] for start, stop in pairwise(edges.tolist())]


def _trade_spots(plain: str, pairs: Sequence[int]) -> list[int]:
    spots: list[int] = []
    inside = -1
    for at in pairs:
        for word in _STARTING[plain[at : at + 2]]:
            if plain.startswith(word, at):
                if at != inside:
                    spots.append(at)
                inside = max(inside, at + len(word))
                break
    return spots
