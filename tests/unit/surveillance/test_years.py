"""Weeks are compared with earlier years from the day on which there are years enough, and not a day before."""

from datetime import timedelta

import pytest

from risk_model.decide import decide_assessed
from risk_model.state import State
from risk_model.surveillance.closing import tick
from risk_model.surveillance.judging import YEARS, years_of
from tests.disputes import NOW, assessed, rules


@pytest.mark.parametrize(
    ("n_days", "years"), [(0, 0), (7, 0), (400, 1), (1095, 2), (1126, 2), (1127, 3), (1490, 3), (1491, 4)]
)
def test_years_of(n_days: int, years: int) -> None:
    """Three years need the three weeks around the oldest reference week too."""
    assert years_of(n_days) == years


def test_a_record_grows_to_three_years() -> None:
    """No day on the way is too short for what is asked of it, and a rise after three years is judged by them."""
    state, given, number = State(), rules(), 0
    start = NOW.replace(year=2022)
    for day in range(1142):
        for _ in range(40 if day >= 1139 else 8 if day % 7 == 0 else 0):
            number += 1
            at = start + timedelta(days=day, seconds=number)
            decide_assessed(state, assessed(number, category="物业", at=at), given)
            state.forget_changes()
    tick(state, "379001", (start + timedelta(days=1142)).date(), given)
    newest = max((trend for trend in state.trends.values() if trend.period_days == 7), key=lambda trend: trend.day)
    assert newest.day >= (start + timedelta(days=1139)).date()
    assert newest.method == YEARS
