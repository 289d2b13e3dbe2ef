"""Whether a stated probability means what it says."""

import numpy as np
from numpy.typing import NDArray

from risk_model.scoring.evaluation.result import ReliabilityBin
from risk_model.shares import wilson

ECE_BINS = 10

Floats = NDArray[np.float64]


def probability_bins(probability: Floats, bins: int = ECE_BINS) -> NDArray[np.int64]:
    """Number of the equal bin each probability lies in; 1.0 lies in the last."""
    return np.minimum((probability * bins).astype(np.int64), bins - 1)


def calibration_error(probability: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean gap between stated probability and share right, over ten equal bins, weighted by size.

    Naeini et al. (2015). It is never below 0, so on few examples it is too high by chance alone.
    """
    bins = probability_bins(probability)
    stated = np.bincount(bins, weights=probability, minlength=ECE_BINS)
    found = np.bincount(bins, weights=right.astype(np.float64), minlength=ECE_BINS)
    return float(np.abs(stated - found).sum() / max(len(probability), 1))


def reliability(probability: Floats, right: NDArray[np.bool_], confidence: float) -> tuple[ReliabilityBin, ...]:
    """Reliability curve over ten equal bins, empty ones left out.

    Args:
        probability: stated, shape (n,).
        right: whether it came true, shape (n,).
        confidence: of the Wilson (1927) interval of each bin's share.
    """
    bins = probability_bins(probability)
    rows = np.bincount(bins, minlength=ECE_BINS)
    stated = np.bincount(bins, weights=probability, minlength=ECE_BINS)
    found = np.bincount(bins, weights=right.astype(np.float64), minlength=ECE_BINS)
    result = []
    for number in np.flatnonzero(rows).tolist():
        count, hits = int(rows[number]), float(found[number])
        low, high = wilson(hits, count, confidence)
        values = (stated[number] / count, hits / count, low, high)
        result.append(
            ReliabilityBin(number / ECE_BINS, (number + 1) / ECE_BINS, count, *(round(float(v), 4) for v in values))
        )
    return tuple(result)
