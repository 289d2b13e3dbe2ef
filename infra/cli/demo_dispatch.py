"""What became of a demonstration's alerts: how many were told to somebody, how many stand under others or wait, and what an official got a week."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, select

from infra.cli.demo_report import COLOURS
from infra.store.event_log import read_events
from infra.store.tables import reads
from risk_model.alerts.status import DUPLICATE
from risk_model.dispatch.entities import ABSORBED, DIGEST, GROUPED, PAST, PENDING
from risk_model.dispatch.holding import MERGED
from risk_model.local_time import local_day
from schemas.domain_events import AlertEscalated, AlertRaised, AlertReleased, AlertReopened
from schemas.levels import Level

SINGLY, WAITS, IMPORTED = "singly", "waits", "imported"
FATES = {
    SINGLY: "逐条告知",
    DIGEST: "周报告知",
    GROUPED: "列于同组",
    ABSORBED: "被吸收",
    MERGED: "并案",
    IMPORTED: "补入，\n不通知",
    WAITS: "在等额度\n或稳定",
}
_MOST_EVENTS = 1_000_000


class Message(msgspec.Struct, frozen=True):
    """One thing an official reads: an alert at a time; what has the same digest and owner is one message."""

    at: datetime
    owner: str
    level: int
    digest: str | None = None


class Dispatched(msgspec.Struct, frozen=True):
    """What became of alerts.

    Attributes:
        fates: how many alerts by (level now, fate).
        told: every telling, apart from those by which nobody is told anew, and of a past that was brought in, of which nobody is told.
        bare: what would have been told without the dispatch: each alert raised, escalated or opened again by the machine.
        outcomes: closed alerts by outcome.
    """

    fates: dict[tuple[int, str], int]
    told: list[Message]
    bare: list[Message]
    outcomes: dict[str, int]

    @property
    def messages(self) -> list[Message]:
        """Tellings as an official gets them: one a digest."""
        digests = {(m.owner, m.digest): m for m in self.told if m.digest is not None}
        return [*(m for m in self.told if m.digest is None), *digests.values()]


def dispatched(connection: Connection) -> Dispatched:
    """Read what became of the alerts of a store."""
    causes: dict[str, set[str]] = defaultdict(set)
    told, bare = list[Message](), list[Message]()
    owners: dict[str, tuple[str, int]] = {}
    a, d = reads.alerts, reads.dispatches
    columns = (a.c.alert_id, a.c.level, a.c.outcome, d.c.stage, d.c.plan_stage)
    rows = connection.execute(select(*columns).join(d, d.c.alert_id == a.c.alert_id, isouter=True)).all()
    past = {row.alert_id for row in rows if row.plan_stage == PAST}
    types = ("AlertRaised", "AlertEscalated", "AlertReopened", "AlertReleased")
    for item in read_events(connection, limit=_MOST_EVENTS, types=types):
        event = item.recorded.event
        if isinstance(event, AlertReleased):
            causes[event.alert_id].add(event.cause)
            if event.cause != MERGED and event.alert_id not in past:
                told.append(Message(event.not_before, event.owner, event.level, event.digest))
            continue
        if isinstance(event, AlertRaised):
            owners[event.alert_id] = (event.owner, event.level)
        elif isinstance(event, AlertEscalated):
            owners[event.alert_id] = (event.owner, event.level_after)
        elif not isinstance(event, AlertReopened) or event.by:
            continue
        elif event.level:
            owners[event.alert_id] = (event.owner, event.level)
        if event.alert_id not in past:
            bare.append(Message(item.recorded_at, *owners[event.alert_id]))
    fates = Counter((row.level, _fate(causes[row.alert_id], row.stage, row.outcome, row.plan_stage)) for row in rows)
    outcomes = Counter(row.outcome for row in rows if row.outcome)
    return Dispatched(dict(fates), told, bare, dict(outcomes))


def _fate(causes: set[str], stage: str | None, outcome: str | None, plan_stage: str | None) -> str:
    """What became of an alert: told by itself, only in a digest, by an alert it was merged with; else where it stands.

    Args:
        causes: for which it was released.
        stage: of its dispatch; None before that.
        outcome: by which it was closed.
        plan_stage: of its plan: of a past that was brought in nobody is told, though it was released.
    """
    if plan_stage == PAST:
        return IMPORTED
    if causes - {DIGEST, MERGED}:
        return SINGLY
    if DIGEST in causes:
        return DIGEST
    if MERGED in causes or outcome == DUPLICATE:
        return MERGED
    return stage if stage in (GROUPED, ABSORBED) else WAITS if stage else PENDING


def weekly(told: Iterable[tuple[str, datetime]], weeks: float) -> tuple[float, int, int]:
    """What officials get a week: the mean, the most that any got in any week, how many officials; a week begins on Monday.

    Args:
        told: to whom and when.
        weeks: that are looked at, greater than 0.
    """
    by_owner: dict[str, Counter[date]] = defaultdict(Counter)
    for owner, at in told:
        day = local_day(at)
        by_owner[owner][day - timedelta(days=day.weekday())] += 1
    if not by_owner:
        return 0.0, 0, 0
    number = sum(counts.total() for counts in by_owner.values())
    return number / weeks / len(by_owner), max(max(counts.values()) for counts in by_owner.values()), len(by_owner)


def show_dispatch(console: Console, connection: Connection, days: int) -> None:
    """What became of the alerts by level, and what one official got a week.

    Args:
        console: to print on.
        connection: to the store.
        days: that were played.
    """
    found, weeks = dispatched(connection), days / 7
    table = Table(title="\n预警告知了谁 who was told of the alerts", title_justify="left")
    table.add_column("等级", no_wrap=True)
    table.add_column("发出", justify="right", no_wrap=True)
    for name in FATES.values():
        table.add_column(name, justify="right")
    table.add_column("一位责任人\n一周收到", justify="right")
    levels = sorted({level for level, _ in found.fates}, reverse=True)
    for level in levels:
        mean, most, _ = weekly(_sent(m for m in found.told if m.level == level and m.digest is None), weeks)
        row = [found.fates.get((level, fate), 0) for fate in FATES]
        raised = sum(n for (of, _), n in found.fates.items() if of == level)
        name = f"[{COLOURS[level]}]{Level(level).zh}[/]"
        table.add_row(
            name, f"{raised:,}", *map(_number, row), f"{mean:.1f}（最多 {most}）", end_section=level == levels[-1]
        )
    totals = [sum(n for (_, of), n in found.fates.items() if of == fate) for fate in FATES]
    mean, most, _ = weekly(_sent(found.messages), weeks)
    table.add_row("合计", f"{sum(found.fates.values()):,}", *map(_number, totals), f"{mean:.1f}（最多 {most}）")
    console.print(table)
    bare_mean, bare_most, owners = weekly(_sent(found.bare), weeks)
    console.print(
        f"告知 {len(found.told):,} 条次（升级、返回再告知的另计），合 {len(found.messages):,} 条消息（周报一封算一条；合计一行按消息计）；"
        f"不经归组、吸收、额度则为 {len(found.bare):,} 条，{owners} 位责任人一位一周 {bare_mean:.1f} 条，最多 {bare_most} 条。"
        "补入：记录时背后的事件上报已过去多日（策略 notice.stale_days），按补入的历史对待。",
        highlight=False,
    )
    right, wrong = (found.outcomes.get(outcome, 0) for outcome in ("true", "false_alarm"))
    console.print(
        f"[dim]时钟是这座城市的：静默时段、一周的额度、周一的周报都如实走过。责任人由程序代为：告知后签收，两周后按真值连同列于其下的办结，"
        f"已办结 {right + wrong:,}，属实 {right:,}、误报 {wrong:,}。没有人签发方案。[/]",
        highlight=False,
    )


def _sent(messages: Iterable[Message]) -> Iterable[tuple[str, datetime]]:
    return ((message.owner, message.at) for message in messages)


def _number(number: int) -> str:
    return f"{number:,}" if number else "—"
