"""fuyuan names: lists are read by the names of their columns, linked, and written with verdicts."""

import csv
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from infra.cli.names import app
from infra.name_list import NoNames, read_names

LIST = "项目名称,案名,开发企业,区县\n碧桂园·天玺一期,,云州碧桂园置业有限公司,云中区\n碧桂园天玺（1期）,,,云中区\n碧桂园天玺二期,天玺湾,,云中区\n该项目,,,云中区\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_link(tmp_path: Path, encoding: str) -> None:
    """One project twice, another phase, and a row that names nothing."""
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding=encoding)
    done = CliRunner().invoke(app, ["link", str(file)])
    assert done.exit_code == 0, done.output
    with (tmp_path / "list.linked.csv").open(encoding="utf-8-sig") as opened:
        rows = list(csv.DictReader(opened))
    assert [(row["归入"], row["开发项目"], row["判定"]) for row in rows] == [
        ("p2", "p2", "新"),
        ("p2", "p2", "并入"),
        ("p4", "p2", "有关联"),
        ("", "", "新"),
    ]
    assert rows[2]["关系"] == "同一开发项目"


def test_columns(tmp_path: Path) -> None:
    """Aliases are parted; a file without names says which columns it has."""
    file = tmp_path / "list.csv"
    file.write_text("楼盘名称,别名,期\n恒大名都,名都/恒大华府,二\n", encoding="utf-8")
    (row,) = read_names(file)
    assert (row.kind, row.name, row.aliases, row.phase) == ("project", "恒大名都", ("名都", "恒大华府"), "二")
    file.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(NoNames, match="甲、乙"):
        list(read_names(file))


TITLED = """某某市在售项目一览表,,,,,
序号,所属区域,备案名,推广名（案名）,房地产开发企业名称,分期
1,金水区,锦绣华庭,锦绣江南、江南里,郑州恒林置业有限公司,一期
2,,,,,二期
3,二七区,名门翠园,-,名门地产,3#地块
4,,瀚海思念城
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_as_departments_export_them(tmp_path: Path, encoding: str) -> None:
    """A title above the header, cells merged downwards, several names in one cell, a row cut short."""
    file = tmp_path / "list.csv"
    file.write_text(TITLED, encoding=encoding)
    rows = list(read_names(file))
    assert [(row.number, row.name, row.county, row.aliases, row.phase, row.developer) for row in rows] == [
        (3, "锦绣华庭", "金水区", ("锦绣江南", "江南里"), "一期", "郑州恒林置业有限公司"),
        (4, "锦绣华庭", "金水区", ("锦绣江南", "江南里"), "二期", "郑州恒林置业有限公司"),
        (5, "名门翠园", "二七区", (), "3#地块", "名门地产"),
        (6, "瀚海思念城", "二七区", (), "", ""),
    ]


def test_workbook(tmp_path: Path) -> None:
    """The same from Excel, with a blank row above the header."""
    book = openpyxl.Workbook()
    for row in (
        ["一览表"],
        [],
        ["区县", "楼盘名称", "曾用名", "开发商", "项目坐落"],
        ["金水区", "恒大名都", "恒大华府/名都", "恒大", "人民路12号"],
        [None, "恒大城", None, "恒大", None],
    ):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    rows = list(read_names(tmp_path / "list.xlsx"))
    assert [(row.name, row.county, row.aliases, row.developer, row.address) for row in rows] == [
        ("恒大名都", "金水区", ("恒大华府", "名都"), "恒大", "人民路12号"),
        ("恒大城", "金水区", (), "恒大", ""),
    ]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("推广名,备案名,期别", "锦绣江南,锦绣华庭,2", ("project", "锦绣华庭", ("锦绣江南",), "2", "")),
        ("项目名称,企业名称", "恒大名都,恒大地产", ("project", "恒大名都", (), "", "恒大地产")),
        ("项目名称,楼盘推广名称,建设单位", "甲苑,乙苑,恒大", ("project", "甲苑", ("乙苑",), "", "恒大")),
        (
            "企业名称,简称",
            "中国建筑第七工程局有限公司,中建七局",
            ("enterprise", "中国建筑第七工程局有限公司", ("中建七局",), "", ""),
        ),
    ],
)
def test_headers(tmp_path: Path, header: str, cells: str, expected: tuple[object, ...]) -> None:
    """Columns as real lists call them."""
    file = tmp_path / "list.csv"
    file.write_text(f"{header}\n{cells}\n", encoding="utf-8")
    (row,) = read_names(file)
    assert (row.kind, row.name, row.aliases, row.phase, row.developer) == expected


def test_read_and_compare() -> None:
    """Parts, strength and evidence in words."""
    read = CliRunner().invoke(app, ["read", "碧桂园·天玺一期"])
    assert "碧桂园天玺" in read.output
    compared = CliRunner().invoke(app, ["compare", "恒盛建工", "云州市恒盛建筑工程有限公司"])
    assert "并入" in compared.output
    assert "字号“恒盛”相同" in compared.output
    assert "不同" in CliRunner().invoke(app, ["compare", "恒大名都", "阳光花园"]).output
