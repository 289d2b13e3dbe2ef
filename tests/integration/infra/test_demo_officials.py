"""Officials of the demonstration on both databases: they acknowledge, and close as the simulation knows it to be, with what stands under it."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from sqlalchemy import select

from infra.cli.demo_dispatch import Dispatched, dispatched, show_dispatch
from infra.demo_days import hold_jobs
from infra.demo_officials import HANDLED_DAYS, Officials
from infra.demo_truth import Truth
from infra.dispatching import Dispatcher
from infra.lease import Lease
from infra.settings import Settings
from infra.simulation.simulate import Simulation
from infra.simulation.truth import EventTruth, StoryTruth
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from risk_model.entities import Alert
from schemas.assessed import Assessed
from tests.disputes import rules
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed

SURE = {"level": 3, "level_probabilities": (0.05, 0.05, 0.8, 0.1)}
HOUR = timedelta(hours=1)
STORY = StoryTruth("s", "wages", (), (), (), "劳动争议", None, None, None, False, "某企业欠薪")


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Seeded]:
    """An empty store."""
    seeded = Seeded(database_url, Settings(_env_file=None, home=tmp_path))
    yield seeded
    seeded.close()


def truth_of(dispute: Assessed, level: int, story: str | None = None) -> EventTruth:
    """What is true of a report."""
    some = next(Simulation(1, 1).records()).truth
    return replace(some, source=dispute.source, event_id=dispute.source_event_id, level=level, story_id=story)


def statuses(store: Seeded) -> dict[str, tuple[str, str | None]]:
    """Status and outcome by the first character of the title."""
    with store.engine.connect() as connection:
        states = connection.execute(select(reads.alerts.c.state)).scalars()
        alerts = [msgspec.json.decode(bytes(state), type=Alert) for state in states]
    return {alert.title[0]: (alert.status, alert.outcome) for alert in alerts}


def test_they_acknowledge_and_close(store: Seeded) -> None:
    """Truly grave, or of a planted story: right; else a false alarm. What is told again later is acknowledged again."""
    disputes = [assessed(n, **SURE, **against(f"{'甲乙丙'[n]}公司")) for n in range(3)]
    truth = Truth([STORY])
    officials = Officials(store.engine, truth.right)
    for dispute, level, story in zip(disputes, (3, 1, 2), (None, None, "s"), strict=True):
        truth.know(truth_of(dispute, level, story))
    store.add(disputes)
    dispatcher = Dispatcher(store.engine, rules())
    dispatcher.dispatch(FIRST_DAY + HOUR)
    officials.work(FIRST_DAY + 2 * HOUR)
    assert set(statuses(store).values()) == {("acknowledged", None)}
    officials.work(FIRST_DAY + timedelta(days=HANDLED_DAYS))
    assert set(statuses(store).values()) == {("acknowledged", None)}  # not yet
    officials.work(FIRST_DAY + timedelta(days=HANDLED_DAYS, hours=2))
    outcomes = {"甲": ("closed", "true"), "乙": ("closed", "false_alarm"), "丙": ("closed", "true")}
    assert statuses(store) == outcomes
    officials.work(FIRST_DAY + timedelta(days=60))
    assert statuses(store) == outcomes
    assert rebuild(store.engine).same


def test_what_stands_under_an_alert_is_closed_with_it(store: Seeded) -> None:
    """Alerts of one group: one is told, the other stands under it and is closed with it."""
    place = assessed(0).place
    other = msgspec.structs.replace(place, county="379002", township="379002001")
    red = {"level": 4, "level_probabilities": (0.01, 0.01, 0.03, 0.95)}  # one owner, whatever the county
    first = assessed(0, **red, **against("甲公司"))
    second = assessed(1, place=other, source="/gov/379002/hotline", **red, parties=first.parties)
    officials = Officials(store.engine, Truth([]).right)
    store.add([first, second])
    Dispatcher(store.engine, rules()).dispatch(FIRST_DAY + HOUR)
    with store.engine.connect() as connection:
        stages = sorted(connection.execute(select(reads.dispatches.c.stage)).scalars())
    assert stages == ["grouped", "told"]
    officials.work(FIRST_DAY + 2 * HOUR)
    officials.work(FIRST_DAY + timedelta(days=HANDLED_DAYS, hours=2))
    with store.engine.connect() as connection:
        assert set(connection.execute(select(reads.alerts.c.outcome)).scalars()) == {"false_alarm"}


def test_jobs_are_held_until_they_are_released(store: Seeded) -> None:
    """A worker that asks for the dispatch or the surveyor is refused for as long as the city's time passes."""
    now: datetime = FIRST_DAY
    jobs = hold_jobs(store.engine, "demo")
    worker = Lease(store.engine, "dispatcher", "watch-1")
    much_later = now + timedelta(days=3650)
    assert not worker.claim(much_later)
    for job in jobs:
        job.release(now)
    assert worker.claim(much_later)
    assert Lease(store.engine, "surveyor", "watch-1").claim(much_later)


def test_the_report_counts_each_alert_once(store: Seeded) -> None:
    """Told by itself, waiting for the digest, and of a past that was brought in: each alert has one fate, tellings are counted apart."""
    long_ago = FIRST_DAY - timedelta(days=40)
    doubtful = {"level": 3, "level_probabilities": (0.4, 0.3, 0.2, 0.1)}
    store.add([assessed(0, **SURE, **against("甲公司")), assessed(1, **doubtful, **against("乙公司"))])
    store.add([assessed(2, at=long_ago, **SURE, **against("丙公司"))])
    dispatcher = Dispatcher(store.engine, rules())
    dispatcher.dispatch(FIRST_DAY + HOUR)

    def found() -> Dispatched:
        with store.engine.connect() as connection:
            return dispatched(connection)

    first = found()
    assert first.fates == {(3, "singly"): 1, (3, "waits"): 1, (3, "imported"): 1}
    assert (len(first.told), len(first.messages), len(first.bare)) == (1, 1, 2)
    dispatcher.dispatch(FIRST_DAY + timedelta(days=8))
    later = found()
    assert later.fates == {(3, "singly"): 1, (3, "digest"): 1, (3, "imported"): 1}
    assert [m.digest for m in later.told] == [None, "2025-09-08"]
    with store.engine.connect() as connection:
        console = Console(width=120, record=True, file=io.StringIO())
        show_dispatch(console, connection, 14)
    said = console.export_text()
    assert "│ 合计 │    3 │        1 │        1 │" in said
    assert "告知 2 条次" in said
