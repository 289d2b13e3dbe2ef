"""Kinds of day: what offices and people do on a day by the calendar of working days and holidays that deadlines are counted by too."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk_model.working_days import LocalYear, WorkingDays

Kinds = NDArray[np.int8]
Counts = NDArray[np.integer[Any]]

LONG_BREAK_DAYS = 5  # from so many days off on, the first days back differ from those after a long weekend
EVE_DAYS = 7  # days before the Spring Festival break in which offices already wind down


class DayKind(IntEnum):
    """Kind of a day; the order is that of the factors in a profile."""

    WORKING = 0
    AFTER_WEEKEND = 1  # first working day after one or two days off
    WEEKEND = 2
    HOLIDAY = 3
    SPRING_FESTIVAL = 4
    SPRING_EVE = 5  # the week before the Spring Festival break, whatever day of the week
    EXCHANGED = 6  # a weekend day worked in exchange
    RETURN_SHORT = 7  # first working day after three or four days off
    RETURN_LONG = 8  # first working day after a long break
    SETTLING = 9  # second and third working day after a long break


class DayKinds:
    """Kinds of day by a calendar; of years that nobody has published only weekends are known.

    Args:
        calendar: of working days.
    """

    def __init__(self, calendar: WorkingDays) -> None:
        self._calendar = calendar
        self._years: dict[int, Kinds] = {}

    def of(self, first: date, n_days: int) -> Kinds:
        """Kind of each day from ``first`` on, shape (n_days,), values of ``DayKind``."""
        last = first + timedelta(days=n_days)
        years = [self._of_year(year) for year in range(first.year, last.year + 1)]
        start = (first - date(first.year, 1, 1)).days
        return (years[0] if len(years) == 1 else np.concatenate(years))[start : start + n_days]

    def kind(self, day: date) -> DayKind:
        """Kind of one day."""
        if not self._working(day):
            if self._spring(day):
                return DayKind.SPRING_FESTIVAL
            if self._before_spring(day):
                return DayKind.SPRING_EVE
            return DayKind.HOLIDAY if self._any_off(day, self._calendar.is_holiday) else DayKind.WEEKEND
        if self._before_spring(day):
            return DayKind.SPRING_EVE
        off = self.days_off_before(day)
        if off >= LONG_BREAK_DAYS:
            return DayKind.RETURN_LONG
        if self._settling(day):
            return DayKind.SETTLING
        if off >= 3:
            return DayKind.RETURN_SHORT
        if day.weekday() >= 5:
            return DayKind.EXCHANGED
        return DayKind.AFTER_WEEKEND if off else DayKind.WORKING

    def days_off_before(self, day: date) -> int:
        """Number of days off that end with the day before."""
        off = 0
        while not self._working(day - timedelta(days=off + 1)):
            off += 1
        return off

    def _of_year(self, year: int) -> Kinds:
        found = self._years.get(year)
        if found is None:
            first = date(year, 1, 1)
            days = (date(year, 12, 31) - first).days + 1
            kinds = [self.kind(first + timedelta(days=ahead)) for ahead in range(days)]
            found = self._years[year] = np.array(kinds, dtype=np.int8)
            found.flags.writeable = False
        return found

    def _working(self, day: date) -> bool:
        return self._calendar.is_working(day)

    def _any_off(self, day: date, wanted: Callable[[date], bool]) -> bool:
        """Whether the break that a day off belongs to has such a day: the holiday, days exchanged for it, and a weekend that touches."""
        for step in (1, -1):
            at = day
            while not self._working(at):
                if wanted(at):
                    return True
                at += timedelta(days=step)
        return False

    def _spring(self, day: date) -> bool:
        """Whether a day off belongs to the break of the Spring Festival."""
        return self._any_off(day, self._calendar.is_spring_festival)

    def _before_spring(self, day: date) -> bool:
        """Whether the Spring Festival break begins within the next days."""
        ahead = (day + timedelta(days=days) for days in range(1, EVE_DAYS + 1))
        near = any(not self._working(later) and self._calendar.is_spring_festival(later) for later in ahead)
        return near and not (not self._working(day) and self._spring(day))

    def _settling(self, day: date) -> bool:
        """Whether one or two working days lie between a long break and the day."""
        back, worked = day, 0
        while worked < 3:
            back -= timedelta(days=1)
            if not self._working(back):
                return worked > 0 and self.days_off_before(back + timedelta(days=1)) >= LONG_BREAK_DAYS
            worked += 1
        return False


@lru_cache(maxsize=16)
def kinds_by(local_years: tuple[LocalYear, ...]) -> DayKinds:
    """Kinds of day where a city has entered these years itself; the same object for the same years."""
    return DayKinds(WorkingDays(local_years))
