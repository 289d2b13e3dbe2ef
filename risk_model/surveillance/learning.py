"""Learn the profile of a county from its counts: days, delays, rates, how far forecasts miss, and the thresholds the alert budget leaves."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from risk_model.surveillance.budget import with_thresholds
from risk_model.surveillance.calendar import Counts, DayKind
from risk_model.surveillance.factors import day_factors
from risk_model.surveillance.nowcast import completeness
from risk_model.surveillance.peers import Key, level_of, root_of
from risk_model.surveillance.profile import Profile, default_profile
from risk_model.surveillance.sampling import sample
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.spread import with_spread
from risk_model.trends.bounds import Floats

RECENT_DAYS = 84  # rates and shares are those of the last twelve weeks, with the whole record behind them
RECENT_WEIGHT = 0.1  # of a day of the older record
LEAST_EVENTS = 2.0  # measures with fewer events in the record have the spare rate: they come and go


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
    profile = _with_rates(profile, keys, counts, county, first, settings)
    if not profile.rates:  # a handful of events
        return _in_order(profile)
    some = sample(profile, keys, counts, keys[county[0]][0])
    profile = msgspec.structs.replace(profile, n_series=sum(some.sizes.values()))
    profile = with_spread(profile, some, first, settings)
    return _in_order(with_thresholds(profile, some, first, settings))


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
    kinds = settings.kinds.of(first, days)
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
    settings: TrendTable,
) -> Profile:
    """Rates of measures in the county and shares of regions, the recent weeks weighing more."""
    days = counts.shape[1]
    last = first + timedelta(days=days - 1)
    weight = np.where(np.arange(days) >= days - RECENT_DAYS, 1.0, RECENT_WEIGHT)
    weighed = counts @ weight
    exposures = profile.exposures(first, days, last, settings.kinds) @ weight
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
