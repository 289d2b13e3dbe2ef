"""Topics are made from the table, and a cluster that differs is refused with what to do."""

import os
import threading

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from infra.kafka.clients import admin_client, consumer, durable_producer, fast_producer
from infra.kafka.node import KafkaError
from infra.kafka.topics import (
    DISPUTE_ASSESSED,
    DISPUTE_REJECTED,
    DISPUTE_REPORTED,
    TOPICS,
    WrongTopics,
    ensure_topics,
    inspect_topics,
)

pytestmark = pytest.mark.kafka


def test_topics_are_created_once_and_then_right(kafka_settings):
    """All six, with the table's settings; a second call does nothing."""
    assert [status.partitions for status in inspect_topics(kafka_settings)] == [0] * len(TOPICS)
    assert len(ensure_topics(kafka_settings)) == len(TOPICS)
    assert ensure_topics(kafka_settings) == []
    for status in inspect_topics(kafka_settings):
        assert (status.partitions, status.replication, status.differing) == (6, 1, {})


def test_a_wrong_partition_count_is_refused(kafka_settings):
    """Says what was found, what was expected and what to do, in Chinese and English; changes nothing."""
    ensure_topics(kafka_settings)
    other = kafka_settings.model_copy(update={"topic_partitions": 12})
    with pytest.raises(WrongTopics) as refused:
        ensure_topics(other)
    message = str(refused.value)
    assert "expected 12" in message
    assert f"{kafka_settings.kafka_name(DISPUTE_REPORTED)}: 6" in message
    assert "FUYUAN_TOPIC_PARTITIONS=6" in message
    assert "分区" in message


def test_too_few_copies_are_refused(kafka_settings):
    """A city that asks for three copies is not given one in silence."""
    ensure_topics(kafka_settings)
    other = kafka_settings.model_copy(update={"kafka_replication": 3})
    with pytest.raises(WrongTopics, match="expected 3"):
        ensure_topics(other)


def test_settings_that_drifted_are_put_back(kafka_settings):
    """Retention changed by hand returns to the table's, and the change is told."""
    ensure_topics(kafka_settings)
    name = kafka_settings.kafka_name(DISPUTE_ASSESSED)
    admin = admin_client(kafka_settings)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": "1000"})])
    admin.close()
    (line,) = ensure_topics(kafka_settings)
    assert "retention.ms 1000 → " in line
    assert ensure_topics(kafka_settings) == []


def test_no_cluster_is_said(settings):
    """With the address that was tried and what to run; trying again and again leaves no thread behind."""
    threads = threading.active_count()
    with pytest.raises(KafkaError, match=r"127\.0\.0\.1:1.*fuyuan kafka start"):
        ensure_topics(settings)
    assert threading.active_count() == threads


@pytest.mark.parametrize(("topic", "mebibytes"), [(DISPUTE_REPORTED, 11), (DISPUTE_REJECTED, 15)])
def test_large_messages_pass_both_producers_and_the_reader(kafka_settings, topic, mebibytes):
    """What one topic accepts, its clients can send and read, incompressible."""
    ensure_topics(kafka_settings)
    name = kafka_settings.kafka_name(topic)
    body = os.urandom(mebibytes * 1024 * 1024)
    producer = durable_producer(kafka_settings)
    producer.send(name, body, key=b"379001").get(timeout=30)
    producer.close()
    failures = []
    fast = fast_producer(kafka_settings)
    fast.produce(name, body, key=b"379001", on_delivery=lambda error, _: failures.append(error))
    assert fast.flush(30) == 0
    assert failures == [None]
    reader = consumer(kafka_settings, "large")
    reader.subscribe([name])
    found: list[bytes] = []
    while len(found) < 2:
        batches = reader.poll(timeout_ms=20_000)
        assert batches
        found += [message.value for batch in batches.values() for message in batch]
    reader.close()
    assert found == [body, body]
