"""A fact of any kind, made from the types of its fields: for what must take every kind, such as the feed."""

from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from schemas.domain_events import DomainEvent

NOW = datetime(2025, 9, 1, 1, tzinfo=UTC)
_PLAIN: dict[Any, Any] = {str: "甲", int: 1, float: 0.5, bool: True, datetime: NOW, date: NOW.date()}


def any_fact(kind: type) -> DomainEvent:
    """The simplest fact of a kind: required fields only."""
    return _value(kind)  # type: ignore[no-any-return]  # of the kind asked for


def _value(kind: Any) -> Any:
    origin = get_origin(kind) or kind
    if origin in _PLAIN:
        return _PLAIN[origin]
    if origin in (tuple, list, dict):
        return origin()
    if origin in (Union, UnionType):
        return _value(get_args(kind)[0])
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        return origin(**{field.name: _value(field.type) for field in msgspec.structs.fields(origin) if field.required})
    return get_args(kind)[0]  # a literal
