"""Logging for every process: one line an event, as console text or JSON, never a payload."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from infra.settings import Settings

PAYLOAD_KEYS = frozenset(
    {
        "address",
        "body",
        "citizen_id",
        "data",
        "event_data",
        "headers",
        "name",
        "narrative",
        "parties",
        "payload",
        "phone",
    }
    | {"raw", "record", "row", "title", "uscc", "value"}
)
LONGEST_VALUE = 500
"""Characters of one logged value; longer ones are cut, so that no narrative slips out inside a message."""


def configure_logging(settings: Settings, *, service: str) -> None:
    """Send structlog and the standard library's logging to standard error in one format.

    Args:
        settings: log_level and log_format.
        service: name of this process in every line, for example `assess`.
    """
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_payloads,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for chatty in ("alembic", "kafka", "aiokafka", "urllib3"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    structlog.contextvars.bind_contextvars(service=service)


def hide_payloads(_: object, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values that are, or may hold, what an event says; cut long ones. (A structlog processor.)"""
    for key, value in entry.items():
        if key in PAYLOAD_KEYS or isinstance(value, bytes | bytearray | memoryview):
            entry[key] = "[hidden]"
        elif isinstance(value, str) and key != "exception" and len(value) > LONGEST_VALUE:
            entry[key] = value[:LONGEST_VALUE] + f"…[{len(value)} characters]"
    return entry
