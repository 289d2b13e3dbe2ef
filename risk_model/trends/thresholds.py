"""Upper bounds of a forecast count: four ways to allow for the dispersion of counts and the error of the forecast.

* ``delta`` (Farrington et al. 1996): ``Y^power`` is taken as normal, with the variances of the count and of the forecast added by the delta method.
* ``nb_plugin`` (Noufaily et al. 2013): the quantile of the negative binomial law with the forecast as its mean; the forecast's error is left out.
* ``muan`` (Salmon et al. 2016): the same law at the upper point of the forecast's own confidence interval.
* ``mid_p`` (our addition; Lancaster 1961): as ``nb_plugin`` with half the probability of the count itself left out of the tail. The quantile of a small
  count keeps far below its nominal ``alpha``, that of a large one does not; mid-p spends ``alpha`` evenly over small and large series.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

from risk_model.trends.bounds import Floats
from risk_model.trends.count_laws import quantile, tail
from risk_model.trends.forecast import Forecast

Threshold = Literal["delta", "nb_plugin", "muan", "mid_p"]


@dataclass(frozen=True, slots=True)
class Limit:
    """Bound of each series and how unusual its count is; both of shape (n_series,).

    Args:
        upper: largest count that is still usual.
        p_value: probability of a count at least as large under the law behind the bound.
    """

    upper: Floats
    p_value: Floats


def limit(kind: Threshold, forecast: Forecast, counts: Floats, alpha: float, power: float) -> Limit:
    """Bound by the named threshold.

    Args:
        kind: which threshold.
        forecast: of each series.
        counts: counts to judge, shape (n_series,).
        alpha: one-sided probability above the bound.
        power: transformation of ``delta``, in (0, 1].
    """
    mean, dispersion = forecast.mean, forecast.dispersion
    if kind == "delta":
        return delta_limit(mean, mean * forecast.log_sd, dispersion, counts, alpha, power)
    if kind == "mid_p":
        return mid_p_limit(mean, dispersion, counts, alpha)
    if kind == "muan":
        with np.errstate(over="ignore"):
            mean = mean * np.exp(ndtri(1 - alpha) * forecast.log_sd)
    return Limit(quantile(1 - alpha, mean, dispersion), tail(counts, mean, dispersion))


def delta_limit(mean: Floats, sd: Floats, dispersion: Floats, counts: Floats, alpha: float, power: float) -> Limit:
    """Normal bound on the scale of ``Y^power``, with ``Var(Y^power) = power^2 mean^(2 power - 2) (dispersion mean + sd^2)``.

    Args:
        mean: forecast, shape (n_series,).
        sd: its standard error, shape (n_series,).
        dispersion: variance over mean of a count, shape (n_series,).
        counts: counts to judge, shape (n_series,).
        alpha: one-sided probability above the bound.
        power: transformation, in (0, 1].
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        centre = mean**power
        width = power * mean ** (power - 1) * np.sqrt(dispersion * mean + sd * sd)
        upper = np.maximum(centre + ndtri(1 - alpha) * width, 0.0) ** (1 / power)
        p_value: Floats = ndtr((centre - counts**power) / width)
    return Limit(upper, p_value)


def mid_p_limit(mean: Floats, dispersion: Floats, counts: Floats, alpha: float | Floats) -> Limit:
    """Largest count whose mid-p ``P(Y > count) + P(Y = count) / 2`` is not below ``alpha``.

    Args:
        mean: forecast, shape (n_series,).
        dispersion: variance over mean of a count, shape (n_series,).
        counts: counts to judge, shape (n_series,).
        alpha: mid-p that is an alarm, one for all or of shape (n_series,).
    """
    upper = quantile(1 - alpha, mean, dispersion)  # at most one above the bound, for mid-p lies between two tails
    upper -= mid_p(np.maximum(upper, 0.0), mean, dispersion) < alpha
    return Limit(np.maximum(upper, 0.0), mid_p(counts, mean, dispersion))


def mid_p(counts: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """``P(Y > count) + P(Y = count) / 2``, arguments as for ``count_laws.tail``."""
    return (tail(counts, mean, dispersion) + tail(counts + 1, mean, dispersion)) / 2
