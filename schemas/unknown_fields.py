"""Fields the contract does not name: they are kept, if they are values that every later step can carry."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from schemas.dispute import Dispute
from schemas.errors import FieldError, field_error

_INT64 = 2**63


def unknown_fields(dispute: Dispute) -> dict[str, dict[str, Any]]:
    """Unknown fields of an event and of every object in it, by the path of the object (``""`` is the envelope)."""
    data = dispute.data
    found: dict[str, dict[str, Any]] = {}
    # Every message comes by here twice, and hardly one has such a field: the bare attribute is read, not its property.
    if dispute.__pydantic_extra__:
        found[""] = dispute.__pydantic_extra__
    if data.__pydantic_extra__:
        found["data"] = data.__pydantic_extra__
    if data.region.__pydantic_extra__:
        found["data.region"] = data.region.__pydantic_extra__
    if data.project is not None and data.project.__pydantic_extra__:
        found["data.project"] = data.project.__pydantic_extra__
    if data.cause is not None and data.cause.__pydantic_extra__:
        found["data.cause"] = data.cause.__pydantic_extra__
    if data.subject is not None and data.subject.__pydantic_extra__:
        found["data.subject"] = data.subject.__pydantic_extra__
    for number, party in enumerate(data.parties):
        if party.__pydantic_extra__:
            found[f"data.parties[{number}]"] = party.__pydantic_extra__
    for number, reference in enumerate(data.references):
        if reference.__pydantic_extra__:
            found[f"data.references[{number}]"] = reference.__pydantic_extra__
    for number, relation in enumerate(data.relations):
        path = f"data.relations[{number}]"
        for where, part in ((path, relation), (path + ".from", relation.from_), (path + ".to", relation.to)):
            if part.__pydantic_extra__:
                found[where] = part.__pydantic_extra__
    return found


def number_errors(dispute: Dispute) -> list[FieldError]:
    """Numbers in unknown fields that JSON, or a later step, cannot carry: NaN, Infinity and integers beyond 64 bits."""
    errors: list[FieldError] = []
    for path, fields in unknown_fields(dispute).items():
        for where, value in _walk(path, fields):
            if isinstance(value, float) and not isfinite(value):
                errors.append(field_error("not_json", where, value, "有限的数", "a finite number"))
            elif isinstance(value, int) and not -_INT64 <= value < _INT64:
                errors.append(
                    field_error("out_of_range", where, f"{value.bit_length()} bits", "64 位整数", "a 64-bit integer")
                )
    return errors


def nul_errors(event: object) -> list[FieldError]:
    """Texts and field names with U+0000, which databases cannot store, anywhere in a JSON value."""
    zh, en = "不含 NUL 字符（U+0000）的文本", "text without U+0000"
    return [
        field_error("control_character", where, "U+0000", zh, en)
        for where, value in _walk("", event)
        if isinstance(value, str) and "\0" in value
    ]


def _walk(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Every scalar and every field name with the path of where it stands; depth is bounded by the decoder."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield path or "$", name
            yield from _walk(f"{path}.{name[:40]}" if path else name[:40], item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _walk(f"{path}[{number}]", item)
    else:
        yield path or "$", value
