"""Clients of Kafka, configured from the settings: the local broker, or a city's cluster with SASL and TLS."""

import ssl
from typing import Any

from confluent_kafka import Producer
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from infra.kafka.node import KafkaError
from infra.kafka.readiness import ask_cluster
from infra.settings import Settings

MAX_REQUEST_BYTES = 17 * 1024 * 1024
"""Largest request of a producer: the 16 MiB of dispute.rejected.v1 and room for headers."""


def security(settings: Settings) -> dict[str, Any]:
    """Return kafka-python's security settings; aiokafka's have the same names."""
    config: dict[str, Any] = {"security_protocol": settings.kafka_security_protocol}
    if settings.kafka_security_protocol.startswith("SASL"):
        config |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": _plain(settings.kafka_sasl_password),
        }
    if settings.kafka_security_protocol.endswith("SSL"):
        config["ssl_context"] = tls_context(settings)
    return config


def confluent_security(settings: Settings) -> dict[str, Any]:
    """Return librdkafka's security settings."""
    config: dict[str, Any] = {"security.protocol": settings.kafka_security_protocol}
    if settings.kafka_security_protocol.startswith("SASL"):
        config |= {
            "sasl.mechanism": settings.kafka_sasl_mechanism,
            "sasl.username": settings.kafka_sasl_username,
            "sasl.password": _plain(settings.kafka_sasl_password),
        }
    files = {
        "ssl.ca.location": settings.kafka_ssl_cafile,
        "ssl.certificate.location": settings.kafka_ssl_certfile,
        "ssl.key.location": settings.kafka_ssl_keyfile,
    }
    config |= {name: str(path) for name, path in files.items() if path is not None}
    if settings.kafka_ssl_key_password is not None:
        config["ssl.key.password"] = _plain(settings.kafka_ssl_key_password)
    return config


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Return a context that verifies the brokers, with our certificate where the cluster asks for one."""
    context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile)
    if settings.kafka_ssl_certfile is not None:
        context.load_cert_chain(
            settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile, _plain(settings.kafka_ssl_key_password)
        )
    return context


def require_cluster(settings: Settings, timeout_seconds: float = 3.0) -> None:
    """Return when the cluster answers.

    Raises:
        KafkaError: it does not; the message says which address, why, and what to do.
    """
    answer = ask_cluster(settings.kafka_bootstrap, timeout_seconds, **confluent_security(settings))
    if answer.brokers == 0:
        raise KafkaError(
            f"Kafka（{settings.kafka_bootstrap}）没有应答：请运行 fuyuan kafka start，或检查 FUYUAN_KAFKA_… 设置。 "
            f"Kafka does not answer: run fuyuan kafka start, or check the FUYUAN_KAFKA_… settings\n  {answer.problem}"
        )


def admin_client(settings: Settings) -> KafkaAdminClient:
    """Return an administration client; the caller closes it.

    Raises:
        KafkaError: the cluster does not answer.
    """
    require_cluster(settings)
    return KafkaAdminClient(
        bootstrap_servers=settings.kafka_bootstrap.split(","),
        client_id="fuyuan-admin",
        request_timeout_ms=20_000,
        **security(settings),
    )


def durable_producer(settings: Settings, **overrides: Any) -> KafkaProducer:
    """Return a kafka-python producer whose acknowledged messages are on every copy in sync, once each.

    Messages in flight are retried without changing their order; the caller closes it.

    Raises:
        KafkaError: the cluster does not answer.
    """
    require_cluster(settings)
    config: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "client_id": "fuyuan-publisher",
        "acks": "all",
        "enable_idempotence": True,
        "allow_auto_create_topics": False,
        "compression_type": "lz4",
        "linger_ms": 5,
        "batch_size": 256 * 1024,
        "max_request_size": MAX_REQUEST_BYTES,
        "delivery_timeout_ms": 120_000,
        "max_block_ms": 10_000,
    }
    return KafkaProducer(**config | security(settings) | overrides)


def consumer(settings: Settings, group: str | None, **overrides: Any) -> KafkaConsumer:
    """Return a kafka-python consumer that commits only when told to and starts at the oldest message; the caller closes it.

    Raises:
        KafkaError: the cluster does not answer.
    """
    require_cluster(settings)
    config: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "client_id": "fuyuan-reader",
        "group_id": None if group is None else settings.kafka_name(group),
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "max_partition_fetch_bytes": MAX_REQUEST_BYTES,
    }
    return KafkaConsumer(**config | security(settings) | overrides)


def fast_producer(settings: Settings, **overrides: Any) -> Producer:
    """Return a confluent-kafka producer for workers: acks=all, idempotent, in large batches; flush it before acknowledging input."""
    config: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_bootstrap,
        "client.id": "fuyuan-worker",
        "acks": "all",
        "enable.idempotence": True,
        "allow.auto.create.topics": False,
        "compression.type": "lz4",
        "linger.ms": 5,
        "batch.size": 1024 * 1024,
        "message.max.bytes": MAX_REQUEST_BYTES,
        "queue.buffering.max.messages": 500_000,
        "queue.buffering.max.kbytes": 128 * 1024,
        "delivery.timeout.ms": 120_000,
        "log_level": 3,
    }
    return Producer(config | confluent_security(settings) | overrides)


def _plain(secret: Any) -> str | None:
    return None if secret is None else secret.get_secret_value()
