"""The simulated year: public holidays, working days and how often each kind of trouble comes when.

The holiday table is the simulator's own (State Council notices for 2024 to 2026), not a library's: output must stay
byte-identical for a seed whatever is installed. Outside it, weekends, fixed holidays and the lunar new year are used.
"""

import math
from datetime import date, timedelta
from functools import cache

SPRING_FESTIVAL = {
    2020: date(2020, 1, 25), 2021: date(2021, 2, 12), 2022: date(2022, 2, 1), 2023: date(2023, 1, 22), 2024: date(2024, 2, 10),
    2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26), 2029: date(2029, 2, 13),
    2030: date(2030, 2, 3), 2031: date(2031, 1, 23),
}  # fmt: skip
# year: ([(first day, last day) of each holiday], [weekend days worked])
_NOTICES: dict[int, tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    2024: (
        (("01-01", "01-01"), ("02-10", "02-17"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-08", "06-10"), ("09-15", "09-17"), ("10-01", "10-07")),
        ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    ),
    2025: (
        (("01-01", "01-01"), ("01-28", "02-04"), ("04-04", "04-06"), ("05-01", "05-05"), ("05-31", "06-02"), ("10-01", "10-08")),
        ("01-26", "02-08", "04-27", "09-28", "10-11"),
    ),
    2026: (
        (("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07")),
        ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
    ),
}  # fmt: skip
_FIXED = ((1, 1), (4, 5), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7))


@cache
def is_holiday(day: date) -> bool:
    """Whether a public holiday (not a mere weekend) falls on the day."""
    notice = _NOTICES.get(day.year)
    if notice:
        key = day.strftime("%m-%d")
        return any(first <= key <= last for first, last in notice[0])
    lunar = SPRING_FESTIVAL.get(day.year)
    return (day.month, day.day) in _FIXED or (lunar is not None and timedelta(-1) <= day - lunar <= timedelta(6))


@cache
def is_working_day(day: date) -> bool:
    """Whether offices are open: no weekend or holiday, or a weekend day worked in exchange (调休)."""
    if is_holiday(day):
        return False
    notice = _NOTICES.get(day.year)
    return day.weekday() < 5 or (notice is not None and day.strftime("%m-%d") in notice[1])


@cache
def next_working_day(day: date) -> date:
    """The first working day after the day."""
    day += timedelta(1)
    while not is_working_day(day):
        day += timedelta(1)
    return day


def days_to_spring_festival(day: date) -> int:
    """Days until the next lunar new year's day, negative up to 15 days after it."""
    for year in (day.year, day.year + 1):
        lunar = SPRING_FESTIVAL.get(year, date(year, 2, 5))
        if day - lunar <= timedelta(15):
            return (lunar - day).days
    raise AssertionError("unreachable: one of two new years lies ahead")


def _hump(day: date, month: float, width_months: float) -> float:
    """Smooth yearly bump, 1 at its middle (month 1.0 = 1 January) and 0 far from it."""
    position = day.month + (day.day - 1) / 31
    apart = abs(position - month)
    apart = min(apart, 12 - apart)
    return math.exp(-0.5 * (apart / width_months) ** 2)


def _wages(day: date) -> float:
    before = days_to_spring_festival(day)
    rush = 1.6 * math.exp(-0.5 * ((before - 28) / 18) ** 2) if before > -3 else -0.6
    return 0.75 + max(rush, -0.5) + 0.5 * _hump(day, 12.6, 0.5)


@cache
def season(kind: str, day: date) -> float:
    """Factor on the daily rate of a kind of trouble; about 1 over the year.

    Kinds: wages, school (fees in September and February), heating (November to March), rain (June to August), farming, travel
    (public holidays), shopping (November and June sales), family (around the Spring Festival), yearend and even.
    """
    if kind == "wages":
        return _wages(day)
    if kind == "school":
        return 0.5 + 3.0 * _hump(day, 9.2, 0.45) + 1.6 * _hump(day, 2.9, 0.4)
    if kind == "heating":
        return 0.35 + 2.2 * _hump(day, 12.6, 1.2)
    if kind == "rain":
        return 0.4 + 2.6 * _hump(day, 7.5, 0.9)
    if kind == "farming":
        return 0.7 + 0.6 * _hump(day, 4.5, 0.8) + 0.6 * _hump(day, 10.0, 0.7)
    if kind == "travel":
        return 0.6 + (4.5 if is_holiday(day) else 0.0) + 0.7 * _hump(day, 8.0, 0.8)
    if kind == "shopping":
        return 0.8 + 1.5 * _hump(day, 11.5, 0.3) + 0.8 * _hump(day, 6.65, 0.25)
    if kind == "family":
        before = days_to_spring_festival(day)
        return 0.9 + (0.7 if -12 <= before <= 6 else 0.0) + 0.2 * _hump(day, 8.0, 1.0)
    if kind == "yearend":
        return 0.85 + 0.8 * _hump(day, 12.5, 0.7)
    if kind == "even":
        return 1.0
    raise ValueError(
        f"unknown season {kind!r}; expected wages, school, heating, rain, farming, travel, shopping, family, yearend or even"
    )


@cache
def day_factor(day: date) -> float:
    """Factor on all trouble: busier after breaks, quieter at weekends and in the Spring Festival week."""
    if -6 <= days_to_spring_festival(day) <= 1:
        return 0.45
    if is_holiday(day):
        return 0.65
    if not is_working_day(day):
        return 0.78
    return 1.16 if not is_working_day(day - timedelta(1)) else 1.04


_AT_HOME = frozenset({"婚姻家庭", "邻里", "损害赔偿", "道路交通事故", "旅游", "消费"})


def leisure_factor(category: str, day: date) -> float:
    """Factor on a category on days off: quarrels, accidents and shopping do not rest when offices do."""
    return 1.6 if category in _AT_HOME and not is_working_day(day) else 1.0
