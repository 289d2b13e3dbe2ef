"""Counts at hand: quiet days have room, and what is learnt from does not depend on how a window came to be counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_model.surveillance.window import SLACK_DAYS, CountWindow

DAY = 739_000
A, B = ("379001", "category:问题楼盘"), ("379001001", "category:劳动争议")


def counted(order: list[tuple[tuple[str, str], int]]) -> CountWindow:
    """A window of four weeks with these events."""
    window = CountWindow(28)
    for (region, measure), day in order:
        window.add((region,), (measure,), day)
        window.arrived(measure, day, day)
    return window


@pytest.mark.parametrize("quiet", [0, 1, 27, 28, 60, 400])
def test_the_last_day_of_a_matrix_is_the_one_asked_for(quiet: int) -> None:
    """However long nothing happened, and however full the window was."""
    window = counted([(A, DAY + ahead) for ahead in range(100)])
    last = DAY + 99
    window.reach(last + quiet)
    row = window.matrix(last + quiet)[0]
    assert len(row) == 28
    assert row.tolist() == [1] * max(28 - quiet, 0) + [0] * min(quiet, 28)


def test_days_looked_back_on_are_whole_after_a_window_moved_on() -> None:
    """A late report is judged against as long a past as a report in time."""
    window = counted([(A, DAY + ahead) for ahead in range(100)])
    for back in range(SLACK_DAYS):
        assert window.matrix(DAY + 99 - back).shape == (1, 28)


def test_an_empty_window_reaches_nowhere() -> None:
    """There is nothing to keep."""
    window = CountWindow(28)
    window.reach(DAY)
    assert window.keys == []


def test_series_come_in_their_order_and_silent_ones_do_not() -> None:
    """Counted in another order, or with something long past: the same."""
    one = counted([(A, DAY), (B, DAY + 1)])
    other = counted([(B, DAY + 1), (A, DAY)])
    past = counted([(("379001", "category:其他"), DAY - 35), (B, DAY + 1), (A, DAY)])
    keys, counts = one.with_events(DAY + 1)
    assert keys == [A, B]
    for window in (other, past):
        assert window.with_events(DAY + 1)[0] == keys
        np.testing.assert_array_equal(window.with_events(DAY + 1)[1], counts)
        assert list(window.triangles(DAY + 1)) == list(one.triangles(DAY + 1))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(-60, 90)), max_size=60))
def test_an_event_counted_at_once_is_counted_in_each_series(events: list[tuple[int, int, int]]) -> None:
    """The same rows and counts as one series after the other, on days of any order."""
    one, other = CountWindow(28), CountWindow(28)
    for community, kind, ahead in events:
        regions = (f"379001001/{community}", "379001001", "379001")
        measures = ("category:劳动争议", "subject:甲", f"subject:甲/{kind}")[: kind + 1]
        one.add(regions, measures, DAY + ahead)
        other.add_event(regions, measures, DAY + ahead)
    assert one.keys == other.keys
    last = max((DAY + ahead for *_, ahead in events), default=DAY)
    np.testing.assert_array_equal(one.matrix(last), other.matrix(last))
