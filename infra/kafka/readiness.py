"""Does a Kafka cluster answer? Asked with the project's own client, as a user of it would."""

import logging

from kafka import KafkaAdminClient
from kafka.errors import KafkaError as ClientError


def brokers_answering(bootstrap: str, timeout_seconds: float = 3.0, **security: object) -> int:
    """Return how many brokers the cluster says it has; 0 when it does not answer.

    Args:
        bootstrap: `host:port` separated by commas.
        timeout_seconds: how long to try.
        security: kafka-python settings for SASL and TLS (infra.kafka.clients.security).
    """
    milliseconds = int(timeout_seconds * 1000)
    quiet = logging.getLogger("kafka")
    level, quiet_level = quiet.level, logging.CRITICAL
    quiet.setLevel(quiet_level)  # a refused connection is an expected answer here, not a warning
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap.split(","),
            bootstrap_timeout_ms=milliseconds,
            request_timeout_ms=milliseconds,
            **security,
        )
        try:
            return len(admin.describe_cluster()["brokers"])
        finally:
            admin.close()
    except (ClientError, OSError):
        return 0
    finally:
        quiet.setLevel(level)
