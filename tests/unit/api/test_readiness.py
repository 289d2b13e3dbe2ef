"""What the operator is told about the calendar: by the city's clock, early enough, and without being unready."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from api.readiness import Readiness
from infra import clock
from infra.model_role_check import RoleCheck
from infra.settings import load_settings
from infra.store.access import StoreAccess
from risk_model.working_days import LocalYear, WorkingDays


@pytest.fixture
def city_clock(tmp_path: Path) -> Iterator[Path]:
    """A clock of our own."""
    file = tmp_path / "clock"
    clock.set_clock(file, datetime(2030, 6, 1, tzinfo=UTC))
    clock.follow(file)
    yield file
    clock.follow(None)


@pytest.mark.parametrize(
    ("today", "entered", "unknown"),
    [
        (date(2030, 6, 1), (2030,), []),
        (date(2030, 11, 10), (2030,), []),
        (date(2030, 11, 20), (2030,), [2031]),
        (date(2030, 11, 20), (2030, 2031), []),
        (date(2030, 12, 31), (), [2030, 2031]),
        (date(2025, 12, 31), (), []),
    ],
)
def test_holidays(city_clock: Path, today: date, entered: tuple[int, ...], unknown: list[int]) -> None:
    """A year is asked for 45 days before it begins."""
    clock.set_clock(city_clock, datetime(today.year, today.month, today.day, 4, tzinfo=UTC))
    calendar = WorkingDays(LocalYear(year, (date(year, 10, 1),)) for year in entered)
    no_store, no_roles = cast("StoreAccess", None), cast("RoleCheck", None)
    check = Readiness(load_settings(), no_store, no_roles, calendar)._holidays()
    assert (check["ok"], check["unknown_years"]) == (True, unknown)
    assert all(str(year) in check["zh"] and str(year) in check["en"] for year in unknown)
    assert ("[[calendar]]" in check["zh"]) is bool(unknown)
