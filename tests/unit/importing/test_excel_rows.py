"""Workbooks: dates, numbers as shown, broken cells, title rows, sheets."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from infra.importing.errors import FileRefused
from infra.importing.readers import Opened
from infra.importing.spec import Mapping
from schemas.regions import RegionRegistry
from tests.unit.importing.conftest import SMALL, mapping_of

HEAD = ["编号", "日期", "街道", "内容"]


def workbook(*rows: list, before: int = 0, sheets: tuple[str, ...] = ("明细",)) -> bytes:
    """An .xlsx of these rows in the last of `sheets`, `before` title rows above the header."""
    book = openpyxl.Workbook()
    book.active.title = sheets[0]
    for title in sheets[1:]:
        book.create_sheet(title)
    sheet = book[sheets[-1]]
    for _ in range(before):
        sheet.append(["云州市信访明细表"])
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_cells(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """Dates keep their day, whole numbers lose their .0, floats show no noise, gaps and trailing blanks are nothing."""
    content = workbook(
        [9148, datetime(2025, 9, 3), "文昌街道", "a"],
        [9149.0, date(2025, 9, 3), None, 0.1 + 0.2],
        [],
        ["'9150", datetime(2025, 9, 3, 10, 12), "-", True],
    )
    file = opened(content, small_mapping, "a.xlsx")
    found = list(file.source.rows())
    assert [list(row.cells) for row in found] == [
        ["9148", "2025-09-03", "文昌街道", "a"],
        ["9149", "2025-09-03", "", "0.3"],
        ["9150", "2025-09-03 10:12:00", "-", "TRUE"],
    ]
    assert [(row.number, row.line) for row in found] == [(1, 2), (2, 3), (3, 5)]
    assert all(file.prepare(row).errors == () for row in found)
    assert file.source.blank_lines == 1


def test_broken_cells_name_the_cell(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A formula error, and a long number Excel has rounded, reject the row; in a column nobody reads they do no harm."""
    content = workbook(
        [1, "#REF!", "-", "a"], [440301199001011234, "2025-09-03", "-", "a"], [3, "2025-09-03", "-", "a", "#N/A"]
    )
    file = opened(content, small_mapping, "a.xlsx")
    broken, long, fine = (file.prepare(row) for row in file.source.rows())
    assert [(e.code, e.path) for e in broken.errors] == [("broken_cell", "column[日期]")]
    assert "B2" in broken.errors[0].zh
    assert [(e.code, e.path) for e in long.errors] == [("excel_precision", "column[编号]")]
    assert "440301199001011" not in long.errors[0].zh  # it may be a citizen's number
    assert fine.errors == ()


def test_header_row_and_sheet(opened: Callable[..., Opened], registry: RegionRegistry, tmp_path: Path) -> None:
    """Title rows and other sheets are passed over."""
    mapping = mapping_of(
        SMALL.replace("[type]", '[file]\nsheet = "明细"\nheader_row = 3\n\n[type]'), registry, tmp_path
    )
    file = opened(workbook(["A1", "2025-09-03", "-", "a"], before=2, sheets=("说明", "明细")), mapping, "a.xlsx")
    assert [row.line for row in file.source.rows()] == [4]
    with pytest.raises(FileRefused, match="说明、汇总"):
        opened(workbook(sheets=("说明", "汇总")), mapping, "b.xlsx")


def test_a_broken_workbook_is_refused(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A zip that is no workbook is refused with what to do."""
    with pytest.raises(FileRefused, match="另存为"):
        opened(b"PK\x03\x04 something", small_mapping, "a.xlsx")


def test_wrong_name_is_no_matter(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A workbook named .csv is read as the workbook it is."""
    assert len(list(opened(workbook(["A1", "2025-09-03", "-", "a"]), small_mapping, "a.csv").source.rows())) == 1
