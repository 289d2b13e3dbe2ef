"""Likelihood ratio detectors of a lasting rise of counts (Höhle and Paul 2008), for many series at once.

Counts are Poisson, or negative binomial with variance ``mu + alpha mu^2``, around an in-control mean that is known for each period; from an unknown start
the mean is ``exp(kappa)`` times that. The generalised likelihood ratio is the largest log likelihood ratio over all starts and all
``kappa >= 0``; with ``kappa`` given it is the CUSUM of log likelihood ratios. After an alarm both start anew. Equal to ``glrnb`` of R's surveillance
1.20.3 with ``dir="inc"``, ``change="intercept"``.
"""

from dataclasses import dataclass

import numpy as np

from risk_model.trends.bounds import Counts, Flags, Floats, count_matrix
from risk_model.trends.in_control import checked_mean

NEWTON_STEPS = 50
NEWTON_TOLERANCE = 1e-10  # of kappa


@dataclass(frozen=True, slots=True)
class GlrSettings:
    """Settings of the detector.

    Args:
        threshold: statistic that is an alarm, positive (R: ``c.ARL``).
        alpha: overdispersion of the negative binomial law, 0 for Poisson.
        kappa: logarithm of the rise looked for; None for any rise.
        window: latest starts considered, in periods; None for all since the last alarm. The work of any rise grows with its square, for the
            negative binomial with its cube.
    """

    threshold: float = 5.0
    alpha: float = 0.0
    kappa: float | None = None
    window: int | None = None

    def __post_init__(self) -> None:
        if self.threshold <= 0:
            raise ValueError(
                f"threshold 须为正，收到 {self.threshold} / threshold must be positive, got {self.threshold}"
            )
        if self.alpha < 0:
            raise ValueError(f"alpha 不能为负，收到 {self.alpha} / alpha must not be negative, got {self.alpha}")
        if self.kappa is not None and self.kappa <= 0:
            raise ValueError(f"kappa 须为正，收到 {self.kappa} / kappa must be positive, got {self.kappa}")
        if self.window is not None and self.window < 1:
            raise ValueError(f"window 至少为 1，收到 {self.window} / window must be at least 1, got {self.window}")


@dataclass(frozen=True, slots=True)
class Glr:
    """Statistic and alarms, both of shape (n_series, n_time)."""

    statistic: Floats
    alarms: Flags


def glr(counts: Counts, in_control: Floats, settings: GlrSettings | None = None) -> Glr:
    """Run the detector over every series from its first column.

    Args:
        counts: shape (n_series, n_time).
        in_control: mean of each count when nothing is wrong, positive, of a shape that broadcasts to that of ``counts``.
        settings: see ``GlrSettings``.

    Raises:
        ValueError: an in-control mean that is not positive.
    """
    settings = settings or GlrSettings()
    x = count_matrix(counts).astype(np.float64)
    mean = checked_mean(in_control, x.shape)
    statistic = np.zeros(x.shape)
    if settings.kappa is not None:
        ratios = _log_ratio(x, mean, np.full(x.shape, settings.kappa), settings.alpha)
        sums = np.zeros(len(x))
        for t in range(x.shape[1]):
            sums = np.maximum(sums + ratios[:, t], 0.0)
            statistic[:, t] = sums
            sums = np.where(sums >= settings.threshold, 0.0, sums)
        return Glr(statistic, statistic >= settings.threshold)
    begins = np.zeros(len(x), dtype=np.int64)  # first start since the last alarm
    for t in range(x.shape[1]):
        oldest = int(begins.min(initial=t))
        if settings.window is not None:
            oldest = max(oldest, t + 1 - settings.window)
        ratios = _best_ratios(x[:, oldest : t + 1], mean[:, oldest : t + 1], settings.alpha)
        ratios[np.arange(oldest, t + 1) < begins[:, None]] = 0.0
        statistic[:, t] = ratios.max(axis=1, initial=0.0)
        begins[statistic[:, t] >= settings.threshold] = t + 1
    return Glr(statistic, statistic >= settings.threshold)


def _log_ratio(x: Floats, mean: Floats, kappa: Floats, alpha: float) -> Floats:
    """Log likelihood ratio of single counts."""
    if alpha == 0:
        return kappa * x - mean * np.expm1(kappa)
    ratio: Floats = kappa * x - (x + 1 / alpha) * (np.log1p(alpha * mean * np.exp(kappa)) - np.log1p(alpha * mean))
    return ratio


def _best_ratios(x: Floats, mean: Floats, alpha: float) -> Floats:
    """Largest log likelihood ratio of a rise from each period on, shape of the arguments."""
    cases, expected = _from_each_on(x), _from_each_on(mean)
    kappa = np.log(np.maximum(cases, expected) / expected)
    if alpha == 0:
        return kappa * cases - expected * np.expm1(kappa)
    later = np.triu(np.ones((x.shape[1],) * 2))  # (start, period)
    kappa = _newton(x, mean, kappa, alpha, later)
    ratios = _log_ratio(x[:, None, :], mean[:, None, :], kappa[:, :, None], alpha)
    best: Floats = np.einsum("skt,kt->sk", ratios, later)
    return best


def _newton(x: Floats, mean: Floats, kappa: Floats, alpha: float, later: Floats) -> Floats:
    """Maximum likelihood of kappa for each start, at least 0; the log likelihood is concave in it."""
    for _ in range(NEWTON_STEPS):
        risen = mean[:, None, :] * np.exp(kappa)[:, :, None]
        damped = 1 + alpha * risen
        slope = np.einsum("skt,kt->sk", (x[:, None, :] - risen) / damped, later)
        bend = np.einsum("skt,kt->sk", risen * (1 + alpha * x[:, None, :]) / damped**2, later)
        step = np.clip(slope / bend, -1.0, 1.0)
        before, kappa = kappa, np.maximum(kappa + step, 0.0)
        if np.max(np.abs(kappa - before), initial=0.0) < NEWTON_TOLERANCE:
            break
    return kappa


def _from_each_on(values: Floats) -> Floats:
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
