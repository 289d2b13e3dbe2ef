"""Does a Kafka cluster answer? Asked through librdkafka: kafka-python 3.0 leaves a thread and its sockets behind for every failed try."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

_SILENT = logging.getLogger("fuyuan.kafka.probe")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


@dataclass(frozen=True)
class ClusterAnswer:
    """What a cluster said: how many brokers it has now, or 0 and the reason in librdkafka's words."""

    brokers: int
    problem: str = ""


def ask_cluster(bootstrap: str, timeout_seconds: float = 3.0, **security: Any) -> ClusterAnswer:
    """Ask a cluster for its brokers.

    Args:
        bootstrap: `host:port` separated by commas.
        timeout_seconds: how long to try.
        security: librdkafka settings for SASL and TLS (infra.kafka.clients.confluent_security).
    """
    problems: list[str] = []
    config: dict[str, Any] = {
        "bootstrap.servers": bootstrap,
        "client.id": "fuyuan-probe",
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 500,
        "error_cb": lambda error: problems.append(error.str()),
        "logger": _SILENT,
    }
    probe = AdminClient(config | security)
    deadline = time.monotonic() + timeout_seconds
    try:
        return ClusterAnswer(len(probe.list_topics(timeout=timeout_seconds).brokers))
    except KafkaException as refused:
        probe.poll(max(0.0, min(0.1, deadline - time.monotonic())))
        return ClusterAnswer(0, _most_telling(problems) or refused.args[0].str())


def _most_telling(problems: list[str]) -> str:
    """Return the first reason that is not merely that every broker is down."""
    return next((text for text in problems if "brokers are down" not in text), problems[0] if problems else "")
