"""Factors of kinds of day, learnt from counts of the whole county by measure."""

import numpy as np

from risk_model.surveillance.calendar import Counts, DayKind, Kinds
from risk_model.trends.bounds import Flags, Floats

LEVEL_DAYS = 35  # the level that days are compared with is the mean over so many days around them
ROUNDS = 6
RARE = tuple(kind for kind in DayKind if kind not in (DayKind.WORKING, DayKind.AFTER_WEEKEND, DayKind.WEEKEND))
# What waited for offices to open comes on the first day back, in proportion to the days off (docs/detectors.md): the excess of a Monday, times these.
BACKLOG = {DayKind.RETURN_SHORT: 1.5, DayKind.RETURN_LONG: 3.0}


def day_factors(
    counts: Counts,
    known: Floats,
    kinds: Kinds,
    prior: Floats,
    prior_events: float,
    earlier: Floats | None = None,
    fresh: Flags | None = None,
) -> Floats:
    """Factors by kind of day, working day 1, shape (n_series, n_kinds).

    Level and factors are estimated in turn; a factor is weighed against its prior by the events its days would usually have. The prior of the first
    day after a break follows the Mondays of the series, unless earlier lessons know better.

    Args:
        counts: shape (n_series, n_days).
        known: share of each day's events that is known, shape (n_series, n_days).
        kinds: shape (n_days,).
        prior: factors to start from, shape (n_kinds,).
        prior_events: events they stand for.
        earlier: factors learnt before, shape (n_series, n_kinds), NaN where none; kinds that come seldom start from them.
        fresh: days that ``earlier`` has not seen, shape (n_days,); only they say anything new of such kinds.
    """
    member = (kinds[:, None] == np.arange(len(DayKind))).astype(np.float64)
    if fresh is not None:
        seen = np.isin(kinds, RARE) & ~fresh
        member[seen] = 0.0
    events = counts @ member
    factors = np.tile(prior, (len(counts), 1))
    for _ in range(ROUNDS):
        exposure = factors[:, kinds] * known
        level = _moving_sum(counts) / np.maximum(_moving_sum(exposure), 1e-9)
        usual = (level * known) @ member
        start = np.tile(prior, (len(counts), 1))
        monday = np.maximum(factors[:, DayKind.AFTER_WEEKEND], 1.0)
        for kind, times in BACKLOG.items():
            start[:, kind] = 1 + (monday - 1) * times
        if earlier is not None:
            start[:, RARE] = np.where(np.isnan(earlier[:, RARE]), start[:, RARE], earlier[:, RARE])
        factors = (events + prior_events * start) / (usual + prior_events)
        factors /= factors[:, [DayKind.WORKING]]
    return factors


def _moving_sum(values: Counts | Floats) -> Floats:
    """Sum over ``LEVEL_DAYS`` around each day, fewer at the ends."""
    half = LEVEL_DAYS // 2
    total = np.cumsum(np.pad(values.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    days = values.shape[1]
    low = np.maximum(np.arange(days) - half, 0)
    high = np.minimum(np.arange(days) + half + 1, days)
    summed: Floats = total[:, high] - total[:, low]
    return summed
