"""The forecast of a period from its reference points: regression, trend kept or dropped."""

from dataclasses import dataclass

import numpy as np

from risk_model.trends.bounds import Floats
from risk_model.trends.design import Design
from risk_model.trends.loglinear import Response
from risk_model.trends.reweighting import Regression, regress

TREND_YEARS = 3  # fewer years of reference carry no trend (Farrington et al. 1996, 3.4)


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the regression is fitted.

    Args:
        residual_limit: Anscombe residual above which past periods are weighed down; None for one fit.
        trend_p: the trend is kept when its p-value is below; 1 keeps every trend whose forecast lies within the past counts, 0 has none.
        errors: whether the forecast's standard error is needed.
        r_quirks: standard errors as R's program has them (see ``reweighting.regress``).
    """

    residual_limit: float | None
    trend_p: float
    errors: bool
    r_quirks: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecasts, all of shape (n_series,).

    Args:
        mean: expected count.
        log_sd: standard error of its logarithm, NaN when not asked for.
        dispersion: variance over mean, at least 1.
        trend: change of the logarithm in a unit of time, NaN where there is no trend.
    """

    mean: Floats
    log_sd: Floats
    dispersion: Floats
    trend: Floats


def forecast(response: Response, design: Design, fitting: Fitting, exposure: Floats | None = None) -> Forecast:
    """Fit with the design's trend; where the trend is not significant, or carries the forecast above every past count, fit without.

    Args:
        response: reference counts, with the logarithm of their exposure as offset where there is one.
        design: their design.
        fitting: reweighting and rule of the trend.
        exposure: exposure of the period to judge, shape (n_series,).
    """
    regression = regress(response, design, fitting.residual_limit, r_quirks=fitting.r_quirks)
    ahead = _ahead(regression, exposure, fitting)
    if not design.trend:
        return ahead
    kept = ahead.mean <= response.counts.max(axis=1)
    if fitting.trend_p < 1:
        kept &= regression.trend_p_value() < fitting.trend_p
    if kept.all():
        return ahead
    dropped = ~kept
    plain = forecast(
        response.of_series(dropped), design.without_trend(), fitting, None if exposure is None else exposure[dropped]
    )
    for whole, part in (
        (ahead.mean, plain.mean),
        (ahead.log_sd, plain.log_sd),
        (ahead.dispersion, plain.dispersion),
        (ahead.trend, plain.trend),
    ):
        whole[dropped] = part
    return ahead


def _ahead(regression: Regression, exposure: Floats | None, fitting: Fitting) -> Forecast:
    mean = regression.mean(1.0 if exposure is None else exposure)
    return Forecast(
        mean,
        regression.log_sd() if fitting.errors else np.full(mean.shape, np.nan),
        regression.dispersion,
        regression.fit.coefficients[-1].copy() if regression.fit.design.trend else np.full(mean.shape, np.nan),
    )
