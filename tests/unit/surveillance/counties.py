"""Made-up counties whose truth is known: rates by region and measure, kinds of day, delays of reports."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from risk_model.surveillance.calendar import DayKind
from risk_model.surveillance.learning import learn
from risk_model.surveillance.peers import Key
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.settings import TrendTable
from tests.disputes import rules

FIRST = date(2026, 3, 2)  # a Monday
COUNTY = "379001"
TABLE: TrendTable = rules().policy.trend
FACTORS = dict.fromkeys(DayKind, 1.0) | {DayKind.AFTER_WEEKEND: 1.8, DayKind.WEEKEND: 0.5, DayKind.HOLIDAY: 0.4}


class County(NamedTuple):
    """Series, their counts and the delays of their reports."""

    keys: list[Key]
    counts: np.ndarray
    triangle: np.ndarray
    first: date

    def learnt(self, days: int | None = None, previous: Profile | None = None) -> Profile:
        """Its profile after so many days."""
        counts, triangle = self.counts[:, :days], self.triangle[:days]
        age = np.arange(len(triangle))[::-1, None]
        known = triangle * (age >= np.arange(triangle.shape[1]))
        return learn(self.keys, counts, self.first, {"": known}, TABLE, previous)


def county(
    seed: int,
    days: int = 112,
    per_day: float = 12.0,
    *,
    first: date = FIRST,
    dispersion: float = 1.0,
    delays: tuple[float, ...] = (1.0,),
    townships: int = 6,
    categories: int = 8,
) -> County:
    """A county whose categories differ tenfold and whose townships differ as 1 to their number; every series is (negative binomial or) Poisson."""
    rng = np.random.default_rng(seed)
    share = np.arange(1, townships + 1) / np.arange(1, townships + 1).sum()
    rate = np.geomspace(1.0, 10.0, categories)
    rate *= per_day / rate.sum()
    factor = np.array([FACTORS[DayKind(kind)] for kind in TABLE.kinds.of(first, days)])
    mean = share[:, None, None] * rate[:, None] * factor
    if dispersion > 1:
        mean = mean * 0 + rng.gamma(mean / (dispersion - 1), dispersion - 1)
    events = rng.poisson(mean)
    regions = [COUNTY, *(f"{COUNTY}{n:03d}" for n in range(1, townships + 1))]
    counts = np.concatenate([events.sum(axis=0, keepdims=True), events])
    keys = [(region, f"category:{name}") for region in regions for name in range(categories)]
    delay = rng.multinomial(events.sum(axis=(0, 1)), delays)
    return County(keys, counts.reshape(-1, days), delay, first)


def day(ahead: int) -> date:
    """A day of the county's record."""
    return FIRST + timedelta(days=ahead)
