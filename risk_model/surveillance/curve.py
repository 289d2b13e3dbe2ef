"""The curve behind a warning: counts of a series, what was expected of them, the bound, and which of them are above it."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from risk_model.surveillance.entities import Trend
from risk_model.surveillance.judging import WEEK, YEARS, judge, judge_years
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.window import CountWindow

_YEAR_DAYS = 365


class CurvePoint(NamedTuple):
    """A period of the curve; ``day`` is its last. Expected and upper are None where the record was too short to judge.

    Attributes:
        said: whether these are the figures a trend event gave, rather than ones worked out now.
    """

    day: date
    observed: int
    expected: float | None
    upper: float | None
    p_value: float | None
    said: bool = False

    @property
    def alarm(self) -> bool:
        """Whether the count is above its bound."""
        return self.upper is not None and self.observed > self.upper


def trend_curve(
    trend: Trend,
    window: CountWindow,
    last: date,
    periods: int,
    known_on: date,
    profile: Profile | None,
    settings: TrendTable,
) -> list[CurvePoint]:
    """Curve of a trend's series.

    Args:
        trend: whose series, period and method; what its events said is shown as they said it.
        window: counts of the series (of its regions together, for a cluster).
        last: last day of the newest period.
        periods: how many, oldest first: one a day; trailing weeks too are shown one a week.
        known_on: the county's clock.
        profile: what was usual when the trend was detected.
        settings: the policy's.
    """
    said = {point.day: point for point in trend.points}
    step = trend.period_days
    ends = sorted({last - timedelta(days=step * back) for back in range(periods)} | {d for d in said if d <= last})
    found: list[CurvePoint] = []
    for end in ends:
        if (point := said.get(end)) is not None:
            found.append(CurvePoint(end, point.observed, point.expected, point.upper, point.p_value, said=True))
        else:
            found.append(_worked_out(trend, window, end, known_on, profile, settings))
    return found


def _worked_out(
    trend: Trend, window: CountWindow, end: date, known_on: date, profile: Profile | None, settings: TrendTable
) -> CurvePoint:
    counts = window.matrix(end.toordinal())
    n_days = counts.shape[1]
    row = window.row(trend.region, trend.measure)
    if row is None or n_days < trend.period_days:
        return CurvePoint(end, 0, None, None, None)
    observed = int(counts[row, n_days - trend.period_days :].sum())
    first, at = end - timedelta(days=n_days - 1), n_days - 1
    if trend.regions or n_days < (settings.min_history_days if trend.period_days == 1 else settings.week_history_days):
        return CurvePoint(end, observed, None, None, None)
    known = max(known_on, end)
    if trend.method == YEARS:
        if n_days < (settings.years * _YEAR_DAYS) + 4 * WEEK:
            return CurvePoint(end, observed, None, None, None)
        judged = judge_years(window.keys, counts, first, np.array([row]), at, known, profile, settings)
    else:
        rows, ends = np.array([row]), np.array([at])
        judged = judge(window.keys, counts, first, rows, ends, trend.period_days, known, profile, settings)
    return CurvePoint(end, observed, float(judged.expected[0]), float(judged.upper[0]), float(judged.p_value[0]))
