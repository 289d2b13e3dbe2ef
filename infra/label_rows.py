"""Rows of a label file, whatever its form: text, fields and labels of each event, or why the row cannot be used."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from infra.importing.cells import parse_fen, parse_int, parse_time
from infra.importing.csv_rows import CsvRows
from infra.importing.errors import Unmappable
from infra.importing.excel_rows import ExcelRows
from infra.importing.jsonl_rows import JsonlRows
from infra.importing.rows import Row, RowSource
from infra.importing.spec import FileForm
from infra.importing.text_files import FileFacts, examine
from infra.label_columns import (
    ALIASES,
    AMOUNT,
    CATEGORY,
    COUNTY,
    EARLIER_EVENTS,
    EARLIER_SOURCES,
    ID,
    LABELLED_BY,
    LEVEL,
    NAMES,
    PEOPLE,
    REPEAT,
    SOURCE,
    TEXT,
    TIME,
    TITLE,
    TYPE,
    amount_unit,
    find_columns,
)
from risk_model.local_time import SHANGHAI, local_day
from risk_model.scoring.fields import ScoringFields
from schemas.errors import field_error
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.levels import Level

UNSTATED_TYPE = "未注明"
"""Event type of rows that state none; no event of the line has it."""

_LEVELS = {
    name: int(level)
    for level in Level
    for name in (str(int(level)), level.code, level.zh, f"{level.zh}色", f"{level.zh}级", f"{level.zh}色预警")
}
_TYPES = {kind.zh: name for name, kind in EVENT_TYPES.items()} | {name: name for name in EVENT_TYPES}
_BETWEEN_NAMES = re.compile(r"[、,，;；\s]+")


class RowError(NamedTuple):
    """Why a row was refused; ``row`` is its line in the file, counted from 1 (in a workbook, the row at the sheet's edge)."""

    row: int
    message: str


class LabelRow(msgspec.Struct, frozen=True):
    """One event of a label file.

    Attributes:
        row: its line in the file, from 1.
        title, text: as in the file, not masked.
        names: persons of the event, to be masked in its texts.
        category: as written, None where the cell is empty or there is no such column; likewise the others.
    """

    row: int
    title: str
    text: str
    names: tuple[str, ...]
    fields: ScoringFields
    category: str | None
    level: int | None
    occurred_at: datetime | None
    id: str | None
    source: str | None
    county: str | None
    labelled_by: str | None


class LabelRows:
    """A label file opened for reading: CSV (UTF-8 or GBK), Excel, or JSON Lines.

    Args:
        path: the file; its form is known by its first bytes and its name.
        told: field -> column, where the names do not say it (see ``label_columns``).

    Attributes:
        facts: digest, size, encoding.
        columns: field -> column.

    Raises:
        FileRefused: it is not a file that can be read as a table.
        ColumnMissing: there is no text.
    """

    def __init__(self, path: Path, told: Mapping[str, str] | None = None) -> None:
        told = told or {}
        self.facts = examine(path)
        found, open_source = _source(
            self.facts, [*told.values(), *(name for names in ALIASES.values() for name in names)]
        )
        self.columns = find_columns(found, told, path.name)
        self._source = open_source(list(self.columns.values()))
        at = {name: index for index, name in reversed(list(enumerate(self._source.columns)))}
        self._place = {field: at[name] for field, name in self.columns.items()}

    def rows(self) -> Iterator[LabelRow | RowError]:
        """Every row that is not blank, from the beginning of the file."""
        for row in self._source.rows():
            if row.damage is not None:
                yield RowError(row.line, f"{row.damage.zh} / {row.damage.en}")
                continue
            try:
                yield self._read(row)
            except Unmappable as bad:
                yield RowError(row.line, f"{bad.error.zh} / {bad.error.en}")

    def _read(self, row: Row) -> LabelRow:
        cells = {field: self._cell(row, field) for field in self._place}
        people, repeat = self._count(cells, PEOPLE, ["人", "名"]), self._count(cells, REPEAT, ["次"])
        occurred_at = self._time(cells.get(TIME))
        fields = ScoringFields(
            self._type(cells.get(TYPE)),
            people,
            self._amount(cells.get(AMOUNT)),
            repeat or 0,
            cells.get(COUNTY) or "",
            local_day(occurred_at).month if occurred_at else 0,
            self._count(cells, EARLIER_EVENTS, ["件"]),
            self._count(cells, EARLIER_SOURCES, ["个"]),
        )
        return LabelRow(
            row=row.line,
            title=cells.get(TITLE) or "",
            text=cells.get(TEXT) or "",
            names=_names(cells.get(NAMES)),
            fields=fields,
            category=cells.get(CATEGORY),
            level=self._level(cells.get(LEVEL)),
            occurred_at=occurred_at,
            id=cells.get(ID),
            source=cells.get(SOURCE),
            county=cells.get(COUNTY),
            labelled_by=cells.get(LABELLED_BY),
        )

    def _cell(self, row: Row, field: str) -> str | None:
        place = self._place[field]
        if place in row.broken:
            raise Unmappable(row.broken[place])
        return row.cells[place] or None

    def _count(self, cells: Mapping[str, str | None], field: str, units: list[str]) -> int | None:
        text = cells.get(field)
        if text is None:
            return None
        value = parse_int(text, self.columns[field], units)
        if value < 0:
            raise self._refused("out_of_range", field, text, "不小于 0 的整数", "a whole number of at least 0")
        return value

    def _amount(self, text: str | None) -> int | None:
        if text is None:
            return None
        column = self.columns[AMOUNT]
        value = parse_fen(text, column, amount_unit(column), [])
        if value < 0:
            raise self._refused("out_of_range", AMOUNT, text, "不小于 0 的金额", "an amount of at least 0")
        return value

    def _time(self, text: str | None) -> datetime | None:
        if text is None:
            if TIME in self.columns:
                raise self._refused("missing", TIME, "nothing", "时间，每行必填", "a time in every row")
            return None
        return datetime.fromisoformat(parse_time(text, self.columns[TIME], (), "00:00", SHANGHAI))

    def _level(self, text: str | None) -> int | None:
        if text is None:
            return None
        level = _LEVELS.get(text.casefold())
        if level is None:
            zh, en = "1 至 4、blue/yellow/orange/red 或 蓝/黄/橙/红", "1 to 4 or a level's name"
            raise self._refused("not_allowed", LEVEL, text, zh, en)
        return level

    def _type(self, text: str | None) -> str:
        if text is None:
            return UNSTATED_TYPE
        name = _TYPES.get(text.removeprefix(PREFIX))
        if name is None:
            zh, en = "已知的事件类型，如 gov.petition 或 信访登记", "an event type such as gov.petition"
            raise self._refused("unknown_type", TYPE, text, zh, en)
        return name

    def _refused(self, code: str, field: str, got: str, zh: str, en: str) -> Unmappable:
        return Unmappable(field_error(code, f"column[{self.columns[field]}]", got, zh, en))


def _source(facts: FileFacts, wanted: list[str]) -> tuple[list[str], Callable[[list[str]], RowSource]]:
    """Columns of a file, and how to open it for the ones that are read."""
    form = FileForm()
    if facts.form == "jsonl":
        return JsonlRows(facts, []).keys_seen(), lambda columns: JsonlRows(facts, columns)
    opened: RowSource = ExcelRows(facts, form) if facts.form == "xlsx" else CsvRows(facts, form, wanted)
    return list(opened.columns), lambda _: opened


def _names(text: str | None) -> tuple[str, ...]:
    """Names in a cell: a JSON array, or text between commas."""
    if text is None:
        return ()
    if text.startswith("["):
        try:
            return msgspec.json.decode(text, type=tuple[str, ...])
        except msgspec.DecodeError:
            pass  # a name in brackets
    return tuple(name for name in _BETWEEN_NAMES.split(text) if name)
