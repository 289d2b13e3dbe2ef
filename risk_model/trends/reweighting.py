"""Quasi-Poisson regression fitted twice, the second time with past outbreaks weighed down (Farrington et al. 1996, 3.5).

Anscombe residuals of the first fit, ``s = 3/2 (y^(2/3) mu^(-1/6) - mu^(1/2)) / sqrt(dispersion (1 - h))``, tell which past weeks
held more than the model explains: they get weight ``s^-2``, the others 1, scaled to sum to the number of weeks.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from risk_model.trends.bounds import Flags, Floats
from risk_model.trends.design import Design
from risk_model.trends.information import Information
from risk_model.trends.loglinear import LEAST_MEAN, Fit, fit

LEAST_FREEDOM = 1e-12  # of 1 - h: a point that decides its own fit has no residual to judge


@dataclass(frozen=True, slots=True)
class Regression:
    """The regression a forecast is made from.

    Args:
        fit: the (second) fit.
        pearson: estimated dispersion, not yet floored at 1, shape (n_series,).
        overwritten: what stands in for it in standard errors when R's quirk is copied (see ``regress``), else None.
    """

    fit: Fit
    pearson: Floats
    overwritten: Floats | None = None

    @property
    def dispersion(self) -> Floats:
        """Dispersion, at least 1, shape (n_series,)."""
        return np.maximum(self.pearson, 1.0)

    def mean(self, exposure: Floats | float = 1.0) -> Floats:
        """Forecast of the period to judge, times its exposure, shape (n_series,)."""
        with np.errstate(over="ignore"):
            mean: Floats = np.maximum(np.exp(self.fit.design.now @ self.fit.coefficients), LEAST_MEAN) * exposure
        return mean

    def log_sd(self) -> Floats:
        """Standard error of the logarithm of the forecast, shape (n_series,)."""
        now = self.fit.design.now
        pairs = [(i, j) for i in np.flatnonzero(now).tolist() for j in np.flatnonzero(now).tolist() if j <= i]
        factor = np.array([now[i] * now[j] * (1 if i == j else 2) for i, j in pairs])
        variance: Floats = factor @ self.fit.information().inverse(pairs)
        return np.sqrt(variance * (self.dispersion if self.overwritten is None else self.overwritten))

    def trend_p_value(self) -> Floats:
        """Two-sided p-value of the trend (Student's t), shape (n_series,); NaN where the trend cannot be estimated."""
        design = self.fit.design
        column = design.trend
        if column is None:
            raise ValueError("模型没有趋势项 / the design has no trend")
        variance = self.fit.information().inverse([(column, column)])[0]
        spread = self.pearson if self.overwritten is None else self.overwritten
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(variance > 0, np.abs(self.fit.coefficients[column]) / np.sqrt(variance * spread), np.nan)
        p_value: Floats = 2 * stdtr(design.points - design.size, -t)
        return p_value


def regress(
    counts: Floats, design: Design, offset: Floats | None, residual_limit: float | None, *, r_quirks: bool
) -> Regression:
    """Fit, weigh down, fit again.

    Args:
        counts: reference counts, shape (n_series, n_points).
        design: their design.
        offset: log exposure of the same shape, None without.
        residual_limit: Anscombe residuals above it are weighed down; None for a single fit.
        r_quirks: standard errors after reweighting use the sum of ``weight * ((y - mu) / mu)^2``, as farringtonFlexible of R's surveillance does because
            the working weights were overwritten; False uses the dispersion itself.
    """
    first = fit(counts, design, offset=offset)
    pearson = first.pearson(counts, first.weights)
    if residual_limit is None:
        return Regression(first, pearson)
    prior = down_weights(counts, first, first.information(), np.maximum(pearson, 1.0), residual_limit)
    second = fit(counts, design, prior, offset)
    pearson = second.pearson(counts, second.weights)
    return Regression(second, pearson, second.pearson(counts, prior) if r_quirks else None)


def down_weights(counts: Floats, first: Fit, information: Information, dispersion: Floats, limit: float) -> Floats:
    """Prior weights of the second fit, shape (n_series, n_points), each row summing to n_points.

    An Anscombe residual never exceeds the Pearson residual (``y^(2/3)`` is concave), so the powers are taken only where the latter is large.
    """
    design, means = first.design, first.fitted
    freedom = information.inverse(design.pairs).T @ design.spread
    freedom *= first.weights
    np.subtract(1.0, freedom, out=freedom)
    np.maximum(freedom, LEAST_FREEDOM, out=freedom)
    freedom *= dispersion[:, None]
    pearson = counts - means
    large: Flags = pearson > 0
    pearson *= pearson
    large &= pearson > limit * limit * freedom * means
    rows, points = np.nonzero(large)
    mean = means[rows, points]
    residual = (
        1.5 * (counts[rows, points] ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(freedom[rows, points])
    )
    weights = np.ones_like(counts)
    weights[rows, points] = np.where(residual > limit, residual**-2.0, 1.0)
    weights *= (design.points / weights.sum(axis=1))[:, None]
    return weights
