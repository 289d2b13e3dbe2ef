"""Parts of the examples to be measured by themselves: agency, county, event type, text length."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.examples import LabelledExample

SOURCE, COUNTY, EVENT_TYPE, TEXT_LENGTH = "source", "county", "event_type", "text_length"
UNKNOWN, JOINED = "", "*"


def parts(
    examples: Sequence[LabelledExample], text_lengths: Sequence[int], most: int
) -> dict[str, list[tuple[str, NDArray[np.int64]]]]:
    """Rows of each part of each dimension, largest part first (text lengths rising); a dimension nobody filled in is left out.

    Args:
        examples: the rows.
        text_lengths: rising lengths in characters where a new part begins.
        most: parts of a dimension at most; the smallest beyond are joined as ``*``.
    """
    values = {
        SOURCE: [example.source or UNKNOWN for example in examples],
        COUNTY: [example.county or UNKNOWN for example in examples],
        EVENT_TYPE: [example.fields.event_type or UNKNOWN for example in examples],
    }
    found = {name: _by_size(each, most) for name, each in values.items() if any(each)}
    bins = np.array([bisect_right(text_lengths, len(example.text)) for example in examples])
    names = length_names(text_lengths)
    found[TEXT_LENGTH] = [(names[number], np.flatnonzero(bins == number)) for number in np.unique(bins).tolist()]
    return found


def length_names(text_lengths: Sequence[int]) -> list[str]:
    """Names of the ranges of text length, such as ``0–49``, ``50–99``, ``100–``."""
    edges = [0, *text_lengths]
    return [f"{low}–{high - 1}" for low, high in pairwise(edges)] + [f"{edges[-1]}–"]


def _by_size(values: list[str], most: int) -> list[tuple[str, NDArray[np.int64]]]:
    counts = Counter(values)
    order = sorted(counts, key=lambda value: (-counts[value], value))
    shown = order if len(order) <= most else order[: most - 1]
    column = np.array(values)
    result = [(value, np.flatnonzero(column == value)) for value in shown]
    if len(shown) < len(order):
        result.append((JOINED, np.flatnonzero(~np.isin(column, shown))))
    return result
