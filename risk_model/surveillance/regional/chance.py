"""How rare a ratio is: replicates as long as it may be rare enough, then a law of the upper tail."""

from collections.abc import Callable
from math import exp, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Maxima = Callable[[int, range], Floats]
"""The largest ratios of replicates, by seed and numbers."""

LOOKS = (4, 19, 99)
"""Replicates after which it is asked whether it is hopeless: more that reach the ratio than the chance allowed explains."""
LEAST_P = 1e-12
_TAIL = 0.25  # share of the maxima that the tail's law is fitted to


def chance_of(ratio: float, maxima: Maxima, seed: int, allowed: float, replicates: int) -> tuple[float, float]:
    """P-value of a ratio, and the ratio that has just the p-value allowed.

    It stops early where that is hopeless (the p-value is then 1); what stays is judged by a law fitted to the upper tail of the maxima,
    for chances far below one in their number.
    """
    drawn = np.empty(0)
    for look in LOOKS:
        drawn = np.concatenate([drawn, maxima(seed, range(len(drawn), look))])
        if (drawn >= ratio).sum() > 2 * allowed * look + (0.5 if look * allowed < 0.1 else 1):
            return 1.0, np.inf
    start, scale = _tail(drawn)
    if _beyond(ratio, start, scale) <= 10 * allowed and replicates > len(drawn):
        drawn = np.concatenate([drawn, maxima(seed, range(len(drawn), replicates))])
        start, scale = _tail(drawn)
    return max(LEAST_P, _beyond(ratio, start, scale)), start + scale * log(_TAIL / allowed)


def _tail(maxima: Floats) -> tuple[float, float]:
    """Where the upper tail of the maxima starts and how wide it is, taken as exponential.

    Maxima have a Gumbel law (Abrams, Kulldorff & Kleinman 2010), whose upper tail is exponential; fitted to the tail alone because on a
    small map many replicates have no cluster. At least as wide as that of one cylinder's own ratio, whose chance falls by e a unit.
    """
    start = float(np.quantile(maxima, 1.0 - _TAIL))
    above = maxima[maxima > start]
    return start, max(1.0, float((above - start).mean())) if above.size else 1.0


def _beyond(ratio: float, start: float, scale: float) -> float:
    return min(1.0, _TAIL * exp(-(ratio - start) / scale))
