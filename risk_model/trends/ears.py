"""EARS C1, C2 and C3 (Hutwagner et al. 2003) for many daily series at once: a short moving baseline, nothing to fit.

C1's baseline ends the day before, C2's two guard days earlier, so that a rise of several days does not hide itself; C3 adds up by how
much C2 was exceeded over the last three days. ``alpha`` is one-sided: C1 and C2 alarm above ``mean + z(1 - alpha) * sd``.

Where this differs from ``earsC`` of R's surveillance 1.20.3, ``r_compatible`` chooses R's way (C1 and C2 are the same in both):

* *C3's days*: Hutwagner's sum is over the day itself and the two before it. R's bound is ``y + sd * (z - sum)`` with the sum over the two days
  before only, so the day's own count never decides and alarms come a day late.
* *A constant baseline (sd 0)*: in R C2 becomes 0/0 or infinite and C3 is missing for up to three days. Here a count equal to a constant
  baseline exceeds it by nothing, a count above it exceeds it without limit, so C3 is never missing after its start; ``min_sd`` above 0
  is the way to be less touchy on sparse series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtri

from risk_model.trends.bounds import Bounds, Counts, Floats, count_matrix

GUARD_DAYS = 2  # of C2 and C3
SUMMED_DAYS = 3  # of C3


def c2_upper(baseline: Sequence[int], sd_factor: float, min_sd: float) -> tuple[float, float]:
    """Expected count and upper bound of today, for one series.

    Args:
        baseline: counts of the baseline days (at least two).
        sd_factor: standard deviations above the mean that are still usual (3 in EARS).
        min_sd: least standard deviation, so that an all-zero or constant baseline does not make one event an alarm.

    Returns:
        ``(mean, upper)``.
    """
    n = len(baseline)
    if n < 2:
        raise ValueError(
            f"EARS C2 需要至少 2 天基线，收到 {n} 天 / EARS C2 needs a baseline of at least 2 days, got {n}"
        )
    mean = sum(baseline) / n
    sd = sqrt(sum((count - mean) ** 2 for count in baseline) / (n - 1))
    return mean, mean + sd_factor * max(sd, min_sd)


@dataclass(frozen=True, slots=True)
class EarsSettings:
    """Settings of one EARS method.

    Args:
        alpha: one-sided tail of the normal law, in (0, 0.5].
        baseline: days of the baseline, at least 2.
        min_sd: least standard deviation, in cases.
    """

    alpha: float
    baseline: int = 7
    min_sd: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= 0.5:
            raise ValueError(f"alpha 应在 (0, 0.5]，收到 {self.alpha} / alpha must lie in (0, 0.5], got {self.alpha}")
        if self.baseline < 2:
            raise ValueError(
                f"基线至少 2 天，收到 {self.baseline} / baseline must be 2 days or more, got {self.baseline}"
            )
        if self.min_sd < 0:
            raise ValueError(f"min_sd 不能为负，收到 {self.min_sd} / min_sd must not be negative, got {self.min_sd}")

    @property
    def z(self) -> float:
        """Upper ``alpha`` point of the standard normal law."""
        return float(ndtri(1 - self.alpha))


C1 = C2 = EarsSettings(alpha=0.001)
C3 = EarsSettings(alpha=0.025)


def moving_baseline(counts: Counts, days: int, guard_days: int) -> tuple[Floats, Floats]:
    """Mean and sample standard deviation of the baseline of each day.

    Sums are of whole numbers, so a constant baseline has a standard deviation of exactly 0.

    Args:
        counts: shape (n_series, n_days).
        days: days of the baseline, at least 2.
        guard_days: days between the baseline and each day's eve.

    Returns:
        ``(mean, sd)``, both of the shape of ``counts``; NaN on the first ``days + guard_days`` days.
    """
    n_days = counts.shape[1]
    mean, sd = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    start = days + guard_days
    if n_days <= start:
        return mean, sd
    used = counts[:, : n_days - 1 - guard_days]
    sums, squares = _moving_sum(used, days), _moving_sum(used * used, days)
    mean[:, start:] = sums / days
    sd[:, start:] = np.sqrt((days * squares - sums * sums) / (days * (days - 1)))
    return mean, sd


def _moving_sum(counts: Counts, days: int) -> Counts:
    total = np.zeros((counts.shape[0], counts.shape[1] + 1), dtype=np.int64)
    np.cumsum(counts, axis=1, out=total[:, 1:])
    return total[:, days:] - total[:, :-days]


def c1(counts: Counts, settings: EarsSettings = C1) -> Bounds:
    """C1 of every series and day, shape (n_series, n_days); NaN on the first ``baseline`` days."""
    return _normal_bound(count_matrix(counts), settings, guard_days=0)


def c2(counts: Counts, settings: EarsSettings = C2) -> Bounds:
    """C2 of every series and day, shape (n_series, n_days); NaN on the first ``baseline + 2`` days."""
    return _normal_bound(count_matrix(counts), settings, guard_days=GUARD_DAYS)


def _normal_bound(counts: Counts, settings: EarsSettings, guard_days: int) -> Bounds:
    mean, sd = moving_baseline(counts, settings.baseline, guard_days)
    return Bounds(mean, mean + settings.z * np.maximum(sd, settings.min_sd))


def c3(counts: Counts, settings: EarsSettings = C3, *, r_compatible: bool = False) -> Bounds:
    """C3 of every series and day: an alarm when ``max(0, C2 - 1)`` of the day and the two before add up to more than ``z``.

    Where the two days before are already too much, the bound is 0: any case is an alarm.

    Args:
        counts: shape (n_series, n_days).
        settings: baseline, alpha, least standard deviation.
        r_compatible: the day's own count left out and missing values as in R (see above).

    Returns:
        Bounds of the shape of ``counts``; NaN on the first ``baseline + 4`` days.
    """
    counts = count_matrix(counts)
    mean, sd = moving_baseline(counts, settings.baseline, GUARD_DAYS)
    np.maximum(sd, settings.min_sd, out=sd)
    upper = np.full(counts.shape, np.nan)
    start = settings.baseline + GUARD_DAYS + SUMMED_DAYS - 1
    if counts.shape[1] <= start:
        return Bounds(mean, upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = np.maximum((counts - mean) / sd - 1, 0.0)  # keeps NaN
        if not r_compatible:
            np.nan_to_num(excess, copy=False, nan=0.0, posinf=np.inf)
        before = excess[:, start - 2 : -2] + excess[:, start - 1 : -1]
        left = settings.z - before
        if r_compatible:
            upper[:, start:] = np.maximum(counts[:, start:] + sd[:, start:] * left, 0.0)
        else:
            upper[:, start:] = np.where(left < 0, 0.0, mean[:, start:] + sd[:, start:] * (1 + np.maximum(left, 0.0)))
    return Bounds(mean, upper)
