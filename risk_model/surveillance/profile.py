"""The profile of a county: what is usual there, learnt from its own history. Stored in an event, so it is small and exact.

A series is (region key, measure). What is usual for it is built from few numbers: the rate of its measure in the county, the region's
share of the county, factors of kinds of day by measure, and how far series of its kind stray from that.
"""

from datetime import date
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np

from risk_model.surveillance.calendar import DayKinds
from risk_model.surveillance.peers import DEPTHS, LEVELS, level_of, root_of
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.usual import Spread, UsualTable
from risk_model.trends.bounds import Floats

P_GRID = tuple(10.0**-step for step in range(1, 11))  # p-values at which the number of chance signals is kept
UNLEARNT_SERIES = 100.0  # series a county without a profile is taken to have
LEAST_COMPLETE = 0.02  # a day of which less is known is judged as if so much were: it has nothing to compare yet
MOST_KEPT = 256  # days and days of knowledge for which exposures are kept


class Exposure(NamedTuple):
    """By root measure: exposures of a baseline together and of its busiest day, of the judged day, and the share known of that day."""

    base: list[float]
    peak: list[float]
    judged: list[float]
    share: list[float]


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

    @cached_property
    def usual(self) -> UsualTable:
        """What is usual for single series."""
        return UsualTable(self._roots, self.rates, self.shares, self.groups, self.spare_rate)

    def exposures(self, first: date, n_days: int, known_on: date, kinds: DayKinds) -> Floats:
        """Factor × share known of each day at the end of ``known_on``, by root measure, shape (n_roots, n_days); row 0 is all measures."""
        return self.factors_of(first, n_days, kinds) * self.known(first, n_days, known_on)

    def factors_of(self, first: date, n_days: int, kinds: DayKinds) -> Floats:
        """Factor of each day, by root measure, shape (n_roots, n_days)."""
        return self._factors[:, kinds.of(first, n_days)]

    def known(self, first: date, n_days: int, known_on: date) -> Floats:
        """Share of each day's events known at the end of ``known_on``, by root measure, shape (n_roots, n_days)."""
        delay = (known_on - first).days - np.arange(n_days)
        return self._completeness[:, np.clip(delay, 0, self._completeness.shape[1] - 1)]

    def root_row(self, measure: str) -> int:
        """Row of a measure in ``exposures``."""
        return self._roots.get(root_of(measure), 0)

    def exposure_of(self, since: date, base_days: int, n_days: int, known_on: date, kinds: DayKinds) -> Exposure:
        """Exposures on ``n_days`` days, of which the first ``base_days`` are a baseline and the last is judged; kept: always ask by one calendar."""
        key = (since, base_days, n_days, known_on)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            known = self.known(since, n_days, known_on)
            exposure = self.factors_of(since, n_days, kinds) * known
            base = exposure[:, :base_days]
            parts = base.sum(axis=1), base.max(axis=1, initial=0.0), exposure[:, -1], known[:, -1]
            found = self._kept[key] = Exposure(*(part.tolist() for part in parts))
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
    def _kept(self) -> dict[tuple[date, int, int, date], Exposure]:
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
            float(np.log(p / P_GRID[-1])), 0.0
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
