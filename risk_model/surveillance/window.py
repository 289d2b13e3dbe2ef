"""Daily counts of a county's series over the last months, kept in memory and counted on event by event.

They are a copy of what the read models hold, for speed: whoever holds a window compares ``counted`` with the store and makes it anew when it differs.
"""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk_model.series import SUBJECT

Series = tuple[str, str]  # region key, measure
Days = NDArray[np.int32]
_FIRST_ROWS = 64
SLACK_DAYS = 40  # days kept beyond the window, for a day judged after later ones were reported
DELAYS = 29  # days of reporting delay told apart; the last column is that and later


class Report(NamedTuple):
    """A recent event as trends name it, newest report last. ``day`` is a proleptic ordinal."""

    reported_us: int
    dispute_id: str
    day: int
    regions: tuple[str, ...]
    measures: tuple[str, ...]


class CountWindow:
    """Counts of many series over at least the last ``days`` days that have events.

    Attributes:
        counted: events counted in the county so far, whether or not they lie in the window.
        begin: day from which the county's record is complete (proleptic ordinal): what happened earlier was reported in part only, 0 before the first.
        keys: series in the order of the rows of ``matrix``.
        reports: recent events.
    """

    def __init__(self, days: int, counted: int = 0) -> None:
        self.days = days
        self.counted = counted
        self.begin = 0
        self.keys: list[Series] = []
        self.reports: list[Report] = []
        self._rows: dict[Series, int] = {}
        self._base = 0  # day of column 0
        self._counts: Days = np.zeros((_FIRST_ROWS, days + 2 * SLACK_DAYS), dtype=np.int32)
        self._known: dict[str, Days] = {}
        self._blocks: dict[tuple[tuple[str, ...], tuple[str, ...]], NDArray[np.intp]] = {}

    def add(self, regions: Iterable[str], measures: tuple[str, ...], day: int, n: int = 1) -> None:
        """Count ``n`` events of a day in every series of these regions and measures; a day before the window is left out."""
        column = self._column(day)
        if column is None:
            return
        for region in regions:
            for measure in measures:
                row = self._row_of((region, measure))  # before the counts are: it may make room for more
                self._counts[row, column] += n

    def add_event(self, regions: tuple[str, ...], measures: tuple[str, ...], day: int) -> None:
        """Count one event, in every series of its regions and measures at once; kinds of event come again and again."""
        column = self._column(day)
        if column is None:
            return
        rows = self._blocks.get((regions, measures))
        if rows is None:
            found = [self._row_of(series) for series in product(regions, measures)]
            rows = self._blocks[regions, measures] = np.array(found, dtype=np.intp)
        self._counts[:, column][rows] += 1  # a view first: half the time of an index in both

    def arrived(self, measure: str, day: int, known_on: int, n: int = 1) -> None:
        """Count ``n`` events of a day, already counted in their series, that became known on a day: by category, or ``SUBJECT``."""
        column = day - self._base
        if not 0 <= column < self._counts.shape[1]:
            return
        for name in (measure,) if measure == SUBJECT else (measure, ""):
            known = self._known.get(name)
            if known is None:
                known = self._known[name] = np.zeros((self._counts.shape[1], DELAYS), dtype=np.int32)
            known[column, min(max(known_on - day, 0), DELAYS - 1)] += n

    def triangles(self, day: int) -> dict[str, Days]:
        """Events by the day they happened (rows, up to ``day``, as in ``matrix``) and days until they were known (columns).

        By category, ``SUBJECT`` for those with a classification of their source's, ``""`` for all; only those with events.
        """
        start, stop = self.until(day)
        found = {measure: known[start:stop] for measure, known in sorted(self._known.items())}
        return {measure: known for measure, known in found.items() if not measure or known.any()}

    def with_events(self, day: int) -> tuple[list[Series], Days]:
        """Series that have events up to ``day``, in their order, and their counts: the same however they came to be counted."""
        counts = self.matrix(day)
        rows = sorted(np.flatnonzero(counts.any(axis=1)).tolist(), key=lambda row: self.keys[row])
        return [self.keys[row] for row in rows], counts[rows]

    def reach(self, day: int) -> None:
        """Make room for the days up to ``day``, on which nothing may have happened."""
        if self.keys:
            self._column(day)

    def count(self, region: str, measure: str, day: int) -> int:
        """Events of a series on a day; 0 outside the window."""
        row = self._rows.get((region, measure))
        column = day - self._base
        return int(self._counts[row, column]) if row is not None and 0 <= column < self._counts.shape[1] else 0

    def row(self, region: str, measure: str) -> int | None:
        """Row of a series in ``matrix``, None when it has no events."""
        return self._rows.get((region, measure))

    def until(self, day: int) -> tuple[int, int]:
        """Columns of the window that ends with ``day``: (start, stop) for ``slice``; what lies before the memory is left out."""
        stop = min(max(day + 1 - self._base, 0), self._counts.shape[1])
        return min(max(0, stop - self.days, self.begin - self._base), stop), stop

    def of_series(self, row: int, day: int) -> Days:
        """Counts of one series up to ``day``, oldest first, a view of at most ``days`` values."""
        start, stop = self.until(day)
        return self._counts[row, start:stop]

    def matrix(self, day: int) -> Days:
        """Counts of all series up to ``day``, shape (n_series, n_days), oldest first, a view."""
        start, stop = self.until(day)
        return self._counts[: len(self.keys), start:stop]

    def remember(self, report: Report) -> None:
        """Keep an event so that a trend can name it."""
        self.reports.append(report)

    def forget_before(self, day: int) -> None:
        """Drop the events of earlier days (not their counts)."""
        self.reports = [report for report in self.reports if report.day >= day]

    def reported(self, region: str, measure: str, first: int, last: int) -> list[Report]:
        """Remembered events of a series from day ``first`` to ``last``, the newest report last."""
        return sorted(
            r for r in self.reports if first <= r.day <= last and region in r.regions and measure in r.measures
        )

    def _column(self, day: int) -> int | None:
        width = self._counts.shape[1]
        if not self.keys:
            self._base = day - self.days - SLACK_DAYS + 1
        column = day - self._base
        if column < 0:
            return None
        if column >= width:  # keep the last days, which then end with this one
            gone = column - self.days - SLACK_DAYS + 1
            kept = max(0, width - gone)
            self._counts[:, :kept] = self._counts[:, gone:].copy() if kept else 0
            self._counts[:, kept:] = 0
            for known in self._known.values():
                known[:kept] = known[gone:].copy() if kept else 0
                known[kept:] = 0
            self._base += gone
            column -= gone
        return column

    def _row_of(self, series: Series) -> int:
        """Row of a series, a new one when it has no events yet."""
        row = self._rows.get(series)
        if row is not None:
            return row
        row = len(self.keys)
        if row == len(self._counts):
            self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
        self._rows[series] = row
        self.keys.append(series)
        return row
