"""Quiet hours and routes: value tables."""

from datetime import datetime, time

import pytest

from risk_model.alerts.routing import Route, Subject, chosen
from risk_model.dispatch.quiet import not_before
from risk_model.dispatch.settings import QuietHours
from risk_model.local_time import SHANGHAI
from risk_model.policy import PolicyError, parse_policy
from tests.unit.risk_model.test_policy import SHIPPED

NIGHT = {"orange": QuietHours(time(22), time(8)), "yellow": QuietHours(time(12), time(14))}


@pytest.mark.parametrize(
    ("level", "at", "told"),
    [
        (4, "03 23:00", "03 23:00"),
        (3, "03 21:59", "03 21:59"),
        (3, "03 22:00", "04 08:00"),
        (3, "04 00:00", "04 08:00"),
        (3, "04 07:59", "04 08:00"),
        (3, "04 08:00", "04 08:00"),
        (2, "03 11:59", "03 11:59"),
        (2, "03 12:00", "03 14:00"),
        (2, "03 14:00", "03 14:00"),
    ],
)
def test_quiet_hours(level: int, at: str, told: str) -> None:
    """Over midnight and within a day; a level without hours is told at once."""
    now, expected = (datetime.strptime(f"2026-03-{text} +0800", "%Y-%m-%d %H:%M %z") for text in (at, told))
    assert not_before(level, now.astimezone(SHANGHAI), NIGHT) == expected


ROUTES = (
    Route("橙", "甲", levels=("orange",)),
    Route("橙劳动", "乙", levels=("orange",), categories=("劳动争议",)),
    Route("街道", "丙", regions=("379001001",)),
    Route("县", "丁", regions=("379001",), kinds=("matter",), levels=("orange",)),
    Route("又一橙", "戊", levels=("orange",)),
)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (Subject("orange", "matter", "合同", "379002001"), "橙"),
        (Subject("orange", "matter", "劳动争议", "379002"), "橙劳动"),
        (Subject("orange", "matter", "劳动争议", "379001002"), "县"),
        (Subject("orange", "matter", "劳动争议", "379001001/东门社区"), "街道"),
        (Subject("red", "matter", "合同", "379002"), None),
    ],
)
def test_the_most_specific_route_wins(subject: Subject, name: str | None) -> None:
    """The finest region, then the most conditions, then the first."""
    found = chosen(ROUTES, subject)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("added", "where"),
    [
        ("[[route]]\nname = 'x'\nowner = 'y'\nlevels = ['pink']\n", "route[0] (x).levels"),
        ("[[route]]\nname = 'x'\nowner = 'y'\ncategories = ['无此类']\n", "route[0] (x).categories"),
        ("[[route]]\nname = 'x'\nowner = '{who}'\n", "route[0] (x).owner"),
        ("[dispatch.quiet.pink]\nbegins = 01:00:00\nends = 02:00:00\n", "dispatch.quiet"),
    ],
)
def test_what_does_not_hold_is_refused(added: str, where: str) -> None:
    """The message names the place."""
    with pytest.raises(PolicyError, match=where.replace("[", r"\[").replace("]", r"\]").replace("(", r"\(").replace(")", r"\)")):  # fmt: skip
        parse_policy(f"{SHIPPED}\n{added}".encode())
