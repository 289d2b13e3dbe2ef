"""Is Kafka there, are our topics there, and how far behind are the workers? Cheap enough to ask at every health check."""

from collections.abc import Mapping, Sequence

import msgspec
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.kafka.clients import confluent_security
from infra.settings import Settings


class KafkaState(msgspec.Struct, frozen=True):
    """What the cluster says: its brokers, and which of our topics are missing."""

    brokers: int
    missing_topics: tuple[str, ...]


class KafkaProbe:
    """Asks a cluster over kept connections. For one thread at a time.

    Args:
        settings: where Kafka is; the names of topics and groups get its prefix.
        group: the consumer group whose acknowledged offsets are asked for; it is never joined.
        timeout_seconds: how long one question may take.
    """

    def __init__(self, settings: Settings, group: str, timeout_seconds: float = 3.0) -> None:
        self._settings = settings
        self._timeout = timeout_seconds
        config = {
            "bootstrap.servers": settings.kafka_bootstrap,
            "client.id": "fuyuan-probe",
            "reconnect.backoff.max.ms": 1000,
            "log_level": 2,
            "error_cb": lambda _: None,
        }
        config |= confluent_security(settings)
        self._admin = AdminClient(config)
        # Not AdminClient.list_consumer_group_offsets: librdkafka 2.16.0 crashes the process when the coordinator answers it
        # with an error that asks for another coordinator (after a broker's restart), for want of a consumer group.
        self._member = Consumer(config | {"group.id": settings.kafka_name(group), "enable.auto.commit": False})

    def state(self, topics: Sequence[str]) -> KafkaState | None:
        """State of the cluster with regard to these topics; None when it does not answer."""
        try:
            found = self._admin.list_topics(timeout=self._timeout)
        except KafkaException:
            return None
        names = (self._settings.kafka_name(topic) for topic in topics)
        return KafkaState(len(found.brokers), tuple(name for name in names if name not in found.topics))

    def ends(self, topic: str) -> dict[tuple[str, int], int]:
        """Next offset of each (topic, partition).

        Raises:
            KafkaException: the cluster does not answer, or there is no such topic.
        """
        name = self._settings.kafka_name(topic)
        found = self._admin.list_topics(name, timeout=self._timeout).topics[name]
        asked = {TopicPartition(name, partition): OffsetSpec.latest() for partition in found.partitions}
        answers = self._admin.list_offsets(asked, request_timeout=self._timeout)
        return {(name, place.partition): answer.result(self._timeout).offset for place, answer in answers.items()}

    def committed(self, topic: str) -> dict[tuple[str, int], int]:
        """Offsets of a topic that the group has acknowledged; a partition without any is left out.

        Raises:
            KafkaException: the cluster does not answer.
        """
        name = self._settings.kafka_name(topic)
        found = self._admin.list_topics(name, timeout=self._timeout).topics[name]
        places = self._member.committed([TopicPartition(name, p) for p in found.partitions], timeout=self._timeout)
        return {(place.topic, place.partition): place.offset for place in places if place.offset >= 0}

    def close(self) -> None:
        """Close the connections."""
        self._member.close()


def lag(ends: Mapping[tuple[str, int], int], done: Mapping[tuple[str, int], int]) -> int:
    """Messages between what was done and the ends, over all partitions."""
    return sum(max(0, end - done.get(place, 0)) for place, end in ends.items())
