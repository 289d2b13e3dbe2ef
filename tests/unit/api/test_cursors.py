"""Cursors name a place exactly, belong to one query, and are never misread."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursors import query_mark, read_cursor, write_cursor
from api.problems import Problem
from infra.store.queries.alerts import AlertFilter
from infra.store.queries.pages import Position

MARK = query_mark("alerts", AlertFilter())


@given(st.integers(min_value=-(2**62), max_value=2**62), st.text(max_size=40))
def test_a_cursor_is_read_as_it_was_written(us: int, key: str) -> None:
    """Any time and any id, in a form that needs no quoting in a URL."""
    cursor = write_cursor(MARK, Position(us, key))
    assert read_cursor(MARK, cursor) == Position(us, key)
    assert cursor is not None
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_no_position_is_no_cursor() -> None:
    """The last page has no cursor, and the first page needs none."""
    assert write_cursor(MARK, None) is None
    assert read_cursor(MARK, None) is None
    assert read_cursor(MARK, "") is None


@pytest.mark.parametrize(
    "other",
    [
        query_mark("matters", AlertFilter()),
        query_mark("alerts", AlertFilter(level=3)),
        query_mark("alerts", AlertFilter(min_level=3)),
        query_mark("alerts", AlertFilter(county="379001")),
    ],
)
def test_a_cursor_of_another_query_is_refused(other: str) -> None:
    """Another list or filter would give a wrong page."""
    with pytest.raises(Problem) as refused:
        read_cursor(other, write_cursor(MARK, Position(1, "a")))
    assert refused.value.kind.name == "invalid-cursor"
    assert "其他参数" in refused.value.zh


@given(
    st.text(min_size=1, max_size=60)
    | st.binary(min_size=1, max_size=60).map(lambda b: base64.urlsafe_b64encode(b).decode())
)
def test_rubbish_is_refused_and_never_crashes(text: str) -> None:
    """Whatever stands in the parameter."""
    with pytest.raises(Problem):
        read_cursor(MARK, text)
