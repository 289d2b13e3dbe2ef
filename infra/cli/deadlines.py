"""fuyuan deadlines: what is owed by whom until when; one tick by hand."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.deadlines import recount, tell
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.deadlines import DeadlineFilter, DeadlineState, deadline_page
from risk_model.clocks.status import STATE_ZH, status

app = typer.Typer(no_args_is_help=True, help="期限：列出、查提醒 deadlines: list, tick", rich_markup_mode=None)


@app.command("list")
def list_deadlines(
    state: Annotated[str, typer.Option(help="open、running、lapsed、suspended、ended、all")] = "open",
    owing: Annotated[str | None, typer.Option(help="应当办理的一方，名称的一部分 part of who owes")] = None,
    within: Annotated[int | None, typer.Option(help="几日内届满 lapses within days", min=0)] = None,
    county: Annotated[str | None, typer.Option(help="县级区划代码 county code")] = None,
    limit: Annotated[int, typer.Option(help="最多行数 at most", min=1, max=200)] = 50,
) -> None:
    """列出期限，先届满的在前 deadlines, the first to lapse in front."""
    if state not in DeadlineState.__args__:  # type: ignore[attr-defined]  # a Literal
        raise typer.BadParameter(f"{state}：应为 {'、'.join(DeadlineState.__args__)}")  # type: ignore[attr-defined]
    settings, console, now = load_settings(), Console(), clock.now()
    rules = load_rules(settings)
    before = None if within is None else now + timedelta(days=within)
    wanted = DeadlineFilter(state, owing, county=county, due_before=before)  # type: ignore[arg-type]  # checked above
    with opened_engine(settings.database_url) as engine:
        page = StoreAccess(engine).read(deadline_page, wanted, now, None, limit)
    table = Table("最后一日 last day", "情况", "期限", "应办理 owing", "提出 asking", "事由", "地区", "编号 id")
    for found in page.items:
        assert found.clock is not None, "what has not started is not listed"
        known = found.code in rules.clocks.rules
        stands = STATE_ZH[status(found.clock, rules.clocks, now).state] if known else ""
        day = str(found.last_day) if found.last_day else "—"
        place = rules.regions.place(found.county)
        table.add_row(day, stands, found.name, found.owing, found.asking, found.title, place, found.deadline_id)
    console.print(table)


@app.command()
def tick() -> None:
    """查一次：重算放假安排，记录应提醒、应告知的（WATCH 每分钟自己查） look once; WATCH does so every minute."""
    settings = load_settings()
    rules, now = load_rules(settings), clock.now()
    with opened_engine(settings.database_url) as engine:
        counted, told = recount(engine, rules.clocks, now), tell(engine, rules.clocks, now)
    Console().print(f"重算 recounted: {counted}；提醒、告知 told: {told}")
