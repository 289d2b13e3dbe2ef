"""A city's own cluster: every client of ours speaks SASL over TLS from the settings alone, and a wrong password is an error."""

from functools import partial

import pytest
from aiokafka import AIOKafkaConsumer

from infra import ports
from infra.kafka.clients import consumer, durable_producer, fast_producer, security
from infra.kafka.jars import JarsMissing
from infra.kafka.java import JavaMissing
from infra.kafka.local import LocalKafka
from infra.kafka.node import KafkaError
from infra.kafka.topics import ALERT_EVENTS, Topic, ensure_topics
from infra.settings import Settings
from tests.services.availability import unavailable
from tests.services.kafka import temporary_kafka
from tests.services.secured_kafka import PASSWORD, USER, make_certificates, secured_listener

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def city_settings(tmp_path_factory):
    """Settings of an installation whose cluster asks for SASL and TLS."""
    folder = tmp_path_factory.mktemp("tls")
    ca_file, server_file = make_certificates(folder)
    port = ports.free_ports(9)[8]
    with temporary_kafka() as plain:
        cluster = LocalKafka(
            plain.home, port=plain.port, libs=plain.libs, properties=partial(secured_listener, port, server_file)
        )
        try:
            cluster.start()
        except (KafkaError, JavaMissing, JarsMissing) as missing:
            unavailable("Kafka", missing)
        yield Settings(
            _env_file=None,
            home=folder,
            kafka_bootstrap=f"{ports.LOOPBACK}:{port}",
            kafka_security_protocol="SASL_SSL",
            kafka_sasl_mechanism="PLAIN",
            kafka_sasl_username=USER,
            kafka_sasl_password=PASSWORD,
            kafka_ssl_cafile=ca_file,
            topic_partitions=1,
        )


async def test_every_client_speaks_sasl_over_tls(city_settings):
    """Administration, both producers, and both consumers."""
    ensure_topics(city_settings, (Topic(ALERT_EVENTS, "test", 1),))
    producer = durable_producer(city_settings)
    producer.send(ALERT_EVENTS, "一".encode()).get(timeout=30)
    producer.close()
    failures = []
    fast = fast_producer(city_settings)
    fast.produce(ALERT_EVENTS, "二".encode(), on_delivery=lambda error, _: failures.append(error))
    assert (fast.flush(30), failures) == (0, [None])

    reader = consumer(city_settings, "readers")
    reader.subscribe([ALERT_EVENTS])
    found: list[str] = []
    while len(found) < 2:
        batches = reader.poll(timeout_ms=20_000)
        assert batches
        found += [message.value.decode() for batch in batches.values() for message in batch]
    reader.close()
    assert found == ["一", "二"]

    worker = AIOKafkaConsumer(
        ALERT_EVENTS,
        bootstrap_servers=city_settings.kafka_bootstrap,
        auto_offset_reset="earliest",
        **security(city_settings),
    )
    await worker.start()
    assert (await worker.getone()).value.decode() == "一"
    await worker.stop()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kafka_sasl_password": "guess"}, "uthentication failed"),
        ({"kafka_ssl_cafile": None}, "certificate verify failed"),
    ],
    ids=["password", "authority"],
)
def test_what_does_not_fit_is_refused(city_settings, wrong, reason):
    """A wrong password, or a broker whose certificate we have no reason to trust; the message says which."""
    values = city_settings.model_dump() | wrong
    with pytest.raises(KafkaError, match="FUYUAN_KAFKA") as refused:
        ensure_topics(Settings(_env_file=None, **values))
    assert reason in str(refused.value)
