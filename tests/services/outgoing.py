"""What other systems receive, as one of them reads it: every topic of ``schemas.outgoing`` from its beginning."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from kafka import TopicPartition

from infra.kafka.clients import consumer
from infra.settings import Settings
from schemas.outgoing import OUTGOING


class Arrived(NamedTuple):
    """A message where it lies: the topic without the prefix of the cluster, the partition, the key and the CloudEvent."""

    topic: str
    partition: int
    key: str
    envelope: dict[str, Any]


def arrived(settings: Settings) -> Iterator[Arrived]:
    """Everything on the topics until now, each partition in its order."""
    named = {settings.kafka_name(way.topic): way.topic for way in OUTGOING.values()}
    reader = consumer(settings, None)
    try:
        places = [TopicPartition(name, p) for name in named for p in range(settings.topic_partitions)]
        reader.assign(places)
        ends = reader.end_offsets(places)
        reader.seek_to_beginning(*places)
        while any(reader.position(place) < ends[place] for place in places):
            for place, records in reader.poll(timeout_ms=1_000).items():
                for record in records:
                    yield Arrived(named[place.topic], place.partition, record.key.decode(), orjson.loads(record.value))
    finally:
        reader.close()
