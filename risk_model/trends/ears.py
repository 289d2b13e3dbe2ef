"""EARS C2 on daily counts (Hutwagner et al. 2003): baseline of seven days, two guard days before today.

The trends issue adds C1, C3, Farrington and others here; this module holds the one detector the backbone needs.
"""

from collections.abc import Sequence
from math import sqrt


def c2_upper(baseline: Sequence[int], sd_factor: float, min_sd: float) -> tuple[float, float]:
    """Expected count and upper bound of today.

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
