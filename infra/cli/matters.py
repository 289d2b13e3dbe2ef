"""fuyuan matters: look at a matter, merge, split, take back, downgrade, close, visit and reopen."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.cli import proposals
from infra.expecting import Moved
from infra.matter_steps import NoSuchMatter, command_matter
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.matters import MatterFilter, matter_by_id, matter_page
from infra.store.queries.owed import owed_for
from risk_model.local_time import local_day
from risk_model.matters.commands import Close, Downgrade, MatterCommand, MergeIn, Reopen, Revisit, SplitOut, Undo
from schemas.levels import Level

app = typer.Typer(
    no_args_is_help=True,
    help="事项：查看、归并、拆分、降级、销号、回访 matters: show, merge, split, settle, visit",
    rich_markup_mode=None,
)
app.command("proposals", help="待确认的归并建议，把握大的在前 joins a person is asked about, surest first")(
    proposals.listed
)
app.command("accept", help="同意归并建议：是同一个，归并 a proposal is right: merge")(proposals.accept)
app.command("decline", help="否决归并建议：不是同一个，不再提出 a proposal is wrong: never ask again")(
    proposals.decline
)
Id = Annotated[str, typer.Argument(help="事项编号 id of the matter")]
By = Annotated[str, typer.Option(help="经办人 the official")]
Reason = Annotated[str, typer.Option(help="理由或情况 why")]
Seen = Annotated[int, typer.Option(help="所见的版本，见 show the version you saw")]
Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="回访日期；缺省为期限的最后一天 day of the visit")
]
LevelName = Annotated[str | None, typer.Option(help="blue、yellow、orange、red")]


@app.command(help="一个事项：等级、诉求、归并、版本 one matter: level, claims, parts, version")
def show(matter_id: Id) -> None:
    """Print a matter."""
    settings, console = load_settings(), Console()
    with opened_engine(settings.database_url) as engine:
        store = StoreAccess(engine)
        detail = store.read(matter_by_id, matter_id)
        owed = store.read(owed_for, matter_id, clock.now())
    if detail is None:
        raise typer.BadParameter(f"没有编号为 {matter_id} 的事项 there is no such matter")
    matter = detail.matter
    console.print(f"{matter.title}  {Level(matter.level).zh}  {matter.status}  版本 version {matter.version}")
    if matter.merged_into:
        console.print(f"已并入 part of {detail.head.matter_id}「{detail.head.title}」")
    for member in detail.members:
        console.print(f"并入的 holds {member.matter_id}「{member.title}」{member.events} 件")
    if matter.revisit_on:
        console.print(f"回访 to be visited by {matter.revisit_on}")
    table = Table("诉求 claim", "人数 people", "金额（元） yuan", "案件 cases")
    for claim in matter.claims:
        people, amount_fen = claim.figures()
        table.add_row(claim.key or "不明", f"{people:,}", f"{amount_fen / 100:,.2f}", str(len(claim.cases)))
    table.add_row("合计 in all", f"{matter.people:,}", f"{matter.amount_fen / 100:,.2f}", "")
    console.print(table)
    for reason in matter.reasons:
        console.print(f"  {reason.text}")
    for deadline in owed.deadlines:
        console.print(
            f"期限 deadline {deadline.deadline_id} {deadline.name}：{deadline.owing}，{deadline.last_day or '中止'}"
        )
    for each in owed.duties:
        console.print(f"任务 duty {each.duty.duty_id} {each.duty.assigned.lead}：{each.duty.assigned.text}")
    for asked in owed.requests:
        if (made := asked.request.made) is not None:
            console.print(f"请求 request {asked.request.request_id} {made.asker} 向 {made.asked}：{made.what}")


@app.command(help="近期应回访的事项 matters to be visited")
def visits(until: Day = None) -> None:
    """List matters to be visited by a day, today when none is named."""
    settings, console = load_settings(), Console()
    day = local_day(clock.now()) if until is None else until.date()
    with opened_engine(settings.database_url) as engine:
        page = StoreAccess(engine).read(matter_page, MatterFilter(revisit_by=day), None, 200)
    table = Table("应于 by", "事项 matter", "编号 id", "经办人 settled by")
    for matter in sorted(page.items, key=lambda one: (str(one.revisit_on), one.matter_id)):
        table.add_row(str(matter.revisit_on), matter.title, matter.matter_id, matter.settled_by)
    console.print(table if page.items else f"{day} 以前没有应回访的事项 nothing to visit by then")


@app.command(help="将另一个事项并入 make another matter part of this one")
def merge(matter_id: Id, from_id: Annotated[str, typer.Argument()], by: By, reason: Reason, seen: Seen) -> None:
    """Merge."""
    _run(matter_id, MergeIn(by, reason, from_id), seen)


@app.command(help="将一部分事件拆为新事项 make a matter of some events")
def split(
    matter_id: Id,
    events: Annotated[list[str], typer.Argument(help="事件编号 ids of dispute events")],
    by: By,
    reason: Reason,
    seen: Seen,
    title: Annotated[str, typer.Option(help="新事项的标题 title of the new matter")] = "",
) -> None:
    """Split."""
    _run(matter_id, SplitOut(by, reason, frozenset(events), title), seen)


@app.command(help="撤销归并或拆分 take back a merge or split")
def undo(matter_id: Id, by: By, reason: Reason, seen: Seen) -> None:
    """Take back that this matter became part of another, or was split off."""
    _run(matter_id, Undo(by, reason), seen)


@app.command(help="降级 lower the level")
def downgrade(
    matter_id: Id, level: Annotated[str, typer.Argument()], by: By, reason: Reason, seen: Seen, revisit: Day = None
) -> None:
    """Downgrade."""
    _run(matter_id, Downgrade(by, reason, int(Level.parse(level)), _day(revisit)), seen)


@app.command(help="销号 close")
def close(matter_id: Id, by: By, reason: Reason, seen: Seen, revisit: Day = None) -> None:
    """Close."""
    _run(matter_id, Close(by, reason, _day(revisit)), seen)


@app.command(help="记录回访 record a visit")
def visit(
    matter_id: Id,
    result: Annotated[str, typer.Argument(help="ok 稳定，relapsed 反弹")],
    by: By,
    reason: Reason,
    seen: Seen,
    following: Day = None,
    level: LevelName = None,
) -> None:
    """Record a visit."""
    if result not in ("ok", "relapsed"):
        raise typer.BadParameter(f"收到 {result}，应为 ok 或 relapsed / got {result}, expected ok or relapsed")
    _run(matter_id, Revisit(by, reason, result, _day(following), _level(level)), seen)


@app.command(help="重新打开已销号的事项 reopen")
def reopen(matter_id: Id, by: By, reason: Reason, seen: Seen, level: LevelName = None) -> None:
    """Reopen."""
    _run(matter_id, Reopen(by, reason, _level(level)), seen)


def _run(matter_id: str, command: MatterCommand, seen: int) -> None:
    settings = load_settings()
    rules = load_rules(settings)
    with opened_engine(settings.database_url) as engine:
        try:
            matter = StoreAccess(engine).write(command_matter, matter_id, command, seen, clock.now(), rules)
        except NoSuchMatter as missing:
            raise typer.BadParameter(f"没有编号为 {missing} 的事项 there is no matter {missing}") from None
        except Moved as moved:
            raise typer.BadParameter(
                f"所见版本 {moved.expected}，现为 {moved.version}；请看过 show 后再办 / look again: it is at version {moved.version}"
            ) from None
    Console().print(f"✓ {matter.title}：{Level(matter.level).zh}，版本 version {matter.version}")


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _level(code: str | None) -> int | None:
    return None if code is None else int(Level.parse(code))
