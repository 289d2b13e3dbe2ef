"""Working days (工作日): which days offices are open, and arithmetic on them.

Holidays and the weekend days worked in exchange (调休) are those the State Council has published, as ``chinesecalendar`` has them.
A city adds a year the day it is published (``LocalYear``); of any other year only weekends are known, and ``published`` says so.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
import msgspec

_SATURDAY = 5
_SPRING = "Spring Festival"
_LUNAR_NEW_YEAR = (1, 15), (2, 29)  # it falls between 21 January and 20 February; days off before and after it
_DAY = timedelta(days=1)


class LocalYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A year as a city enters it from the State Council's notice: weekdays off, and weekend days worked."""

    year: int
    holidays: tuple[date, ...]
    working: tuple[date, ...] = ()


class WorkingDays:
    """The calendar of working days. A local year replaces what the package knows of it."""

    def __init__(self, local_years: Iterable[LocalYear] = ()) -> None:
        self._local = {year.year: (frozenset(year.holidays), frozenset(year.working)) for year in local_years}

    def published(self, year: int) -> bool:
        """Whether the holidays of a year are known; where they are not, only weekends are days off."""
        return year in self._local or _packaged(year)

    def is_working(self, day: date) -> bool:
        """Whether offices are open."""
        local = self._local.get(day.year)
        if local is not None:
            holidays, working = local
            return day in working or (day.weekday() < _SATURDAY and day not in holidays)
        return _working(day)

    def is_holiday(self, day: date) -> bool:
        """Whether a day off is a public holiday or taken for one: no mere weekend."""
        local = self._local.get(day.year)
        return day in local[0] if local is not None else _holiday(day) is not None

    def is_spring_festival(self, day: date) -> bool:
        """Whether such a day is of the Spring Festival. In a local year it is known by its date: no other holiday falls near the lunar new year."""
        local = self._local.get(day.year)
        if local is None:
            return _holiday(day) == _SPRING
        return day in local[0] and _LUNAR_NEW_YEAR[0] <= (day.month, day.day) <= _LUNAR_NEW_YEAR[1]

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def previous_working(self, day: date) -> date:
        """The day itself if it is a working day, else the last one before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def add(self, day: date, working_days: int) -> date:
        """The day on which so many working days have passed after ``day`` (before it, for a negative number); the day itself for 0."""
        step = _DAY if working_days >= 0 else -_DAY
        left = abs(working_days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, first: date, until: date) -> int:
        """Number of working days from ``first`` up to, not including, ``until``; 0 when ``until`` is not later."""
        days = (until - first).days
        return sum(self.is_working(first + timedelta(days=ahead)) for ahead in range(days))


@lru_cache(maxsize=16_384)  # the package looks through all its years at each question
def _working(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day)) if _packaged(day.year) else day.weekday() < _SATURDAY


def _holiday(day: date) -> str | None:
    """Name of the holiday a day off belongs to."""
    name: str | None = chinese_calendar.get_holiday_detail(day)[1] if _packaged(day.year) else None
    return name


@lru_cache(maxsize=256)
def _packaged(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
