"""fuyuan names: read a name into its parts, compare two, link a list of enterprises or projects."""

import csv
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from infra.name_list import ALIASES, COUNTY, DEVELOPER, NAME, PHASE, read_names
from infra.places import place_names
from infra.rules import load_rules
from infra.settings import load_settings
from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, PROJECT, Known, matching_enterprises, matching_projects
from risk_model.names.likeness import SAME
from risk_model.names.lists import Placed, place_rows
from risk_model.names.projects import read_project

app = typer.Typer(no_args_is_help=True, help="名称：拆解、比较、归并名单 names: read, compare, link lists")
Kind = Literal["enterprise", "project"]
KindOption = Annotated[
    Kind | None, typer.Option("--kind", help="企业 enterprise 或项目 project；默认按名称判断 by the name")
]
_RELATIONS = {"same": "同一", "development": "同一开发项目", "branch": "分支机构", "sibling": "同一企业的分支机构"}
_VERDICTS = {"join": "并入", "propose": "请人确认", "none": "不并"}


@app.command()
def read(names: Annotated[list[str], typer.Argument(help="一个或几个名称 names")], kind: KindOption = None) -> None:
    """把名称拆成区划、字号、行业、组织形式，或项目名、期、区、楼 a name in its parts."""
    places = place_names(load_rules(load_settings()).regions)
    table = Table("名称", "种类", "部分")
    for name in names:
        parts = read_project(name, places) if (kind or _kind(name)) == PROJECT else read_enterprise(name, places)
        shown = "（没有可用的名称 names nobody）" if parts is None else _shown(parts._asdict())
        table.add_row(name, "项目" if (kind or _kind(name)) == PROJECT else "企业", shown)
    Console().print(table)


@app.command()
def compare(
    one: str,
    other: str,
    kind: KindOption = None,
    same_county: Annotated[bool, typer.Option(help="同一县区 of one county")] = True,
) -> None:
    """比较两个名称：强度、关系、依据 strength, relation and evidence."""
    rules = load_rules(load_settings())
    places, table = place_names(rules.regions), rules.policy.linkage
    county, there = "000000", ("000000" if same_county else "000001",)
    if (kind or _kind(one, other)) == PROJECT:
        site, known_site = read_project(one, places), read_project(other, places)
        known = Known(other, PROJECT, None, (known_site,) if known_site else (), there)
        found = matching_projects(site, county, [known], table.rarity) if site else []
    else:
        firm = read_enterprise(one, places)
        known = Known(other, ENTERPRISE, read_enterprise(other, places), (), there)
        found = matching_enterprises(firm, county, [known], table.rarity) if firm else []
    if not found:
        typer.echo("0.00 不同：名称没有共同之处，或不是可用的名称 nothing in common, or no name")
        return
    match = found[0]
    verdict = "不并" if match.strength < table.propose else "请人确认" if match.strength < table.join else "并入"
    if match.relation != "same" and verdict == "并入":
        verdict = "不并，有关联"
    typer.echo(f"{match.strength:.2f} {_RELATIONS[match.relation]}（{verdict}）：{'，'.join(match.evidence)}")


@app.command("link")
def link_list(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV、Excel 或 JSON Lines")],
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="写入的 CSV，默认 <文件>.linked.csv file to write")
    ] = None,
    kind: KindOption = None,
    name_column: Annotated[str | None, typer.Option(help="名称列 column of names")] = None,
    aliases_column: Annotated[str | None, typer.Option(help="别名列 column of other names")] = None,
    developer_column: Annotated[str | None, typer.Option(help="开发企业列 column of developers")] = None,
    county_column: Annotated[str | None, typer.Option(help="县区列 column of counties")] = None,
    phase_column: Annotated[str | None, typer.Option(help="期数列 column of phases")] = None,
) -> None:
    """归并名单：每行是哪一家企业、哪一个项目，与已有的有何关联 which rows of a list are one."""
    rules = load_rules(load_settings())
    told = {
        NAME: name_column,
        ALIASES: aliases_column,
        DEVELOPER: developer_column,
        COUNTY: county_column,
        PHASE: phase_column,
    }
    rows = read_names(file, kind, {field: column for field, column in told.items() if column})
    target = out or file.with_name(f"{file.stem}.linked.csv")
    placed, join = place_rows(rows, place_names(rules.regions), rules.policy.linkage), rules.policy.linkage.join
    with target.open("w", newline="", encoding="utf-8-sig") as opened:
        writer = csv.writer(opened)
        writer.writerow(("行", "名称", "归入", "开发项目", "判定", "对象", "关系", "强度", "依据"))
        for one in placed:
            writer.writerow(_line(one, join))
    named = [one for one in placed if one.target]
    asked = sum(_line(one, join)[4] == _VERDICTS["propose"] for one in placed)
    typer.echo(
        f"{len(placed):,} 行 rows：{len({one.target for one in named}):,} 个企业或项目 enterprises or projects，"
        f"{len({one.development for one in named if one.development}):,} 个开发项目 developments，"
        f"{asked:,} 行请人确认 to be confirmed，{len(placed) - len(named):,} 行没有名称 without a name；已写入 written {target}"
    )


def _line(placed: Placed, join: float) -> tuple[str, ...]:
    best = next((link for link in placed.links if link.verdict != "none"), None)
    sure = best is not None and best.verdict == "propose" and best.relation != SAME and best.strength >= join
    told = (
        (
            "有关联" if sure else _VERDICTS[best.verdict],
            best.target or "",
            _RELATIONS[best.relation],
            f"{best.strength:.2f}",
            "；".join(reason.text for reason in best.reasons),
        )
        if best
        else ("新", "", "", "", "")
    )
    return (str(placed.row.number), placed.row.name, placed.target or "", placed.development or "", *told)


def _kind(*names: str) -> Kind:
    forms = ("公司", "集团", "合作社", "厂", "店", "行", "事务所", "超市", "医院", "学校")
    return "enterprise" if any(name.rstrip("）)").endswith(forms) for name in names) else "project"


def _shown(parts: dict[str, object]) -> str:
    labels = {
        "places": "区划代码", "brand": "字号", "trade": "行业", "form": "组织形式", "group": "集团", "branch": "分支", "former": "曾用名",
        "base": "项目名", "phases": "期", "part": "区", "building": "楼", "aliases": "别名",
    }  # fmt: skip
    return "，".join(
        f"{label} {'、'.join(value) if isinstance(value, tuple) else '是' if value is True else value}"
        for key, label in labels.items()
        if (value := parts.get(key))
    )
