"""CSV as exported by Excel and by agencies' systems: quoted line breaks, stray quotes, damaged bytes, wrong column counts."""

import csv
from collections.abc import Iterator, Sequence
from typing import TextIO

from infra.importing.errors import FileRefused
from infra.importing.rows import Row
from infra.importing.spec import FileForm
from infra.importing.text_files import FileFacts
from schemas.errors import FieldError, field_error

MAX_RECORD_LINES = 500
MAX_RECORD_CHARACTERS = 2 * 1024 * 1024
_DELIMITERS = (",", "\t", ";", "|")


class CsvRows:
    """A CSV file as rows.

    A record with a quote that is never closed is rejected alone, and reading goes on at the next line: it may not swallow the
    rest of the file.

    Args:
        wanted: columns the mapping reads; with delimiter "auto" the one that finds most of them is taken.
    """

    def __init__(self, facts: FileFacts, form: FileForm, wanted: Sequence[str]) -> None:
        self._facts = facts
        self._form = form
        self.blank_lines = 0
        csv.field_size_limit(MAX_RECORD_CHARACTERS)
        self._delimiter, self.columns = self._header(wanted)

    def rows(self) -> Iterator[Row]:
        """Records after the header; blank ones are skipped."""
        self.blank_lines = 0
        number = 0
        with self._open() as file:
            records = self._records(file)
            for _ in range(self._form.header_row):
                next(records)
            for line, cells, damage, text in records:
                if damage is None and not any(cell.strip() for cell in cells):
                    self.blank_lines += 1
                    continue
                number += 1
                yield self._row(number, line, cells, damage, text)

    def _row(self, number: int, line: int, cells: list[str], damage: FieldError | None, text: str) -> Row:
        if damage is not None:
            return Row(number, line, (text.rstrip("\r\n"),), damage)
        width = len(self.columns)
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        if len(cells) != width:
            wrong = field_error(
                "column_count",
                "$",
                f"{len(cells)} 列 columns",
                f"{width} 列（与表头相同）",
                f"{width} columns, as in the header",
                "请检查该行的分隔符和引号",
                "check its delimiters and quotes",
            )
            return Row(number, line, cells, wrong)
        if not text.isascii() and any("\udc80" <= c <= "\udcff" for c in text):
            bad = field_error(
                "invalid_encoding",
                "$",
                "无法解码的字节 undecodable bytes",
                f"{self._facts.encoding} 编码的文本",
                f"text in {self._facts.encoding}",
                "请修正该行乱码后重报",
                "mend the garbled text of this row",
            )
            return Row(number, line, cells, bad)
        return Row(number, line, [clean(cell) for cell in cells])

    def _records(
        self, file: TextIO, delimiter: str | None = None
    ) -> Iterator[tuple[int, list[str], FieldError | None, str]]:
        """(line, cells, damage, text) of each record."""
        delimiter = delimiter or self._delimiter
        lines = _Lines(file)
        while (first := lines.next()) is not None:
            at, taken = lines.number, [first]
            while True:
                try:
                    cells = next(csv.reader(taken, delimiter=delimiter, strict=True), [])
                    yield at, cells, None, "".join(taken)
                    break
                except csv.Error as bad:
                    open_quote = "unexpected end of data" in str(bad)
                    if open_quote and lines.extend_to_quote(taken):
                        continue
                    lines.give_back(taken[1:])
                    yield at, [], _quoting(open_quote, str(bad)), first
                    break

    def _header(self, wanted: Sequence[str]) -> tuple[str, Sequence[str]]:
        choices = _DELIMITERS if self._form.delimiter == "auto" else (self._form.delimiter,)
        found = [(delimiter, self._columns(delimiter)) for delimiter in choices]
        delimiter, columns = max(found, key=lambda choice: (len(set(wanted) & set(choice[1])), len(choice[1])))
        if not columns:
            raise FileRefused(
                f"第 {self._form.header_row} 行没有表头 there is no header in row {self._form.header_row}: {self._facts.path.name}"
            )
        return delimiter, columns

    def _columns(self, delimiter: str) -> list[str]:
        with self._open() as file:
            records = self._records(file, delimiter)
            header: list[str] = []
            for _ in range(self._form.header_row):
                header = next(records, (0, [], None, ""))[1]
        columns = [clean(name) for name in header]
        while columns and not columns[-1]:
            columns.pop()
        return columns

    def _open(self) -> TextIO:
        return self._facts.path.open(encoding=self._facts.encoding, errors="surrogateescape", newline="")


class _Lines:
    """Lines of a file, some of which may be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting: list[str] = []
        self.number = 0

    def next(self) -> str | None:
        """Return the next line with its ending, None at the end."""
        line = self._waiting.pop() if self._waiting else self._file.readline()
        self.number += bool(line)
        return line or None

    def extend_to_quote(self, taken: list[str]) -> bool:
        """Add lines to a record up to the next one with a quote; False where there is none within a record's bounds."""
        size = sum(map(len, taken))
        while len(taken) < MAX_RECORD_LINES and size < MAX_RECORD_CHARACTERS and (line := self.next()) is not None:
            taken.append(line)
            size += len(line)
            if '"' in line:
                return True
        return False

    def give_back(self, lines: list[str]) -> None:
        """Read these lines again, the first of them first."""
        self._waiting.extend(reversed(lines))
        self.number -= len(lines)


def clean(cell: str) -> str:
    """Text of a cell without blanks around it and without the marks Excel users put before long numbers ('123, ="123")."""
    text = cell.strip(" \t\r\n\u3000\xa0\ufeff\0")
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].strip()
    if text.startswith("'") and text[1:].replace("X", "0").isdigit():
        return text[1:]
    return text


def _quoting(open_quote: bool, detail: str) -> FieldError:
    got = "引号未闭合 a quote is never closed" if open_quote else detail
    return field_error(
        "bad_quoting",
        "$",
        got,
        "成对的双引号，内容中的引号写两次",
        'paired quotes, with a quote inside written twice ("")',
        "请修正该行引号",
        "mend the quotes of this row",
    )
