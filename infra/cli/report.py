"""fuyuan report: the monthly report as a Word file, Markdown or JSON."""

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from infra import clock
from infra.papers.monthly_markdown import monthly_markdown
from infra.papers.monthly_paper import monthly_paper
from infra.papers.monthly_word import monthly_docx
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import open_engine
from infra.store.queries.monthly import monthly_report
from risk_model.reporting.month import Month

app = typer.Typer(no_args_is_help=True, help="研判报告 reports", rich_markup_mode=None)


class Form(StrEnum):
    """Forms of a report."""

    DOCX = "docx"
    MD = "md"
    JSON = "json"


class MonthRefused(ValueError):
    """The month is not written as 2026-10."""

    for_operator = True


_SUFFIXES = {".md": Form.MD, ".markdown": Form.MD, ".json": Form.JSON}


@app.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@app.command(help="月度研判报告：公文式样的 Word、Markdown 或 JSON the monthly report")
def month(
    month: Annotated[str, typer.Argument(help="月份，如 2026-10 the month")],
    to: Annotated[Path, typer.Option(help="写到哪里；扩展名 .docx、.md、.json 决定形式 file to write")],
    form: Annotated[Form | None, typer.Option("--format", help="形式，不看扩展名 form, whatever the name")] = None,
) -> None:
    """Write the report of a month as it stands now."""
    settings = load_settings()
    rules, chosen = load_rules(settings), form or _SUFFIXES.get(to.suffix.lower(), Form.DOCX)
    try:
        wanted = Month.parse(month)
    except ValueError as bad:
        raise MonthRefused(str(bad)) from None
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        report = store.read(monthly_report, wanted, rules.regions, clock.now())
    if chosen is Form.JSON:
        to.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    else:
        paper = monthly_paper(report, rules.regions, rules.policy.plan.issuer.format(county="市"), clock.now())
        if chosen is Form.MD:
            to.write_text(monthly_markdown(paper), encoding="utf-8")
        else:
            to.write_bytes(monthly_docx(paper))
    Console().print(f"已写入 written: {to}", markup=False, highlight=False)
