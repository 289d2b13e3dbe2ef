"""Kinds of day: what offices and people do on a day by the calendar of working days and holidays.

Holidays and exchanged working days (调休) are those the State Council has published, as ``chinesecalendar`` has them. Of other
years only weekends are known; ``published`` says so.
"""

from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Any

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

Kinds = NDArray[np.int8]
Counts = NDArray[np.integer[Any]]

LONG_BREAK_DAYS = 5  # from so many days off on, the first days back differ from those after a long weekend
SPRING = "Spring Festival"
_EVE_DAYS = 7  # days before the Spring Festival break in which offices already wind down


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


def published(day: date) -> bool:
    """Whether the holidays of the day's year are known."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def day_kinds(first: date, n_days: int) -> Kinds:
    """Kind of each day from ``first`` on, shape (n_days,), values of ``DayKind``."""
    years = [_kinds_of_year(year) for year in range(first.year, (first + timedelta(days=n_days)).year + 1)]
    start = (first - date(first.year, 1, 1)).days
    return (years[0] if len(years) == 1 else np.concatenate(years))[start : start + n_days]


@lru_cache(maxsize=64)
def _kinds_of_year(year: int) -> Kinds:
    day, kinds = date(year, 1, 1), []
    while day.year == year:
        kinds.append(day_kind(day))
        day += timedelta(days=1)
    found = np.array(kinds, dtype=np.int8)
    found.flags.writeable = False
    return found


def day_kind(day: date) -> DayKind:
    """Kind of one day."""
    if not _working(day):
        if _spring(day):
            return DayKind.SPRING_FESTIVAL
        if _before_spring(day):
            return DayKind.SPRING_EVE
        return DayKind.HOLIDAY if _in_holiday(day) else DayKind.WEEKEND
    if _before_spring(day):
        return DayKind.SPRING_EVE
    off = days_off_before(day)
    if off >= LONG_BREAK_DAYS:
        return DayKind.RETURN_LONG
    if _settling(day):
        return DayKind.SETTLING
    if off >= 3:
        return DayKind.RETURN_SHORT
    if day.weekday() >= 5:
        return DayKind.EXCHANGED
    return DayKind.AFTER_WEEKEND if off else DayKind.WORKING


def days_off_before(day: date) -> int:
    """Number of days off that end with the day before."""
    off = 0
    while not _working(day - timedelta(days=off + 1)):
        off += 1
    return off


@lru_cache(maxsize=16_384)
def _working(day: date) -> bool:
    """Whether offices are open; by the day of the week alone where nothing is published."""
    return bool(chinese_calendar.is_workday(day)) if published(day) else day.weekday() < 5


def _in_holiday(day: date) -> bool:
    """Whether a day off belongs to a break with a public holiday in it: the holiday, days exchanged for it, and a weekend that touches."""
    for step in (1, -1):
        at = day
        while not _working(at):
            if _holiday(at):
                return True
            at += timedelta(days=step)
    return False


def _holiday(day: date) -> str | None:
    if not published(day):
        return None
    name: str | None = chinese_calendar.get_holiday_detail(day)[1]
    return name


@lru_cache(maxsize=16_384)
def _spring(day: date) -> bool:
    """Whether a day off belongs to the break of the Spring Festival."""
    for step in (1, -1):
        at = day
        while not _working(at):
            if _holiday(at) == SPRING:
                return True
            at += timedelta(days=step)
    return False


@lru_cache(maxsize=16_384)
def _before_spring(day: date) -> bool:
    """Whether the Spring Festival break begins within the next days."""
    return any(
        not _working(later) and _holiday(later) == SPRING
        for later in (day + timedelta(days=ahead) for ahead in range(1, _EVE_DAYS + 1))
    ) and not (not _working(day) and _spring(day))


def _settling(day: date) -> bool:
    """Whether one or two working days lie between a long break and the day."""
    back, worked = day, 0
    while worked < 3:
        back -= timedelta(days=1)
        if not _working(back):
            return worked > 0 and days_off_before(back + timedelta(days=1)) >= LONG_BREAK_DAYS
        worked += 1
    return False
