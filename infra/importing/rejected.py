"""The file of rejected rows, for whoever exported the data: the row as it was, and why it was refused, in Chinese."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.importing.rows import RowSource, original_bytes
from schemas.errors import FieldError

ROW, LINE, CODE, REASON, RAW = "行号", "文件行", "原因代码", "原因", "原始内容"


def write_rejected(path: Path, source: RowSource, reasons: Mapping[int, Sequence[FieldError]]) -> int:
    """Write a CSV (UTF-8 with BOM, as Excel wants it) of the rows in `reasons`; corrected, it can be imported with the same mapping.

    Returns:
        How many rows were written.
    """
    written, width = 0, len(source.columns)
    with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*source.columns, ROW, LINE, CODE, REASON, RAW])
        for row in source.rows():
            errors = reasons.get(row.number)
            if errors is None:
                continue
            # A row that could not be cut into columns is shown whole, in the last column.
            whole = (
                "" if row.damage is None else original_bytes(row, source.columns).decode("utf-8", "backslashreplace")
            )
            cells = list(row.cells) if row.damage is None else [""] * width
            reason = "；".join(error.zh for error in errors)
            writer.writerow([*cells, row.number, row.line, " ".join(error.code for error in errors), reason, whole])
            written += 1
    return written
