"""Facts of any type with made-up values: for what must handle every kind, whatever makes it."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec import inspect

from schemas.domain_events import DomainEvent
from schemas.json_schemas import DOMAIN_EVENTS, domain_event_example

AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
_PLAIN: dict[type, Any] = {
    inspect.StrType: "某",
    inspect.IntType: 2,
    inspect.FloatType: 0.5,
    inspect.BoolType: True,
    inspect.DateTimeType: AT,
    inspect.DateType: date(2026, 3, 1),
    inspect.VarTupleType: (),
    inspect.ListType: [],
    inspect.DictType: {},
    inspect.NoneType: None,
    inspect.AnyType: "某",
}


def made_up(name: str) -> DomainEvent:
    """A domain event of a type: its published example, else one with required fields only."""
    example = domain_event_example(name)
    kind = DOMAIN_EVENTS[name]
    return msgspec.convert(example or _value(inspect.type_info(kind)), kind)


def _value(info: Any) -> Any:
    if isinstance(info, inspect.StructType):
        found = {field.encode_name: _value(field.type) for field in info.fields if field.required}
        return found | ({info.tag_field: info.tag} if info.tag_field else {})
    if isinstance(info, inspect.Metadata):
        return _value(info.type)
    if isinstance(info, inspect.UnionType):
        return _value(next(each for each in info.types if not isinstance(each, inspect.NoneType)))
    if isinstance(info, inspect.LiteralType):
        return info.values[0]
    if isinstance(info, inspect.TupleType):
        return tuple(map(_value, info.item_types))
    return _PLAIN[type(info)]
