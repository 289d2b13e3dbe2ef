"""fuyuan duties: what offices were told to do, and how it stands."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.rules import load_regions
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.event_log import micros
from infra.store.queries.duties import DutyFilter, duty_page
from risk_model.duties.entity import STATUS_ZH

app = typer.Typer(no_args_is_help=True, help="任务：列出 duties: list", rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@app.command("list")
def list_duties(
    office: Annotated[str | None, typer.Option(help="牵头单位，名称的一部分 part of the office")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列已超期的 overdue only")] = False,
    everything: Annotated[bool, typer.Option("--all", help="含已销号、撤销的 with those that are done")] = False,
    limit: Annotated[int, typer.Option(help="最多行数 at most", min=1, max=200)] = 50,
) -> None:
    """列出任务，新的在前 duties, newest first."""
    settings, console, now = load_settings(), Console(), clock.now()
    regions = load_regions(settings.regions_dir)
    wanted = DutyFilter(office, None if everything else "open", overdue=overdue)
    with opened_engine(settings.database_url) as engine:
        page = StoreAccess(engine).read(duty_page, wanted, micros(now), None, limit)
    table = Table("最后一日 last day", "情况", "牵头单位", "任务", "地区", "编号 id")
    for listed in page.items:
        given, deadline = listed.duty.assigned, listed.deadline
        day = str(deadline.last_day) if deadline is not None and deadline.last_day else "—"
        stands = STATUS_ZH[listed.duty.status]
        table.add_row(day, stands, given.lead, given.text, regions.place(given.county), given.duty_id)
    console.print(table)
