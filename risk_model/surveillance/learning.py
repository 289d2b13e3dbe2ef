"""Learn the profile of a county from its counts: days, delays, rates, how far forecasts miss, and the thresholds the alert budget leaves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product

import msgspec
import numpy as np

from risk_model.surveillance.calendar import Counts, DayKind, day_kinds
from risk_model.surveillance.factors import day_factors
from risk_model.surveillance.judging import WEEK, Forecasts, forecast
from risk_model.surveillance.nowcast import completeness
from risk_model.surveillance.profile import (
    LEVELS,
    P_GRID,
    Key,
    Profile,
    Spread,
    default_profile,
    group_of,
    level_of,
    root_of,
)
from risk_model.surveillance.settings import TrendTable
from risk_model.trends.bounds import Floats
from risk_model.trends.count_laws import tail

RECENT_DAYS = 84  # rates and shares are those of the last twelve weeks, with the whole record behind them
RECENT_WEIGHT = 0.1  # of a day of the older record
FORECAST_DAYS = 28  # days whose forecasts are checked, spread over the recent weeks so that every weekday is among them
FORECAST_STEP = 3
FORECAST_WEEKS = 20
EACH_DAY = 20  # series of a group that are forecast for each day of the week; the others for other days
LARGE = 2.0  # mean from which counts tell how uneven the rate is
OUTLIER_SD = 4.0
SHAPES = (0.1, 30.0)
SHAPE_CELLS = 5.0  # squared means that the shape before learning stands for
LEAST_UNEVEN = 0.01  # seasons move while a baseline looks back
LEAST_EVENTS = 2.0
SAMPLE = 300  # series of a group whose forecasts are checked: more tell nothing new


def learn(
    keys: Sequence[Key],
    counts: Counts,
    first: date,
    triangles: Mapping[str, Counts] | Counts | None,
    settings: TrendTable,
    previous: Profile | None = None,
) -> Profile:
    """Profile from the record up to the last closed day.

    Args:
        keys: (region key, measure) of each series.
        counts: shape (n_series, n_days); the last column is the last closed day.
        first: day of column 0.
        triangles: by category, ``subject`` for other measures, ``""`` for all, events of day t that became known d days later, shape (n_days, n_delays), last
            column and later; a single array stands for all measures; None: everything is known at once.
        settings: the policy's.
        previous: the profile learnt before; what it knows of days that come once or twice a year is kept.

    Raises:
        ValueError: shapes that do not fit.
        KeyError: triangles without that of all events.
    """
    if counts.shape[0] != len(keys):
        raise ValueError(
            f"counts 有 {counts.shape[0]} 行，keys 有 {len(keys)} 项，应相同 / counts has {counts.shape[0]} rows for {len(keys)} keys"
        )
    start = default_profile(settings)
    days = counts.shape[1]
    last = first + timedelta(days=days - 1)
    county = [row for row, (region, _) in enumerate(keys) if level_of(region) == "county"]
    if not county or not counts[county].any():
        return _in_order(msgspec.structs.replace(start, history_days=days, n_series=len(keys)))
    profile = msgspec.structs.replace(
        start,
        day=last,
        history_days=days,
        n_series=len(keys),
        completeness=_completeness(triangles, settings),
    )
    factors = _factors(profile, keys, counts, county, first, settings, previous)
    profile = msgspec.structs.replace(profile, factors=factors)
    profile = _with_rates(profile, keys, counts, county, first, last)
    keys, counts = _with_silent(profile, keys, counts)
    profile = msgspec.structs.replace(profile, n_series=len(keys))
    profile = msgspec.structs.replace(profile, groups=_groups(profile, keys, counts, first, last, settings))
    return _in_order(_with_thresholds(profile, keys, counts, first, settings))


def _in_order(profile: Profile) -> Profile:
    """The profile with its tables in the order of their keys, as they come back from the store."""
    tables = {name: table for name in profile.__struct_fields__ if isinstance(table := getattr(profile, name), dict)}
    return msgspec.structs.replace(profile, **{name: dict(sorted(table.items())) for name, table in tables.items()})


def _rounded(values: Sequence[float] | Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.4g}") for value in values)


def _factors(
    profile: Profile,
    keys: Sequence[Key],
    counts: Counts,
    county: list[int],
    first: date,
    settings: TrendTable,
    previous: Profile | None,
) -> dict[str, tuple[float, ...]]:
    """Factors of all events together, then of each root measure, weighed against those of all."""
    days = counts.shape[1]
    kinds = day_kinds(first, days)
    fresh = None
    if previous is not None and previous.day is not None:
        fresh = np.array([first + timedelta(days=ahead) > previous.day for ahead in range(days)])
    roots = [row for row in county if root_of(keys[row][1]) == keys[row][1]]
    names = ["", *(keys[row][1] for row in roots)]
    everything = [row for row in roots if keys[row][1].startswith("category:")] or roots
    shares = profile.known(first, days, first + timedelta(days=days - 1))
    known = shares[[profile.root_row(name) for name in names]]
    unknown = (float("nan"),) * len(DayKind)
    earlier = np.array(
        [previous.factors.get(name, unknown) if fresh is not None and previous else unknown for name in names]
    )
    prior, weight = np.array(settings.day_factors.by_kind), settings.prior_events
    total = counts[everything].sum(axis=0, keepdims=True)
    overall = day_factors(total, known[:1], kinds, prior, weight, earlier[:1], fresh)
    found = day_factors(counts[roots], known[1:], kinds, overall[0], weight, earlier[1:], fresh)
    learnt = {name: _rounded(each) for name, each in zip(names, np.vstack([overall, found]), strict=True)}
    return {**(previous.factors if previous is not None else {}), **learnt}


def _completeness(
    triangles: Mapping[str, Counts] | Counts | None, settings: TrendTable
) -> dict[str, tuple[float, ...]]:
    """Completeness by delay of all events, then of each measure, weighed against that of all."""
    if triangles is None:
        return {"": (1.0,)}
    named: Mapping[str, Counts] = triangles if isinstance(triangles, Mapping) else {"": triangles}
    overall = completeness(named[""])
    found = {"": _rounded(overall)}
    for measure, triangle in named.items():
        if measure:
            found[measure] = _rounded(completeness(triangle, overall, settings.prior_events))
    return found


def _with_rates(
    profile: Profile,
    keys: Sequence[Key],
    counts: Counts,
    county: list[int],
    first: date,
    last: date,
) -> Profile:
    """Rates of measures in the county and shares of regions, the recent weeks weighing more."""
    days = counts.shape[1]
    weight = np.where(np.arange(days) >= days - RECENT_DAYS, 1.0, RECENT_WEIGHT)
    weighed = counts @ weight
    exposures = profile.exposures(first, days, last) @ weight
    rates: dict[str, float] = {}
    for row in county:
        measure = keys[row][1]
        rates[measure] = float(f"{(weighed[row] + 0.5) / exposures[profile.root_row(measure)]:.4g}")
    total = float(sum(weighed[row] for row in county if keys[row][1].startswith("category:"))) or float(
        sum(weighed[row] for row in county)
    )
    events: dict[str, float] = {}
    for row, (region, measure) in enumerate(keys):
        if level_of(region) != "county" and measure.startswith("category:"):
            events[region] = events.get(region, 0.0) + float(weighed[row])
    shares = {region: float(f"{(n + 0.5) / total:.4g}") for region, n in events.items()}
    for level in ("township", "community"):
        of_level = [share for region, share in shares.items() if level_of(region) == level]
        if of_level:
            shares[level] = float(f"{np.median(of_level):.4g}")
    exposure = float(exposures[0])
    kept = {measure: rate for measure, rate in rates.items() if rate * exposure >= LEAST_EVENTS}
    return msgspec.structs.replace(profile, rates=kept, shares=shares, spare_rate=float(f"{0.5 / exposure:.4g}"))


def _with_silent(profile: Profile, keys: Sequence[Key], counts: Counts) -> tuple[list[Key], Counts]:
    """The series, and those of the county's regions and measures that had no event: a zero is seen as well, else the rest look erratic."""
    seen = set(keys)
    regions = [region for region in sorted(profile.shares) if region not in LEVELS]
    silent = [key for key in product(regions, sorted(profile.rates)) if key not in seen]
    nothing = np.zeros((len(silent), counts.shape[1]), dtype=counts.dtype)
    return [*keys, *silent], np.concatenate([counts, nothing])


