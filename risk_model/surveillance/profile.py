"""The profile of a county: what is usual there, learnt from its own history. Stored in an event, so it is small and exact.

A series is (region key, measure). What is usual for it is built from few numbers: the rate of its measure in the county, the region's
share of the county, factors of kinds of day by measure, and how far series of its kind stray from that.
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_model.surveillance.calendar import day_kinds
from risk_model.surveillance.settings import TrendTable
from risk_model.trends.bounds import Floats

Key = tuple[str, str]  # region key, measure

P_GRID = tuple(10.0 ** (-step / 2) for step in range(2, 21))  # p-values at which the number of chance signals is kept
LEVELS = ("county", "township", "community")
DEPTHS = ("category", "class", "subclass")
UNLEARNT_SERIES = 100.0  # series a county without a profile is taken to have
MOST_KEPT = 4096
LEAST_RATE = 1e-6
LEAST_COMPLETE = 0.02  # a day of which less is known is judged as if so much were: it has nothing to compare yet


def level_of(region: str) -> str:
    """Level of a region key: ``township/community``, township (9 digits) or county (6 digits)."""
    return "community" if "/" in region else "township" if len(region) > 6 else "county"


def depth_of(measure: str) -> str:
    """Kind of a measure: category, class (``subject:A``) or subclass (``subject:A/B``)."""
    return "category" if measure.startswith("category:") else "subclass" if "/" in measure else "class"


def root_of(measure: str) -> str:
    """The measure whose days and delays a measure shares: itself, or the class of a subclass."""
    return measure.partition("/")[0] if depth_of(measure) == "subclass" else measure


def group_of(region: str, measure: str) -> str:
    """Group of peers of a series."""
    return f"{level_of(region)}.{depth_of(measure)}"


class Spread(msgspec.Struct, frozen=True):
    """How series of a group stray.

    Attributes:
        shape: weight of the usual rate against the series' own baseline, in events (shape of the gamma law of rates).
        day, week: variance over mean of small counts of a day and of a week, at least 1.
        uneven_day, uneven_week: variance of large counts over the square of their mean.
    """

    shape: float
    day: float
    week: float
    uneven_day: float
    uneven_week: float


class Usual(NamedTuple):
    """What is usual for series, arrays of shape (n_series,).

    Attributes:
        root: row of their root measure in ``Profile.exposures``.
        level: index of their level in ``LEVELS``.
        shape: weight of the usual rate, in events.
        weight: the same in exposure: shape over rate.
        small: variance over mean of small counts of a day and of a week, shape (2, n_series).
        uneven: unevenness of a day and of a week, shape (2, n_series).
    """

    root: NDArray[np.intp]
    level: NDArray[np.intp]
    shape: Floats
    weight: Floats
    small: Floats
    uneven: Floats


class Profile(msgspec.Struct, frozen=True, dict=True):
    """What is usual in a county.

    Attributes:
        day: last closed day it was learnt from; None before there is history.
        history_days: days it was learnt from.
        n_series: series watched.
        factors: by root measure, ``""`` for all, factor of each ``DayKind``.
        completeness: by category, ``subject`` for other measures, ``""`` for all, share of a day's events known after 0, 1, 2 … days.
        rates: by measure, events of the whole county a unit of exposure.
        shares: by region, share of the county's events.
        groups: by group of peers (``group_of``), how they stray.
        spare_rate: rate of a measure that was not there before.
        chance_day, chance_week: by level of region, signals a day by chance over all its series, at the p-values of ``P_GRID``.
        alpha_day, alpha_week: by level of region, p-values that are signals.
    """

    day: date | None
    history_days: int
    n_series: int
    factors: dict[str, tuple[float, ...]]
    completeness: dict[str, tuple[float, ...]]
    rates: dict[str, float]
    shares: dict[str, float]
    groups: dict[str, Spread]
    spare_rate: float
    chance_day: dict[str, tuple[float, ...]]
    chance_week: dict[str, tuple[float, ...]]
    alpha_day: dict[str, float]
    alpha_week: dict[str, float]

    def usual(self, keys: Iterable[Key]) -> Usual:
        """What is usual for series."""
        places = self._places
        at = [places.get(key) for key in keys]
        if None in at:
            at = [self._place(key) for key in keys]
        rows = self._table[np.array(at, dtype=np.intp)]
        return Usual(
            rows[:, 0].astype(np.intp),
            rows[:, 1].astype(np.intp),
            rows[:, 2],
            rows[:, 3],
            rows[:, 4:6].T,
            rows[:, 6:8].T,
        )

    def usual_of(self, key: Key) -> tuple[int, int, float, float, float, float, float, float]:
        """The same for one series: root, level, shape, weight, small counts of a day, of a week, unevenness of a day, of a week."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = self._usual_of(*key)
        return found

    def _place(self, key: Key) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._places)
            if place >= len(self._table):
                self.__dict__["_table"] = np.concatenate([self._table, np.zeros_like(self._table)])
            self._table[place] = self.usual_of(key)
        return place

    def _usual_of(self, region: str, measure: str) -> tuple[int, int, float, float, float, float, float, float]:
        share = self.shares.get(region)
        level = level_of(region)
        if share is None:
            share = self.shares.get(level, 1.0)
        rate = max(self.rates.get(measure, self.spare_rate) * share, LEAST_RATE)
        spread = self.groups[group_of(region, measure)]
        return (
            self._roots.get(root_of(measure), 0),
            LEVELS.index(level),
            spread.shape,
            spread.shape / rate,
            spread.day,
            spread.week,
            spread.uneven_day,
            spread.uneven_week,
        )

    def exposures(self, first: date, n_days: int, known_on: date) -> Floats:
        """Factor × share known of each day at the end of ``known_on``, by root measure, shape (n_roots, n_days); row 0 is all measures."""
        return self.factors_of(first, n_days) * self.known(first, n_days, known_on)

    def factors_of(self, first: date, n_days: int) -> Floats:
        """Factor of each day, by root measure, shape (n_roots, n_days)."""
        return self._factors[:, day_kinds(first, n_days)]

    def known(self, first: date, n_days: int, known_on: date) -> Floats:
        """Share of each day's events known at the end of ``known_on``, by root measure, shape (n_roots, n_days)."""
        delay = (known_on - first).days - np.arange(n_days)
        return self._completeness[:, np.clip(delay, 0, self._completeness.shape[1] - 1)]

    def root_row(self, measure: str) -> int:
        """Row of a measure in ``exposures``."""
        return self._roots.get(root_of(measure), 0)

    def exposure_of(self, root: int, first: date, n_days: int, known_on: date) -> tuple[Floats, float]:
        """Exposures of one root measure, kept for the next event, and the share known of the last day."""
        key = (root, first, n_days, known_on)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            kinds = day_kinds(first, n_days)
            delay = (known_on - first).days - np.arange(n_days)
            known = self._completeness[root, np.clip(delay, 0, self._completeness.shape[1] - 1)]
            found = self._kept[key] = self._factors[root, kinds] * known, float(known[-1])
        return found

    @cached_property
    def _roots(self) -> dict[str, int]:
        """Rows of root measures; "" comes first."""
        return {name: row for row, name in enumerate(sorted({*self.factors, *self.completeness}))}

    @cached_property
    def _factors(self) -> Floats:
        return np.array([self.factors.get(name) or self.factors[""] for name in self._roots])

    @cached_property
    def _completeness(self) -> Floats:
        width = max(map(len, self.completeness.values()))
        shares = [self._shares_known(name) for name in self._roots]
        return np.maximum([[*each, *[1.0] * (width - len(each))] for each in shares], LEAST_COMPLETE)

    def _shares_known(self, root: str) -> tuple[float, ...]:
        found = self.completeness.get(root) or self.completeness.get(root.partition(":")[0])
        return found or self.completeness[""]

    @cached_property
    def _places(self) -> dict[Key, int]:
        return {}

    @cached_property
    def _numbers(self) -> dict[Key, tuple[int, int, float, float, float, float, float, float]]:
        return {}

    @cached_property
    def _table(self) -> Floats:
        return np.zeros((256, 8))

    @cached_property
    def _kept(self) -> dict[tuple[int, date, int, date], tuple[Floats, float]]:
        return {}

    def alphas(self, span_days: int) -> Floats:
        """By level, p-value below which a count of so many days is a signal, shape (len(LEVELS),)."""
        by_level = self.alpha_day if span_days == 1 else self.alpha_week
        return np.array([by_level[level] for level in LEVELS])

    def recurrence_days(self, p_value: float, region: str, span_days: int) -> float:
        """Days between signals this unusual in the county, were there nothing but chance and each level of regions watched alike."""
        chances = (self.chance_day if span_days == 1 else self.chance_week)[level_of(region)]
        p = min(max(p_value, 1e-300), 1.0)
        logs = np.log(np.maximum(chances, 1e-300))
        beyond = min(
            np.log(p) - np.log(P_GRID[-1]), 0.0
        )  # past the grid a tenth of the p-value is a tenth of the chance
        log_chance = float(np.interp(-np.log(p), -np.log(P_GRID), logs)) + beyond
        return float(np.exp(min(-log_chance, 600.0)) / len(LEVELS))


def default_profile(settings: TrendTable) -> Profile:
    """Profile of a county without history: the policy's factors, everything known at once."""
    spread = Spread(
        settings.prior_shape,
        settings.dispersion_day,
        settings.dispersion_week,
        settings.unevenness,
        settings.unevenness,
    )
    return Profile(
        day=None,
        history_days=0,
        n_series=0,
        factors={"": settings.day_factors.by_kind},
        completeness={"": (1.0,)},
        rates={},
        shares={},
        groups={f"{level}.{depth}": spread for level in LEVELS for depth in DEPTHS},
        spare_rate=settings.prior_rate,
        chance_day=dict.fromkeys(LEVELS, tuple(p * UNLEARNT_SERIES for p in P_GRID)),
        chance_week=dict.fromkeys(LEVELS, tuple(p * UNLEARNT_SERIES for p in P_GRID)),
        alpha_day=dict.fromkeys(LEVELS, settings.greatest_alpha / UNLEARNT_SERIES),
        alpha_week=dict.fromkeys(LEVELS, settings.greatest_alpha / UNLEARNT_SERIES),
    )
