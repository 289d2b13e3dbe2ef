"""The local Kafka's life: start, stop, kill, restart, status; its data survive all of it."""

import socket

import pytest
from kafka import TopicPartition

from infra import ports
from infra.kafka.clients import consumer, durable_producer
from infra.kafka.jars import jars_ready
from infra.kafka.java import JavaMissing, find_java
from infra.kafka.local import LocalKafka
from infra.kafka.node import KafkaError
from infra.kafka.topics import ALERT_EVENTS, Topic, ensure_topics
from infra.settings import Settings
from tests.services.availability import unavailable
from tests.services.kafka import temporary_kafka

pytestmark = pytest.mark.kafka
TOPIC = (Topic(ALERT_EVENTS, "test", 1),)


@pytest.fixture(autouse=True)
def _possible():
    """Skip, or fail in CI, when there is no Java."""
    try:
        find_java()
    except JavaMissing as missing:
        unavailable("Kafka", missing)


def _settings(cluster: LocalKafka, **values: object) -> Settings:
    return Settings(_env_file=None, home=cluster.home, kafka_bootstrap=cluster.bootstrap, topic_partitions=1, **values)


def _publish(settings: Settings, *texts: str) -> None:
    producer = durable_producer(settings)
    try:
        for text in texts:
            producer.send(ALERT_EVENTS, text.encode()).get(timeout=60)
    finally:
        producer.close()


def _read(settings: Settings, count: int) -> list[str]:
    reader = consumer(settings, None)
    try:
        reader.assign([TopicPartition(ALERT_EVENTS, 0)])
        texts: list[str] = []
        while len(texts) < count:
            batches = reader.poll(timeout_ms=20_000)
            assert batches, f"only {texts} within 20 s"
            texts += [message.value.decode() for batch in batches.values() for message in batch]
        return texts
    finally:
        reader.close()


@pytest.mark.slow
def test_data_survive_stop_kill_and_restart():
    """The same messages are there after an orderly stop, after SIGKILL, and from a second object on the same folder."""
    with temporary_kafka() as cluster:
        with pytest.raises(KafkaError, match="fuyuan kafka start"):
            _ = cluster.bootstrap
        assert cluster.status() == []
        address = cluster.start()
        assert [status.state for status in cluster.status()] == ["running"]
        settings = _settings(cluster)
        ensure_topics(settings, TOPIC)
        _publish(settings, "一")

        cluster.stop()
        assert [status.state for status in cluster.status()] == ["stopped"]
        cluster.stop()

        again = LocalKafka(cluster.home, libs=cluster.libs)
        assert again.start() == address, "the ports of last time"
        assert again.start() == address, "starting what runs changes nothing"
        assert _read(settings, 1) == ["一"]
        _publish(settings, "二")

        again.kill()
        assert [status.state for status in again.status()] == ["died"]
        again.restart()
        assert _read(settings, 2) == ["一", "二"]
        again.restart()
        assert _read(settings, 2) == ["一", "二"]


@pytest.mark.slow
def test_three_nodes_accept_writes_with_one_killed():
    """acks=all is answered by the two that are left; the third catches up after a restart."""
    with temporary_kafka(nodes=3) as cluster:
        cluster.start()
        settings = _settings(cluster, kafka_replication=3)
        ensure_topics(settings, TOPIC)
        _publish(settings, "全员")
        cluster.kill(2)
        assert [status.state for status in cluster.status()] == ["running", "died", "running"]
        _publish(settings, "缺一")
        assert _read(settings, 2) == ["全员", "缺一"]
        cluster.restart(2)
        cluster.kill(1)
        _publish(settings, "换一")
        assert _read(settings, 3) == ["全员", "缺一", "换一"]


def test_a_taken_port_is_said(tmp_path):
    """Before anything is started, with what to do."""
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        taken = other.getsockname()[1]
        with temporary_kafka() as spare:
            if not jars_ready(spare.libs):
                unavailable("Kafka", "the jars are not there: make setup")
            cluster = LocalKafka(tmp_path, port=taken, libs=spare.libs)
            with pytest.raises(KafkaError, match=rf"{taken}.*--port"):
                cluster.start()
        assert cluster.status() == []


def test_only_one_or_three_nodes(tmp_path):
    """Two nodes tolerate no loss; the error says what there is."""
    with pytest.raises(ValueError, match="1 or 3"):
        LocalKafka(tmp_path, nodes=2)
