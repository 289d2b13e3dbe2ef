"""Laws of reading and mapping files."""

import csv
import io
import tempfile
from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.importing.csv_rows import CsvRows, clean
from infra.importing.jsonl_rows import JsonlRows
from infra.importing.mapper import EventLines
from infra.importing.spec import FileForm
from infra.importing.text_files import examine

HEAD = ["编号", "内容", "地点"]
CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12)


@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), ending=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=150, deadline=None)
def test_what_a_csv_writer_wrote_is_read(rows: list[list[str]], encoding: str, ending: str) -> None:
    """Every record comes back in order, cell by cell, whatever is in it; only blank records do not count."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([HEAD, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        found = list(CsvRows(examine(path, "auto" if encoding == "utf-8-sig" else encoding), FileForm(), HEAD).rows())
    expected = [[clean(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    assert [list(row.cells) for row in found] == expected
    assert [row.number for row in found] == list(range(1, len(expected) + 1))
    assert all(row.damage is None for row in found)


@given(content=st.binary(min_size=1, max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_stop_the_reading_of_rows(content: bytes) -> None:
    """Whatever follows a good header: each line is in some row, and every row is an event or a rejection with reasons."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(",".join(HEAD).encode() + b"\n" + content)
        source = CsvRows(examine(path, "utf-8"), FileForm(delimiter=","), HEAD)
        rows = list(source.rows())
        assert all(row.damage is not None or len(row.cells) == 3 for row in rows)
        lines = Path(folder) / "a.jsonl"
        lines.write_bytes(b"{}\n" + content)
        prepare = EventLines("imp")
        for row in JsonlRows(examine(lines, "utf-8"), None).rows():
            mapped = prepare(row)
            assert mapped.errors or orjson.loads(mapped.value)["importrow"] == row.number
