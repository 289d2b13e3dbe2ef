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
from risk_model.trends.loglinear import LEAST_MEAN, Fit, Response, fit

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
        design, coefficients = self.fit.design, self.fit.coefficients
        with np.errstate(over="ignore"):
            linear = coefficients[design.blocks - 1] + design.now @ coefficients[design.blocks :]
            mean: Floats = np.maximum(np.exp(linear), LEAST_MEAN) * exposure
        return mean

    def log_sd(self) -> Floats:
        """Standard error of the logarithm of the forecast, shape (n_series,)."""
        variance: Floats = self.fit.design.spread_now @ inverse_entries(self.fit.information())
        return np.sqrt(variance * (self.dispersion if self.overwritten is None else self.overwritten))

    def trend_p_value(self) -> Floats:
        """Two-sided p-value of the trend (Student's t), shape (n_series,); NaN where the trend cannot be estimated."""
        design = self.fit.design
        if not design.trend:
            raise ValueError("模型没有趋势项 / the design has no trend")
        variance = inverse_entries(self.fit.information())[-1]
        spread = self.pearson if self.overwritten is None else self.overwritten
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(variance > 0, np.abs(self.fit.coefficients[-1]) / np.sqrt(variance * spread), np.nan)
        p_value: Floats = 2 * stdtr(design.points - design.size, -t)
        return p_value


def regress(response: Response, design: Design, residual_limit: float | None, *, r_quirks: bool) -> Regression:
    """Fit, weigh down, fit again.

    Args:
        response: reference counts.
        design: their design.
        residual_limit: Anscombe residuals above it are weighed down; None for a single fit.
        r_quirks: standard errors after reweighting use the sum of ``weight * ((y - mu) / mu)^2``, as farringtonFlexible of R's surveillance does because
            the working weights were overwritten; False uses the dispersion itself.
    """
    counts = response.counts
    first = fit(response, design)
    pearson = first.pearson(counts, first.weights)
    if residual_limit is None:
        return Regression(first, pearson)
    prior = down_weights(counts, first, np.maximum(pearson, 1.0), residual_limit)
    second = fit(response, design, prior)
    pearson = second.pearson(counts, second.weights)
    return Regression(second, pearson, second.pearson(counts, prior) if r_quirks else None)


def down_weights(counts: Floats, first: Fit, dispersion: Floats, limit: float) -> Floats:
    """Prior weights of the second fit, shape (n_series, n_points), each row summing to n_points.

    An Anscombe residual never exceeds the Pearson residual (``y^(2/3)`` is concave), so the powers are taken only where the latter is large.
    """
    design, means = first.design, first.fitted
    freedom = inverse_entries(first.information()).T @ design.spread
    freedom *= first.weights
    np.subtract(1.0, freedom, out=freedom)
    np.maximum(freedom, LEAST_FREEDOM, out=freedom)
    freedom *= dispersion[:, None]
    pearson = counts - means
    large: Flags = pearson > 0
    with np.errstate(over="ignore"):  # of fits that ran away
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


def inverse_entries(information: Information) -> Floats:
    """Entries of the inverse in the order of a design's products, shape (n_products, n_series)."""
    blocks, cross, covariates = information.inverse()
    return np.concatenate([blocks, cross.reshape(-1, blocks.shape[1]), covariates])
