"""CSV as agencies export it: encodings, line breaks in quotes, damage that must not spread."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.importing.errors import FileRefused, MappingError
from infra.importing.readers import Opened
from infra.importing.rows import Row
from infra.importing.spec import Mapping
from infra.importing.text_files import examine

HEAD = "编号,日期,街道,内容\n"


def rows(opened: Opened) -> list[Row]:
    """Every row."""
    return list(opened.source.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(
    encoding: str, ending: str, opened: Callable[..., Opened], small_mapping: Mapping
) -> None:
    """The encoding is found out; a quoted line break stays in its cell."""
    text = (HEAD + 'A1,2025-09-03,文昌街道,"第一行\n第二行，含“引号”""与"",逗号"\nA2,2025-09-04,-,讨薪\n').replace(
        "\n", ending
    )
    first, second = rows(opened(text.encode(encoding), small_mapping))
    assert first.cells == ["A1", "2025-09-03", "文昌街道", f'第一行{ending}第二行，含“引号”"与",逗号']
    assert (first.number, first.line) == (1, 2)
    assert (second.number, second.line, second.cells[0]) == (2, 4, "A2")


def test_rare_characters_of_gb18030(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """Four-byte names, as registries have them."""
    (row,) = rows(opened((HEAD + "A1,2025-09-03,-,㛃𬭎\n").encode("gb18030"), small_mapping))
    assert row.cells[3] == "㛃𬭎"


def test_one_damaged_line_does_not_change_the_encoding(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A UTF-8 file stays UTF-8 (GB18030 would read all of it, as mojibake); only the damaged row is refused."""
    content = (
        (HEAD + "A1,2025-09-03,-,好\nA2,2025-09-03,-,坏X\nA3,2025-09-03,-,好\n").encode().replace(b"X", b"\xe5\x9d")
    )
    first, damaged, last = rows(opened(content, small_mapping))
    assert (first.cells[3], last.cells[3]) == ("好", "好")
    assert damaged.damage is not None
    assert damaged.damage.code == "invalid_encoding"


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_delimiters(delimiter: str, opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """The delimiter that finds the mapping's columns is taken."""
    (row,) = rows(opened(f"{HEAD}A1,2025-09-03,-,内容\n".replace(",", delimiter).encode(), small_mapping))
    assert row.cells == ["A1", "2025-09-03", "-", "内容"]


def test_an_open_quote_costs_one_row(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A quote that is never closed may not swallow the rest of the file."""
    body = 'A1,2025-09-03,-,好\nA2,2025-09-03,-,"没有闭合\n' + "".join(f"B{n},2025-09-03,-,好\n" for n in range(1200))
    found = rows(opened((HEAD + body).encode(), small_mapping))
    assert len(found) == 1202
    assert [row.number for row in found if row.damage] == [2]
    assert found[1].damage is not None
    assert found[1].damage.code == "bad_quoting"
    assert found[1].cells == ('A2,2025-09-03,-,"没有闭合',)
    assert (found[-1].cells[0], found[-1].line) == ("B1199", 1203)


def test_a_stray_quote_costs_one_row(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """Text after a closing quote is not guessed at."""
    found = rows(opened((HEAD + 'A1,2025-09-03,-,"他说"好"。"\nA2,2025-09-03,-,"好"\n').encode(), small_mapping))
    assert [row.damage.code if row.damage else None for row in found] == ["bad_quoting", None]


def test_column_counts(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """Too few or too many cells reject the row; empty cells at the end, and blank lines, are nothing."""
    found = rows(
        opened(
            (HEAD + "A1,2025-09-03\nA2,2025-09-03,-,a,多\nA3,2025-09-03,-,a,,\n\n,,,\nA4,2025-09-03,-,a\n").encode(),
            small_mapping,
        )
    )
    assert [row.damage.code if row.damage else None for row in found] == ["column_count", "column_count", None, None]
    assert [row.line for row in found] == [2, 3, 4, 7]
    assert [row.number for row in found] == [1, 2, 3, 4]


def test_marks_of_excel_users(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """Tabs, apostrophes and ="…" before long numbers are no part of them."""
    found = rows(
        opened(
            (HEAD + '\t9148,2025-09-03,-,a\n\'9149,2025-09-03,-,a\n"=""9150""",2025-09-03,-,a\n').encode(),
            small_mapping,
        )
    )
    assert [row.cells[0] for row in found] == ["9148", "9149", "9150"]


def test_reading_again_gives_the_same(opened: Callable[..., Opened], small_mapping: Mapping) -> None:
    """A resumed import counts rows as the first run did."""
    file = opened((HEAD + 'A1,2025-09-03,-,"a\nA2,2025-09-03,-,b\n').encode(), small_mapping)
    assert rows(file) == rows(file)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel"),
        ("a.xls", b"<html><table>", "网页"),
        ("a.json", b'[{"id": 1}]', "JSON 数组"),
        ("a.csv", b"", "空的"),
    ],
)
def test_files_refused(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    """What cannot be read is refused with how to export it."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        examine(tmp_path / name)


def test_a_table_needs_a_mapping(opened: Callable[..., Opened]) -> None:
    """Only events go without one."""
    with pytest.raises(MappingError, match="--mapping"):
        opened(b"a,b\n1,2\n", None)
