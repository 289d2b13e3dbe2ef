"""The lead of a text: its title or first sentence, which says most in the fewest characters."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST_LEAD = 60  # characters; a first sentence longer than this is no title
_END = "。"


def scoring_text(title: str | None, narrative: str) -> str:
    """The text the model reads: title and narrative, both already masked; the title is its lead."""
    return f"{title}{_END}{narrative}" if title else narrative


def lead_lengths(texts: Sequence[str]) -> NDArray[np.int64]:
    """Characters before the first full stop of each text, 0 where it does not come within ``LONGEST_LEAD``; shape (n_texts,)."""
    ends = (text.find(_END, 0, LONGEST_LEAD + 1) for text in texts)
    return np.maximum(np.fromiter(ends, np.int64, len(texts)), 0)


def lead_ngram_totals(leads: NDArray[np.int64], bounds: NDArray[np.int64], orders: Sequence[int]) -> NDArray[np.int64]:
    """Number of n-grams of every row that begin in its lead, shape (n_rows,)."""
    lengths = np.diff(bounds)
    totals = np.zeros_like(lengths)
    for order in orders:
        totals += np.minimum(leads, np.maximum(lengths - (order - 1), 0))
    return totals


def character_weights(leads: NDArray[np.int64], bounds: NDArray[np.int64], lead_weight: float) -> NDArray[np.float32]:
    """Weight of the n-grams that begin at each character: ``lead_weight`` in the lead, else 1; shape (n_characters,).

    Args:
        leads: lengths of the leads; a blank in a lead lets it reach as much further, which is no harm.
        bounds: row bounds, shape (n_rows + 1,).
        lead_weight: weight inside a lead.
    """
    leads = np.minimum(leads, np.diff(bounds))
    steps = np.zeros(int(bounds[-1]) + 1, dtype=np.int32)
    np.add.at(steps, bounds[:-1], leads > 0)
    np.subtract.at(steps, bounds[:-1] + leads, leads > 0)
    inside = np.cumsum(steps[:-1])
    return np.where(inside > 0, np.float32(lead_weight), np.float32(1.0))
