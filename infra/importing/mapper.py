"""Rows of a file into dispute events, by a mapping. Pure: the same row always gives the same event."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from infra.importing.assignments import Compiler, Getter, looked_up
from infra.importing.cells import bad_cell
from infra.importing.errors import Unmappable
from infra.importing.parties import PartyMaker
from infra.importing.places import PlaceMaker
from infra.importing.rows import Row, original_bytes
from infra.importing.spec import CategoryRule, Mapping, TypeRule
from schemas.dispute import SCHEMA_VERSION
from schemas.errors import FieldError, field_error
from schemas.event_types import PREFIX
from schemas.identifiers import dispute_id
from schemas.regions import RegionRegistry

_KINDS = {"people_involved": "int", "repeat_count": "int"}
Part = Callable[[Row], Any]


class Mapped(NamedTuple):
    """A row made ready for Kafka: an event for intake, or a rejection with the row as it was.

    Attributes:
        key: Kafka key, the county's code; None where it is not known.
        dispute_id: None where the row has no readable (source, id).
        errors: empty for an event.
    """

    value: bytes
    key: bytes | None
    dispute_id: str | None
    errors: tuple[FieldError, ...] = ()


class Mapper:
    """A mapping, compiled for the columns of one file.

    Args:
        import_id: written into each event as `importid`, beside its row number `importrow`.
    """

    def __init__(self, mapping: Mapping, columns: Sequence[str], registry: RegionRegistry, import_id: str) -> None:
        self._columns = columns
        self._source = mapping.source
        self._import_id = import_id
        compiler = Compiler(columns, mapping.absent, mapping.tzinfo)
        self._id = _id_getter(mapping, compiler)
        self._type = _type_getter(mapping.type, compiler)
        self._occurred = compiler.value(mapping.time.occurred_at.model_copy(update={"required": True}), kind="time")
        self._reported = compiler.value(mapping.time.reported_at, kind="time")
        self._parts = _parts(mapping, compiler, registry)

    def __call__(self, row: Row) -> Mapped:
        """Event or rejection of a row; every cell that is wrong is named."""
        if row.damage is not None:
            return self._rejected(row, [row.damage])
        errors: list[FieldError] = []

        def made(part: Part | None) -> Any:
            try:
                return part(row) if part is not None else None
            except Unmappable as bad:
                errors.append(bad.error)
                return None

        event_id, kind = made(self._id), made(self._type)
        occurred, reported = made(self._occurred), made(self._reported)
        data = {"occurred_at": occurred}
        for name, part in self._parts:
            value = made(part)
            if value is not None:
                data[name] = value
        if errors:
            return self._rejected(row, errors)
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": self._source,
            "type": PREFIX + kind,
            "time": reported or occurred,
            "datacontenttype": "application/json",
            "schemaversion": SCHEMA_VERSION,
            "importid": self._import_id,
            "importrow": row.number,
            "data": data,
        }
        return Mapped(orjson.dumps(event), data["region"]["county"].encode(), dispute_id(self._source, event_id))

    def _rejected(self, row: Row, errors: list[FieldError]) -> Mapped:
        named = {(error.code, error.path): error for error in errors}
        return Mapped(original_bytes(row, self._columns), None, None, tuple(named.values()))


class EventLines:
    """JSONL lines that are dispute events already: only the import's marks are added."""

    def __init__(self, import_id: str) -> None:
        self._import_id = import_id

    def __call__(self, row: Row) -> Mapped:
        """Event with its marks; a line that is not a JSON object is a rejection."""
        original = original_bytes(row, ())
        if row.damage is not None:
            return Mapped(original, None, None, (row.damage,))
        try:
            event = orjson.loads(original)
        except orjson.JSONDecodeError as bad:
            return Mapped(
                original,
                None,
                None,
                (field_error("not_json", "$", str(bad), "每行一个 JSON 对象", "one JSON object a line"),),
            )
        if not isinstance(event, dict):
            return Mapped(
                original,
                None,
                None,
                (field_error("not_object", "$", type(event).__name__, "JSON 对象", "a JSON object"),),
            )
        marked = orjson.dumps({**event, "importid": self._import_id, "importrow": row.number})
        return Mapped(marked, _county(event), _identity(event))


