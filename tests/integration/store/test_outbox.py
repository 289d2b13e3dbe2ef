"""The outbox on both databases: every event that others receive is sent, whatever happens in between."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine

from infra import outbox
from infra.outbox import LEASE_SECONDS, Outbox
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.event_log import StoredEvent, read_events
from infra.store.schema import upgrade
from schemas.outgoing import OUTGOING
from tests.disputes import NOW, assessed, incoming, rules
from tests.stores import facts, fill


class Recorder:
    """A producer that keeps what it is given; ``failing`` makes its acknowledgements fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, Any]] = []
        self.failing = False

    def send(self, topic: str, key: bytes, value: bytes) -> "Recorder":
        self.sent.append((topic, key, orjson.loads(value)))
        return self

    def flush(self, timeout: float) -> None:
        """Nothing to wait for."""

    def get(self, timeout: float) -> None:
        if self.failing:
            raise OSError("Kafka is away")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty store on SQLite, then on PostgreSQL."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def _grave(engine: Engine, first: int, count: int) -> None:
    fill(
        engine,
        rules(),
        [incoming(assessed(n, level=4, people=99, category="非法集资") for n in range(first, first + count))],
    )


def _drain(box: Outbox, now: datetime = NOW) -> int:
    total = 0
    while sent := box.publish(now):
        total += sent
    return total


def test_everything_is_sent_once_in_order(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alerts, plans and deadlines, each on its topic under its own key, across several chunks; nothing on the next call."""
    monkeypatch.setattr(outbox, "CHUNK", 7)
    producer = Recorder()
    box = Outbox(engine, settings, producer, "one")
    _grave(engine, 0, 20)
    expected = len(facts(engine, *OUTGOING))
    assert _drain(box) == expected == 60
    ids = [int(envelope["id"]) for _, _, envelope in producer.sent]
    assert ids == sorted(set(ids))
    assert {topic for topic, _, _ in producer.sent} == {"alert.events.v1", "plan.events.v1", "ledger.events.v1"}
    assert all(key.decode() == envelope["subject"] for _, key, envelope in producer.sent)  # no dispatch here
    assert box.publish(NOW) == 0


def test_events_committed_while_it_reads_are_not_stepped_over(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker commits between the reading of the events and of the head."""
    producer = Recorder()
    box = Outbox(engine, settings, producer, "one")
    _grave(engine, 0, 3)
    written: list[int] = []

    def read_and_then_commit(connection: Connection, after: int, limit: int, types: Sequence[str]) -> list[StoredEvent]:
        found = read_events(connection, after, limit, types)
        if not written:
            written.append(1)
            _grave(engine, 100, 3)
        return found

    monkeypatch.setattr(outbox, "read_events", read_and_then_commit)
    _drain(box)
    assert len(producer.sent) == len(facts(engine, *OUTGOING)) == 18


def test_a_failure_moves_nothing_and_another_worker_takes_over(engine: Engine, settings: Settings) -> None:
    """The cursor stays until Kafka has acknowledged; a lease that ran out is taken, one that has not is respected."""
    _grave(engine, 0, 3)
    first, second = Recorder(), Recorder()
    first.failing = True
    broken, standby = Outbox(engine, settings, first, "one"), Outbox(engine, settings, second, "two")
    with pytest.raises(OSError, match="away"):
        broken.publish(NOW)
    assert standby.publish(NOW + timedelta(seconds=1)) == 0
    later = NOW + timedelta(seconds=LEASE_SECONDS + 1)
    assert _drain(standby, later) == 9
    assert [envelope["id"] for _, _, envelope in second.sent] == [envelope["id"] for _, _, envelope in first.sent]
    first.failing = False
    assert broken.publish(later) == 0
