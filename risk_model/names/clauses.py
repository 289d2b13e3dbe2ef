"""Running text in normal form clause by clause, so that a name does not run over a comma: one text, or a batch of them together."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from risk_model.names.script import LISTED, LISTING, MOST_CHARACTERS, TRADITIONAL, normal_form, written_one_way

MOST_TEXT = 2_000  # characters that are searched
_END = "\n"
_ENDS = ",，。;；:：!！?？、\n"
_END_OF_CLAUSE = re.compile(f"[{_ENDS}]")
_HAN = range(0x4E00, 0x9FFF + 1)
_DOT, _DOTS = ".", ".．"
# Characters beside Chinese ones whose normal form does not depend on what stands around them, but for dots, and marks between numbers.
_ALONE = (
    "".join(map(chr, range(0x21, 0x7F)))
    + "".join(map(chr, range(0xFF01, 0xFF5F)))
    + " \t\r\xa0\u3000“”‘’…—–·•‧∙●×《》〈〉「」『』【】〔〕〖〗、。〇"
)
_DROPPED, _HARD = 0, 0xFFFF
_PLANE = 0x10000


@lru_cache(maxsize=8)  # mentions of enterprises and of projects are looked for in one text, one after the other
def searched(text: str) -> str:
    """Normal form clause by clause, joined by line ends; of the first ``MOST_TEXT`` characters."""
    return _END.join([written_one_way(clause) for clause in _END_OF_CLAUSE.split(text[:MOST_TEXT])])


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint16]:
    """What each character becomes where it stands alone: another, nothing (``_DROPPED``), or more than a table can say (``_HARD``)."""
    table = np.full(_PLANE, _HARD, dtype=np.uint16)
    table[_HAN.start : _HAN.stop] = _HAN
    for char in TRADITIONAL + _ALONE:
        found = normal_form(char)
        table[ord(char)] = ord(found) if found else _DROPPED
    for char in _ENDS:
        table[ord(char)] = ord(_END)
    for char in _DOTS:
        table[ord(char)] = ord(_DOT)
    return table


@lru_cache(maxsize=1)
def _listings() -> NDArray[np.bool_]:
    """Which characters are marks that may list phases."""
    marks = np.zeros(_PLANE, dtype=np.bool_)
    marks[[ord(mark) for mark in LISTING]] = True
    return marks


def all_searched(texts: Sequence[str]) -> list[str]:
    """``searched`` of each text of a batch: nearly every character by one table, the few texts with harder ones by themselves."""
    if not texts:
        return []
    texts = [text if len(text) <= MOST_TEXT else text[:MOST_TEXT] for text in texts]
    codes = _codes(texts)
    low = np.minimum(codes, _PLANE - 1)
    new = np.take(_table(), low)
    _settle_dots(new)
    bounds = np.concatenate(([0], np.cumsum([len(text) + 1 for text in texts])))  # each text ends with a line end
    kept = new != _DROPPED
    stops = np.concatenate(([0], np.cumsum(kept)))[bounds]
    plain = new[kept]
    hard = np.zeros(len(texts), dtype=np.bool_)
    hard[_rows(bounds, np.flatnonzero(new == _HARD))] = True
    ends = np.flatnonzero(plain == ord(_END))
    hard[_rows(stops, ends[np.diff(ends, prepend=-1) > MOST_CHARACTERS + 1])] = True  # a clause too long
    hard[_rows(bounds, _listing(low, new))] = True
    joined = plain.tobytes().decode("utf-16-le")
    edges = stops.tolist()
    return [
        searched(text) if alone else joined[start : stop - 1]
        for text, alone, start, stop in zip(texts, hard.tolist(), edges, edges[1:], strict=False)
    ]


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    joined = _END.join([*texts, ""])
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _settle_dots(new: NDArray[np.uint16]) -> None:
    """Drop each dot that does not stand between two digits."""
    dots = np.flatnonzero(new == ord(_DOT))
    if dots.size:  # the last character is a line end: what a first dot has before it, too
        before, behind = new[dots - 1], new[dots + 1]
        inside = (before >= ord("0")) & (before <= ord("9")) & (behind >= ord("0")) & (behind <= ord("9"))
        new[dots[~inside]] = _DROPPED


def _listing(codes: NDArray[np.uint32], new: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Marks that may list phases: those between two numbers, blanks or not."""
    marks = np.flatnonzero(np.take(_listings(), codes))
    beside = [_DROPPED, *map(ord, LISTED)]
    return marks[np.isin(new[marks - 1], beside) & np.isin(new[marks + 1], beside)]


def _rows(bounds: NDArray[np.int64], positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Text that each position lies in."""
    return np.searchsorted(bounds, positions, side="right") - 1
