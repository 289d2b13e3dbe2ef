"""JSON Schema (2020-12) of everything that crosses the contract, made from the classes that check it."""

import json
import re
from pathlib import Path
from typing import Any, cast, get_args

import msgspec
from pydantic.json_schema import GenerateJsonSchema

from schemas.assessed import Assessed
from schemas.domain_events import DomainEvent
from schemas.errors import FieldError
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.outgoing import OUTGOING, WITHHELD, without
from schemas.typed_disputes import DISPUTE_CLASSES

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EXAMPLES = Path(__file__).parent / "examples"

DOMAIN_EVENTS: dict[str, type[DomainEvent]] = {str(kind.__struct_config__.tag): kind for kind in get_args(DomainEvent)}
"""Domain event classes by their stable type name."""


class _Untitled(GenerateJsonSchema):
    """Pydantic's schemas without a title made from each field's name, which says nothing new."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  the base class's signature
        return False


def dispute_schema(name: str) -> Schema:
    """Schema of one dispute event type (name without prefix), with its example."""
    kind = EVENT_TYPES[name]
    schema = DISPUTE_CLASSES[PREFIX + name].model_json_schema(schema_generator=_Untitled)
    schema["properties"]["type"]["description"] = f"事件类型：{kind.zh} event type"
    return _document(f"dispute.reported.v1:{name}", f"{kind.zh} {PREFIX}{name}", schema, dispute_example(name))


def assessed_schema() -> Schema:
    """Schema of the assessed record, with its example."""
    return _document(
        "dispute.assessed.v1", "已核验、脱敏、分级的纠纷 assessed dispute", _of(Assessed), assessed_example()
    )


def domain_event_schema(name: str) -> Schema:
    """Schema of one domain event (stable type name), with its example where other systems receive it."""
    return _document(f"domain-event:{name}", name, _of(DOMAIN_EVENTS[name]), domain_event_example(name))


def envelope_schema(name: str) -> Schema:
    """Schema of a domain event in its CloudEvents envelope, as other systems receive it, with an example."""
    data = _of(DOMAIN_EVENTS[name])
    definitions = data.pop("$defs", {})
    if withheld := WITHHELD.get(name):
        data["properties"] = without(data["properties"], withheld)
        data["required"] = [field for field in data["required"] if field not in withheld]
        definitions = _used(data, definitions)
    properties: Schema = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "description": "全局序号；相同即为同一事件 the same id is the same event"},
        "source": {"const": "/fuyuan/events"},
        "type": {"const": f"{PREFIX}{name}"},
        "subject": {"type": "string", "description": "事件流编号 stream the event belongs to"},
        "time": {"type": "string", "format": "date-time", "description": "记录时间 when it was recorded"},
        "datacontenttype": {"const": "application/json"},
        "data": data,
    }
    schema: Schema = {"type": "object", "properties": properties, "required": list(properties)}
    if definitions:
        schema["$defs"] = definitions
    return _document(f"outgoing:{name}", f"{PREFIX}{name}", schema, envelope_example(name))


def field_errors_schema() -> Schema:
    """Schema of the list of reasons that a rejected message carries."""
    return _document("reasons", "隔离原因 why a message was set aside", _of(list[FieldError]), None)


def dispute_example(name: str) -> Schema:
    """Fictional example of a dispute event type; it is valid."""
    return _example(_EXAMPLES / "reported" / f"{name}.json")


def assessed_example() -> Schema:
    """Fictional example of an assessed record; it is valid."""
    return _example(_EXAMPLES / "assessed.json")


def domain_event_example(name: str) -> Schema | None:
    """Fictional example of a domain event that is published to other systems, None for the others."""
    path = _EXAMPLES / "events" / f"{name}.json"
    return _example(path) if path.exists() else None


def envelope_example(name: str) -> Schema:
    """Fictional example of a domain event in its envelope, as the outbox sends it."""
    data = domain_event_example(name)
    if data is None:
        raise KeyError(name)
    way = OUTGOING[name]
    return {
        "specversion": "1.0",
        "id": "1204",
        "source": "/fuyuan/events",
        "type": f"{PREFIX}{name}",
        "subject": f"{way.stream}-{data[way.of]}",
        "time": "2025-09-11T01:02:03.000000+00:00",
        "datacontenttype": "application/json",
        "data": without(data, WITHHELD.get(name, ())),
    }


def _example(path: Path) -> Schema:
    return cast("Schema", json.loads(path.read_text(encoding="utf-8")))


def _of(kind: Any) -> Schema:
    """Schema of a msgspec type; a type that needs definitions refers to one of them, which is lifted to the top."""
    schema = msgspec.json.schema(kind)
    definitions = schema.pop("$defs", {})
    if "$ref" in schema:
        schema = definitions.pop(schema["$ref"].rpartition("/")[2])
    return {**schema, "$defs": definitions} if definitions else schema


def _used(schema: Schema, definitions: Schema) -> Schema:
    """Definitions that a schema refers to, directly or through others."""
    used: Schema = {}
    open_ends = [schema]
    while open_ends:
        for name in re.findall(r'"#/\$defs/([^"]+)"', json.dumps(open_ends.pop())):
            if name not in used:
                used[name] = definitions[name]
                open_ends.append(definitions[name])
    return used


def _document(urn: str, title: str, schema: Schema, example: Schema | None) -> Schema:
    head = {"$schema": DIALECT, "$id": f"urn:fuyuan:{urn}", "title": title}
    body = {name: value for name, value in schema.items() if name != "title"}
    return {**head, **body, **({"examples": [example]} if example is not None else {})}
