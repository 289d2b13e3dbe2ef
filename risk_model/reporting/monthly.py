"""The figures of a month. What was not reported is None, never 0: nothing is made up."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from risk_model.alerts.precision import PrecisionTable
from risk_model.ledger.fulfilment import Answering
from risk_model.reporting.month import Month

Counts = Mapping[tuple[str, str], int]
"""Events by (county, category)."""


class Compared(msgspec.Struct, frozen=True):
    """A count beside the month before and the same month a year ago; None where the record does not reach.

    Attributes:
        partial: whether the record begins within one of the months compared, or the month is not over.
    """

    now: int | None
    before: int | None
    year_ago: int | None
    partial: bool = False

    @property
    def change(self) -> float | None:
        """Share by which it rose (or fell) on the month before; None without one, or from nothing."""
        return _change(self.now, self.before)

    @property
    def year_change(self) -> float | None:
        """As ``change``, on the same month a year ago."""
        return _change(self.now, self.year_ago)


class Row(msgspec.Struct, frozen=True):
    """A row of a table of counts: category or county code."""

    name: str
    count: Compared


class TrendLine(msgspec.Struct, frozen=True):
    """A count that was unusual in the month, with its newest figures (day, observed, expected, upper), oldest first."""

    alert_id: str | None
    kind: str
    region: str
    measure: str
    status: str
    first_day: date
    points: tuple[tuple[date, int, float, float], ...]


class MatterLine(msgspec.Struct, frozen=True):
    """A matter with events in the month: how many of all, people and amount as the largest single report says."""

    matter_id: str
    title: str
    category: str
    county: str
    level: int
    events: int
    events_in_all: int
    sources: int
    people: int
    amount_fen: int


class AlertLine(msgspec.Struct, frozen=True):
    """A systemic or regional alert of the month."""

    alert_id: str
    kind: str
    level: int
    title: str
    county: str
    status: str
    reasons: tuple[str, ...]


class AlertFigures(msgspec.Struct, frozen=True):
    """Alerts whose cause occurred in the month: by level, by kind, and how they stand now."""

    by_level: Mapping[int, int]
    by_kind: Mapping[str, int]
    by_status: Mapping[str, int]


class Share(msgspec.Struct, frozen=True):
    """A rate: so many of so many; ``why`` says why there is none.

    Attributes:
        part, whole: None when it cannot be told.
    """

    part: int | None
    whole: int | None
    why: str = ""

    @property
    def share(self) -> float | None:
        """In [0, 1]; None when it cannot be told."""
        return self.part / self.whole if self.part is not None and self.whole else None


class SuitLine(msgspec.Struct, frozen=True):
    """Suits filed for each ten thousand residents of a county (万人起诉率); None where the registry has no population."""

    county: str
    filed: int | None
    population: int | None

    @property
    def per_ten_thousand(self) -> float | None:
        """Suits filed in the month for each 10,000 residents."""
        known = self.filed is not None and self.population
        return self.filed * 10_000 / self.population if known else None  # type: ignore[operator]  # both known here


class CourtCase(msgspec.Struct, frozen=True):
    """An administrative case that courts reported in the month: decided, lost, whether the agency's head appeared (None: not said)."""

    case_number: str
    lost: bool
    appeared: bool | None


class DutyFigures(msgspec.Struct, frozen=True):
    """Duties assigned in the month, as they stand now: answered (and not sent back), accepted, withdrawn, open beyond their deadline."""

    assigned: int
    answered: int
    accepted: int
    withdrawn: int
    overdue: int


class MonthlyReport(msgspec.Struct, frozen=True):
    """The report.

    Attributes:
        complete: whether the month is over and every county's days of it are closed.
        total, categories, counties: events reported, by the day they happened.
        lost: suits that agencies lost, of administrative cases decided (败诉率).
        appeared: hearings at which the head of the agency appeared (出庭应诉率).
        duties: of offices, from plans and conferences.
        requests, offices: requests of the 府院 ledger made in the month: in all, and by the office asked (never by who asked).
        precision: of alerts whose cause occurred in the month, as they were closed by now.
    """

    month: str
    complete: bool
    total: Compared
    categories: tuple[Row, ...]
    counties: tuple[Row, ...]
    alerts: AlertFigures
    trends: tuple[TrendLine, ...]
    wide: tuple[AlertLine, ...]
    matters: tuple[MatterLine, ...]
    suits: tuple[SuitLine, ...]
    lost: Share
    appeared: Share
    precision: PrecisionTable
    duties: DutyFigures
    requests: Answering
    offices: tuple[Answering, ...]


def compare(
    counts: Sequence[Counts], months: Sequence[Month], records: Mapping[str, date], newest: date | None
) -> tuple[Compared, tuple[Row, ...], tuple[Row, ...]]:
    """In all, by category and by county, the largest first.

    Args:
        counts: of the month, the month before, the month a year ago.
        months: these three.
        records: first day of each county's record.
        newest: the newest day on record; None when there is none.
    """
    counties = sorted({*records, *(county for found in counts for county, _ in found)})
    reach = {county: [_reaches(records.get(county), month, newest) for month in months] for county in counties}
    by_county = [
        Row(county, _compared([_sum(found, county=county) for found in counts], [reach[county]])) for county in counties
    ]
    names = sorted({category for found in counts for _, category in found})
    every = list(reach.values())
    by_category = [Row(name, _compared([_sum(found, category=name) for found in counts], every)) for name in names]
    total = _compared([sum(found.values()) for found in counts], every)
    return total, _largest(by_category), _largest(by_county)


def losses(cases: Sequence[CourtCase]) -> Share:
    """败诉率: agencies lost so many of the administrative cases that courts reported as decided.

    Losses alone say nothing of the whole: without the judgments that were not lost there is no rate.
    """
    lost = sum(case.lost for case in cases)
    if not cases:
        return Share(None, None, "本月没有收到行政案件的判决或行政败诉")
    if lost == len(cases):
        return Share(lost, None, "只收到行政败诉，没有收到行政案件的判决，无从计算比例")
    return Share(lost, len(cases))


def appearances(cases: Sequence[CourtCase]) -> Share:
    """出庭应诉率: among the cases of which courts said whether the head of the agency appeared."""
    said = [case for case in cases if case.appeared is not None]
    if not said:
        return Share(None, None, "上报的行政案件没有写明负责人是否出庭")
    return Share(sum(bool(case.appeared) for case in said), len(said))


def _reaches(begins: date | None, month: Month, newest: date | None) -> float:
    """How much of a month a record covers: 0 none, 1 all, between them a part."""
    if begins is None or newest is None or begins > month.last_day or newest < month.first_day:
        return 0.0
    return 1.0 if begins <= month.first_day and newest >= month.last_day else 0.5


def _compared(values: Sequence[int], reach: Sequence[Sequence[float]]) -> Compared:
    """A count is known where any record reaches; it is partial where one of several does not reach as far."""
    covered = [[row[place] for row in reach] for place in range(len(values))]
    shown = [value if value or any(found) else None for value, found in zip(values, covered, strict=True)]
    partial = any(
        value is not None and any(part < 1 for part in found) for value, found in zip(shown, covered, strict=True)
    )
    return Compared(shown[0], shown[1], shown[2], partial)


def _sum(found: Counts, county: str | None = None, category: str | None = None) -> int:
    return sum(n for (c, k), n in found.items() if county in (None, c) and category in (None, k))


def _largest(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-(row.count.now or 0), -(row.count.before or 0), row.name)))


def _change(now: int | None, before: int | None) -> float | None:
    return None if now is None or not before else now / before - 1
