"""Working days: published years with exchanged days, years that are not published, years a city adds."""

from datetime import date

import pytest

from risk_model.working_days import LocalYear, WorkingDays

PUBLISHED = WorkingDays()


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2025, 1, 26), True),  # Sunday, worked for the Spring Festival
        (date(2025, 1, 27), True),
        (date(2025, 1, 28), False),  # New Year's Eve
        (date(2025, 2, 4), False),  # a Tuesday of the break
        (date(2025, 2, 5), True),
        (date(2025, 2, 8), True),  # Saturday, worked
        (date(2025, 2, 9), False),
        (date(2025, 9, 28), True),  # Sunday, worked for the National Day
        (date(2025, 10, 8), False),
        (date(2026, 2, 14), True),  # Saturday, worked for the Spring Festival
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday, worked
    ],
)
def test_published_days(day: date, working: bool) -> None:
    """Holidays and exchanged days as the State Council published them."""
    assert PUBLISHED.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2025, 1, 24), 5, date(2025, 2, 7)),  # 26 and 27 January, 5, 6 and 7 February: over the Spring Festival
        (date(2025, 1, 24), 1, date(2025, 1, 26)),  # the exchanged Sunday counts
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 13), 6, date(2026, 2, 28)),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        (date(2025, 3, 7), 0, date(2025, 3, 7)),
        (date(2025, 3, 7), 10, date(2025, 3, 21)),
        (date(2025, 2, 6), -3, date(2025, 1, 26)),  # 5 February, 27 January, the exchanged Sunday
        (date(2024, 12, 31), 1, date(2025, 1, 2)),
    ],
)
def test_days_ahead(start: date, days: int, expected: date) -> None:
    """The start is not counted; days off are passed over."""
    assert PUBLISHED.add(start, days) == expected


def test_next_and_previous_working_day() -> None:
    """A working day stays where it is."""
    assert PUBLISHED.next_working(date(2025, 1, 28)) == date(2025, 2, 5)
    assert PUBLISHED.previous_working(date(2025, 2, 4)) == date(2025, 1, 27)
    assert PUBLISHED.next_working(date(2025, 1, 26)) == date(2025, 1, 26)


def test_between_counts_the_first_day_and_not_the_last() -> None:
    """Half-open, 0 for nothing."""
    assert PUBLISHED.between(date(2025, 1, 26), date(2025, 2, 6)) == 3
    assert PUBLISHED.between(date(2025, 3, 7), date(2025, 3, 7)) == 0
    assert PUBLISHED.between(date(2025, 3, 7), date(2025, 3, 1)) == 0


def test_an_unpublished_year_knows_weekends_only() -> None:
    """And says that it is not published."""
    assert PUBLISHED.published(2026)
    assert not PUBLISHED.published(2035)
    assert PUBLISHED.is_working(date(2035, 10, 1))  # a Monday
    assert not PUBLISHED.is_working(date(2035, 10, 6))


def test_a_city_adds_a_year() -> None:
    """Its holidays and exchanged days count; other years are as before."""
    added = WorkingDays([LocalYear(2035, (date(2035, 10, 1), date(2035, 10, 2)), (date(2035, 10, 6),))])
    assert added.published(2035)
    assert not added.is_working(date(2035, 10, 1))
    assert added.is_working(date(2035, 10, 6))
    assert not added.is_working(date(2035, 10, 7))
    assert added.is_working(date(2025, 1, 26))
