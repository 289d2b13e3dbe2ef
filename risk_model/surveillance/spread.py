"""How far series stray from what is usual: learnt by moments, and from what past forecasts missed."""

from datetime import date, timedelta
from typing import NamedTuple

import msgspec
import numpy as np

from risk_model.surveillance.judging import WEEK, forecast
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.sampling import Sample
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.usual import Spread, Usual
from risk_model.trends.bounds import Floats

CHECKED = {1: 21, WEEK: 12}  # past forecasts looked at
APART = {1: 4, WEEK: WEEK}  # days between them: every day of the week comes up
LARGE = 2.0  # mean from which counts tell how uneven the rate is
OUTLIER_SD = 4.0  # past bursts count for at most so much
SHAPES = (0.1, 30.0)
SHAPE_CELLS = 5.0  # squared means that the shape before learning stands for
LEAST_UNEVEN = 0.01  # seasons move while a baseline looks back


class Misses(NamedTuple):
    """Forecasts of past periods and what came, each of shape (n_periods, n_series)."""

    mean: Floats
    doubt: Floats
    seen: Floats


def with_spread(profile: Profile, some: Sample, first: date, settings: TrendTable) -> Profile:
    """The profile with the spread of each group of peers.

    Args:
        profile: with factors, completeness, rates and shares.
        some: series to learn from.
        first: day of column 0 of their counts.
        settings: the policy's.
    """
    groups = dict(profile.groups)
    for name, shape in _shapes(profile, some, first, settings).items():
        groups[name] = msgspec.structs.replace(groups[name], shape=shape)
    profile = msgspec.structs.replace(profile, groups=groups)
    usual = usual_of(profile, some)
    priors = {1: settings.dispersion_day, WEEK: settings.dispersion_week}
    missed = {span: _misses(profile, usual, some, first, span, settings) for span in priors}
    for name, place in some.groups.items():
        (day, uneven_day), (week, uneven_week) = (
            _dispersion(missed[span], place, priors[span], settings) for span in priors
        )
        groups[name] = Spread(groups[name].shape, day, week, uneven_day, uneven_week)
    return msgspec.structs.replace(profile, groups=groups)


def usual_of(profile: Profile, some: Sample) -> Usual:
    """What is usual for the series of a sample."""
    return profile.usual.grid(some.regions, some.measures, some.region, some.measure)


def _shapes(profile: Profile, some: Sample, first: date, settings: TrendTable) -> dict[str, float]:
    """Shape of the gamma law of rates around what is usual, by group; by moments over the whole record."""
    usual = usual_of(profile, some)
    days = some.counts.shape[1]
    exposure = profile.exposures(first, days, first + timedelta(days=days - 1), settings.kinds).sum(axis=1)[usual.root]
    mean = usual.shape / usual.weight * exposure
    small = usual.small[0] * mean
    missed = (some.counts.sum(axis=1) - mean) ** 2
    missed = np.minimum(missed, OUTLIER_SD**2 * (small + mean**2 / usual.shape) + 1) - small
    found = {}
    for name, place in some.groups.items():
        excess, square = float(missed[place].sum()), float((mean[place] ** 2).sum())
        inverse = (max(excess, 0.0) + SHAPE_CELLS / settings.prior_shape) / (square + SHAPE_CELLS)
        found[name] = _rounded(min(max(1 / inverse, SHAPES[0]), SHAPES[1])) if inverse > 0 else SHAPES[1]
    return found


def _misses(
    profile: Profile, usual: Usual, some: Sample, first: date, span: int, settings: TrendTable
) -> Misses | None:
    """Forecasts of past periods and what came; None without a past long enough."""
    days = some.counts.shape[1]
    least = settings.baseline_days if span == 1 else settings.baseline_weeks * WEEK
    ends = range(days - 1, max(days - 1 - CHECKED[span] * APART[span], least // 2), -APART[span])
    if not ends:
        return None
    last = first + timedelta(days=days - 1)
    ahead = [forecast(usual, some.counts, first, EVERY, end, span, last, profile, settings) for end in ends]
    seen = [some.counts[:, max(end - span + 1, 0) : end + 1].sum(axis=1) for end in ends]
    return Misses(
        np.array([each.mean for each in ahead]),
        np.array([each.doubt for each in ahead]),
        np.array(seen, dtype=np.float64),
    )


EVERY = slice(None)


def _dispersion(missed: Misses | None, place: slice, prior: float, settings: TrendTable) -> tuple[float, float]:
    """Variance over mean of small counts, and unevenness of large ones."""
    small, uneven = prior, settings.unevenness
    if missed is None:
        return small, uneven
    mean, doubt, seen = (part[:, place] for part in missed)
    large = mean >= LARGE
    few, many = mean[~large], mean[large]
    weight = settings.prior_cells
    for _ in range(3):
        variance = mean * (small + uneven * mean + doubt)
        excess = np.minimum((seen - mean) ** 2, OUTLIER_SD**2 * variance + 1) - mean * doubt
        beyond = float((excess[~large] - uneven * few**2).sum())
        small = max((beyond + weight * prior) / (float(few.sum()) + weight), 1.0)
        beyond = float((excess[large] / many - small).sum())
        uneven = (beyond + LARGE * weight * settings.unevenness) / (float(many.sum()) + LARGE * weight)
        uneven = max(uneven, LEAST_UNEVEN)
    return _rounded(small), _rounded(uneven)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
