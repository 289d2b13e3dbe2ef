"""The demonstration's time: looks between reports, a clock that processes follow, and what officials got a week."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from infra import clock
from infra.cli.demo_dispatch import _fate, weekly
from infra.demo_days import by_looks, next_look
from infra.simulation.record import SimRecord
from infra.simulation.simulate import Simulation
from risk_model.local_time import SHANGHAI

MONDAY = datetime(2025, 9, 1, tzinfo=SHANGHAI)


def local(day: int, hour: float) -> datetime:
    """A moment of September 2025 in China."""
    return MONDAY + timedelta(days=day - 1, hours=hour)


@pytest.mark.parametrize(
    ("at", "look"),
    [
        (local(1, 0), local(1, 9)),
        (local(1, 9), local(1, 9)),
        (local(1, 9.01), local(1, 18)),
        (local(1, 18), local(1, 18)),
        (local(1, 18.01), local(2, 9)),
        (local(30, 23.99), local(31, 9)),
    ],
)
def test_next_look(at: datetime, look: datetime) -> None:
    """At or after a moment, in its own zone."""
    assert next_look(at) == look
    assert next_look(at.astimezone(UTC)) == look
    assert next_look(at.astimezone(UTC)).tzinfo is UTC


def record(due: datetime) -> SimRecord:
    """A report of a moment."""
    truth = next(Simulation(1, 1).records()).truth
    return SimRecord(None, b"", due.astimezone(UTC), truth)


def test_by_looks() -> None:
    """Each report with the look that follows, in order; days on which nothing is reported are looked at too."""
    due = [local(1, 3), local(1, 8), local(1, 12), local(3, 10)]
    found = [(look, [one.due for one in group]) for look, group in by_looks(map(record, due))]
    assert found == [
        (local(1, 9), due[:2]),
        (local(1, 18), due[2:3]),
        (local(2, 9), []),
        (local(2, 18), []),
        (local(3, 9), []),
        (local(3, 18), due[3:]),
    ]
    assert list(by_looks([])) == []


def test_every_record_of_a_city_is_looked_at_once() -> None:
    """The looks are in order, none is left out, and each record is due before its own."""
    every, looks = 0, list[datetime]()
    for look, group in by_looks(Simulation(7, 5).records()):
        looks.append(look)
        for one in group:
            every += 1
            assert one.due <= look < one.due + timedelta(hours=15, seconds=1)
    assert every == sum(1 for _ in Simulation(7, 5).records())
    steps = {after - before for before, after in pairwise(looks)}
    assert steps == {timedelta(hours=9), timedelta(hours=15)}


@pytest.fixture
def own_clock(tmp_path: Path) -> Iterator[Path]:
    """A clock of the test's own."""
    yield tmp_path / "clock"
    clock.follow(None)


def test_a_clock_that_is_followed(own_clock: Path) -> None:
    """It stands where it was set and goes on; without it the wall clock."""
    wall = clock.now()
    clock.set_clock(own_clock, local(1, 9))
    assert abs(clock.now() - wall) < timedelta(seconds=10)  # nobody follows it yet
    clock.follow(own_clock)
    first, second = clock.now(), clock.now()
    assert local(1, 9) <= first <= second < local(1, 9) + timedelta(seconds=10)
    assert first.tzinfo is UTC
    clock.set_clock(own_clock, local(2, 9))
    assert local(2, 9) <= clock.now() < local(2, 9) + timedelta(seconds=10)
    clock.follow(None)
    assert abs(clock.now() - wall) < timedelta(seconds=10)


def test_weekly() -> None:
    """The mean of all officials and weeks, the most of any; weeks begin on Monday."""
    told = [(owner, local(day, 10)) for day, owner in [(1, "甲"), (7, "甲"), (8, "甲"), (2, "乙")]]
    assert weekly(told, 2) == (1.0, 2, 2)
    assert weekly([], 2) == (0.0, 0, 0)


@pytest.mark.parametrize(
    ("causes", "stage", "outcome", "plan", "fate"),
    [
        ({"raised"}, "told", None, "told", "singly"),
        ({"raised"}, "absorbed", "true", "absorbed", "singly"),
        ({"digest", "escalated"}, "told", None, "told", "singly"),
        ({"digest"}, "told", None, "told", "digest"),
        ({"merged"}, "told", None, "told", "merged"),
        (set(), "queued", "duplicate", "queued", "merged"),
        (set(), "grouped", None, None, "grouped"),
        (set(), "absorbed", "false_alarm", None, "absorbed"),
        (set(), "queued", None, "queued", "waits"),
        (set(), "damped", None, None, "waits"),
        ({"raised"}, "told", None, "past", "imported"),
        (set(), None, None, None, "pending"),
    ],
)
def test_fates(causes: set[str], stage: str | None, outcome: str | None, plan: str | None, fate: str) -> None:
    """What became of an alert: told in whichever way, else where it stands; each alert has one."""
    assert _fate(causes, stage, outcome, plan) == fate
