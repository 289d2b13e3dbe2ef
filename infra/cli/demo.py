"""fuyuan demo: 90 days of a fictional city through the whole line, and what came of them."""

import sys
import time
from contextlib import suppress
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Connection, desc, func, select

from infra.demo import Line, running_line, stored
from infra.settings import load_settings
from infra.simulation.publishing import publish
from infra.simulation.simulate import Simulation
from infra.simulation.truth import StoryTruth
from infra.store.event_log import moment
from infra.store.tables import reads
from infra.supervisor import sigterm_unwinds
from risk_model.state import Alert
from schemas.domain_events import PlanDrafted
from schemas.identifiers import dispute_id
from schemas.levels import Level

STALL_SECONDS = 120
COLOURS = {1: "blue", 2: "yellow", 3: "dark_orange", 4: "red"}
KINDS = {"matter": "事项", "emerging": "苗头"}
_alert = msgspec.json.Decoder(Alert)
_plan = msgspec.json.Decoder(PlanDrafted)


def demo(
    days: Annotated[int, typer.Option(min=1, help="天数 days of reports")] = 90,
    seed: Annotated[int, typer.Option(help="随机种子 seed of the city")] = 7,
    per_day: Annotated[float, typer.Option("--per-day", help="日均事件 everyday events a day")] = 200.0,
    rate: Annotated[float, typer.Option(help="每秒条数，0 不限 records a second, 0 as fast as possible")] = 0.0,
    shown: Annotated[int, typer.Option("--alerts", help="详示预警数 alerts shown in full")] = 6,
    keep: Annotated[
        bool | None, typer.Option("--keep/--exit", help="结束后保持接口运行 keep the API up; default: on a terminal")
    ] = None,
) -> None:
    """Play the city, wait until every record is accounted for, show the alerts and the address of the API."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    began = time.monotonic()
    console.print(
        f"[bold]府院联动风险预警[/]：虚构城市“云州市”{days} 天的上报，经真实 Kafka 全流程处理（数据均为虚构）"
    )
    console.print("[dim]启动 Kafka、ASSESS、WATCH、API starting…[/]")
    with sigterm_unwinds(), suppress(KeyboardInterrupt), running_line(load_settings()) as line:
        console.print(
            f"[dim]已启动 up in {time.monotonic() - began:.1f} s；日志 logs: {line.settings.home / 'logs'}[/]"
        )
        simulation = Simulation(seed, days, per_day=per_day)
        sent = _play(console, line, simulation, rate)
        with line.engine.connect() as connection:
            _show_stages(console, connection, sent)
            _show_alerts(console, connection, shown)
            _show_stories(console, connection, simulation.stories)
        url = f"http://{line.settings.api_host}:{line.settings.api_port}"
        console.print(
            f"\n接口 API  [bold]{url}/v1/alerts[/]   文档 docs  {url}/docs   总用时 {time.monotonic() - began:.0f} s"
        )
        if keep if keep is not None else sys.stdout.isatty():
            console.print("按 Ctrl-C 结束（全部子进程随之结束） Ctrl-C ends everything")
            while True:
                time.sleep(1)


class _Sent(msgspec.Struct):
    """What was published: all records, distinct good events, malformed records; and how long all of it took (s)."""

    records: int = 0
    distinct: int = 0
    malformed: int = 0
    seconds: float = 0.0


def _play(console: Console, line: Line, simulation: Simulation, rate: float) -> _Sent:
    """Publish, and wait until the store holds every distinct event and every malformed record."""
    sent, seen, began = _Sent(), set[tuple[str, str]](), time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        publishing = progress.add_task("上报 published → Kafka", total=None)
        accepted = progress.add_task("研判归档 assessed, watched", total=None)
        for record in publish(line.settings, simulation.records(), rate):
            sent.records += 1
            if record.truth.malformed:
                sent.malformed += 1
            else:
                seen.add((record.truth.source, record.truth.event_id))
            if sent.records % 500 == 0:
                progress.update(publishing, completed=sent.records)
                progress.update(accepted, completed=stored(line.engine)[0])
        sent.distinct = len(seen)
        progress.update(publishing, completed=sent.records, total=sent.records)
        _drain(line, sent, progress, accepted)
    sent.seconds = time.monotonic() - began
    return sent


def _drain(line: Line, sent: _Sent, progress: Progress, task: TaskID) -> None:
    last, since = (-1, -1), time.monotonic()
    while True:
        now = stored(line.engine)
        progress.update(task, completed=now[0], total=sent.distinct)
        if now == (sent.distinct, sent.malformed):
            return
        if now != last:
            last, since = now, time.monotonic()
        if time.monotonic() - since > STALL_SECONDS:
            states = ", ".join(f"{child.name} {child.state} ({child.ends} ends)" for child in line.workers.status())
            raise RuntimeError(
                f"{STALL_SECONDS} 秒没有进展 no progress: {now} of {(sent.distinct, sent.malformed)}; {states}; 日志 logs: {line.settings.home / 'logs'}"
            )
        time.sleep(0.2)


def _show_stages(console: Console, connection: Connection, sent: _Sent) -> None:
    accepted = _count(connection, reads.disputes)
    quarantined = _count(connection, reads.quarantine)
    table = Table("环节 stage", "数量 count", "说明", title="各环节 counts through each stage")
    table.add_row("上报 published", f"{sent.records:,}", "写入 dispute.reported.v1")
    table.add_row("采信 accepted", f"{accepted:,}", "核验、脱敏、分级后归档")
    table.add_row("重复 duplicate", f"{sent.records - sent.distinct - sent.malformed:,}", "同一来源同一编号，只计一次")
    table.add_row("隔离 quarantined", f"{quarantined:,}", "不合规范，保留原文和原因：fuyuan quarantine list")
    table.add_row("事项 matters", f"{_count(connection, reads.matters):,}", "一事一档")
    table.add_row("苗头 trends", f"{_count(connection, reads.trends):,}", "日计数异常（EARS C2）")
    table.add_row("预警 alerts", f"{_count(connection, reads.alerts):,}", "")
    table.add_row("方案 plans", f"{_count(connection, reads.plans):,}", "处置方案草稿")
    console.print(table)
    console.print(f"[dim]{sent.records / sent.seconds:,.0f} 条/秒 records a second, publish to alert[/]")


def _count(connection: Connection, table) -> int:  # type: ignore[no-untyped-def]
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _show_alerts(console: Console, connection: Connection, shown: int) -> None:
    alerts, plans = reads.alerts, reads.plans
    by_level = connection.execute(
        select(alerts.c.kind, alerts.c.level, func.count()).group_by(alerts.c.kind, alerts.c.level)
    )
    totals = {(kind, level): n for kind, level, n in by_level}
    summary = "；".join(
        f"{name} "
        + "、".join(f"[{COLOURS[level]}]{Level(level).zh} {totals.get((kind, level), 0)}[/]" for level in (4, 3, 2, 1))
        for kind, name in KINDS.items()
    )
    console.print(f"\n预警（内部风险等级，须经人工确认）：{summary}")
    newest = select(alerts.c.state).order_by(desc(alerts.c.level), desc(alerts.c.occurred_us))
    matter = connection.execute(newest.where(alerts.c.kind == "matter").limit(shown - shown // 3)).scalars().all()
    emerging = connection.execute(newest.where(alerts.c.kind == "emerging").limit(shown // 3)).scalars().all()
    for data in (*matter, *emerging):
        alert = _alert.decode(data)
        plan = connection.execute(select(plans.c.state).where(plans.c.alert_id == alert.alert_id)).scalar()
        console.print(_panel(alert, _plan.decode(plan) if plan else None))


def _panel(alert: Alert, plan: PlanDrafted | None) -> Panel:
    level, day = Level(alert.level), moment(round(alert.occurred_at.timestamp() * 1e6))
    lines = [f"类别 {alert.category}　责任人 {alert.owner}　时间 {day:%Y-%m-%d}"]
    lines += [f"· {reason.text}" for reason in alert.reasons[:5]]
    if plan:
        lines.append(f"[bold]{plan.title}[/]")
        lines += [
            f"  {i}. {m.text}（{m.lead}牵头，{m.due_days or '—'} 日内）" for i, m in enumerate(plan.measures[:2], 1)
        ]
        lines.append(f"  …… 共 {len(plan.measures)} 项措施")
    title = f"[{COLOURS[level]}]{level.zh}[/] {KINDS[alert.kind]}预警：{alert.title}"
    return Panel("\n".join(lines), title=title, title_align="left", border_style=COLOURS[level])


def _show_stories(console: Console, connection: Connection, stories: list[StoryTruth]) -> None:
    """Each planted story and the first alert on its events: by matter, or by a trend its events tripped."""
    table = Table(
        "埋设故事 story",
        "事件",
        "首日",
        "应有预警",
        "首次预警",
        "滞后（天）",
        title="埋设故事与预警 planted stories and their first alert",
    )
    disputes, alerts = reads.disputes, reads.alerts
    for story in (s for s in stories if s.event_ids):
        ids = [dispute_id(source, event_id) for source, event_id in story.event_ids]
        matters = select(disputes.c.matter_id).where(disputes.c.dispute_id.in_(ids), disputes.c.matter_id.is_not(None))
        found = connection.execute(select(alerts.c.state).where(alerts.c.matter_id.in_(matters))).scalars().all()
        regions = tuple({*story.townships, *story.counties})
        trends = connection.execute(select(alerts.c.state).where(alerts.c.kind == "emerging")).scalars().all()
        hits = [_alert.decode(data) for data in found]
        hits += [
            a
            for a in map(_alert.decode, trends)
            if a.category == story.category and a.region.startswith(regions) and _during(a, story)
        ]
        first = min(hits, key=lambda a: a.occurred_at, default=None)
        lag = (first.occurred_at.date() - story.first_day).days if first and story.first_day else None
        said = f"{Level(first.level).zh} {KINDS[first.kind]}：{first.title}" if first else "—"
        table.add_row(
            story.id,
            str(len(ids)),
            str(story.first_day),
            "、".join(story.warnings) or "无",
            said,
            str(lag) if lag is not None else "—",
        )
    console.print(table)


def _during(alert: Alert, story: StoryTruth) -> bool:
    day = alert.day
    return (
        day is not None
        and story.first_day is not None
        and story.last_day is not None
        and story.first_day <= day <= story.last_day
    )
