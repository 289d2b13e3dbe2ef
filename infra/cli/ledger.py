"""fuyuan ledger: requests between court and government: list, how they are answered, as a file."""

from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.papers.ledger_sheet import ledger_csv, ledger_xlsx
from infra.rules import load_regions
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.ledger import LedgerFilter, ledger_entries, ledger_page, ledger_rows
from risk_model.ledger.entity import DIRECTION_ZH, KIND_ZH, STATUS_ZH
from risk_model.ledger.fulfilment import Answering, answering
from risk_model.local_time import SHANGHAI

app = typer.Typer(
    no_args_is_help=True, help="府院台账：列出、办理率、导出 requests: list, report, export", rich_markup_mode=None
)


class Kind(StrEnum):
    """Kinds of request."""

    JUDICIAL_ADVICE = "judicial_advice"
    INFORMATION = "information"
    ENFORCEMENT_HELP = "enforcement_help"
    PRIOR_OPINION = "prior_opinion"
    JOINT_RECEPTION = "joint_reception"


OfKind = Annotated[Kind | None, typer.Option(help="种类 kind")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="提出之日不早于 made on this day or later")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="提出之日早于 made before this day")]


@app.command("list")
def list_requests(
    kind: OfKind = None,
    office: Annotated[str | None, typer.Option(help="任一方，名称的一部分 part of either office")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列已超期的 overdue only")] = False,
    everything: Annotated[bool, typer.Option("--all", help="含已答复、办结、撤回的 with those that are done")] = False,
    limit: Annotated[int, typer.Option(help="最多行数 at most", min=1, max=200)] = 50,
) -> None:
    """列出请求，新的在前 requests, newest first."""
    settings, console, now = load_settings(), Console(), clock.now()
    wanted = LedgerFilter(kind, status=None if everything else "open", office=office, overdue=overdue)
    with opened_engine(settings.database_url) as engine:
        page = StoreAccess(engine).read(ledger_page, wanted, now, None, limit)
    table = Table("最后一日 last day", "情况", "方向", "种类", "文号", "请求", "被请求", "事项", "编号 id")
    for listed in page.items:
        request, made = listed.request, listed.request.made
        assert made is not None, "only what was made is listed"
        day = str(listed.deadline.last_day) if listed.deadline is not None and listed.deadline.last_day else "—"
        said = (DIRECTION_ZH[made.direction], KIND_ZH[made.kind], made.number, made.asker, made.asked, made.what)
        table.add_row(day, STATUS_ZH[request.status], *said, request.request_id)
    console.print(table)


@app.command()
def report(kind: OfKind = None, since: Since = None, until: Until = None) -> None:
    """办理率、中位天数，按被请求单位 how requests are answered, by the office asked."""
    settings, console, now = load_settings(), Console(), clock.now()
    wanted = LedgerFilter(kind, since=_start(since), until=_start(until))
    with opened_engine(settings.database_url) as engine:
        entries = StoreAccess(engine).read(ledger_entries, wanted, now)
    total, offices = answering(entries, now)
    table = Table("被请求单位 asked", "收到", "答复", "按期", "未办", "超期", "退回", "办理率", "中位天数")
    for found in [*offices, total]:
        table.add_row(found.office or "合计 all", *_figures(found))
    console.print(table)


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="写到哪里；.xlsx 或 .csv file to write")],
    kind: OfKind = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """导出台账，旧的在前 the ledger as an Excel or CSV file, oldest first."""
    settings, console, now = load_settings(), Console(), clock.now()
    if to.suffix.lower() not in (".xlsx", ".csv"):
        raise typer.BadParameter(f"{to}：扩展名应为 .xlsx 或 .csv expected .xlsx or .csv")
    wanted = LedgerFilter(kind, since=_start(since), until=_start(until))
    with opened_engine(settings.database_url) as engine:
        rows = StoreAccess(engine).read(ledger_rows, wanted, now)
    write = ledger_csv if to.suffix.lower() == ".csv" else ledger_xlsx
    to.write_bytes(write(rows, load_regions(settings.regions_dir), now))
    console.print(f"已写入 written: {to}（{len(rows)}）", markup=False, highlight=False)


def _figures(found: Answering) -> list[str]:
    share = "—" if found.fulfilled is None else f"{found.fulfilled:.0%}"
    days = "—" if found.median_days is None else f"{found.median_days:.1f}"
    numbers = (found.asked, found.answered, found.in_time, found.open, found.overdue, found.sent_back)
    return [*map(str, numbers), share, days]


def _start(day: datetime | None) -> datetime | None:
    """The beginning of a day in China."""
    return None if day is None else datetime.combine(date(day.year, day.month, day.day), time(), SHANGHAI)
