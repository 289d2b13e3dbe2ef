"""Files of enterprise or project names, CSV (UTF-8 or GBK), Excel or JSON Lines; columns are known by their names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from infra.importing.csv_rows import CsvRows
from infra.importing.errors import FileRefused
from infra.importing.excel_rows import ExcelRows
from infra.importing.jsonl_rows import JsonlRows
from infra.importing.spec import FileForm
from infra.importing.text_files import FileFacts, examine
from risk_model.names.known import ENTERPRISE, PROJECT
from risk_model.names.lists import Row

NAME, ALIASES, PHASE, DEVELOPER, COUNTY, ADDRESS = "name", "aliases", "phase", "developer", "county", "address"
_PROJECT_NAMES = ("project", "project_name", "项目名称", "项目名", "项目", "楼盘名称", "楼盘名", "楼盘", "小区名称", "小区名", "小区")  # fmt: skip
_ENTERPRISE_NAMES = ("enterprise", "company", "企业名称", "单位名称", "公司名称", "企业", "公司")
COLUMNS: dict[str, tuple[str, ...]] = {
    NAME: (*_PROJECT_NAMES, *_ENTERPRISE_NAMES, "name", "名称"),
    ALIASES: (
        "aliases", "alias", "别名", "案名", "推广名", "推广名称", "备案名", "备案名称", "登记名称", "地名", "标准地名", "曾用名", "曾用名称", "原名", "又名", "简称",
    ),
    PHASE: ("phase", "期数", "分期", "期", "期次", "期别", "标段", "地块", "分区"),
    DEVELOPER: ("developer", "开发企业", "开发商", "建设单位", "开发公司", "开发单位", "房地产企业", "项目公司", "房企"),
    ADDRESS: ("address", "地址", "项目地址", "坐落", "项目坐落", "位置", "项目位置"),
    COUNTY: ("county", "区划代码", "区县", "县区", "行政区", "所在区", "所属区域", "所属区", "区域", "辖区", "属地", "县市区", "所属县区"),
}  # fmt: skip
"""Names of each field's column; the one that is taken first before the others."""
_CONTAINED: tuple[tuple[str, str], ...] = (
    (ALIASES, "推广名|备案名|案名|曾用名|别名|原名称"), (DEVELOPER, "开发企业|开发商|建设单位|开发公司|开发单位|房地产企业"), (PHASE, "期数|分期|期别"), (ADDRESS, "坐落|地址|位置"),
    (COUNTY, "区县|县区|行政区|所属区|所在区|辖区"), (NAME, "项目名|楼盘名|小区名"),
)  # fmt: skip
"""What else a column's name may hold, where it is none of these: 楼盘推广名称, 房地产开发企业名称."""
_NAMES = frozenset(COLUMNS[NAME])
_BLANK = frozenset({"-", "--", "—", "——", "/", "／", "\\", "无", "暂无", "N/A", "n/a", "空", "待定"})
_BETWEEN = re.compile(r"[/／;；|｜、,，\n]")
_BESIDE = re.compile(r"[\s*＊:：]|[（(][^（）()]*[)）]$")  # of a column's name
_HEADER_WITHIN = 10  # rows: lists have a title and a date above their header


class NoNames(RuntimeError):
    """A file has no column of names; the message lists the columns there are."""

    for_operator = True


