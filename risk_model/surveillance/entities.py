"""What the fold knows of a county's surveillance: its clock, what is usual there, and the trends it has."""

from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from risk_model.surveillance.profile import Profile


class Followed(NamedTuple):
    """A trend a county still follows: one that is open, or that late reports may open again."""

    trend_id: str
    cleared_on: date | None = None


class RaisedAlert(NamedTuple):
    """A trend alert of a county: when it was raised, and whether the budget counts it."""

    alert_id: str
    day: date
    budgeted: bool


class County(msgspec.Struct):
    """A county's clock and baseline.

    Attributes:
        day: the local day its clock shows: all earlier days are closed; None before its first event.
        first_day: day from which the record is complete: that of the first report, or an earlier one that an operator named.
        counted: events counted.
        profile: what is usual, as last learnt on ``learnt``.
        trends: those that are open, or were cleared not long ago.
        alerts: trend alerts that the budget still looks at, or a new trend may still join.
    """

    county: str
    day: date | None = None
    first_day: date | None = None
    counted: int = 0
    version: int = 0
    profile: Profile | None = None
    learnt: date | None = None
    trends: list[Followed] = []
    alerts: list[RaisedAlert] = []


class TrendPoint(NamedTuple):
    """Figures of one period of a trend, as last revised; ``day`` is its last day."""

    day: date
    observed: int
    expected: float
    upper: float
    p_value: float
    recurrence_days: float

    @property
    def above(self) -> bool:
        """Whether the count is above its bound."""
        return self.observed > self.upper


class Trend(msgspec.Struct):
    """An episode of counts above what history explains.

    Attributes:
        kind: ``emerging``, ``trending`` or ``regional``.
        points: figures by period, oldest first.
        status: ``open`` or ``cleared``.
        revisions: how often its figures changed.
    """

    trend_id: str
    kind: str
    region: str
    measure: str
    period_days: int
    method: str
    day: date
    history: list[int]
    points: list[TrendPoint]
    dispute_ids: list[str]
    alert_id: str | None = None
    held: str = ""
    regions: list[str] = []
    status: str = "open"
    revisions: int = 0
    version: int = 0

    @property
    def last_day(self) -> date:
        """Last day of the newest period above its bound; its first day when late reports took all of them back."""
        return max((point.day for point in self.points if point.above), default=self.day)

    @property
    def days(self) -> list[date]:
        """Every day of the periods above their bounds, the first period whatever became of it."""
        ends = {self.day, *(point.day for point in self.points if point.above)}
        return sorted({end - timedelta(days=back) for end in ends for back in range(self.period_days)})

    @property
    def newest(self) -> TrendPoint:
        """Figures of the newest period."""
        return self.points[-1]

    def point(self, day: date) -> TrendPoint | None:
        """Figures of the period that ends with a day, None when it was not judged."""
        return next((point for point in self.points if point.day == day), None)
