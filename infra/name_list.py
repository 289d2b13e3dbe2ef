"""Files of enterprise or project names, CSV (UTF-8 or GBK), Excel or JSON Lines; columns are known by their names."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.importing.csv_rows import CsvRows
from infra.importing.excel_rows import ExcelRows
from infra.importing.jsonl_rows import JsonlRows
from infra.importing.spec import FileForm
from infra.importing.text_files import examine
from risk_model.names.known import ENTERPRISE, PROJECT
from risk_model.names.lists import Row

NAME, ALIASES, PHASE, DEVELOPER, COUNTY, ADDRESS = "name", "aliases", "phase", "developer", "county", "address"
_PROJECT_NAMES = ("project", "project_name", "项目名称", "项目", "楼盘名称", "楼盘", "小区名称", "小区")
_ENTERPRISE_NAMES = ("enterprise", "company", "企业名称", "单位名称", "公司名称", "企业", "公司")
COLUMNS: dict[str, tuple[str, ...]] = {
    NAME: (*_PROJECT_NAMES, *_ENTERPRISE_NAMES, "name", "名称"),
    ALIASES: ("aliases", "alias", "别名", "案名", "推广名", "备案名", "曾用名", "原名", "又名"),
    PHASE: ("phase", "期数", "分期", "期"),
    DEVELOPER: ("developer", "开发企业", "开发商", "建设单位", "开发公司", "开发单位"),
    ADDRESS: ("address", "地址", "项目地址", "坐落", "位置", "项目位置"),
    COUNTY: ("county", "区划代码", "区县", "县区", "行政区", "所在区", "县（市、区）"),
}
"""Names of each field's column; the one that is taken first before the others."""
_BETWEEN = re.compile(r"[/／;；|｜、,，\n]")


class NoNames(RuntimeError):
    """A file has no column of names; the message lists the columns there are."""

    for_operator = True


def read_names(path: Path, kind: str | None = None, told: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Rows of a list of names; blank ones are left out.

    Args:
        path: the file.
        kind: ``enterprise`` or ``project``; None: by the name of the column, a project where that does not say it.
        told: field -> column, where the names do not say it.

    Raises:
        NoNames: no column of names.
        FileRefused: it is not a file that can be read as a table.
    """
    facts, form = examine(path), FileForm()
    wanted = [*(told or {}).values(), *(name for names in COLUMNS.values() for name in names)]
    if facts.form == "jsonl":
        found = JsonlRows(facts, []).keys_seen()
        source: JsonlRows | ExcelRows | CsvRows = JsonlRows(facts, found)
    else:
        source = ExcelRows(facts, form) if facts.form == "xlsx" else CsvRows(facts, form, wanted)
    columns = list(source.columns)
    at = {field: [columns.index(name) for name in names if name in columns] for field, names in COLUMNS.items()}
    for field, name in (told or {}).items():
        at[field] = [columns.index(name)] if name in columns else []
    if not at[NAME]:
        raise NoNames(
            f"{path.name} 没有名称列，列有：{'、'.join(columns)}；请用 --name-column 指明"
            f" / no column of names among these columns; name it with --name-column"
        )
    named = columns[at[NAME][0]]
    kind = kind or (ENTERPRISE if named in _ENTERPRISE_NAMES else PROJECT)
    for row in source.rows():
        if row.damage is not None:
            continue
        cells = [(cell or "").strip() for cell in row.cells]
        name = cells[at[NAME][0]]
        if not name:
            continue
        first = {
            field: next((cells[i] for i in at[field] if cells[i]), "") for field in (PHASE, DEVELOPER, COUNTY, ADDRESS)
        }
        aliases = [part for i in at[ALIASES] for part in _BETWEEN.split(cells[i]) if part.strip()]
        yield Row(row.line, kind, name, first[COUNTY], tuple(aliases), first[PHASE], first[DEVELOPER], first[ADDRESS])
