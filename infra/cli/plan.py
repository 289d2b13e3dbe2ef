"""fuyuan plan: list response plans, write one as a Word file or Markdown, take the Word template to edit it."""

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.papers.markdown import plan_markdown
from infra.papers.plan_reading import PaperRules, read_plan_paper
from infra.papers.plan_template import SHIPPED
from infra.papers.word import plan_docx
from infra.rules import load_regions
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import open_engine
from infra.store.queries.plans import PlanFilter, plan_page, plan_versions
from risk_model.local_time import SHANGHAI
from risk_model.plans.changes import changes
from risk_model.plans.entity import STATUS_ZH
from schemas.levels import Level

app = typer.Typer(no_args_is_help=True, help="处置方案：列出、导出 response plans: list, export")
console = Console()


class Form(StrEnum):
    """Forms of an exported plan."""

    DOCX = "docx"
    MD = "md"


class PlanMissing(RuntimeError):
    """There is no plan of the id given."""

    for_operator = True


@app.command("list")
def list_plans(
    limit: Annotated[int, typer.Option(help="最多行数 at most", min=1, max=200)] = 50,
    county: Annotated[str | None, typer.Option(help="县级区划代码 county code")] = None,
) -> None:
    """列出处置方案，新的在前 plans, newest first."""
    settings = load_settings()
    regions = load_regions(settings.regions_dir)
    table = Table("编号 id", "拟稿 drafted", "等级", "地区", "标题", "稿", "状态")
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        page = store.read(plan_page, PlanFilter(county=county), None, limit)
    for listed in page.items:
        plan, at = listed.plan, listed.drafted_at
        drafted = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
        level, status = Level(plan.level).zh, STATUS_ZH[listed.status]
        table.add_row(plan.plan_id, drafted, level, regions.place(plan.county), plan.title, str(listed.version), status)
    console.print(table)


@app.command()
def export(
    plan_id: Annotated[str, typer.Argument(help="方案编号 id of the plan")],
    to: Annotated[Path, typer.Option(help="写到哪里；扩展名 .docx 或 .md 决定形式 file to write")],
    form: Annotated[Form | None, typer.Option("--format", help="形式，不看扩展名 form, whatever the name")] = None,
    version: Annotated[int | None, typer.Option(help="第几稿；不写为现行的一稿 an earlier text", min=1)] = None,
) -> None:
    """导出一份方案：公文式样的 Word 文件，或 Markdown write a plan as a Word file or Markdown."""
    settings = load_settings()
    chosen = form or (Form.MD if to.suffix.lower() in {".md", ".markdown"} else Form.DOCX)
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        paper = store.read(read_plan_paper, plan_id, PaperRules.load(settings), version)
    if paper is None:
        raise PlanMissing(
            f"没有编号为 {plan_id} 的方案，或没有这一稿；用 fuyuan plan list 查看 / no plan {plan_id}; see fuyuan plan list"
        )
    if chosen is Form.MD:
        to.write_text(plan_markdown(paper), encoding="utf-8")
    else:
        to.write_bytes(plan_docx(paper, settings.plan_template))
    console.print(f"已写入 written: {to}", markup=False, highlight=False)


@app.command()
def template(
    to: Annotated[Path, typer.Option(help="写到哪里 file to write")],
) -> None:
    """取得随附的 Word 模板：改好后用 FUYUAN_PLAN_TEMPLATE 指向它 write the shipped Word template, to be edited."""
    to.write_bytes(SHIPPED.read_bytes())
    console.print(f"已写入 written: {to}", markup=False, highlight=False)


@app.command()
def versions(plan_id: Annotated[str, typer.Argument(help="方案编号 id of the plan")]) -> None:
    """列出各稿和改动 every text of a plan, with what each changed."""
    with closing(StoreAccess(open_engine(load_settings().database_url))) as store:
        found = store.read(plan_versions, plan_id)
    if not found:
        raise PlanMissing(f"没有编号为 {plan_id} 的方案 / no plan {plan_id}")
    before = None
    for each in found:
        at = f"{each.recorded_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        console.print(
            f"第 {each.version} 稿 {at} {each.by or '系统'} {each.note}".rstrip(), markup=False, highlight=False
        )
        for line in changes(before.text, each.text) if before else ():
            console.print(f"  - {line}", markup=False, highlight=False)
        before = each
