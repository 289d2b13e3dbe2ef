"""Judge counts by a short baseline pooled over the series of a level."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from risk_model.surveillance.profile import Profile, level_of
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.window import Days, Series
from risk_model.trends.count_laws import quantile, tail

DAILY, WEEKLY, YEARS = "短期基线", "短期基线（周）", "Farrington Flexible"
_DAYS_A_MONTH = 30.0


class Judged(NamedTuple):
    """Expected count, bound, p-value and dispersion of each cell, arrays of shape (n_cells,)."""

    expected: Any
    upper: Any
    p_value: Any
    dispersion: Any


def alpha(span_days: int, profile: Profile | None, settings: TrendTable) -> float:
    """One-sided probability above the bound that keeps to the budget over all series watched."""
    share = settings.budget.daily_share if span_days == 1 else 1 - settings.budget.daily_share
    tests = max(1, profile.series if profile else 1) * settings.budget.window_days / span_days
    return min(0.01, share * settings.budget.alerts / tests)


def recurrence_days(p_value: float, span_days: int, profile: Profile | None, settings: TrendTable) -> float:
    """Days between two signals as rare by chance, over all series watched."""
    return float(span_days / max(1e-300, p_value * max(1, profile.series if profile else 1)))


def judge(
    keys: Sequence[Series],
    counts: Days,
    first: date,
    rows: Any,
    ends: Any,
    span_days: int,
    known_on: date,
    profile: Profile | None,
    settings: TrendTable,
) -> Judged:
    """Judge the trailing ``span_days`` that end with day ``ends[i]`` of series ``rows[i]``."""
    profile = profile or Profile()
    baseline = settings.baseline_days if span_days == 1 else settings.baseline_weeks * span_days
    guard = settings.guard_days if span_days == 1 else span_days
    total = np.concatenate([np.zeros((counts.shape[0], 1), dtype=np.int64), np.cumsum(counts, axis=1)], axis=1)
    start = np.maximum(ends - span_days + 1, 0)
    stop = np.maximum(start - guard, 0)
    begin = np.maximum(stop - baseline, 0)
    seen = (total[rows, stop] - total[rows, begin]).astype(float)
    days = (stop - begin).astype(float)
    rate = np.array([max(profile.rates.get(level_of(keys[row]), 0.0), 1e-4) for row in rows])
    prior = settings.prior_days
    expected = span_days * (prior * rate + seen) / (prior + days)
    dispersion = profile.dispersion * (1 + span_days / (prior + days))
    dispersion = np.full(len(rows), 1.0) * dispersion
    observed = (total[rows, ends + 1] - total[rows, start]).astype(float)
    upper = quantile(1 - alpha(span_days, profile, settings), expected, dispersion)
    return Judged(expected, upper, tail(observed, expected, dispersion), dispersion)


def judge_one(
    counts: Days, key: Series, first: date, end: int, known_on: date, profile: Profile | None, settings: TrendTable
) -> Judged | None:
    """The same for one series and one day; None when nothing is unusual."""
    if counts[end] <= 2 * counts[max(0, end - settings.baseline_days) : end].mean():
        return None
    rows, ends = np.array([0]), np.array([end])
    found = judge([key], counts[None, :], first, rows, ends, 1, known_on, profile, settings)
    one = Judged(*(float(part[0]) for part in found))
    return one if counts[end] > one.upper else None


def judge_years(
    keys: Sequence[Series],
    counts: Days,
    first: date,
    rows: Any,
    end: int,
    known_on: date,
    profile: Profile | None,
    settings: TrendTable,
) -> Judged:
    """Trailing weeks against years of history."""
    return judge(keys, counts, first, rows, np.full(len(rows), end), 7, known_on, profile, settings)