def _sample(keys: Sequence[Key]) -> dict[str, list[int]]:
    """Rows of each group of peers, evenly spread ones where there are many."""
    found: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(group_of(*key), []).append(row)
    return {name: rows[:: -(-len(rows) // SAMPLE)] for name, rows in found.items()}


def _groups(
    profile: Profile, keys: Sequence[Key], counts: Counts, first: date, last: date, settings: TrendTable
) -> dict[str, Spread]:
    """Spread of each group of peers, the shape from rates, the rest from what forecasts missed."""
    sample = _sample(keys)
    rows = [row for members in sample.values() for row in members]
    some, few = [keys[row] for row in rows], counts[rows]
    stops = np.cumsum([len(members) for members in sample.values()])
    places = {name: np.arange(stop - len(sample[name]), stop) for name, stop in zip(sample, stops, strict=True)}
    groups = dict(profile.groups)
    for name, shape in _shapes(profile, keys, counts, first, last, settings).items():
        groups[name] = msgspec.structs.replace(groups[name], shape=float(f"{shape:.4g}"))
    profile = msgspec.structs.replace(profile, groups=groups)
    checked = {span: _checked(profile, some, few, first, last, span, settings) for span in (1, WEEK)}
    for name, at in places.items():
        day, uneven_day = _dispersion(checked[1], at, settings.dispersion_day, settings)
        week, uneven_week = _dispersion(checked[WEEK], at, settings.dispersion_week, settings)
        groups[name] = Spread(groups[name].shape, *_rounded((day, week, uneven_day, uneven_week)))
    return groups


Checked = list[tuple[Forecasts, Floats]]


def _checked(
    profile: Profile, keys: Sequence[Key], counts: Counts, first: date, last: date, span: int, settings: TrendTable
) -> Checked:
    """Forecasts of past periods and their counts, shape (n_series,) each."""
    days = counts.shape[1]
    least = settings.baseline_days if span == 1 else settings.baseline_weeks * WEEK
    ends = (
        range(days - 1, max(days - 1 - FORECAST_DAYS * FORECAST_STEP, least // 2), -FORECAST_STEP)
        if span == 1
        else range(days - 1, max(days - 1 - FORECAST_WEEKS * WEEK, least // 2), -WEEK)
    )
    rows = list(range(len(keys)))
    return [
        (
            forecast(keys, counts, first, rows, end, span, last, profile, settings),
            counts[:, max(end - span + 1, 0) : end + 1].sum(axis=1).astype(np.float64),
        )
        for end in ends
    ]


def _dispersion(checked: Checked, rows: np.ndarray, prior: float, settings: TrendTable) -> tuple[float, float]:
    """Variance over mean of small counts, and unevenness of large ones; past bursts count for at most ``OUTLIER_SD``."""
    small, uneven = prior, settings.unevenness
    if not checked:
        return small, uneven
    mean = np.concatenate([ahead.mean[rows] for ahead, _ in checked])
    doubt = np.concatenate([ahead.doubt[rows] for ahead, _ in checked])
    seen = np.concatenate([found[rows] for _, found in checked])
    large = mean >= LARGE
    for _ in range(3):
        variance = mean * (small + uneven * mean + doubt)
        missed = np.minimum((seen - mean) ** 2, OUTLIER_SD**2 * variance + 1) - mean * doubt
        few = ~large
        excess = float((missed[few] - uneven * mean[few] ** 2).sum())
        weight = settings.prior_cells
        small = max((excess + weight * prior) / (float(mean[few].sum()) + weight), 1.0)
        beyond = float((missed[large] / mean[large] - small).sum())
        weight *= LARGE
        uneven = (beyond + weight * settings.unevenness) / (float(mean[large].sum()) + weight)
        uneven = max(uneven, LEAST_UNEVEN)
    return small, uneven


def _shapes(
    profile: Profile, keys: Sequence[Key], counts: Counts, first: date, last: date, settings: TrendTable
) -> dict[str, float]:
    """Shape of the gamma law of rates around what is usual, by group; by moments over the whole record."""
    usual = profile.usual(keys)
    exposure = profile.exposures(first, counts.shape[1], last).sum(axis=1)
    mean = usual.shape / usual.weight * exposure[usual.root]
    seen = counts.sum(axis=1)
    small = usual.small[0]
    missed = np.minimum((seen - mean) ** 2, OUTLIER_SD**2 * mean * (small + mean / usual.shape) + 1) - small * mean
    names = np.array([group_of(*key) for key in keys])
    found = {}
    for name in np.unique(names).tolist():
        at = names == name
        excess, square = float(missed[at].sum()), float((mean[at] ** 2).sum())
        inverse = (max(excess, 0.0) + SHAPE_CELLS / settings.prior_shape) / (square + SHAPE_CELLS)
        found[name] = float(np.clip(1 / max(inverse, 1e-9), *SHAPES))
    return found


def _with_thresholds(
    profile: Profile, keys: Sequence[Key], counts: Counts, first: date, settings: TrendTable
) -> Profile:
    """Chance signals a day at each p-value, and the p-values at which the budget is spent; each level of regions has the same share."""
    budget = settings.budget
    a_day = budget.alerts / budget.window_days / len(LEVELS)
    chances = {span: _chances(profile, keys, counts, first, span, settings) for span in (1, WEEK)}
    shares = {1: budget.daily_share, 7: 1 - budget.daily_share}
    alphas = {
        span: {level: _alpha(found[level], a_day * shares[span], settings) for level in LEVELS}
        for span, found in chances.items()
    }
    return msgspec.structs.replace(
        profile,
        chance_day={level: _rounded(found) for level, found in chances[1].items()},
        chance_week={level: _rounded(found) for level, found in chances[7].items()},
        alpha_day=alphas[1],
        alpha_week=alphas[7],
    )


def _chances(
    profile: Profile, keys: Sequence[Key], counts: Counts, first: date, span: int, settings: TrendTable
) -> dict[str, Floats]:
    """By level, signals a day by chance over all its series, shape (len(P_GRID),), over the forecasts of the last week of days."""
    days = counts.shape[1]
    least = settings.min_count if span == 1 else settings.week_min_count
    ends = [days - 1 - back for back in (range(min(7, days)) if span == 1 else (0,))]
    found = {level: np.zeros(len(P_GRID)) for level in LEVELS}
    sizes = Counter(group_of(*key) for key in keys)
    for name, rows in _sample(keys).items():
        apart = max(1, min(len(ends), len(rows) // EACH_DAY))
        for number, end in enumerate(ends):
            some = rows[number % apart :: apart]
            ahead = forecast(keys, counts, first, some, end, span, date.max, profile, settings)
            weight = sizes[name] / len(some) / len(ends) * (1.0 if span == 1 else settings.week_overlap)
            found[name.partition(".")[0]] += weight * exceedances(ahead.mean, ahead.dispersion, least)
    return found


def exceedances(mean: Floats, dispersion: Floats, least: int) -> Floats:
    """Expected number of counts whose mid-p is at most each value of ``P_GRID``, counts below ``least`` aside; shape (len(P_GRID),).

    Mid-p falls step by step with the count; each step of each law spends its tail on the p-values it covers.
    """
    found = np.zeros(len(P_GRID))
    grid = np.array(P_GRID)
    count = float(least)
    above = np.full(len(mean), np.inf)  # mid-p of the count before
    reach = tail(np.full(len(mean), count), mean, dispersion)
    while len(mean):
        following = tail(np.full(len(mean), count + 1), mean, dispersion)
        here = (reach + following) / 2
        covered = (here[:, None] <= grid) & (grid < above[:, None])
        found += reach @ covered
        kept = here > grid[-1]
        mean, dispersion, above, reach, count = mean[kept], dispersion[kept], here[kept], following[kept], count + 1
    return found


def _alpha(chances: Floats, budget: float, settings: TrendTable) -> float:
    """Largest p-value of the grid, interpolated, whose chance signals stay within the budget a day."""
    logs = np.log(np.maximum(chances, 1e-12))
    log_p = np.interp(-np.log(max(budget, 1e-12)), -logs, np.log(P_GRID))
    return float(f"{min(float(np.exp(log_p)), settings.greatest_alpha):.4g}")
