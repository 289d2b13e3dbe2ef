"""The bytes of a skops file made canonical: the same model always gives the same file.

skops names arrays by memory address and stamps zip members with the time; here members are numbered in order of appearance
and carry one fixed date, so that an artifact's SHA-256 depends on the model alone.
"""

import io
import json
import zipfile
from typing import Any

SCHEMA = "schema.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip file can carry


def canonical_archive(archive: bytes) -> bytes:
    """The same skops archive with stable names, ids and dates, deflated."""
    with zipfile.ZipFile(io.BytesIO(archive)) as given:
        schema = json.loads(given.read(SCHEMA))
        members = {name: given.read(name) for name in given.namelist() if name != SCHEMA}
    numbers: dict[Any, int] = {}
    names: dict[str, str] = {}
    schema = _renumbered(schema, numbers, names)
    renamed = {names[name]: value for name, value in members.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in sorted(renamed):
            _write(made, name, renamed[name])
        _write(made, SCHEMA, json.dumps(schema, ensure_ascii=False, indent=1).encode())
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, value: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, value, compresslevel=9)


def _renumbered(node: Any, numbers: dict[Any, int], names: dict[str, str]) -> Any:
    """Schema with ``__id__`` numbered and array files renamed in order of appearance."""
    if isinstance(node, list):
        return [_renumbered(item, numbers, names) for item in node]
    if not isinstance(node, dict):
        return node
    result = {}
    for key, value in node.items():
        if key == "__id__":
            result[key] = numbers.setdefault(value, len(numbers))
        elif key == "file" and isinstance(value, str):
            result[key] = names.setdefault(value, f"{len(names):03d}{value[value.rfind('.') :]}")
        else:
            result[key] = _renumbered(value, numbers, names)
    return result
