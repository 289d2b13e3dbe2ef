"""The original algorithm of Farrington et al. (1996) for many series at once.

As Farrington Flexible without seasonal blocks: only the same weeks of earlier years are compared with, past outbreaks are weighed down from an
Anscombe residual of 1, the trend must be significant, and the bound is that of the transformed count, two-sided: at ``alpha`` 0.05 a
count is above it with probability 0.025. Equal to ``farrington`` of R's surveillance 1.20.3, see docs/detectors.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from risk_model.trends.bounds import Counts
from risk_model.trends.farrington_flexible import FlexibleBounds, FlexibleSettings, farrington_flexible
from risk_model.trends.weekly import Season


@dataclass(frozen=True, slots=True)
class FarringtonSettings:
    """Settings; the defaults are those of the paper.

    Args:
        years: years back (R: ``b``).
        half_width: periods on each side of the same period of a year (R: ``w``).
        periods: periods a year.
        alpha: two-sided probability outside the bounds, in (0, 1].
        residual_limit: Anscombe residual above which past weeks are weighed down; None for no reweighting.
        trend_p: the trend is kept when its p-value is below; 0 never fits one.
        power: transformation of the count.
        least_cases: fewer cases than this over ``least_cases_periods`` are never an alarm.
        least_cases_periods: the current period and those before it over which ``least_cases`` are counted.
    """

    years: int = 5
    half_width: int = 3
    periods: int = 52
    alpha: float = 0.05
    residual_limit: float | None = 1.0
    trend_p: float = 0.05
    power: float = 2 / 3
    least_cases: int = 5
    least_cases_periods: int = 4

    def flexible(self) -> FlexibleSettings:
        """The same as settings of the flexible algorithm."""
        return FlexibleSettings(
            season=Season(
                self.years, self.half_width, self.periods, blocks=1, skipped=self.half_width, calendar_time=False
            ),
            alpha=self.alpha / 2,
            threshold="delta",
            residual_limit=self.residual_limit,
            trend_p=self.trend_p,
            power=self.power,
            least_cases=self.least_cases,
            least_cases_periods=self.least_cases_periods,
        )


def farrington(
    counts: Counts,
    times: Sequence[int],
    settings: FarringtonSettings | None = None,
    *,
    dates: Sequence[date] | None = None,
) -> FlexibleBounds:
    """Judge every series at the given times.

    Args:
        counts: shape (n_series, n_periods).
        times: periods to judge, 0-based.
        settings: see ``FarringtonSettings``.
        dates: first day of each period; when given, reference weeks follow the calendar.

    Returns:
        Bounds of shape (n_series, n_times); ``upper`` is NaN where there are too few cases (R gives 0 there and no alarm).
    """
    return farrington_flexible(counts, times, (settings or FarringtonSettings()).flexible(), dates=dates)
