"""Open a file as rows, by its form, and pair it with what turns its rows into events."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.importing.csv_rows import CsvRows
from infra.importing.errors import MappingError
from infra.importing.excel_rows import ExcelRows
from infra.importing.jsonl_rows import JsonlRows
from infra.importing.mapper import EventLines, Mapped, Mapper
from infra.importing.mapping import check_columns, columns_used
from infra.importing.rows import Row, RowSource
from infra.importing.spec import Mapping
from infra.importing.text_files import FileFacts
from schemas.regions import RegionRegistry


@dataclass(frozen=True)
class Opened:
    """A file ready to be imported: its rows, and the function from a row to an event or rejection."""

    source: RowSource
    prepare: Callable[[Row], Mapped]


def open_rows(facts: FileFacts, mapping: Mapping | None, registry: RegionRegistry, import_id: str) -> Opened:
    """Rows of a file and their mapper.

    Raises:
        FileRefused: the file has no header, or is no workbook.
        MappingError: there is no mapping for a table, or the file lacks a column of it.
    """
    if mapping is None:
        if facts.form != "jsonl":
            raise MappingError(
                "CSV 和 Excel 文件需要映射：请用 --mapping 指定。 CSV and Excel need a mapping: give --mapping"
            )
        return Opened(JsonlRows(facts, None), EventLines(import_id))
    source: RowSource
    wanted = columns_used(mapping)
    if facts.form == "jsonl":
        lines = JsonlRows(facts, wanted)
        check_columns(mapping, lines.keys_seen(), optional=True)
        source = lines
    else:
        source = ExcelRows(facts, mapping.file) if facts.form == "xlsx" else CsvRows(facts, mapping.file, wanted)
        check_columns(mapping, source.columns)
    return Opened(source, Mapper(mapping, source.columns, registry, import_id))
