"""Excel workbooks (.xlsx), streamed: dates, numbers as they are shown, broken cells named."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, BinaryIO

from infra.importing.csv_rows import clean
from infra.importing.errors import FileRefused
from infra.importing.rows import Row
from infra.importing.spec import FileForm
from infra.importing.text_files import FileFacts
from schemas.errors import FieldError, field_error

_EXACT_DIGITS = 15  # Excel keeps no more of a number


class ExcelRows:
    """A sheet of a workbook as rows: the named one, else the first that is visible."""

    def __init__(self, facts: FileFacts, form: FileForm) -> None:
        self._facts = facts
        self._form = form
        self.blank_lines = 0
        header: Sequence[Any] = next((cells for line, cells in self._cells() if line == form.header_row), ())
        columns = [_text(cell.value)[0] for cell in header]
        while columns and not columns[-1]:
            columns.pop()
        if not columns:
            raise FileRefused(
                f"第 {form.header_row} 行没有表头 there is no header in row {form.header_row}: {facts.path.name}"
            )
        self.columns = columns

    def rows(self) -> Iterator[Row]:
        """Records after the header; blank ones are skipped."""
        self.blank_lines = 0
        number, width = 0, len(self.columns)
        for line, cells in self._cells():
            if line <= self._form.header_row:
                continue
            texts, broken = self._row(cells[:width], line)
            if not any(texts) and not broken:
                self.blank_lines += 1
                continue
            number += 1
            texts.extend([""] * (width - len(texts)))
            yield Row(number, line, texts, None, broken)

    def _row(self, cells: Sequence[Any], line: int) -> tuple[list[str], dict[int, FieldError]]:
        texts: list[str] = []
        broken: dict[int, FieldError] = {}
        for place, cell in enumerate(cells):
            text, problem = _text(cell.value, error=cell.data_type == "e")
            texts.append(text)
            if problem is not None:
                code, zh, en = problem
                at = f"{_letters(place)}{line}"
                broken[place] = field_error(
                    code, f"column[{self.columns[place]}]", text, zh, en, f"见 {at} 单元格", f"see cell {at}"
                )
        return texts, broken

    def _cells(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """(sheet row number, cells) of every row."""
        with self._facts.path.open("rb") as file:
            yield from self._sheet_rows(file)

    def _sheet_rows(self, file: BinaryIO) -> Iterator[tuple[int, Sequence[Any]]]:
        import openpyxl  # slow to import, and most files are CSV
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            # Given as a file, because openpyxl judges a path by its name.
            with _quietly():
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as bad:
            raise FileRefused(
                f"{self._facts.path.name}: 无法作为 Excel 工作簿打开，请另存为 .xlsx 或 CSV。 Cannot be opened as a workbook ({bad}): save it again as .xlsx or CSV"
            ) from None
        try:
            sheet = self._sheet(book)
            sheet.reset_dimensions()  # some exporters write a wrong size, and rows beyond it would not be read
            rows = sheet.iter_rows()
            number = 0
            while True:
                with _quietly():
                    cells = next(rows, None)
                if cells is None:
                    return
                number += 1
                yield number, cells
        finally:
            book.close()

    def _sheet(self, book: Any) -> Any:
        sheets = book.worksheets
        if self._form.sheet is None:
            return next((sheet for sheet in sheets if sheet.sheet_state == "visible"), sheets[0])
        found = next((sheet for sheet in sheets if sheet.title == self._form.sheet), None)
        if found is None:
            raise FileRefused(
                f"没有工作表 there is no sheet “{self._form.sheet}”；现有 there are: {'、'.join(sheet.title for sheet in sheets)}"
            )
        return found


@contextmanager
def _quietly() -> Iterator[None]:
    """Without openpyxl's warnings of styles and validations, which are not read here; never held open between rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _text(value: Any, *, error: bool = False) -> tuple[str, tuple[str, str, str] | None]:
    """Text of a cell as a person sees it, and what is wrong with it: (code, expected in Chinese, in English)."""
    if value is None:
        return "", None
    if error:
        return str(value), ("broken_cell", "可用的单元格内容（公式出错）", "a cell without a formula error")
    if isinstance(value, bool):
        return str(value).upper(), None
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S" if value.time() != time() else "%Y-%m-%d"), None
    if isinstance(value, (date, time)):
        return value.isoformat(), None
    if isinstance(value, (int, float)):
        return _number(value)
    return clean(str(value)), None


def _letters(place: int) -> str:
    """Excel's name of a column counted from 0: A … Z, AA …"""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _number(value: float) -> tuple[str, tuple[str, str, str] | None]:
    whole = float(value).is_integer()
    text = str(int(value)) if whole else f"{value:.{_EXACT_DIGITS}g}"
    if whole and len(text.lstrip("-")) > _EXACT_DIGITS:
        return text, (
            "excel_precision",
            f"文本格式的长编号（Excel 数字只保留 {_EXACT_DIGITS} 位，末位已丢失）",
            f"long numbers kept as text (Excel keeps {_EXACT_DIGITS} digits; the last ones are lost)",
        )
    return text, None
