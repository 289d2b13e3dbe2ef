"""fuyuan trends: what was unusual, the curve behind a warning, and the alert budget kept or not."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.cli.trends_tick import tick
from infra.kafka.topics import DISPUTE_REJECTED
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.alerts import alert_by_id
from infra.store.queries.trends import Curve, TrendFilter, budget_rows, curve_of, trend_by_id, trend_page
from infra.watching import Watch
from risk_model.rules import Rules
from risk_model.series import measure_name
from risk_model.surveillance.curve import CurvePoint
from risk_model.surveillance.entities import Trend

app = typer.Typer(
    no_args_is_help=True, help="趋势：数量异常、曲线、预警额度 counts above their history", rich_markup_mode=None
)
KINDS = {"emerging": "苗头", "trending": "趋势", "regional": "区域"}
STATUSES = {"open": "持续", "cleared": "已回落"}
BAR = 40  # characters of the longest bar

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="发现日不早于 found on this day or later")]


class NotFound(Exception):
    """There is no such alert, trend or county, or none with a curve."""

    for_operator = True


@app.command(help="预警背后的曲线：件数、预计、上限、是否超出 the curve behind a warning")
def explain(alert: Annotated[str, typer.Argument(help="预警编号或异常编号 id of an alert or of a trend")]) -> None:
    """Print the curve of every trend behind an alert."""
    settings, console = load_settings(), Console()
    rules = load_rules(settings)
    with opened_engine(settings.database_url) as engine:
        store = StoreAccess(engine)
        for trend in _trends_of(store, alert):
            _show(console, store.read(curve_of, trend, rules.policy.trend), rules)


@app.command("list", help="数量异常：新的在前 trends, newest first")
def list_trends(
    county: Annotated[str | None, typer.Option(help="县级区划代码 county code, or city")] = None,
    held: Annotated[bool, typer.Option("--held", help="只看超出额度、没有预警的 only those without an alert")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="条数 how many")] = 50,
) -> None:
    """Print the newest trends."""
    settings, console = load_settings(), Console()
    rules = load_rules(settings)
    with opened_engine(settings.database_url) as engine:
        page = StoreAccess(engine).read(
            trend_page, TrendFilter(county=county, held=True if held else None), None, limit
        )
    table = Table(
        "编号 id",
        "种类",
        "地点 place",
        "指标 measure",
        "发现 found",
        "件数",
        "上限",
        "约每 recurs",
        "状态",
        "预警 alert",
    )
    for trend in page.items:
        first = trend.point(trend.day) or trend.points[0]
        table.add_row(
            trend.trend_id[:10],
            KINDS.get(trend.kind, trend.kind),
            rules.regions.place(trend.region),
            measure_name(trend.measure),
            f"{trend.day} ({trend.period_days} 天)",
            str(first.observed),
            f"{first.upper:.0f}",
            f"{first.recurrence_days:,.0f} 天",
            STATUSES.get(trend.status, trend.status),
            trend.alert_id[:10] if trend.alert_id else "额度外 held",
        )
    console.print(table)


@app.command(help="预警额度与实际 the alert budget and what became of it")
def budget(since: Day = None, until: Day = None) -> None:
    """Print alerts, joined trends and held trends by county and month."""
    settings, console = load_settings(), Console()
    rules = load_rules(settings)
    first, end = since.date() if since else date.min, until.date() if until else date.max
    with opened_engine(settings.database_url) as engine:
        rows = StoreAccess(engine).read(budget_rows, first, end)
    table = rules.policy.trend.budget
    console.print(
        f"额度 budget：每县 {table.window_days} 天至多 {table.alerts} 条苗头、趋势预警；凭偶然 {table.always_years:g} 年一次的总是预警，不计入额度"
    )
    shown = Table("县 county", "月 month", "预警 alerts", "极罕见 beyond", "并入 joined", "额度外 held")
    for row in rows:
        over = "[yellow]" if row.alerts > table.alerts else ""
        shown.add_row(
            rules.regions.name(row.county),
            row.month,
            f"{over}{row.alerts}",
            str(row.beyond),
            str(row.trends),
            str(row.held),
        )
    console.print(shown)


@app.command(help="历史记录已补入：从某日起齐全 past records were brought in, complete since a day")
def record(
    county: Annotated[str, typer.Argument(help="县级区划代码 county code")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="从此日起齐全 complete since")],
    by: Annotated[str, typer.Option(help="谁确认 who says so")] = "operator",
) -> None:
    """Say that the record of a county is complete since a day, so that detectors may rest on it."""
    settings = load_settings()
    rules = load_rules(settings)
    if county not in {known.code for known in rules.regions.counties()}:
        raise NotFound(f"登记表中没有县级区划 {county} / no such county in the registry: {county}")
    with opened_engine(settings.database_url) as engine:
        watch = Watch(engine, rules, settings.kafka_name(DISPUTE_REJECTED))
        watch.extend_record(county, since.date(), by, clock.now())
    Console().print(f"{rules.regions.name(county)}的记录自 {since:%Y-%m-%d} 起齐全，WATCH 在下一批报告起采用")


app.command("tick")(tick)


def _trends_of(store: StoreAccess, wanted: str) -> list[Trend]:
    detail = store.read(alert_by_id, wanted)
    if detail is not None:
        if not detail.trends:
            raise NotFound(f"预警 {wanted} 不是由数量引发的，没有曲线 / this alert is of a matter: it has no curve")
        return detail.trends
    trend = store.read(trend_by_id, wanted)
    if trend is None:
        raise NotFound(
            f"没有编号为 {wanted} 的预警或异常；编号见 fuyuan trends list 或 /v1/alerts / no alert or trend of this id, see fuyuan trends list"
        )
    return [trend]


def _show(console: Console, curve: Curve, rules: Rules) -> None:
    trend = curve.trend
    place = "、".join(rules.regions.place(region) for region in trend.regions or [trend.region])
    span = "当日" if trend.period_days == 1 else f"{trend.period_days} 天合计"
    console.print(
        f"\n[bold]{KINDS.get(trend.kind, trend.kind)}[/] {place} {measure_name(trend.measure)}（{span}，{trend.method}，"
        f"{STATUSES.get(trend.status, trend.status)}；常态学习于 {curve.learnt or '尚未学习'}）",
        highlight=False,
    )
    top = max([p.observed for p in curve.points] + [p.upper or 0 for p in curve.points] + [1])
    table = Table("日 day", "件数", "预计", "上限", "p", "", box=None)
    for point in curve.points:
        table.add_row(
            str(point.day),
            f"{point.observed}" + ("*" if point.said else ""),
            _number(point.expected),
            _number(point.upper),
            f"{point.p_value:.2g}" if point.p_value is not None else "",
            _bar(point, top),
        )
    console.print(table)
    console.print("[dim]█ 件数　│ 上限　红色为超过上限；* 为趋势事件当时所记 as the trend events said[/]")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _bar(point: CurvePoint, top: float) -> str:
    length = round(BAR * point.observed / top)
    bound = None if point.upper is None else round(BAR * min(point.upper, top) / top)
    cells = ["█" if n < length else " " for n in range(BAR + 1)]
    if bound is not None:
        cells[min(bound, BAR)] = "│"
    return f"[red]{''.join(cells)}[/]" if point.alarm else "".join(cells)
