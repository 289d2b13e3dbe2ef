"""The profile of a county: what is usual there, learnt from its own history. Stored in an event, so it is small and exact.

A series is (region key, measure). What is usual for it is built from few numbers: the rate of its measure in the county, the region's
share of the county, factors of kinds of day by measure, and how far series of its kind stray from that.
"""

from datetime import date
from functools import cached_property

import msgspec
import numpy as np

from risk_model.surveillance.calendar import day_kinds
from risk_model.surveillance.settings import TrendTable
from risk_model.trends.bounds import Floats

P_GRID = tuple(10.0 ** (-step / 2) for step in range(2, 21))  # p-values at which the number of chance signals is kept
LEVELS = ("county", "township", "community")
DEPTHS = ("category", "class", "subclass")
UNLEARNT_SERIES = 100.0  # series a county without a profile is taken to have
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


class Usual(msgspec.Struct, frozen=True):
    """What is usual for one series: its root, prior rate a unit of exposure and spread."""

    root: str
    rate: float
    spread: Spread


class Profile(msgspec.Struct, frozen=True, dict=True):
    """What is usual in a county.

    Attributes:
        day: last closed day it was learnt from; None before there is history.
        history_days: days it was learnt from.
        n_series: series watched.
        factors: by root measure, ``""`` for all, factor of each ``DayKind``.
        completeness: by root measure, ``""`` for all, share of a day's events known after 0, 1, 2 … days.
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

    def usual(self, key: tuple[str, str]) -> Usual:
        """What is usual for a series."""
        known = self._usual.get(key)
        if known is None:
            known = self._usual[key] = self._usual_of(*key)
        return known

    def _usual_of(self, region: str, measure: str) -> Usual:
        root = root_of(measure)
        share = self.shares.get(region)
        if share is None:
            share = self.shares.get(level_of(region), 1.0)
        rate = self.rates.get(measure, self.spare_rate) * share
        return Usual(root, max(rate, 1e-6), self.groups[group_of(region, measure)])

    def exposures(self, root: str, first: date, n_days: int, known_on: date) -> Floats:
        """Factor × completeness of each day as known at the end of ``known_on``, shape (n_days,)."""
        key = (root, first, n_days, known_on)
        found = self._exposures.get(key)
        if found is None:
            if len(self._exposures) > 4096:
                self._exposures.clear()
            found = self._exposures[key] = self._exposures_of(root, first, n_days, known_on)
        return found

    def known(self, root: str, first: date, n_days: int, known_on: date) -> Floats:
        """Share of each day's events known at the end of ``known_on``, shape (n_days,)."""
        shares = np.array(self.completeness.get(root) or self.completeness[""])
        delay = (known_on - first).days - np.arange(n_days)
        known = np.where(delay < 0, 0.0, shares[np.clip(delay, 0, len(shares) - 1)])
        return np.asarray(np.maximum(known, LEAST_COMPLETE))

    def _exposures_of(self, root: str, first: date, n_days: int, known_on: date) -> Floats:
        factors = np.array(self.factors.get(root) or self.factors[""])[day_kinds(first, n_days)]
        return np.asarray(factors * self.known(root, first, n_days, known_on))

    @cached_property
    def _usual(self) -> dict[tuple[str, str], Usual]:
        return {}

    @cached_property
    def _exposures(self) -> dict[tuple[str, date, int, date], Floats]:
        return {}

    def alpha(self, region: str, span_days: int) -> float:
        """p-value below which a count of so many days of a region is a signal."""
        return (self.alpha_day if span_days == 1 else self.alpha_week)[level_of(region)]

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
