"""Making a Faust app from settings: credentials, and the cutting of batches."""

from types import SimpleNamespace

import pytest
from faust.types.auth import AuthProtocol, SASLMechanism
from pydantic import SecretStr

from streams.app import create_app, credentials
from streams.delivery import DeliveryLimits, cut
from streams.transport import BatchTransport


def kafka(**changes):
    """Settings of a Kafka."""
    return SimpleNamespace(
        **{
            "kafka_bootstrap": "a:9092,b:9093",
            "kafka_security_protocol": "PLAINTEXT",
            "kafka_sasl_mechanism": None,
            "kafka_sasl_username": None,
            "kafka_sasl_password": None,
            "kafka_ssl_cafile": None,
            "kafka_ssl_certfile": None,
            "kafka_ssl_keyfile": None,
            "kafka_ssl_key_password": None,
            "kafka_replication": 3,
        }
        | changes
    )


def test_credentials():
    """Each protocol, and what is missing."""
    user = {
        "kafka_sasl_mechanism": "SCRAM-SHA-512", "kafka_sasl_username": "city", "kafka_sasl_password": SecretStr("p"),
    }  # fmt: skip
    assert credentials(kafka()) is None
    plain = credentials(kafka(kafka_security_protocol="SASL_PLAINTEXT", **user))
    assert (plain.protocol, plain.mechanism) == (AuthProtocol.SASL_PLAINTEXT, SASLMechanism.SCRAM_SHA_512)
    assert (plain.username, plain.password, plain.ssl_context) == ("city", "p", None)
    assert credentials(kafka(kafka_security_protocol="SASL_SSL", **user)).protocol is AuthProtocol.SASL_SSL
    assert credentials(kafka(kafka_security_protocol="SSL")).context is not None
    with pytest.raises(ValueError, match="expected kafka_sasl_username"):
        credentials(kafka(kafka_security_protocol="SASL_SSL"))
    with pytest.raises(ValueError, match="got 'TLS'"):
        credentials(kafka(kafka_security_protocol="TLS"))


def test_the_app_keeps_the_rules(tmp_path):
    """The settings that keep events safe."""
    app = create_app("assess", kafka(home=tmp_path), instance_id="assess-1", limits=DeliveryLimits(batch_records=7))
    assert isinstance(app.transport, BatchTransport)
    assert app.transport.limits.batch_records == 7
    conf = app.conf
    assert [str(url) for url in conf.broker_consumer] == ["kafka://a:9092", "kafka://b:9093"]
    assert (conf.web_enabled, conf.topic_allow_declare, conf.topic_disable_leader) == (False, False, True)
    assert (conf.stream_wait_empty, conf.topic_replication_factor) == (True, 3)
    assert conf.consumer_group_instance_id == "assess-1"
    assert conf.consumer_auto_offset_reset == "earliest"


@pytest.mark.parametrize(
    ("sizes", "limit", "cuts"),
    [
        ([], 10, []),
        ([3, 3, 3], 10, [[3, 3, 3]]),
        ([3, 3, 3, 3], 10, [[3, 3, 3], [3]]),
        ([99], 10, [[99]]),
        ([1, 99, 1], 10, [[1], [99], [1]]),
        ([10, 10], 10, [[10], [10]]),
    ],
)
def test_cut(sizes, limit, cuts):
    """Runs by bytes; a record above the limit is a batch of its own."""
    records = [SimpleNamespace(key=None, value=b"x" * size) for size in sizes]
    found = list(cut(records, limit))
    assert [[len(record.value) for record in run] for run, _ in found] == cuts
    assert [size for _, size in found] == [sum(run) for run in cuts]
