"""Faust applications of this project: one way to make them, with the settings that keep events safe.

Why each setting is as it is: docs/adr (record batches). In short: acknowledge by hand and at least once, no tables, no
leader topic, no web server, explicit group timings, topics made by us and not by Faust.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Protocol

import faust
from faust.auth import SASLCredentials, SSLCredentials
from faust.types import Message, TopicT
from faust.types.transports import TransportT

from streams.delivery import DeliveryLimits
from streams.transport import BatchTransport


class KafkaSettings(Protocol):
    """What `create_app` reads of the project's settings."""

    home: Path
    kafka_bootstrap: str
    kafka_security_protocol: str
    kafka_sasl_mechanism: str | None
    kafka_sasl_username: str | None
    kafka_sasl_password: Any
    kafka_ssl_cafile: Path | str | None
    kafka_ssl_certfile: Path | str | None
    kafka_ssl_keyfile: Path | str | None
    kafka_ssl_key_password: Any
    kafka_replication: int


class BatchSchema(faust.Schema):
    """Schema of batch topics: no decoding at all, the event's value is a `RecordBatch` of raw records."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Any]:
        """Function that makes the event of a message."""

        async def decode(message: Message, *, propagate: bool = False) -> Any:  # noqa: ARG001 - Faust passes it
            return app.create_event(None, app.consumer.open_batch(message), None, message)

        return decode


class BatchApp(faust.App):
    """Faust app on `BatchTransport`."""

    def __init__(self, *args: Any, limits: DeliveryLimits | None = None, **kwargs: Any) -> None:
        self._limits = limits
        super().__init__(*args, **kwargs)

    def _new_transport(self) -> TransportT:
        return BatchTransport(self.conf.broker_consumer, self, limits=self._limits)


def create_app(
    name: str,
    settings: KafkaSettings,
    *,
    instance_id: str | None = None,
    limits: DeliveryLimits | None = None,
    session_timeout_seconds: float = 10.0,
    commit_interval_seconds: float = 1.0,
) -> BatchApp:
    """A Faust app that delivers record batches.

    Args:
        name: app id, which is the Kafka consumer group.
        settings: where Kafka is and how to speak to it.
        instance_id: static group membership (`group.instance.id`), unique among the running workers and the
            same after a restart: the restarted worker gets its partitions back at once, not after the session timeout.
        limits: how much is delivered ahead.
        session_timeout_seconds: a worker silent for this long loses its partitions.
        commit_interval_seconds: acknowledged offsets are committed this often; a crash repeats at most that much.
    """
    datadir = Path(settings.home) / "faust" / name
    datadir.mkdir(parents=True, exist_ok=True)
    return BatchApp(
        name,
        limits=limits,
        broker=[f"kafka://{server.strip()}" for server in settings.kafka_bootstrap.split(",")],
        broker_credentials=credentials(settings),
        datadir=str(datadir),
        store="memory://",
        web_enabled=False,
        autodiscover=False,
        key_serializer="raw",
        value_serializer="raw",
        processing_guarantee="at_least_once",
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_replication_factor=settings.kafka_replication,
        consumer_group_instance_id=instance_id,
        consumer_auto_offset_reset="earliest",
        # A fetch of one partition; a single larger record still arrives.
        consumer_max_fetch_size=1024 * 1024,
        broker_session_timeout=session_timeout_seconds,
        broker_heartbeat_interval=session_timeout_seconds / 5,
        broker_rebalance_timeout=60.0,
        broker_request_timeout=40.0,
        broker_max_poll_interval=900.0,
        broker_commit_interval=commit_interval_seconds,
        stream_wait_empty=True,
        stream_recovery_delay=0.0,
        stream_publish_on_commit=False,
        table_standby_replicas=0,
    )


def batch_topic(app: BatchApp, *names: str) -> TopicT:
    """Topics, read as one, whose events are `RecordBatch`es."""
    return app.topic(*names, schema=BatchSchema(), acks=True)


def credentials(settings: KafkaSettings) -> SASLCredentials | SSLCredentials | None:
    """Faust credentials of the settings, None for an unprotected broker.

    Raises:
        ValueError: an unknown protocol, or SASL without user and mechanism.
    """
    protocol = (settings.kafka_security_protocol or "PLAINTEXT").upper()
    if protocol == "PLAINTEXT":
        return None
    if protocol not in {"SSL", "SASL_PLAINTEXT", "SASL_SSL"}:
        raise ValueError(
            f"kafka_security_protocol: got {protocol!r}, expected PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
        )
    context = None
    if protocol.endswith("SSL"):
        cafile = settings.kafka_ssl_cafile
        context = ssl.create_default_context(cafile=str(cafile) if cafile else None)
        if settings.kafka_ssl_certfile:
            context.load_cert_chain(
                settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile, _plain(settings.kafka_ssl_key_password)
            )
    if protocol == "SSL":
        return SSLCredentials(context)
    if not settings.kafka_sasl_username or not settings.kafka_sasl_mechanism:
        raise ValueError(f"{protocol}: got no user or mechanism, expected kafka_sasl_username and kafka_sasl_mechanism")
    return SASLCredentials(
        username=settings.kafka_sasl_username,
        password=_plain(settings.kafka_sasl_password),
        ssl_context=context,
        mechanism=settings.kafka_sasl_mechanism,
    )


def _plain(secret: Any) -> str | None:
    return secret.get_secret_value() if hasattr(secret, "get_secret_value") else secret


def run_worker(app: faust.App, *, loglevel: str = "INFO") -> NoReturn:
    """Run the app until SIGTERM or SIGINT, then end the process; logging is the caller's."""
    worker = faust.Worker(
        app, loglevel=loglevel, quiet=True, override_logging=False, redirect_stdouts=False, daemon=True
    )
    raise SystemExit(worker.execute_from_commandline())
