"""A simulation sent to a real broker arrives complete, byte for byte, each county's reports in order."""

from collections import Counter, defaultdict

import pytest
from kafka import TopicPartition

from infra.kafka.clients import consumer
from infra.kafka.topics import DISPUTE_REPORTED, ensure_topics
from infra.settings import Settings
from infra.simulation import simulate
from infra.simulation.publishing import publish

pytestmark = pytest.mark.kafka


def test_published_simulation_arrives_complete_and_in_order(kafka_settings: Settings):
    """Malformed, key-less and re-sent records included."""
    ensure_topics(kafka_settings)
    records = list(simulate(8, 4, per_day=60, malformed=0.1))
    assert list(publish(kafka_settings, iter(records))) == records
    arrived = _read(kafka_settings, len(records))
    assert Counter(arrived) == Counter((r.key, r.value) for r in records)
    by_county = defaultdict(list)
    for key, value in arrived:
        by_county[key].append(value)
    for county in filter(None, by_county):
        assert by_county[county] == [r.value for r in records if r.key == county]


def _read(settings: Settings, count: int) -> list[tuple[bytes | None, bytes]]:
    topic = settings.kafka_name(DISPUTE_REPORTED)
    reader = consumer(settings, None)
    try:
        reader.assign([TopicPartition(topic, n) for n in range(settings.topic_partitions)])
        found: list[tuple[bytes | None, bytes]] = []
        while len(found) < count:
            batches = reader.poll(timeout_ms=20_000)
            assert batches, f"only {len(found)} of {count} within 20 s"
            found += [(message.key, message.value) for batch in batches.values() for message in batch]
        return found
    finally:
        reader.close()
