"""How well a detector finds simulated outbreaks: detection, delay and false alarms, with confidence intervals that know that weeks of one series belong together."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from risk_model.trends.bounds import Flags, Floats

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Outbreaks:
    """One outbreak a series, as indices into the weeks that are judged.

    Args:
        first: first week of each, shape (n_series,).
        last: last week of each, shape (n_series,).
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def weeks(self, n_weeks: int) -> Flags:
        """Whether each week belongs to the outbreak, shape (n_series, n_weeks)."""
        week = np.arange(n_weeks)
        inside: Flags = (week >= self.first[:, None]) & (week <= self.last[:, None])
        return inside


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % confidence interval; NaN where there is nothing to tell."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What each series contributes, all of shape (n_series,).

    Args:
        false_alarms: alarms outside the outbreak.
        quiet_weeks: weeks outside it.
        true_alarms: alarms within it.
        outbreak_weeks: weeks of it.
        detected: 1 where it had an alarm.
        at_once: 1 where its first week had one.
        delay: weeks from its first week to its first alarm, NaN where missed.
    """

    false_alarms: Floats
    quiet_weeks: Floats
    true_alarms: Floats
    outbreak_weeks: Floats
    detected: Floats
    at_once: Floats
    delay: Floats

    @classmethod
    def of(cls, alarms: Flags, outbreaks: Outbreaks) -> "Tally":
        """Count.

        Args:
            alarms: shape (n_series, n_weeks).
            outbreaks: one a series.
        """
        inside = outbreaks.weeks(alarms.shape[1])
        within = alarms & inside
        detected = within.any(axis=1)
        rows = np.arange(len(alarms))
        return cls(
            (alarms & ~inside).sum(axis=1).astype(float),
            (~inside).sum(axis=1).astype(float),
            within.sum(axis=1).astype(float),
            inside.sum(axis=1).astype(float),
            detected.astype(float),
            alarms[rows, outbreaks.first].astype(float),
            np.where(detected, within.argmax(axis=1) - outbreaks.first, np.nan),
        )

    def select(self, rows: Flags) -> "Tally":
        """Some of the series."""
        return Tally(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @property
    def false_positive_rate(self) -> Estimate:
        """False alarms over weeks without outbreak."""
        return ratio(self.false_alarms, self.quiet_weeks)

    @property
    def probability_of_detection(self) -> Estimate:
        """Outbreaks with at least one alarm."""
        return ratio(self.detected, np.ones_like(self.detected))

    @property
    def first_week_detection(self) -> Estimate:
        """Outbreaks with an alarm in their first week."""
        return ratio(self.at_once, np.ones_like(self.at_once))

    @property
    def predictive_value(self) -> Estimate:
        """Alarms that lie within an outbreak."""
        return ratio(self.true_alarms, self.true_alarms + self.false_alarms)

    @property
    def mean_delay(self) -> Estimate:
        """Weeks to the first alarm, of the detected."""
        known = self.delay[~np.isnan(self.delay)]
        return ratio(known, np.ones_like(known))


def ratio(above: Floats, below: Floats) -> Estimate:
    """Ratio of two sums over series, its interval by linearisation over series."""
    total = float(below.sum())
    if total == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    value = float(above.sum()) / total
    n = len(above)
    spread = sqrt(float(np.sum((above - value * below) ** 2)) * n / max(n - 1, 1)) / total
    return Estimate(value, value - Z95 * spread, value + Z95 * spread)


def difference(one: Tally, other: Tally, figure: Callable[[Tally], tuple[Floats, Floats]]) -> Estimate:
    """Difference of a ratio between two detectors on the same series, paired.

    Args:
        one: tally of the first.
        other: tally of the second.
        figure: numerator and denominator of the ratio, each of shape (n_series,).
    """
    (above, below), (above_other, below_other) = figure(one), figure(other)
    value, value_other = float(above.sum() / below.sum()), float(above_other.sum() / below_other.sum())
    influence = (above - value * below) / below.sum() - (above_other - value_other * below_other) / below_other.sum()
    n = len(influence)
    spread = sqrt(float(np.sum(influence**2)) * n / max(n - 1, 1))
    return Estimate(value - value_other, value - value_other - Z95 * spread, value - value_other + Z95 * spread)


def detection(tally: Tally) -> tuple[Floats, Floats]:
    """For ``difference``: outbreaks detected."""
    return tally.detected, np.ones_like(tally.detected)


def false_alarm(tally: Tally) -> tuple[Floats, Floats]:
    """For ``difference``: false alarms a quiet week."""
    return tally.false_alarms, tally.quiet_weeks
