"""Visits that are due: who is reminded on which day, each time once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from risk_model.clocks.book import ClockBook
from risk_model.entities import Matter
from risk_model.matters.visits import due_reminder, looked_ahead_days
from tests.disputes import rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = date(2026, 4, 20)


def matter(reminded: int = 0, **changed: object) -> Matter:
    """A matter to be visited on that day."""
    made = Matter("m", "甲公司事项", "其他", "379001", settled_by="王某", revisit_on=DUE, reminded=reminded)
    return msgspec.structs.replace(made, **changed)


@pytest.mark.parametrize(
    ("days", "reminded", "step"),
    [
        (-8, 0, None),
        (-7, 0, 0),
        (-3, 0, 0),
        (-3, 1, None),
        (-2, 1, 1),
        (0, 2, None),
        (1, 2, 2),
        (1, 0, 2),  # looked at late: only the last
    ],
)
def test_steps(days: int, reminded: int, step: int | None) -> None:
    """Seven and two days before, and the day after."""
    now = datetime.combine(DUE + timedelta(days=days), datetime.min.time(), SHANGHAI) + timedelta(hours=9)
    found = due_reminder(matter(reminded), rules(), now)
    assert (found and found.step) == step
    if found is not None:
        assert found.days_left == -days
        assert (found.owner == "王某") == (found.step < 2)


def test_nobody_is_reminded_of_what_is_not_due() -> None:
    """Part of another, visited, or a city without the limit."""
    now = datetime(2026, 5, 1, 9, tzinfo=SHANGHAI)
    assert due_reminder(matter(revisit_on=None), rules(), now) is None
    assert due_reminder(matter(merged_into="n"), rules(), now) is None
    book = rules().clocks
    without = ClockBook((), tuple(book.chains.values()), book.local_years)
    assert due_reminder(matter(), rules()._replace(clocks=without), now) is None
    assert looked_ahead_days(rules()) == 7
