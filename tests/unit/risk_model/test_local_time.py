"""The local day of a moment, whatever zone it is told in."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_model.local_time import SHANGHAI, local_day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 9, 1, 15, 59, 59, tzinfo=UTC), date(2025, 9, 1)),
        (datetime(2025, 9, 1, 16, tzinfo=UTC), date(2025, 9, 2)),
        (datetime(2025, 9, 2, 0, tzinfo=SHANGHAI), date(2025, 9, 2)),
        (datetime(2025, 9, 1, 12, tzinfo=timezone(-timedelta(hours=5))), date(2025, 9, 2)),
    ],
)
def test_days(moment: datetime, day: date) -> None:
    """Midnight is sixteen o'clock UTC."""
    assert local_day(moment) == day


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))
def test_the_zone_a_moment_is_told_in_does_not_matter(moment: datetime, hours: int) -> None:
    """UTC goes a shorter way."""
    told = moment.replace(tzinfo=UTC)
    assert (
        local_day(told)
        == local_day(told.astimezone(timezone(timedelta(hours=hours))))
        == told.astimezone(SHANGHAI).date()
    )
