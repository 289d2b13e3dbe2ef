"""Whether counts lie above what a county's profile and their own last weeks explain: the pooled short baseline.

With exposure ``f`` of a day (factor of its kind × share known), ``Y`` events and exposure ``E`` of the baseline, and the usual rate ``m`` of
the series with weight ``k`` (in events), the rate is ``Gamma(k + Y, k/m + E)``: a series that says little borrows from its county and measure,
one that says much stands alone. A count of exposure ``F`` has mean ``mu = F (k + Y)/(k/m + E)`` and variance over mean
``1 + c (phi - 1) + kappa mu + F/(k/m + E)``, ``phi`` and ``kappa`` being learnt from what forecasts of this kind missed, ``c`` the share known.
Its law is taken as negative binomial. Source of the scheme: gamma-Poisson shrinkage as in empirical Bayes disease mapping (Clayton, Kaldor 1987).
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.calendar import Counts
from risk_model.surveillance.peers import Key
from risk_model.surveillance.profile import Profile, default_profile
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.usual import Usual
from risk_model.trends.bounds import Floats
from risk_model.trends.farrington_flexible import RECOMMENDED, FlexibleSettings, farrington_flexible
from risk_model.trends.thresholds import mid_p, mid_p_limit

DAILY, WEEKLY, YEARS = "短期基线", "短期基线（周）", "Farrington Flexible"
WEEK = 7
MOST_YEARS, HALF_WIDTH, WEEKS_A_YEAR = 5, 3, 52.1775
Rows = Sequence[int] | NDArray[np.integer[Any]] | slice
LEAST_CAP = 2.0  # a day of the baseline is never cut below two events
QUIET_SD = (
    2.5  # a count within so many standard deviations is not looked at further: its p-value is far above any alpha
)
CUTS = 2  # times that bursts are cut out of the baseline, each time seen more clearly
LEAST_MEAN = 1e-9
ROUNDING = 1e-6  # by which two ways to work out a p-value may differ, and far more


class Judged(NamedTuple):
    """What was expected of counts; each of shape (n_cells,), or a float where one count is judged.

    Attributes:
        expected: mean.
        upper: largest count that is no signal at the profile's alpha.
        p_value: mid-p of the count.
        dispersion: variance over mean.
    """

    expected: Any
    upper: Any
    p_value: Any
    dispersion: Any


class Forecasts(NamedTuple):
    """Means and variance over mean of counts, each of shape (n_cells,)."""

    mean: Floats
    dispersion: Floats
    doubt: Floats  # part of the dispersion that the unknown rate makes


class Span(NamedTuple):
    """Where the days of a judged period and of its baseline lie: ``[begin, split)`` is baseline, ``[start, stop)`` judged."""

    begin: int
    split: int
    start: int
    stop: int


def span_of(end: int, span_days: int, settings: TrendTable) -> Span:
    """Days of the period that ends with a day, and of its baseline."""
    length, guard = (
        (settings.baseline_days, settings.guard_days)
        if span_days == 1
        else (settings.baseline_weeks * WEEK, settings.week_guard_days)
    )
    start = end - span_days + 1
    split = max(start - guard, 0)
    return Span(max(split - length, 0), split, max(start, 0), end + 1)


def forecast(
    usual: Usual,
    counts: Counts,
    first: date,
    rows: Rows,
    end: int,
    span_days: int,
    known_on: date,
    profile: Profile,
    settings: TrendTable,
) -> Forecasts:
    """Forecasts of the periods of ``span_days`` that end with day ``end``.

    Args:
        usual: what is usual for the series of the rows.
        counts: shape (n_series, n_days).
        first: day of column 0.
        rows: series to forecast.
        end: last day of the period.
        span_days: 1 or 7.
        known_on: newest day of reports.
        profile: the county's.
        settings: the policy's.
    """
    begin, split, start, stop = span_of(end, span_days, settings)
    week = int(span_days != 1)
    since = first + timedelta(days=begin)
    factors = profile.factors_of(since, stop - begin, settings.kinds)
    exposure = factors * profile.known(since, stop - begin, known_on)
    base, period = exposure[:, : split - begin], slice(start - begin, stop - begin)
    judged = exposure[:, period].sum(axis=1)
    share = (judged / factors[:, period].sum(axis=1))[usual.root]
    judged = judged[usual.root]

    window = counts[rows, begin:split]
    whole = usual.weight + base.sum(axis=1)[usual.root]
    rate = (usual.shape + window.sum(axis=1)) / whole
    small = usual.small[week]
    if split > begin:
        peak = base.max(axis=1)[usual.root]
        most = window.max(axis=1)
        for _ in range(CUTS):
            cap = np.maximum(rate * peak + settings.cap_sd * np.sqrt(small * rate * peak), LEAST_CAP)
            cut = np.flatnonzero(most > cap)
            if not cut.size:
                break
            kept = np.minimum(window[cut], cap[cut, None]).sum(axis=1)
            rate[cut] = (usual.shape[cut] + kept) / whole[cut]
    mean = np.maximum(judged * rate, LEAST_MEAN)
    doubt = judged / whole
    return Forecasts(mean, 1 + share * (small - 1) + usual.uneven[week] * mean + doubt, doubt)


def judge(
    keys: Sequence[Key],
    counts: Counts,
    first: date,
    rows: Rows,
    ends: Rows,
    span_days: int,
    known_on: date,
    profile: Profile | None,
    settings: TrendTable,
) -> Judged:
    """Judge the trailing ``span_days`` that end with day ``ends[i]`` of series ``rows[i]``.

    Args:
        keys: (region key, measure) of each series.
        counts: shape (n_series, n_days), as known at the end of ``known_on``.
        first: day of column 0.
        rows: series of each cell.
        ends: last day of each cell, a column.
        span_days: 1 or 7.
        known_on: newest day of reports.
        profile: the county's; None before one is learnt.
        settings: the policy's.

    Raises:
        ValueError: an end outside the counts.
    """
    profile = profile or default_profile(settings)
    row, end = np.asarray(rows, dtype=np.intp), np.asarray(ends, dtype=np.intp)
    if end.size and not 0 <= end.min() <= end.max() < counts.shape[1]:
        raise ValueError(
            f"ends 应在 0 到 {counts.shape[1] - 1}，收到 {end.min()} 到 {end.max()} / ends must be columns of counts, got these"
        )
    mean, upper, p_value, dispersion = (np.empty(len(row)) for _ in range(4))
    alphas = profile.alphas(span_days)
    for day in np.unique(end).tolist():
        at = np.flatnonzero(end == day)
        usual = profile.usual.of([keys[each] for each in row[at]])
        ahead = forecast(usual, counts, first, row[at], day, span_days, known_on, profile, settings)
        mean[at], dispersion[at] = ahead.mean, ahead.dispersion
        today = counts[row[at], max(day - span_days + 1, 0) : day + 1].sum(axis=1).astype(np.float64)
        bound = mid_p_limit(ahead.mean, ahead.dispersion, today, alphas[usual.level])
        upper[at], p_value[at] = bound.upper, bound.p_value
    least = settings.min_count if span_days == 1 else settings.week_min_count
    return Judged(mean, np.maximum(upper, least - 1), p_value, dispersion)


def judge_one(
    series: Counts, key: Key, first: date, end: int, known_on: date, profile: Profile | None, settings: TrendTable
) -> Judged | None:
    """Judge one day of one series, as ``judge`` does; None when its count is no signal.

    Args:
        series: counts, shape (n_days,).
        key: (region key, measure).
        first: day of column 0.
        end: column to judge.
        known_on: newest day of reports.
        profile: the county's; None before one is learnt.
        settings: the policy's.
    """
    count = int(series[end])
    profile = profile or default_profile(settings)
    if count < settings.min_count or not _may_signal(series, key, first, end, known_on, profile, settings, count):
        return None
    found = judge((key,), series[None, :], first, (0,), (end,), 1, known_on, profile, settings)
    one = Judged(*(float(part[0]) for part in found))
    return one if count > one.upper else None


def recurrence_days(
    p_value: float, region: str, span_days: int, profile: Profile | None, settings: TrendTable
) -> float:
    """Days between counts this unusual in the county, were there nothing but chance."""
    return (profile or default_profile(settings)).recurrence_days(p_value, region, span_days)


def _may_signal(
    series: Counts, key: Key, first: date, end: int, known_on: date, profile: Profile, settings: TrendTable, count: int
) -> bool:
    """Whether a count may be a signal: the forecast of ``forecast`` for one series, and mid-p only where the count is far out."""
    begin, split, _, stop = span_of(end, 1, settings)
    root, level, shape, weight, small, _, uneven, _ = profile.usual.one(key)
    base, peaks, judged, shares = profile.exposure_of(
        first + timedelta(days=begin), split - begin, stop - begin, known_on, settings.kinds
    )
    window = series[begin:split].tolist()
    whole = weight + base[root]
    rate = (shape + sum(window)) / whole
    most = max(window, default=0)
    if most > LEAST_CAP:
        for _ in range(CUTS):
            peak = rate * peaks[root]
            cap = max(peak + settings.cap_sd * math.sqrt(small * peak), LEAST_CAP)
            if most <= cap:
                break
            rate = (shape + sum([min(day, cap) for day in window])) / whole
    mean = max(judged[root] * rate, LEAST_MEAN)
    dispersion = 1 + shares[root] * (small - 1) + uneven * mean + judged[root] / whole
    if count <= mean + QUIET_SD * math.sqrt(dispersion * mean):
        return False
    alpha = profile.alphas(1)[level]
    law = np.array([mean]), np.array([dispersion])
    return bool(mid_p(np.array([float(count)]), *law)[0] < alpha * (1 + ROUNDING))


def judge_years(
    keys: Sequence[Key],
    counts: Counts,
    first: date,
    rows: Rows,
    end: int,
    known_on: date,
    profile: Profile | None,
    settings: TrendTable,
) -> Judged:
    """Judge the trailing week of series against the same time of earlier years (Farrington Flexible), weeks being as long as their exposure.

    Series too sparse for that are judged by the short baseline.

    Args:
        keys: (region key, measure) of each series.
        counts: shape (n_series, n_days), ``settings.years`` years at least.
        first: day of column 0.
        rows: series to judge.
        end: last day of the week.
        known_on: newest day of reports.
        profile: the county's; None before one is learnt.
        settings: the policy's.

    Raises:
        ValueError: a history shorter than ``settings.years`` years.
    """
    profile = profile or default_profile(settings)
    row = np.asarray(rows, dtype=np.intp)
    weeks, years = (end + 1) // WEEK, min(years_of(end + 1), MOST_YEARS)
    begin = end + 1 - weeks * WEEK
    if years < settings.years:
        raise ValueError(
            f"judge_years 需要 {settings.years} 年的记录，收到 {weeks} 周 / judge_years needs {settings.years} years of record, got {weeks} weeks"
        )
    sums = counts[row, begin : end + 1].reshape(len(row), weeks, WEEK).sum(axis=2)
    starts = [first + timedelta(days=begin + WEEK * week) for week in range(weeks)]
    usual = profile.usual.of([keys[each] for each in row])
    exposure = profile.exposures(starts[0], weeks * WEEK, known_on, settings.kinds)
    population = exposure.reshape(len(exposure), weeks, WEEK).sum(axis=2)[usual.root]
    found = farrington_flexible(sums, [weeks - 1], years_settings(years), dates=starts, population=population)
    mean, dispersion = found.expected[:, 0], found.dispersion[:, 0]
    sparse = np.flatnonzero(~(mean >= settings.years_min_mean) | ~np.isfinite(mean * dispersion))
    mean[sparse] = dispersion[sparse] = 1.0
    bound = mid_p_limit(mean, dispersion, sums[:, -1].astype(np.float64), profile.alphas(WEEK)[usual.level])
    judged = Judged(mean, np.maximum(bound.upper, settings.week_min_count - 1), bound.p_value, dispersion)
    if sparse.size:
        ends = np.full(sparse.size, end)
        short = judge(keys, counts, first, row[sparse], ends, WEEK, known_on, profile, settings)
        for whole, part in zip(judged, short, strict=True):
            whole[sparse] = part
    return judged


def years_of(n_days: int) -> int:
    """Earlier years that the last week of a record can be compared with: whole ones, and the weeks around its own in the oldest."""
    return max(0, int((n_days // WEEK - 1 - HALF_WIDTH) / WEEKS_A_YEAR))


def years_settings(years: int) -> FlexibleSettings:
    """The recommended settings over so many years."""
    return replace(RECOMMENDED, season=replace(RECOMMENDED.season, years=years, half_width=HALF_WIDTH))
