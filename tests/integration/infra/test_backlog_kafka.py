"""Marks on a real Kafka: passed when both workers have come to where they were set."""

from collections.abc import Iterator
from datetime import date

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from sqlalchemy import Engine, insert

from infra.backlog import Backlog, Mark
from infra.kafka.clients import durable_producer
from infra.kafka.probe import KafkaProbe
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REPORTED, ensure_topics, worker_group
from infra.settings import Settings
from infra.store.access import StoreAccess
from infra.store.engine import open_engine
from infra.store.schema import upgrade
from infra.store.tables import consumed_offsets
from tests.disputes import NOW

pytestmark = pytest.mark.kafka
MARK = Mark(NOW, date(2026, 3, 1))


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    """An empty store."""
    engine = open_engine(sqlite_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def test_a_mark_waits_for_assess_and_then_for_watch(kafka_settings: Settings, engine: Engine) -> None:
    """A message reported before it is read by ASSESS, and what ASSESS wrote stored by WATCH."""
    ensure_topics(kafka_settings)
    reported, assessed = (kafka_settings.kafka_name(topic) for topic in (DISPUTE_REPORTED, DISPUTE_ASSESSED))
    probe = KafkaProbe(kafka_settings, worker_group("assess"), timeout_seconds=20)
    backlog = Backlog(probe, StoreAccess(engine))
    backlog.set(MARK)
    assert backlog.passed() == MARK  # nothing was ever sent
    producer = durable_producer(kafka_settings)
    place = producer.send(reported, key=b"379001", value=b"{}").get(timeout=20)
    backlog.set(MARK)
    assert backlog.passed() is None
    _acknowledge(kafka_settings, reported, place.partition, place.offset + 1)
    out = producer.send(assessed, key=b"379001", value=b"{}").get(timeout=20)
    assert backlog.passed() is None
    row = {"topic": assessed, "partition": out.partition, "next_offset": out.offset + 1}
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        connection.execute(insert(consumed_offsets), [row])
    assert backlog.passed() == MARK
    producer.close()
    probe.close()


def _acknowledge(settings: Settings, topic: str, partition: int, offset: int) -> None:
    """As ASSESS does after its output is written."""
    group = settings.kafka_name(worker_group("assess"))
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=group, enable_auto_commit=False)
    where = TopicPartition(topic, partition)
    consumer.assign([where])
    consumer.commit({where: OffsetAndMetadata(offset, "", -1)})
    consumer.close()
