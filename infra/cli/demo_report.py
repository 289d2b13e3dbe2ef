"""What came of a demonstration, as an official reads it: counts, alerts with their plans, planted stories."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from sqlalchemy import Connection, desc, func, select

from infra.simulation.caught import Caught, caught
from infra.simulation.truth import StoryTruth
from infra.store.tables import reads
from risk_model.entities import Alert, Matter
from risk_model.local_time import local_day
from risk_model.plans.entity import Plan
from schemas.domain_events import PlanDrafted
from schemas.levels import Level
from schemas.reasons import Reason

COLOURS = {1: "blue", 2: "yellow", 3: "dark_orange", 4: "red"}
KINDS = {"matter": "事项", "emerging": "苗头", "trending": "趋势", "regional": "区域", "systemic": "系统"}
REASONS_SHOWN, MEASURES_SHOWN = 4, 2
# Said elsewhere in the panel, or only for who examines the model.
_NOT_SHOWN = frozenset({"model.category", "source.category", "model.base", "model.others"})
_FIRST = ("rule", "floor", "detector", "source", "person", "model")
_alert = msgspec.json.Decoder(Alert)
_matter = msgspec.json.Decoder(Matter)
_plan = msgspec.json.Decoder(Plan)


class Sent(msgspec.Struct):
    """What was published: all records, distinct good events, malformed records; and how long all of it took (s)."""

    records: int = 0
    distinct: int = 0
    malformed: int = 0
    seconds: float = 0.0


def show_stages(console: Console, connection: Connection, sent: Sent) -> None:
    """Counts through each stage; what was published is accepted, repeated or set aside."""
    accepted, quarantined = _count(connection, reads.disputes), _count(connection, reads.quarantine)
    duplicate = sent.records - sent.distinct - sent.malformed
    table = Table(title="各环节数量 counts through each stage", title_justify="left")
    table.add_column("环节 stage", no_wrap=True)
    table.add_column("数量", justify="right", no_wrap=True)
    table.add_column("说明")
    table.add_row("上报 published", f"{sent.records:,}", "写入 Kafka 主题 dispute.reported.v1")
    table.add_row("采信 accepted", f"{accepted:,}", "核验、脱敏、分类分级后归档")
    table.add_row("重复 duplicate", f"{duplicate:,}", "同一来源同一编号再次上报，只计一次")
    table.add_row(
        "隔离 quarantined", f"{quarantined:,}", "不合规范，保留原文和原因：fuyuan quarantine list", end_section=True
    )
    matters, of_kind = _count(connection, reads.matters), _alerts_by_kind(connection)
    of_trends = sum(sum(of_kind[kind].values()) for kind in ("emerging", "trending", "regional"))
    table.add_row("事项 matters", f"{matters:,}", "一事一档：同一主体、项目或案件的上报归为一档")
    table.add_row(
        "异常 trends",
        f"{_count(connection, reads.trends):,}",
        f"计数超过上限，并成 {of_trends} 个预警，其余超出额度只记录",
    )
    table.add_row("预警 alerts", f"{_count(connection, reads.alerts):,}", _by_level(of_kind))
    table.add_row("方案 plans", f"{_count(connection, reads.plans):,}", "橙色以上自动拟定的处置方案草稿，须经人工签发")
    console.print(table)
    balance = f"{sent.records:,} = {accepted:,} + {duplicate:,} + {quarantined:,}"
    if sent.records == accepted + duplicate + quarantined:
        console.print(f"[green]平衡 balanced[/]: {balance}", highlight=False)
    else:
        console.print(f"[red]不平衡 not balanced[/]: {balance}", highlight=False)
    pace = f"{sent.records / sent.seconds:,.0f} 条/秒，含逐日等待、告知、关闭日期；吞吐另见 make bench"
    console.print(f"[dim]{pace} records a second, with the looks of each day in between[/]")


def _count(connection: Connection, table) -> int:  # type: ignore[no-untyped-def]
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _alerts_by_kind(connection: Connection) -> dict[str, dict[int, int]]:
    t = reads.alerts
    found: dict[str, dict[int, int]] = {kind: {} for kind in KINDS}
    for kind, level, n in connection.execute(select(t.c.kind, t.c.level, func.count()).group_by(t.c.kind, t.c.level)):
        found.setdefault(kind, {})[level] = n
    return found


def _by_level(of_kind: dict[str, dict[int, int]]) -> str:
    said = (
        KINDS.get(kind, kind)
        + " "
        + "、".join(f"[{COLOURS[level]}]{Level(level).zh} {n}[/]" for level, n in sorted(levels.items(), reverse=True))
        for kind, levels in of_kind.items()
        if levels
    )
    return "；".join(said)


def show_alerts(console: Console, connection: Connection, shown: int) -> None:
    """The gravest alerts in full: by level, and matters then by how many events stand behind them."""
    a, m = reads.alerts, reads.matters
    console.print(
        "\n[bold]最重的预警[/]（等级为内部风险等级，供研判参考，须经人工确认） the gravest alerts", highlight=False
    )
    matters = [
        (_alert.decode(alert), _matter.decode(matter))
        for alert, matter in connection.execute(select(a.c.state, m.c.state).join(m, m.c.matter_id == a.c.matter_id))
    ]
    matters.sort(key=lambda found: (-found[0].level, -found[1].events, found[0].alert_id))
    emerging = connection.execute(
        select(a.c.state)
        .where(a.c.kind.in_(("emerging", "trending", "regional")))
        .order_by(desc(a.c.level), desc(a.c.occurred_us))
    ).scalars()
    chosen: list[tuple[Alert, Matter | None]] = [*matters[: shown - shown // 3]]
    chosen += [(_alert.decode(data), None) for data in emerging.fetchmany(shown // 3)]
    for alert, matter in chosen:
        plan = connection.execute(select(reads.plans.c.state).where(reads.plans.c.alert_id == alert.alert_id)).scalar()
        console.print(_panel(alert, matter, _plan.decode(plan).text if plan else None))


def _panel(alert: Alert, matter: Matter | None, plan: PlanDrafted | None) -> Panel:
    level = Level(alert.level)
    lines = [f"类别 {alert.category}　首次预警 {local_day(alert.occurred_at)}　责任人 {alert.owner}"]
    if matter is not None:
        lines.append(_extent(matter))
    lines += [f"·{escape(reason.text)}" for reason in worth_showing(alert.reasons, level)]
    if plan:
        lines.append(f"[bold]{escape(plan.title)}[/]")
        for number, measure in enumerate(plan.measures[:MEASURES_SHOWN], 1):
            due = f"，{measure.due_days} 日内" if measure.due_days else ""
            lines.append(f"  {number}、{escape(measure.text)}（牵头：{escape(measure.lead)}{due}）")
        if len(plan.measures) > MEASURES_SHOWN:
            lines.append(f"  …… 共 {len(plan.measures)} 项措施")
    title = f"[{COLOURS[level]}]{level.zh}色[/] {KINDS[alert.kind]}预警：{escape(alert.title)}"
    return Panel("\n".join(lines), title=title, title_align="left", border_style=COLOURS[level])


def _extent(matter: Matter) -> str:
    said = [f"{matter.events} 件上报", f"{len(matter.sources)} 个来源"]
    if len(matter.counties) > 1:
        said.append(f"{len(matter.counties)} 个县（市、区）")
    if matter.first_at and matter.last_at:
        first, last = (local_day(at) for at in (matter.first_at, matter.last_at))
        said.append(f"{first}" if first == last else f"{first} 至 {last}")
    return "本档 " + "，".join(said)


def worth_showing(reasons: list[Reason], level: Level) -> list[Reason]:
    """Reasons of the level an official needs, the firmest first: rules and floors, then the detector, then the model's.

    An alert that rose keeps the reasons of its lower levels; the model's word for another level is not one for this.
    """
    kept: list[Reason] = []
    of_level = False
    for reason in reasons:
        if reason.code == "model.level":
            of_level = f"判为{level.zh}" in reason.text
        if reason.code not in _NOT_SHOWN and (reason.source != "model" or of_level):
            kept.append(reason)
    return sorted(kept, key=lambda reason: _FIRST.index(reason.source))[:REASONS_SHOWN]


def show_stories(console: Console, connection: Connection, stories: list[StoryTruth]) -> None:
    """Each planted story and the first alert that its own events raised."""
    table = Table(
        title="埋设的故事，及其自身上报引发的首次预警 planted stories, and the first alert their own reports raised",
        title_justify="left",
    )
    table.add_column("故事 story", ratio=5, overflow="fold")
    table.add_column("上报", justify="right", no_wrap=True)
    table.add_column("首次上报", no_wrap=True)
    table.add_column("应有预警", ratio=2, overflow="fold")
    table.add_column("首次预警", ratio=4, overflow="fold")
    table.add_column("滞后", justify="right", no_wrap=True)
    for found in caught(connection, stories):
        story = found.story
        table.add_row(
            f"[bold]{story.id}[/]\n{escape(story.note)}",
            f"{len(story.event_ids)} 条",
            str(story.first_day),
            "、".join(story.warnings) or "不应预警",
            _first_alert(connection, found),
            "—" if found.lag_days is None else f"{found.lag_days} 天",
            end_section=True,
        )
    console.print(table)


def _first_alert(connection: Connection, found: Caught) -> str:
    if found.alert_id is None or found.level is None:
        return "无" if found.story.warnings else "无（正确）"
    state = connection.execute(
        select(reads.alerts.c.state).where(reads.alerts.c.alert_id == found.alert_id)
    ).scalar_one()
    alert, level = _alert.decode(state), Level(found.level)
    said = f"[{COLOURS[level]}]{level.zh}色[/]{KINDS[alert.kind]}：{escape(alert.title)}"
    if found.alerts > 1:
        said += f"（共{found.alerts}个预警）"
    return said if found.story.warnings else f"误报：{said}"
