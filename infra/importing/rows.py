"""A row of a file, whatever the file's form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from schemas.errors import FieldError


@dataclass(frozen=True, slots=True)
class Row:
    """One record.

    Attributes:
        number: counts records from 1; blank lines and the header do not count.
        line: where it starts in the file (Excel: the row number at the sheet's edge).
        cells: text of each column, in the order of the source's `columns`, stripped.
        damage: why the row cannot be read at all, else None.
        broken: column index -> why that cell cannot be used.
        original: the bytes as they stand in the file, where the form has such (JSONL), else None.
    """

    number: int
    line: int
    cells: Sequence[str]
    damage: FieldError | None = None
    broken: Mapping[int, FieldError] = field(default_factory=dict)
    original: bytes | None = None


class RowSource(Protocol):
    """A file opened for reading, from its first record at each call of `rows`.

    Attributes:
        columns: the header; ("原文",) for events in JSONL.
        blank_lines: blank lines met so far; they are no records.
    """

    columns: Sequence[str]
    blank_lines: int

    def rows(self) -> Iterator[Row]:
        """Records in the order of the file."""
        ...


def original_bytes(row: Row, columns: Sequence[str]) -> bytes:
    """What is kept of a row that cannot be mapped: its line, or its cells as JSON (unreadable bytes as escapes)."""
    if row.original is not None:
        return row.original
    content = {"row": row.number, "line": row.line, "columns": list(columns), "cells": list(row.cells)}
    text = json.dumps(content, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")
