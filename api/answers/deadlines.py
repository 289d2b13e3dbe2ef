"""Deadlines as shown: where they stand today, how they were counted, what happened to them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import PlaceShown, local, local_or_none, place_shown
from infra.store.event_log import StoredEvent
from infra.store.queries.deadlines import DeadlineDetail
from risk_model.clocks.rules import UNIT_ZH
from risk_model.clocks.status import STATE_ZH, status
from risk_model.deadlines.entity import Deadline, DeadlineStep
from risk_model.rules import Rules
from schemas.domain_events import (
    DeadlineEnded,
    DeadlineExtended,
    DeadlineLapsed,
    DeadlineRecounted,
    DeadlineResumed,
    DeadlineStarted,
    DeadlineSuspended,
    DeadlineWarned,
    type_name,
)

OUTCOME_ZH = {"answered": "已办结", "withdrawn": "已撤销"}


class DeadlineItem(BaseModel):
    """一个期限现在的情况."""

    deadline_id: str
    version: int
    code: Annotated[str, Field(examples=["advice.reply"])]
    name: Annotated[str, Field(examples=["综合治理类司法建议答复"])]
    state: Annotated[
        str,
        Field(
            description="running 办理中、warning 即将届满、lapsed 已超期、suspended 中止、answered 按期办结、answered_late 逾期办结、withdrawn 撤销"
        ),
    ]
    state_name: str
    text: Annotated[
        str, Field(description="一句话", examples=["综合治理类司法建议答复应于 2025-11-28 24:00 前办结，尚余 12 日"])
    ]
    started_at: datetime
    last_day: Annotated[date | None, Field(description="最后一日；中止期间为空")]
    lapses_at: Annotated[datetime | None, Field(description="自此为逾期；中止期间为空")]
    days_left: int | None
    owing: Annotated[str, Field(description="应当办理的一方")]
    asking: Annotated[str, Field(description="提出的一方")]
    title: str
    place: PlaceShown
    about: Annotated[
        str, Field(description="所属：dispute 事件、plan 方案、duty 任务、request 请求、matter 事项、alert 预警")
    ]
    about_id: str
    matter_id: str | None
    alert_id: str | None
    warned: Annotated[int, Field(description="就这个最后一日提醒过几次")]
    lapsed: Annotated[int, Field(description="届满后告知到第几级")]
    ended_at: datetime | None
    assumed_years: Annotated[list[int], Field(description="放假安排尚未公布、按周末计算的年份：公布后重算")]
    links: dict[str, str]


class DeadlineEventShown(BaseModel):
    """期限经过的一步."""

    seq: int
    version: int
    type: str
    at: Annotated[datetime, Field(description="记录时间")]
    by: Annotated[str, Field(description="经办人；系统所为则为空")]
    summary: str


class DeadlineShown(DeadlineItem):
    """一个期限：怎样算的、可以怎样、全部经过."""

    steps: Annotated[list[str], Field(description="怎样算的，逐步；中止期间为空")]
    basis: Annotated[list[str], Field(description="条文；没有的是本策略自定")]
    extension: Annotated[str, Field(description="可否延长、谁批准；不可则为空")]
    suspension: Annotated[str, Field(description="可否中止、依据；不可则为空")]
    note: str
    history: list[DeadlineEventShown]


def deadline_item(rules: Rules, deadline: Deadline, now: datetime) -> DeadlineItem:
    """Deadline in short, as of ``now``."""
    clock = deadline.clock
    assert clock is not None, "what has not started is not listed"
    here = f"/v1/deadlines/{deadline.deadline_id}"
    links = {"self": here, "steps": f"{here}/steps"}
    for name, key in (("event", deadline.dispute_id), ("matter", deadline.matter_id), ("alert", deadline.alert_id)):
        if key:
            links[name] = f"/v1/{name}s/{key}"
    state, text, days_left = _stands(rules, deadline, now)
    return DeadlineItem(
        deadline_id=deadline.deadline_id,
        version=deadline.version,
        code=deadline.code,
        name=deadline.name,
        state=state,
        state_name=STATE_ZH[state],
        text=text,
        started_at=local(clock.started_at),
        last_day=deadline.last_day,
        lapses_at=local_or_none(deadline.lapses_at),
        days_left=days_left,
        owing=deadline.owing,
        asking=deadline.asking,
        title=deadline.title,
        place=place_shown(rules.regions, deadline.county),
        about=deadline.about,
        about_id=deadline.about_id,
        matter_id=deadline.matter_id,
        alert_id=deadline.alert_id,
        warned=deadline.warned,
        lapsed=deadline.lapsed,
        ended_at=local_or_none(deadline.ended_at),
        assumed_years=deadline.assumed_years,
        links=links,
    )


def deadline_shown(rules: Rules, detail: DeadlineDetail, now: datetime) -> DeadlineShown:
    """Deadline in full."""
    deadline = detail.deadline
    rule = rules.clocks.rules.get(deadline.code)
    steps: tuple[str, ...] = ()
    if rule is not None and deadline.clock is not None:
        lapses = status(deadline.clock, rules.clocks, now).due
        steps = lapses.steps if lapses else ()
    extension = rule.extension if rule else None
    return DeadlineShown(
        **dict(deadline_item(rules, deadline, now)),
        steps=list(steps),
        basis=list(rule.basis) if rule else [],
        extension=f"经{extension.approver}批准可延长一次，至多 {extension.max} {UNIT_ZH[rule.unit]}"
        if rule and extension
        else "",
        suspension=rule.suspension if rule else "",
        note=rule.note if rule else "",
        history=deadline_history(detail.history),
    )


def deadline_history(stored: Iterable[StoredEvent]) -> list[DeadlineEventShown]:
    """Every step of a deadline, oldest first."""
    return [
        DeadlineEventShown(
            seq=item.seq,
            version=item.recorded.version,
            type=type_name(item.recorded.event),
            at=local(item.recorded_at),
            by=getattr(item.recorded.event, "by", ""),
            summary=deadline_summary(item.recorded.event),  # type: ignore[arg-type]  # its own stream
        )
        for item in stored
    ]


def deadline_summary(event: DeadlineStarted | DeadlineStep | DeadlineEnded) -> str:
    """One Chinese line."""
    match event:
        case DeadlineStarted():
            return f"{event.by}{event.name}起算：{event.title}，{event.owing}应于 {event.count.last_day} 前办结"
        case DeadlineSuspended():
            return f"{event.by}中止计时：{event.reason}"
        case DeadlineResumed():
            return f"{event.by}恢复计时，最后一日为 {event.count.last_day}"
        case DeadlineExtended():
            day = f"，最后一日为 {event.count.last_day}" if event.count else ""
            return f"{event.by}批准延长{day}：{event.reason}"
        case DeadlineRecounted():
            return f"按公布的放假安排或者规则重算：最后一日由 {event.last_day_before} 改为 {event.count.last_day}"
        case DeadlineWarned():
            return f"{event.name}即将届满（{event.last_day}）：{event.title}，提醒{_told(event)}"
        case DeadlineLapsed():
            return f"{event.name}已于 {event.last_day} 届满未办结：{event.title}，告知{_told(event)}"
        case DeadlineEnded():
            return f"{event.by or '系统'}{OUTCOME_ZH.get(event.outcome, event.outcome)}" + (
                f"：{event.reason}" if event.reason else ""
            )


def _told(event: DeadlineWarned | DeadlineLapsed) -> str:
    told = [f"{event.owing}（{event.told_owing}）"]
    if event.told_asking:
        told.append(f"{event.asking}（{event.told_asking}）" if event.asking else event.told_asking)
    return "、".join(told)


def _stands(rules: Rules, deadline: Deadline, now: datetime) -> tuple[str, str, int | None]:
    """State, sentence and days left; of a kind that ``clocks.toml`` no longer has, by what was counted."""
    assert deadline.clock is not None, "it has started"
    if deadline.code in rules.clocks.rules:
        found = status(deadline.clock, rules.clocks, now)
        return found.state, found.text, found.days_left
    if deadline.outcome is not None:
        return ("withdrawn" if deadline.outcome == "withdrawn" else "answered"), f"{deadline.name}已办结", None
    over = deadline.lapses_at is not None and now >= deadline.lapses_at
    state = "suspended" if deadline.lapses_at is None else "lapsed" if over else "running"
    return state, f"{deadline.name}：期限文件已没有这一种，最后一日 {deadline.last_day}", None
