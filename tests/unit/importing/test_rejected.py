"""The file of rejected rows: what stood there, and why, for whoever exported it."""

import csv
from collections.abc import Callable
from pathlib import Path

from infra.importing.readers import Opened
from infra.importing.rejected import write_rejected
from infra.importing.spec import Mapping
from schemas.errors import field_error

HEAD = "编号,日期,街道,内容\n"
LATE = field_error("future_date", "data.occurred_at", "2099-01-01", "不晚于今天", "not after today")


def test_rows_with_their_reasons(opened: Callable[..., Opened], small_mapping: Mapping, tmp_path: Path) -> None:
    """Rejected rows only, original columns first; a row that could not be cut into columns stands whole in the last one."""
    content = HEAD + 'A1,2025-09-03,-,好\nA2,2099-01-01,-,"两\n行"\nA3,2025-09-03\n'
    file = opened(content.encode("gb18030"), small_mapping)
    short = [row.damage for row in file.source.rows()][2]
    assert short is not None
    path = tmp_path / "a.rejected.csv"
    assert write_rejected(path, file.source, {2: (LATE,), 3: (short,)}) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as written:
        header, late, cut = csv.reader(written)
    assert header == ["编号", "日期", "街道", "内容", "行号", "文件行", "原因代码", "原因", "原始内容"]
    assert late == ["A2", "2099-01-01", "-", "两\n行", "2", "3", "future_date", LATE.zh, ""]
    assert cut[:8] == ["", "", "", "", "3", "5", "column_count", short.zh]
    assert '"A3", "2025-09-03"' in cut[8]


def test_corrected_rows_go_in_with_the_same_mapping(
    opened: Callable[..., Opened], small_mapping: Mapping, tmp_path: Path
) -> None:
    """The added columns do no harm, so the corrected file is imported as it is."""
    file = opened((HEAD + "A1,2099-01-01,-,好\n").encode(), small_mapping)
    write_rejected(tmp_path / "r.csv", file.source, {1: (LATE,)})
    corrected = (tmp_path / "r.csv").read_text("utf-8-sig").replace("2099-01-01,-", "2025-01-01,-", 1)
    again = opened(corrected.encode("utf-8-sig"), small_mapping, "again.csv")
    (only,) = (again.prepare(row) for row in again.source.rows())
    assert only.errors == ()


def test_rejected_events_show_their_line(opened: Callable[..., Opened], tmp_path: Path) -> None:
    """A JSONL event is one column."""
    file = opened(b'{"id": "1"}\n{"id": "2"}\n', None, "a.jsonl")
    write_rejected(tmp_path / "r.csv", file.source, {2: (LATE,)})
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.reader(written))
    assert rows[0][0] == "原文"
    assert rows[1][:3] == ['{"id": "2"}', "2", "2"]
