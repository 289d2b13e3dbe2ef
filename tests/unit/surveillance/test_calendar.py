"""Kinds of day: tables of 2024 to 2026 as the State Council published them, and a year it has not."""

from datetime import date, timedelta

import numpy as np
import pytest

from risk_model.surveillance.calendar import DayKind, kinds_by
from risk_model.working_days import LocalYear

W, M, E, H = DayKind.WORKING, DayKind.AFTER_WEEKEND, DayKind.WEEKEND, DayKind.HOLIDAY
S, V, X = DayKind.SPRING_FESTIVAL, DayKind.SPRING_EVE, DayKind.EXCHANGED
R, L, T = DayKind.RETURN_SHORT, DayKind.RETURN_LONG, DayKind.SETTLING

KINDS = kinds_by(())


@pytest.mark.parametrize(
    ("first", "kinds"),
    [
        (date(2024, 9, 12), [W, W, X, H, H, H, R, W, W, E, E, M]),  # Mid-Autumn: Saturday worked, three days off
        (
            date(2024, 9, 28),
            [E, X, W, H, H, H, H, H, H, H, L, T, T, W, X, E, M],
        ),  # National Day: 29 September and 12 October worked
        (
            date(2025, 1, 24),
            [V, V, V, V, S, S, S, S, S, S, S, S, L, T, T, X, E, M],
        ),  # Spring Festival: 26 January, 8 February worked
        (date(2025, 9, 26), [W, E, X, W, W, H, H, H, H, H, H, H, H, L, T, T, E, M]),
        (date(2026, 2, 12), [V, V, V, S, S, S, S, S, S, S, S, S, L, T, T, W, X, E, M]),
        (date(2026, 5, 1), [H, H, H, H, H, L, T, T, X, E, M]),
        (date(2031, 10, 1), [W, W, W, E, E, M]),  # not published: weekends alone
        (date(2031, 2, 3), [M, W, W, W, W, E, E, M]),
    ],
)
def test_table(first: date, kinds: list[DayKind]) -> None:
    """Each day by name, one by one and as an array."""
    days = [first + timedelta(days=ahead) for ahead in range(len(kinds))]
    assert [KINDS.kind(day).name for day in days] == [kind.name for kind in kinds]
    assert KINDS.of(first, len(kinds)).tolist() == [int(kind) for kind in kinds]


@pytest.mark.parametrize(
    ("day", "off"), [(date(2025, 10, 9), 8), (date(2025, 10, 13), 1), (date(2025, 9, 22), 2), (date(2025, 9, 23), 0)]
)
def test_days_off_before(day: date, off: int) -> None:
    """Days on which reports waited."""
    assert KINDS.days_off_before(day) == off


def test_arrays_span_years_and_join() -> None:
    """An array over years is the arrays of its parts."""
    first = date(2023, 12, 20)
    whole = KINDS.of(first, 800)
    assert len(whole) == 800
    np.testing.assert_array_equal(whole[300:500], KINDS.of(first + timedelta(days=300), 200))


def test_a_year_that_the_city_entered() -> None:
    """Spring Festival from 5 to 13 February 2031 and May Day, before the package knows the year: the same kinds as of a published one."""
    spring = tuple(date(2031, 2, day) for day in (*range(5, 8), *range(10, 14)))
    year = LocalYear(2031, (date(2031, 1, 1), *spring, date(2031, 5, 1)), (date(2031, 2, 1), date(2031, 2, 15)))
    entered = kinds_by((year,))
    kinds = [V] * 7 + [S] * 9 + [L, T, E, M, W, W, W, W]
    assert [entered.kind(date(2031, 1, 29) + timedelta(days=n)).name for n in range(24)] == [k.name for k in kinds]
    assert [entered.kind(date(2031, 5, day)) for day in (1, 2, 3, 4, 5)] == [H, M, E, E, M]
    assert entered.kind(date(2031, 1, 1)) is H
    assert entered.kind(date(2032, 2, 12)) is W  # of other years only weekends are known