def read_names(path: Path, kind: str | None = None, told: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Rows of a list of names; blank ones are left out.

    The header is looked for in the first ten rows. A row that tells a phase but no name continues the row above, as merged cells
    are exported.

    Args:
        path: the file.
        kind: ``enterprise`` or ``project``; None: by the name of the column, a project where that does not say it.
        told: field -> column, where the names do not say it.

    Raises:
        NoNames: no column of names.
        FileRefused: it is not a file that can be read as a table.
    """
    source, at = _source(examine(path), told or {})
    columns = list(source.columns)
    if not at[NAME]:
        raise NoNames(
            f"{path.name} 没有名称列，列有：{'、'.join(columns)}；请用 --name-column 指明"
            f" / no column of names among these columns; name it with --name-column"
        )
    named = _plain(columns[at[NAME][0]])
    kind = kind or (ENTERPRISE if named in _ENTERPRISE_NAMES else PROJECT)
    lines = [
        (row.line, [*(_told(cell) for cell in row.cells), *[""] * (len(columns) - len(row.cells))])
        for row in source.rows()
        if row.damage is None or row.damage.code == "column_count"
    ]
    counties = _merged([next((cells[i] for i in at[COUNTY] if cells[i]), "") for _, cells in lines])
    above: list[str] = []
    for (line, cells), county in zip(lines, counties, strict=True):
        name = cells[at[NAME][0]]
        other = next((cells[i] for i in at[ALIASES] if cells[i]), "")
        if not name and above and not other and any(cells[i] for i in at[PHASE]):
            for i in (at[NAME][0], *at[DEVELOPER], *at[ADDRESS], *at[ALIASES]):
                cells[i] = cells[i] or above[i]
            name = cells[at[NAME][0]]
        name = name or other
        if not name:
            continue
        above = cells
        first = {field: next((cells[i] for i in at[field] if cells[i]), "") for field in (PHASE, DEVELOPER, ADDRESS)}
        aliases = [part.strip() for i in at[ALIASES] for part in _BETWEEN.split(cells[i]) if part.strip()]
        if named not in _NAMES:  # a column of other names stands for the name
            name, *others = [part.strip() for part in _BETWEEN.split(name) if part.strip()]
            aliases += others
        yield Row(line, kind, name, county, tuple(aliases), first[PHASE], first[DEVELOPER], first[ADDRESS])


def _source(facts: FileFacts, told: Mapping[str, str]) -> tuple[JsonlRows | ExcelRows | CsvRows, dict[str, list[int]]]:
    """Rows of a file from its header on, and where each field's columns are."""
    if facts.form == "jsonl":
        lines = JsonlRows(facts, JsonlRows(facts, []).keys_seen())
        return lines, _places(lines.columns, told)
    wanted = [*told.values(), *(name for names in COLUMNS.values() for name in names)]
    first: tuple[ExcelRows | CsvRows, dict[str, list[int]]] | None = None
    for number in range(1, _HEADER_WITHIN + 1):
        form = FileForm(header_row=number)
        try:
            source = ExcelRows(facts, form) if facts.form == "xlsx" else CsvRows(facts, form, wanted)
        except FileRefused:
            if number == 1 and facts.form != "xlsx":
                raise
            continue  # a blank row above the header
        at = _places(source.columns, told)
        if at[NAME]:
            return source, at
        first = first or (source, at)
    if first is None:
        raise FileRefused(f"前 {_HEADER_WITHIN} 行没有表头 there is no header in the first rows: {facts.path.name}")
    return first


def _places(columns: Sequence[str], told: Mapping[str, str]) -> dict[str, list[int]]:
    """Where each field's columns are, the one to take first before the others."""
    plain = [_plain(column) for column in columns]
    at = {field: [plain.index(name) for name in names if name in plain] for field, names in COLUMNS.items()}
    taken = {i for places in at.values() for i in places}
    for i, column in enumerate(plain):
        held = next((field for field, words in _CONTAINED if re.search(words, column)), None)
        if i not in taken and held is not None:
            at[held].append(i)
    if not at[NAME]:  # 备案名, 推广名 and no other: the registered one names the project
        at[ALIASES].sort(key=lambda i: "备案" not in plain[i])
        at[NAME], at[ALIASES] = at[ALIASES][:1], at[ALIASES][1:]
    project = bool(at[NAME]) and plain[at[NAME][0]] not in _ENTERPRISE_NAMES
    for i in at[NAME][1:] if project else ():
        at[DEVELOPER if plain[i] in _ENTERPRISE_NAMES else ALIASES].append(i)
    for field, name in told.items():
        at[field] = [columns.index(name)] if name in columns else []
    return at


def _told(cell: str | None) -> str:
    text = (cell or "").strip()
    return "" if text in _BLANK else text


def _plain(column: str) -> str:
    return _BESIDE.sub("", column)


def _merged(cells: list[str]) -> list[str]:
    """A column whose cells were merged downwards, filled: every value stands once, the rows below it are blank."""
    told = [cell for cell in cells if cell]
    if not cells or not cells[0] or len(told) == len(cells) or len(set(told)) < len(told):
        return cells
    filled: list[str] = []
    for cell in cells:
        filled.append(cell or filled[-1])
    return filled
