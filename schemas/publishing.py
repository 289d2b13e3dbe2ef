"""The published contract: its files, made from the classes and tables in this package. The same input makes the same bytes."""

import json
import re
from collections.abc import Sequence
from typing import Any

from schemas.asyncapi import PublishedTopic, asyncapi_document
from schemas.event_types import EVENT_TYPES
from schemas.json_schemas import (
    DOMAIN_EVENTS,
    assessed_schema,
    dispute_schema,
    domain_event_schema,
    envelope_schema,
    field_errors_schema,
)
from schemas.outgoing import OUTGOING

_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_.$-]*")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def published_files(topics: Sequence[PublishedTopic], bootstrap: str) -> dict[str, bytes]:
    """Every file of ``schemas/published`` by its path there.

    Args:
        topics: the topics as they are configured.
        bootstrap: default address of the cluster, shown in the AsyncAPI document.
    """
    documents: dict[str, Any] = {f"dispute.reported.v1/{name}.json": dispute_schema(name) for name in EVENT_TYPES}
    documents["dispute.assessed.v1.json"] = assessed_schema()
    documents["dispute.rejected.v1/reasons.json"] = field_errors_schema()
    documents |= {f"{way.topic}/{name}.json": envelope_schema(name) for name, way in OUTGOING.items()}
    documents |= {f"domain_events/{name}.json": domain_event_schema(name) for name in DOMAIN_EVENTS}
    asyncapi = asyncapi_document(topics, bootstrap)
    documents["asyncapi.json"] = asyncapi
    files = {path: json.dumps(content, ensure_ascii=False, indent=2) + "\n" for path, content in documents.items()}
    files["asyncapi.yaml"] = yaml_text(asyncapi) + "\n"
    return {path: text.encode() for path, text in sorted(files.items())}


def yaml_text(value: Any, indent: int = 0) -> str:
    """A JSON value as block YAML; texts are double-quoted, which YAML reads as JSON does."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "\n".join(f"{pad}{_key(name)}:{_nested(item, indent + 1)}" for name, item in value.items())
    if isinstance(value, list) and value:
        return "\n".join(f"{pad}-{_nested(item, indent + 1)}" for item in value)
    return pad + json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    plain = _PLAIN_KEY.fullmatch(name) and name.lower() not in _YAML_WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)


def _nested(value: Any, indent: int) -> str:
    block = isinstance(value, (dict, list)) and value
    return f"\n{yaml_text(value, indent)}" if block else f" {json.dumps(value, ensure_ascii=False)}"
