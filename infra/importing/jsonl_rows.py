"""JSONL: one object a line. With a mapping its keys are columns; without one each line is a dispute event."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from infra.importing.rows import Row
from infra.importing.text_files import FileFacts
from schemas.errors import FieldError, field_error

MAX_LINE_BYTES = 11 * 1024 * 1024
"""Below the 12 MiB of dispute.reported.v1; a longer line is rejected, and kept up to this size."""
EVENT_COLUMN = "原文"


class JsonlRows:
    """A JSONL file as rows.

    Args:
        columns: keys to read, nested ones with dots (``region.name``); None for lines that are events.
    """

    def __init__(self, facts: FileFacts, columns: Sequence[str] | None) -> None:
        self._facts = facts
        self._keys = columns
        self.blank_lines = 0
        self.columns: Sequence[str] = (EVENT_COLUMN,) if columns is None else columns

    def keys_seen(self, lines: int = 200) -> list[str]:
        """Every key, nested ones with dots, of the first lines: the file's header, as far as it has one."""
        seen: dict[str, None] = {}
        for number, line in enumerate(self._lines()):
            if number >= lines:
                break
            try:
                seen.update(dict.fromkeys(_paths(orjson.loads(line))))
            except orjson.JSONDecodeError:
                continue
        return list(seen)

    def rows(self) -> Iterator[Row]:
        """Every line that is not blank."""
        self.blank_lines = 0
        number = 0
        for at, line in enumerate(self._lines(), 1):
            if not line.strip():
                self.blank_lines += 1
                continue
            number += 1
            yield self._row(number, at, line)

    def _row(self, number: int, at: int, line: bytes) -> Row:
        line = line.rstrip(b"\r\n")
        if len(line) > MAX_LINE_BYTES:
            error = field_error(
                "too_large",
                "$",
                f"{len(line)} bytes",
                f"每行不超过 {MAX_LINE_BYTES} 字节",
                f"at most {MAX_LINE_BYTES} bytes a line",
                "请拆分附件后重报",
                "leave attachments out and send again",
            )
            return Row(number, at, ("",) * len(self.columns), error, original=line[:MAX_LINE_BYTES])
        if self._keys is None:
            return Row(number, at, (line.decode("utf-8", "backslashreplace"),), original=line)
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError as bad:
            return self._damaged(
                number, at, line, field_error("not_json", "$", str(bad), "每行一个 JSON 对象", "one JSON object a line")
            )
        if not isinstance(found, dict):
            return self._damaged(
                number, at, line, field_error("not_object", "$", type(found).__name__, "JSON 对象", "a JSON object")
            )
        return Row(number, at, [_cell(found, key) for key in self._keys], original=line)

    def _damaged(self, number: int, at: int, line: bytes, error: FieldError) -> Row:
        return Row(number, at, ("",) * len(self.columns), error, original=line)

    def _lines(self) -> Iterator[bytes]:
        if self._facts.encoding in ("utf-8", "utf-8-sig"):
            with self._facts.path.open("rb") as file:
                for number, line in enumerate(file):
                    yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
            return
        with self._facts.path.open(encoding=self._facts.encoding, errors="surrogateescape", newline="\n") as text:
            for line in text:
                yield line.encode("utf-8", "surrogateescape")


def _paths(value: Any, prefix: str = "") -> Iterator[str]:
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        yield prefix + key
        yield from _paths(inner, f"{prefix}{key}.")


def _cell(found: dict[str, Any], key: str) -> str:
    value: Any = found.get(key)
    if value is None and "." in key:
        value = found
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return orjson.dumps(value).decode()
