"""Every kind of fact that leaves the system, through a real Kafka: once by its id, and what is about one thing in its order."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from infra.kafka.clients import durable_producer
from infra.kafka.topics import ensure_topics
from infra.outbox import Outbox
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.event_log import append, read_events, write_transaction
from infra.store.schema import upgrade
from schemas.domain_events import Recorded, decode_event, type_name
from schemas.json_schemas import domain_event_example
from schemas.outgoing import OUTGOING, key_of
from tests.services.outgoing import arrived

NOW = datetime(2026, 1, 1, tzinfo=UTC)
THINGS = 5
"""Alerts, plans, duties … that each kind of fact is told of."""

pytestmark = pytest.mark.kafka


class FailsOnce:
    """A producer whose first flush fails after everything was sent: the outbox must send it all again."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._failed = False

    def send(self, *args: Any, **kwargs: Any) -> Any:
        """As Kafka's."""
        return self._producer.send(*args, **kwargs)

    def flush(self, timeout: float) -> None:
        """As Kafka's, but for the first time."""
        self._producer.flush(timeout=timeout)
        if not self._failed:
            self._failed = True
            raise TimeoutError("no answer from Kafka")


def test_each_kind_arrives_once_and_in_the_order_of_its_thing(kafka_settings: Settings, sqlite_url: str) -> None:
    """Facts of many things mixed with one another, sent twice by a failure: the ids are the log's, the order is that of each thing."""
    ensure_topics(kafka_settings)
    engine = open_engine(sqlite_url)
    upgrade(engine)
    with write_transaction(engine) as connection:
        append(connection, _facts(), NOW)
    producer = durable_producer(kafka_settings)
    box = Outbox(engine, kafka_settings, FailsOnce(producer), "one")
    with pytest.raises(TimeoutError):
        box.publish(NOW)
    while box.publish(NOW):
        pass
    producer.close()
    with engine.connect() as connection:
        log = {item.seq: item.recorded for item in read_events(connection, limit=10_000)}
    engine.dispose()

    messages = list(arrived(kafka_settings))
    assert len(messages) > len(log)  # some twice
    first: dict[int, dict[str, Any]] = {}
    order: dict[str, list[int]] = defaultdict(list)
    for topic, _, key, envelope in messages:
        seq = int(envelope["id"])
        if seq in first:
            assert envelope == first[seq]
            continue
        first[seq] = envelope
        order[key].append(seq)
        recorded = log[seq]
        name = type_name(recorded.event)
        assert topic == OUTGOING[name].topic
        assert key == key_of(recorded.event)
        assert (envelope["type"], envelope["subject"]) == (f"fuyuan.{name}", recorded.stream_id)
    assert first.keys() == log.keys()
    assert {envelope["type"] for envelope in first.values()} == {f"fuyuan.{name}" for name in OUTGOING}
    assert all(seqs == sorted(seqs) for seqs in order.values())


def _facts() -> list[Recorded]:
    """Each kind once of each thing, in turns, so that what is about one thing lies far apart."""
    versions: dict[str, int] = defaultdict(int)
    found = []
    for name, way in OUTGOING.items():
        event = decode_event(msgspec.json.encode(domain_event_example(name)))
        for number in range(THINGS):
            about = f"{number:032x}"
            stream = f"{way.stream}-{about}"
            versions[stream] += 1
            fact = msgspec.structs.replace(event, **dict.fromkeys((way.field, way.of), about))
            found.append(Recorded(stream, versions[stream], fact))
    return found
