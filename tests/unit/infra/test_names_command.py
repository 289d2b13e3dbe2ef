"""fuyuan names: lists are read by the names of their columns, linked, and written with verdicts."""

import csv
from pathlib import Path

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


def test_read_and_compare() -> None:
    """Parts, strength and evidence in words."""
    read = CliRunner().invoke(app, ["read", "碧桂园·天玺一期"])
    assert "碧桂园天玺" in read.output
    compared = CliRunner().invoke(app, ["compare", "恒盛建工", "云州市恒盛建筑工程有限公司"])
    assert "并入" in compared.output
    assert "字号“恒盛”相同" in compared.output
    assert "不同" in CliRunner().invoke(app, ["compare", "恒大名都", "阳光花园"]).output
