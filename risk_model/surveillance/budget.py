"""Thresholds: the p-values at which chance alone spends the budget of alerts, and how often chance does what."""

from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.judging import WEEK, forecast
from risk_model.surveillance.peers import LEVELS
from risk_model.surveillance.profile import P_GRID, Profile
from risk_model.surveillance.sampling import Sample
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.spread import usual_of
from risk_model.trends.bounds import Floats
from risk_model.trends.count_laws import tails_from

CONTINUOUS = 10.0  # mean from which the steps of mid-p are small
EACH_DAY = 12  # series of a group that are forecast for each day of the week; the others for other days
GRID = np.array(P_GRID)
STEPS = 24  # counts looked at together


def with_thresholds(profile: Profile, some: Sample, first: date, settings: TrendTable) -> Profile:
    """The profile with chance signals a day at each p-value, and the p-values that spend the budget; each level of regions has the same share.

    Args:
        profile: with the spread of groups.
        some: series whose chance is reckoned, for all of the county.
        first: day of column 0 of their counts.
        settings: the policy's.
    """
    budget = settings.budget
    a_day = budget.alerts / budget.window_days / len(LEVELS)
    day, week = (_chances(profile, some, first, span, settings) for span in (1, WEEK))
    spent = {
        "alpha_day": (day, a_day * budget.daily_share),
        "alpha_week": (week, a_day * (1 - budget.daily_share)),
    }
    alphas = {
        name: {level: alpha(found[n], share, settings.greatest_alpha) for n, level in enumerate(LEVELS)}
        for name, (found, share) in spent.items()
    }
    return msgspec.structs.replace(profile, chance_day=_by_level(day), chance_week=_by_level(week), **alphas)


def _by_level(chances: Floats) -> dict[str, tuple[float, ...]]:
    return {
        level: tuple(float(f"{value:.4g}") for value in row)
        for level, row in zip(LEVELS, chances.tolist(), strict=True)
    }


def _chances(profile: Profile, some: Sample, first: date, span: int, settings: TrendTable) -> Floats:
    """Signals a day by chance over all series of a level, shape (len(LEVELS), len(P_GRID)), over the forecasts of the last week of days."""
    days = some.counts.shape[1]
    least = settings.min_count if span == 1 else settings.week_min_count
    ends = [days - 1 - back for back in range(min(WEEK, days) if span == 1 else 1)]
    usual = usual_of(profile, some)
    found = np.zeros((len(LEVELS), len(P_GRID)))
    for number, end in enumerate(ends):
        rows, weights = _of_day(some, number, len(ends))
        here = usual.of(rows)
        ahead = forecast(here, some.counts, first, rows, end, span, date.max, profile, settings)
        by_level = weights * (here.level == np.arange(len(LEVELS))[:, None])
        found += exceedances(ahead.mean, ahead.dispersion, by_level, least)
    return found * (settings.day_looks if span == 1 else settings.week_overlap)


def _of_day(some: Sample, number: int, days: int) -> tuple[NDArray[np.intp], Floats]:
    """Series forecast for one of the days, and how many series and days each stands for."""
    rows, weights = [], []
    for name, place in some.groups.items():
        apart = max(1, min(days, (place.stop - place.start) // EACH_DAY))
        chosen = np.arange(place.start + number % apart, place.stop, apart)
        rows.append(chosen)
        weights.append(np.full(len(chosen), some.sizes[name] / len(chosen) / days))
    return np.concatenate(rows), np.concatenate(weights)


def exceedances(mean: Floats, dispersion: Floats, weights: Floats, least: int) -> Floats:
    """Expected number of counts whose mid-p is at most each value of ``P_GRID``, counts below ``least`` aside.

    Mid-p falls step by step with the count; each step of each law spends its tail on the p-values it covers. That of large counts is as good as
    continuous: the number is the p-value.

    Args:
        mean: of each count's law, shape (n,).
        dispersion: variance over mean, shape (n,).
        weights: how many counts of each kind a law stands for, shape (n_kinds, n).
        least: smallest count that matters.

    Returns:
        Shape (n_kinds, len(P_GRID)).
    """
    smooth = mean >= max(CONTINUOUS, least)
    found: Floats = weights[:, smooth].sum(axis=1)[:, None] * GRID
    mean, dispersion, weights = mean[~smooth], dispersion[~smooth], weights[:, ~smooth]
    first, passed = least, np.zeros((len(GRID), len(mean)), dtype=np.bool_)  # p-values whose step lies behind
    while len(mean):
        tails = tails_from(first, STEPS, mean, dispersion)
        mid_p = (tails[:, :-1] + tails[:, 1:]) / 2
        rows = np.arange(len(mean))
        for at, p_value in enumerate(GRID):
            step = (mid_p > p_value).sum(axis=1)  # mid-p falls: the first count at which it has reached the p-value
            here = (step < STEPS) & ~passed[at]
            found[:, at] += weights[:, here] @ tails[rows[here], step[here]]
            passed[at] |= here
        kept = ~passed[-1]
        mean, dispersion, weights, passed = mean[kept], dispersion[kept], weights[:, kept], passed[:, kept]
        first += STEPS
    return found


def alpha(chances: Floats, budget: float, greatest: float) -> float:
    """Largest p-value whose chance signals stay within the budget a day, between those of the grid by the logarithms of both.

    Args:
        chances: signals a day at each p-value of ``P_GRID``, shape (len(P_GRID),).
        budget: signals a day.
        greatest: it never exceeds this.
    """
    logs = -np.log(np.maximum(chances, 1e-300))
    log_p = np.interp(-np.log(budget), logs, np.log(GRID)) if budget > 0 else np.log(GRID[-1])
    return float(f"{min(float(np.exp(log_p)), greatest):.4g}")