def _county(event: dict[str, Any]) -> bytes | None:
    data = event.get("data")
    region = data.get("region") if isinstance(data, dict) else None
    code = region.get("county") if isinstance(region, dict) else region
    return code[:6].encode("utf-8", "replace") if isinstance(code, str) else None


def _identity(event: dict[str, Any]) -> str | None:
    source, event_id = event.get("source"), event.get("id")
    return dispute_id(source, event_id) if isinstance(source, str) and isinstance(event_id, str) else None


def _id_getter(mapping: Mapping, compiler: Compiler) -> Part:
    if mapping.id.template is not None:
        return compiler.template(mapping.id.template, every=True)
    cells = [compiler.cell(name) for name in mapping.id.digest_of or ()]

    def get(row: Row) -> str:
        texts = [cell(row) or "" for cell in cells]
        if not any(texts):
            raise Unmappable(
                bad_cell(
                    "missing",
                    mapping.id.digest_of[0] if mapping.id.digest_of else "",
                    "",
                    "非空文本（编号的一部分）",
                    "text (it is part of the id)",
                )
            )
        return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:24]

    return get


def _type_getter(rule: TypeRule, compiler: Compiler) -> Part:
    if rule.fixed is not None:
        fixed = rule.fixed
        return lambda _row: fixed
    column = rule.column or ""
    cell = compiler.cell(column)
    return lambda row: looked_up(rule.values, rule.otherwise, cell(row) or "", column)


def _category_getter(rule: CategoryRule, compiler: Compiler) -> Part:
    cells = [compiler.cell(name) for name in rule.columns]
    named = "/".join(rule.columns)

    def get(row: Row) -> str | None:
        texts = [cell(row) or "" for cell in cells]
        if not any(texts):
            return rule.otherwise
        for depth in range(len(texts), 0, -1):
            found = rule.values.get("/".join(texts[:depth]))
            if found is not None:
                return found
        return str(looked_up(rule.values, rule.otherwise, "/".join(texts), named))

    return get


def _subject_getter(scheme: str, path: Sequence[str], compiler: Compiler) -> Part:
    cells = [compiler.cell(name) for name in path]

    def get(row: Row) -> dict[str, Any] | None:
        texts = [text for text in (cell(row) for cell in cells) if text is not None]
        return {"scheme": scheme, "path": texts} if texts else None

    return get


def _table_getter(getters: dict[str, Getter | None]) -> Part:
    """Getter of a table of optional texts; None where all are absent."""
    given = {name: getter for name, getter in getters.items() if getter is not None}

    def get(row: Row) -> dict[str, Any] | None:
        found = {name: getter(row) for name, getter in given.items()}
        return found if any(value is not None for value in found.values()) else None

    return get


def _parts(mapping: Mapping, compiler: Compiler, registry: RegionRegistry) -> list[tuple[str, Part]]:
    """Makers of the data's fields, in the order of the contract."""
    parts: list[tuple[str, Part]] = [("region", PlaceMaker(mapping.region, compiler, registry))]
    for name in type(mapping.fields).model_fields:
        spec = getattr(mapping.fields, name)
        if spec is None:
            continue
        if name in ("project", "cause"):
            parts.append(
                (name, _table_getter({key: compiler.value(getattr(spec, key)) for key in type(spec).model_fields}))
            )
        else:
            parts.append((name, compiler.value(spec, kind=_KINDS.get(name))))
    if mapping.parties:
        parts.append(("parties", PartyMaker(mapping.parties, compiler)))
    if mapping.category is not None:
        parts.append(("category", _category_getter(mapping.category, compiler)))
    if mapping.subject is not None:
        parts.append(("subject", _subject_getter(mapping.subject.scheme, mapping.subject.path, compiler)))
    if mapping.references:
        parts.append(("references", _references_getter(mapping, compiler)))
    parts.extend((name, compiler.value(spec)) for name, spec in mapping.extra.items())
    return parts


def _references_getter(mapping: Mapping, compiler: Compiler) -> Part:
    rules = [(rule.source, compiler.value(rule.id)) for rule in mapping.references]

    def get(row: Row) -> list[dict[str, Any]] | None:
        found = [
            {"source": source, "id": str(got)}
            for source, getter in rules
            if getter and (got := getter(row)) is not None
        ]
        return found or None

    return get
