"""fuyuan alerts: why an alert was told or not, silences, and how often alerts were right."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.rules import load_rules
from infra.settings import load_settings
from infra.silencing import lift_silence, set_silence, silences_listed
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.alerts import alert_by_id, stage_counts
from infra.store.queries.precision import closed_alerts
from risk_model.alerts.precision import CONFIDENCE, Precision, precision_table
from risk_model.alerts.status import STATUS_ZH, AlertStep
from risk_model.alerts.wording import step_summary
from risk_model.dispatch.entities import PENDING, STAGE_ZH
from risk_model.dispatch.wording import DispatchFact, dispatch_summary, match_zh
from risk_model.local_time import SHANGHAI
from schemas.domain_events import AlertEscalated, AlertRaised, DomainEvent
from schemas.domain_events.dispatch import SilenceMatch
from schemas.levels import Level

app = typer.Typer(
    no_args_is_help=True,
    help="预警：为何告知与否、静默、准确率 alerts: why told or not, silences, how often right",
    rich_markup_mode=None,
)
KINDS = {"matter": "重大事项", "emerging": "苗头", "trending": "趋势", "regional": "区域", "systemic": "系统"}
TITLES = {
    "kind": "种类 kind",
    "rule": "依据、检测方法 rule, detector",
    "model": "模型版本 model",
    "agency": "上报单位 agency",
    "county": "县 county",
}

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="引发之日不早于 occurred on this day or later")
]
Before = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="引发之日早于 occurred before this day")]


@app.command()
def why(alert_id: str) -> None:
    """一条预警的依据、办理，以及为何告知、为何没有告知 reasons, handling, and why it was told or not."""
    settings, console = load_settings(), Console()
    with opened_engine(settings.database_url) as engine:
        detail = StoreAccess(engine).read(alert_by_id, alert_id)
    if detail is None:
        console.print(f"没有这条预警 no such alert: {alert_id}")
        raise typer.Exit(1)
    alert, card = detail.listed.alert, detail.listed.card
    stage = STAGE_ZH[card.stage if card else PENDING]
    route = f"（路由 route: {alert.route}）" if alert.route else ""
    console.print(f"{Level(alert.level).zh}色 {alert.title}；{STATUS_ZH[alert.status]}；{stage}", highlight=False)
    console.print(f"责任人 owner: {alert.owner}{route}", highlight=False)
    for reason in alert.reasons:
        console.print(f"  依据 reason: {reason.text}", highlight=False)
    for item in sorted([*detail.history, *detail.dispatch], key=lambda one: one.seq):
        said = _said(item.recorded.event)
        if said:
            console.print(f"{item.recorded_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {said}", highlight=False)
    for other in detail.under:
        console.print(f"  其下 under it: {Level(other.level).zh}色 {other.title} {other.alert_id}", highlight=False)


@app.command()
def stages() -> None:
    """未办结预警各处在哪一步、各多少条 how many open alerts stand where."""
    settings, console = load_settings(), Console()
    with opened_engine(settings.database_url) as engine:
        found = StoreAccess(engine).read(stage_counts)
    table = Table("阶段 stage", "红", "橙", "黄", "蓝")
    for stage, name in STAGE_ZH.items():
        table.add_row(
            f"{name} {stage}", *(f"{found.get((stage, level), 0):,}" for level in sorted(Level, reverse=True))
        )
    console.print(table)


@app.command()
def silence(
    by: Annotated[str, typer.Option(help="设置人 who sets it")],
    reason: Annotated[str, typer.Option(help="理由 why")],
    days: Annotated[float, typer.Option(min=0.01, help="多少天 for how many days")],
    county: Annotated[str | None, typer.Option(help="县级代码 county code")] = None,
    category: Annotated[str | None, typer.Option(help="类别 category")] = None,
    kind: Annotated[str | None, typer.Option(help="种类 kind")] = None,
    matter: Annotated[str | None, typer.Option(help="事项编号 matter id")] = None,
    entity: Annotated[str | None, typer.Option(help="企业、项目名称 enterprise or project")] = None,
    max_level: Annotated[str, typer.Option(help="此等级及以下 this level and below")] = "orange",
) -> None:
    """设置静默：符合的预警暂不告知，照常列出 let alerts wait; they are listed all the same."""
    settings, console, now = load_settings(), Console(), clock.now()
    match = SilenceMatch(int(Level.parse(max_level)), county, category, kind, matter, entity)
    table = load_rules(settings).policy.dispatch
    with opened_engine(settings.database_url) as engine:
        done = StoreAccess(engine).write(set_silence, match, by, reason, now + timedelta(days=days), now, table)
    console.print(f"已设置静默 silence set: {done.silence_id}；{match_zh(match)}", highlight=False)


@app.command()
def silences(
    over: Annotated[bool, typer.Option("--over", help="也列出已结束的 those that are over too")] = False,
) -> None:
    """静默一览 silences."""
    settings, console, now = load_settings(), Console(), clock.now()
    with opened_engine(settings.database_url) as engine:
        found = StoreAccess(engine).read(lambda connection: silences_listed(connection, now, over=over))
    table = Table("编号 id", "哪些 which", "设置人 by", "理由 why", "至 until", "解除 lifted")
    for one in found:
        lifted = f"{one.lifted_by or '到期'} {one.lifted_at.astimezone(SHANGHAI):%m-%d %H:%M}" if one.lifted_at else ""
        until = f"{one.until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        table.add_row(one.silence_id, match_zh(one.match), one.by, one.reason, until, lifted)
    console.print(table)


@app.command()
def lift(
    silence_id: str,
    by: Annotated[str, typer.Option(help="解除人 who lifts it")],
    reason: Annotated[str, typer.Option(help="理由 why")],
) -> None:
    """解除静默 lift a silence."""
    settings, console = load_settings(), Console()
    with opened_engine(settings.database_url) as engine:
        StoreAccess(engine).write(lift_silence, silence_id, by, reason, 1, clock.now())
    console.print(f"已解除 lifted: {silence_id}", highlight=False)


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


def _said(event: DomainEvent) -> str:
    if isinstance(event, DispatchFact):
        return dispatch_summary(event)
    return step_summary(event) if isinstance(event, AlertRaised | AlertEscalated | AlertStep) else ""


def _share(found: Precision) -> str:
    if found.share is None or found.low is None or found.high is None:
        return "—"
    return f"{found.share:.1%}（{found.low:.1%}–{found.high:.1%}）"


def _start(day: datetime | None) -> datetime | None:
    """The beginning of a day in China."""
    return None if day is None else datetime.combine(date(day.year, day.month, day.day), time(), SHANGHAI)
