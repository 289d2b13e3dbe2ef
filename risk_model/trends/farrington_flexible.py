"""Farrington Flexible (Noufaily et al. 2013): weekly counts against five years of their own past, for many series at once.

A log-linear quasi-Poisson regression on the past, with a level for each block of the season and a trend, past outbreaks weighed down, forecasts the
current week; a count above the bound that the forecast's law leaves is an alarm. Sources: Farrington et al. 1996 (JRSS A 159), Noufaily et al. 2013
(Stat. Med. 32), Salmon et al. 2016 (J. Stat. Softw. 70). Equal to ``farringtonFlexible`` of R's surveillance 1.20.3, see docs/detectors.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from risk_model.trends.bounds import Bounds, Counts, Flags, Floats, count_matrix
from risk_model.trends.forecast import TREND_YEARS, Fitting, forecast
from risk_model.trends.loglinear import Response
from risk_model.trends.thresholds import Threshold, limit
from risk_model.trends.weekly import Season, groups


@dataclass(frozen=True, slots=True)
class FlexibleSettings:
    """Settings; the defaults are those that Noufaily et al. recommend.

    Args:
        season: the past that counts.
        alpha: one-sided probability above the bound, in (0, 0.5].
        threshold: ``nb_plugin``, ``muan``, ``delta`` or ``mid_p``, see ``thresholds``.
        residual_limit: Anscombe residual above which past weeks are weighed down (R: ``weightsThreshold``); None for no reweighting.
        trend_p: the trend is kept when its p-value is below (R: ``pThresholdTrend``), with three years or more and a forecast
            within the past counts; 1 keeps it whatever its p-value, 0 never fits one.
        power: transformation of ``delta``.
        least_cases: fewer cases than this over ``least_cases_periods`` are never an alarm (R: ``limit54``).
        least_cases_periods: the current period and those before it over which ``least_cases`` are counted.
        r_quirks: standard errors as R's program has them (see ``reweighting.regress``); only trend tests, ``delta`` and ``muan`` feel it.
    """

    season: Season = field(default_factory=Season)
    alpha: float = 0.05
    threshold: Threshold = "nb_plugin"
    residual_limit: float | None = 2.58
    trend_p: float = 1.0
    power: float = 2 / 3
    least_cases: int = 5
    least_cases_periods: int = 4
    r_quirks: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= 0.5:
            raise ValueError(f"alpha 应在 (0, 0.5]，收到 {self.alpha} / alpha must lie in (0, 0.5], got {self.alpha}")
        if not 0 < self.power <= 1:
            raise ValueError(f"power 应在 (0, 1]，收到 {self.power} / power must lie in (0, 1], got {self.power}")
        if self.least_cases_periods < 1:
            raise ValueError(
                f"least_cases_periods 至少为 1，收到 {self.least_cases_periods} / must be 1 or more, got {self.least_cases_periods}"
            )

    @property
    def fitting(self) -> Fitting:
        """How the regression is fitted."""
        trend_p = self.trend_p if self.season.years >= TREND_YEARS else 0.0
        return Fitting(self.residual_limit, trend_p, self.threshold in ("delta", "muan"), self.r_quirks)


# On simulated outbreaks it finds more than Noufaily's settings with fewer false alarms, and sooner (docs/detectors.md, `make scorecard`):
# two harmonics take fewer coefficients than ten levels, mid-p spends alpha evenly, and two cases in four weeks are enough to speak.
RECOMMENDED = FlexibleSettings(Season(blocks=1, harmonics=2), alpha=0.036, threshold="mid_p", least_cases=2)


@dataclass(frozen=True, slots=True)
class FlexibleBounds(Bounds):
    """Bounds with what stands behind them, all of shape (n_series, n_times).

    Args:
        p_value: probability of a count at least as large, under the law behind the bound; given for sparse weeks too.
        dispersion: variance over mean, at least 1.
        trend: change of the logarithm a period, NaN where the trend was dropped.
    """

    p_value: Floats
    dispersion: Floats
    trend: Floats


def farrington_flexible(
    counts: Counts,
    times: Sequence[int],
    settings: FlexibleSettings | None = None,
    *,
    dates: Sequence[date] | None = None,
    population: Floats | None = None,
) -> FlexibleBounds:
    """Judge every series at the given times.

    Args:
        counts: shape (n_series, n_periods), up to the last time at least.
        times: periods to judge, 0-based.
        settings: see ``FlexibleSettings``.
        dates: first day of each period; when given, reference weeks follow the calendar and the trend is a week's, else they are counted back.
        population: exposure of the same shape as ``counts``; rates instead of counts are then modelled.

    Returns:
        Bounds of shape (n_series, n_times); ``upper`` is NaN where there are too few cases.

    Raises:
        ValueError: history too short, shapes that do not fit, or a population that is not positive.
    """
    settings = settings or FlexibleSettings()
    counts = count_matrix(counts)
    if population is not None and population.shape != counts.shape:
        raise ValueError(
            f"population 形状 {population.shape} 与计数 {counts.shape} 不同 / population must have the shape of the counts"
        )
    shape = (counts.shape[0], len(times))
    expected, upper, p_value, dispersion, trend = (np.full(shape, np.nan) for _ in range(5))
    for group in groups(times, settings.season, dates, trend=settings.fitting.trend_p > 0):
        for series, member in group.rows(shape[0]):
            at, now = (series, group.members[member]), group.times[member]
            past = now[:, None] + group.lags
            offset = exposure = None
            if population is not None:
                offset, exposure = _log_exposure(population[series[:, None], past]), population[series, now]
            response = Response.of(counts[series[:, None], past].astype(np.float64), offset)
            ahead = forecast(response, group.design, settings.fitting, exposure)
            today = counts[series, now].astype(np.float64)
            bound = limit(settings.threshold, ahead, today, settings.alpha, settings.power)
            expected[at], upper[at], p_value[at] = ahead.mean, bound.upper, bound.p_value
            dispersion[at], trend[at] = ahead.dispersion, ahead.trend
    upper[too_few(counts, times, settings.least_cases, settings.least_cases_periods)] = np.nan
    return FlexibleBounds(expected, upper, p_value, dispersion, trend)


def _log_exposure(population: Floats) -> Floats:
    if not np.all(population > 0):
        raise ValueError(
            f"参照期的人口须为正，有 {int(np.sum(~(population > 0)))} 处不是 / "
            f"populations of the reference periods must be positive, {int(np.sum(~(population > 0)))} are not"
        )
    return np.log(population)


def too_few(counts: Counts, times: Sequence[int], cases: int, periods: int) -> Flags:
    """Whether fewer than ``cases`` fell into the ``periods`` that end with each time, shape (n_series, n_times)."""
    at = np.asarray(times, dtype=np.int64)
    recent = np.zeros((len(counts), len(at)), dtype=np.int64)
    for back in range(periods):
        recent += counts[:, np.maximum(at - back, 0)] * (at >= back)
    return recent < cases
