"""Tails and quantiles of the Poisson and negative binomial laws for whole arrays.

The negative binomial with mean ``mu`` and variance ``dispersion * mu`` has size ``mu / (dispersion - 1)`` and success probability ``1 / dispersion``;
at dispersion 1 it is the Poisson law. Its size grows with the mean, unlike the form with a fixed size.
"""

import numpy as np
from scipy.special import betainc, ndtri, pdtr, pdtrc

from risk_model.trends.bounds import Floats

EXACT = 2.0**52  # whole numbers beyond have no neighbours among floating point numbers; a bound there is no bound
FUZZ = (
    64 * np.finfo(np.float64).eps
)  # as R's quantile functions: a probability is reached when it is missed by rounding alone


def cumulative(counts: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """``P(Y <= count)``; 0 below zero. Arguments of one shape, whole counts, positive means, dispersion at least 1."""
    probability = np.zeros(np.shape(mean))
    with np.errstate(over="ignore"):
        poisson = (dispersion <= 1) & (counts >= 0)
        probability[poisson] = pdtr(counts[poisson], mean[poisson])
        wide = (dispersion > 1) & (counts >= 0)
        size = mean[wide] / (dispersion[wide] - 1)
        probability[wide] = betainc(size, counts[wide] + 1, 1 / dispersion[wide])
    return probability


def tail(counts: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """``P(Y >= count)``, arguments as for ``cumulative``; small probabilities keep their precision."""
    probability = np.ones(np.shape(mean))
    with np.errstate(over="ignore"):
        poisson = (dispersion <= 1) & (counts > 0)
        probability[poisson] = pdtrc(counts[poisson] - 1, mean[poisson])
        wide = (dispersion > 1) & (counts > 0)
        size = mean[wide] / (dispersion[wide] - 1)
        probability[wide] = betainc(counts[wide], size, 1 - 1 / dispersion[wide])
    return probability


def tails_from(first: int, n: int, mean: Floats, dispersion: Floats) -> Floats:
    """``P(Y >= count)`` of the counts ``first`` to ``first + n``, shape (len(mean), n + 1).

    The last tail is worked out as ``tail`` does, the others by adding the probabilities of the counts below it, smallest first, so that
    small tails keep their precision: one incomplete beta function a law instead of one a count.

    Args:
        first: at least 0.
        n: at least 1.
        mean: shape (n_laws,), positive and not so large that the probability of 0 vanishes (below 700).
        dispersion: variance over mean, shape (n_laws,), at least 1.
    """
    wide = dispersion > 1
    excess = np.where(wide, dispersion - 1, 1.0)
    size = np.where(wide, mean / excess, 1.0)
    ratio = excess / dispersion
    counts = np.arange(first + n, dtype=np.float64)
    growth = np.where(wide[:, None], (size[:, None] + counts) * ratio[:, None], mean[:, None]) / (counts + 1)
    none = np.where(wide, -size * np.log1p(excess), -mean)
    probability = np.exp(none)[:, None] * np.cumprod(growth, axis=1)  # of the counts 1, 2, …
    probability = np.concatenate([np.exp(none)[:, None], probability], axis=1)[:, first : first + n]
    last = tail(np.full(len(mean), float(first + n)), mean, dispersion)
    return np.cumsum(np.concatenate([last[:, None], probability[:, ::-1]], axis=1), axis=1)[:, ::-1]


def quantile(probability: float | Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Smallest whole count with ``P(Y <= count) >= probability``; NaN where the mean is NaN or infinite.

    A Cornish-Fisher guess is bracketed by doubling steps and then bisected, on the whole array.

    Args:
        probability: in (0, 1), one for all or of shape (n,).
        mean: shape (n,), positive.
        dispersion: variance over mean, shape (n,), at least 1.
    """
    result = np.full(mean.shape, np.nan)
    usable = np.flatnonzero(np.isfinite(mean) & np.isfinite(dispersion))
    mean, dispersion = mean[usable], dispersion[usable]
    chosen = np.broadcast_to(probability, result.shape)[usable]
    wanted = chosen * (1 - FUZZ)
    z = ndtri(chosen)
    guess = mean + np.sqrt(mean * dispersion) * z + (2 * dispersion - 1) * (z * z - 1) / 6
    high = np.maximum(np.rint(guess), 0.0)
    low = high - 1
    step = np.ones_like(high)
    rows = np.arange(len(mean))
    while rows.size:  # high must reach the probability
        rows = rows[cumulative(high[rows], mean[rows], dispersion[rows]) < wanted[rows]]
        low[rows] = high[rows]
        high[rows] += step[rows]
        step[rows] *= 2
    step[:] = 1
    rows = np.arange(len(mean))
    while rows.size:  # low must not
        rows = rows[cumulative(low[rows], mean[rows], dispersion[rows]) >= wanted[rows]]
        high[rows] = low[rows]
        low[rows] = np.maximum(low[rows] - step[rows], -1.0)
        step[rows] *= 2
    rows = np.flatnonzero((high - low > 1) & (high < EXACT))
    while rows.size:
        middle = np.floor((low[rows] + high[rows]) / 2)
        reached = cumulative(middle, mean[rows], dispersion[rows]) >= wanted[rows]
        high[rows[reached]] = middle[reached]
        low[rows[~reached]] = middle[~reached]
        rows = rows[high[rows] - low[rows] > 1]
    result[usable] = high
    return result
