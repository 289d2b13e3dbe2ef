"""fuyuan alerts: how often alerts were right, as officials said when they closed them."""

from datetime import date, datetime, time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.precision import closed_alerts
from risk_model.local_time import SHANGHAI
from risk_model.precision import CONFIDENCE, Precision, precision_table

app = typer.Typer(no_args_is_help=True, help="预警：准确率 alerts: how often they were right", rich_markup_mode=None)
KINDS = {"matter": "重大事项", "emerging": "苗头", "trending": "趋势", "regional": "区域", "systemic": "系统"}
TITLES = {
    "kind": "种类 kind",
    "rule": "依据、检测方法 rule, detector",
    "agency": "上报单位 agency",
    "county": "县 county",
}

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="引发之日不早于 occurred on this day or later")
]
Before = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="引发之日早于 occurred before this day")]


@app.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@app.command(help="准确率：属实占属实与误报之和的比例 share of right alerts among those closed as right or false")
def precision(since: Day = None, until: Before = None) -> None:
    """Print precision in all, by kind, rule or detector, agency and county."""
    settings, console = load_settings(), Console()
    rules = load_rules(settings)
    with opened_engine(settings.database_url) as engine:
        closed = StoreAccess(engine).read(closed_alerts, _start(since), _start(until))
    table = precision_table(closed)
    if not closed:
        console.print("还没有办结的预警 no alert has been closed yet")
        return
    console.print(f"已办结 closed: {len(closed):,}；准确率 precision: {_share(table.overall)}")
    for name, rows in table.groups.items():
        shown = Table(
            TITLES[name], "属实 right", "误报 false", "重复 again", f"准确率 precision（{CONFIDENCE:.0%} 区间）"
        )
        for key, found in rows:
            names = {"kind": KINDS.get(key, key), "county": rules.regions.place(key) if name == "county" else key}
            figures = (found.true, found.false_alarm, found.duplicate)
            shown.add_row(names.get(name, key), *map(str, figures), _share(found))
        console.print(shown)


def _share(found: Precision) -> str:
    if found.share is None or found.low is None or found.high is None:
        return "—"
    return f"{found.share:.1%}（{found.low:.1%}–{found.high:.1%}）"


def _start(day: datetime | None) -> datetime | None:
    """The beginning of a day in China."""
    return None if day is None else datetime.combine(date(day.year, day.month, day.day), time(), SHANGHAI)
