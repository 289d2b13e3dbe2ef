"""Load a mapping file and check everything that can be known before the first row."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from infra.importing.errors import MappingError
from infra.importing.spec import Mapping, table_at
from schemas.diagnosis import field_errors
from schemas.errors import shorten
from schemas.event_types import EVENT_TYPES
from schemas.regions import RegionRegistry
from schemas.typed_disputes import DATA_CLASSES

SHIPPED = Path(__file__).with_name("mappings")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_MONEY = ("fen", "yuan", "wan_yuan")
_CONTRACT_FIELDS = frozenset(name for kind in DATA_CLASSES.values() for name in kind.model_fields)


def load_mapping(place: str | Path, registry: RegionRegistry) -> Mapping:
    """Mapping of a TOML file, or of a shipped one by its name (e.g. ``district_tickets``).

    Raises:
        MappingError: names every key that does not hold, what was got and what is expected.
    """
    path = _find(Path(place))
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        advice = '中文的键要加引号，如 "是" = true；文件须以 UTF-8 保存 Chinese keys need quotes, e.g. "是" = true; save it as UTF-8'
        raise MappingError(f"{path}: 不是有效的 TOML 文件 not a valid TOML file: {bad}。{advice}") from None
    try:
        mapping = Mapping.model_validate(document)
        problems = list(_disagreements(mapping, registry))
    except ValidationError as invalid:
        problems = list(_explain(invalid))
    if problems:
        raise MappingError(f"映射文件有误 the mapping does not hold: {path}\n  " + "\n  ".join(problems))
    return mapping


def digest(mapping: Mapping) -> str:
    """SHA-256 of what the mapping says (comments and layout do not count)."""
    canonical = json.dumps(mapping.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def placeholders(template: str) -> list[str]:
    """Columns named in a template."""
    return PLACEHOLDER.findall(template)


def columns_used(mapping: Mapping) -> list[str]:
    """Every column the mapping reads, in the order of the mapping, once each."""
    return list(dict.fromkeys(_columns(mapping)))


def check_columns(mapping: Mapping, columns: Sequence[str], *, optional: bool = False) -> None:
    """Refuse a file that lacks a column.

    With `optional`, keys may be absent (JSONL), except those of the id, the type and the time.

    Raises:
        MappingError: names the missing columns, the nearest ones there are, and all there are.
    """
    needed = list(_columns([mapping.id, mapping.type, mapping.time])) if optional else columns_used(mapping)
    missing = [name for name in dict.fromkeys(needed) if name not in columns]
    twice = sorted({name for name in columns_used(mapping) if list(columns).count(name) > 1})
    if missing:
        shown = "、".join(name + _hint(name, columns) for name in missing)
        raise MappingError(
            f"文件缺少映射所用的列 the file lacks columns of the mapping: {shown}\n"
            f"  文件的列 columns of the file: {'、'.join(columns)}\n"
            "  请核对表头行（[file] header_row）、工作表（sheet）和编码，或修改映射。 Check [file] header_row, sheet and encoding, or change the mapping."
        )
    if twice:
        raise MappingError(
            f"表头中有重名的列，无法区分 columns named twice in the header: {'、'.join(twice)}。请先改名 rename them first"
        )


def _find(path: Path) -> Path:
    shipped = SHIPPED / f"{path.name.removesuffix('.toml')}.toml"
    for candidate in (path, shipped):
        if candidate.is_file():
            return candidate
    names = "、".join(sorted(p.stem for p in SHIPPED.glob("*.toml")))
    raise MappingError(f"找不到映射文件 there is no mapping file {path}；随附的映射 shipped mappings: {names}")


def _columns(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _columns(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _columns(item)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            given = getattr(value, name)
            if name == "column" and isinstance(given, str):
                yield given
            elif name == "template" and isinstance(given, str):
                yield from placeholders(given)
            elif name in ("columns", "path", "digest_of") and isinstance(given, list):
                yield from given
            elif isinstance(given, (BaseModel, list, dict)):
                yield from _columns(given)


def _explain(invalid: ValidationError) -> Iterator[str]:
    for detail, error in zip(invalid.errors(include_url=False), field_errors(invalid), strict=True):
        if detail["type"] == "extra_forbidden":
            key = str(detail["loc"][-1])
            table = table_at(tuple(detail["loc"][:-1]))
            known = [f.alias or name for name, f in table.model_fields.items()] if table else []
            yield f"{error.path}: 未知的键 unknown key{_hint(key, known)}；可用的键 keys: {'、'.join(known)}"
        elif detail["type"] == "mapping":
            got = "" if isinstance(detail["input"], (dict, BaseModel)) else f"收到 got {shorten(detail['input'])}；"
            yield f"{error.path}: {got}应为 expected {detail['msg']}"
        else:
            yield f"{error.zh} / {error.en}"


def _disagreements(mapping: Mapping, registry: RegionRegistry) -> Iterator[str]:
    """What each part allows and the whole does not."""
    county = mapping.region.county.value
    if county is not None and county not in registry:
        known = "、".join(f"{r.code} {r.name}" for r in registry.counties())
        yield f"region.county: 收到 got {county}；应为已登记的县级区划代码 expected a registered county: {known}"
    given = {name for name in type(mapping.fields).model_fields if getattr(mapping.fields, name) is not None}
    given |= {"occurred_at", "region"} | ({"parties"} if mapping.parties else set())
    for kind in sorted(mapping.type.types()):
        fields = DATA_CLASSES[kind].model_fields
        lacking = [name for name, field in fields.items() if field.is_required() and name not in given]
        if lacking:
            yield f"fields: 事件类型 {kind}（{EVENT_TYPES[kind].zh}）还需要 also needs {'、'.join(lacking)}"
    money = mapping.fields.amount_fen
    if money is not None and money.as_ not in _MONEY and not isinstance(money.value, int):
        yield 'fields.amount_fen.as: 请写明金额单位 say the unit: "yuan"（元）、"wan_yuan"（万元） or "fen"（分）'
    accepted = mapping.fields.accepted
    if accepted is not None and not all(
        isinstance(v, bool) for v in (accepted.values or {"": accepted.value}).values()
    ):
        yield "fields.accepted.values: 应为 expected true / false，如 e.g. { 是 = true, 否 = false }"
    for name in sorted(mapping.extra.keys() & _CONTRACT_FIELDS):
        yield f"extra.{name}: 是合同字段，请写在 is a field of the contract, write it under [fields]、[[parties]]…"


def _hint(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, list(known), 1, cutoff=0.5)
    return f"（是否为 did you mean {near[0]}？）" if near else ""


def describe(mapping: Mapping) -> dict[str, Any]:
    """What the progress file and the ledger say about a mapping."""
    return {"name": mapping.name, "sha256": digest(mapping)}
