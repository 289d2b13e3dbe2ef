"""What happened to a matter, as shown: in its history, in the feed, in a conflict."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, ReasonShown, level_shown, local, reasons_shown
from infra.store.event_log import StoredEvent
from infra.store.queries.matter_history import MatterStep
from risk_model.matters.settling import RESULT_ZH
from schemas.domain_events import (
    MatterAbsorbed,
    MatterClosed,
    MatterDowngraded,
    MatterJoined,
    MatterOpened,
    MatterRegraded,
    MatterReleased,
    MatterReopened,
    MatterRevisited,
    MattersMerged,
    MatterSplit,
    MatterSplitOff,
    MergeUndone,
    RevisitReminded,
    Sighted,
    type_name,
)
from schemas.levels import Level
from schemas.reasons import Reason


class MatterStepShown(BaseModel):
    """事项经过的一步."""

    seq: int
    version: Annotated[int, Field(description="这一步之后事项的版本")]
    type: str
    summary: Annotated[str, Field(examples=["王某降为黄色，2026-04-01 以前回访：已兑付"])]
    level: Annotated[LevelShown | None, Field(description="这一步之后的等级；没有改变等级的为空")]
    at: datetime
    by: Annotated[str, Field(description="经办人；系统所为则为空")]
    reasons: Annotated[list[ReasonShown], Field(description="依据；归并的为证据")]
    strength: Annotated[float | None, Field(description="归并的强度，0 到 1；由人决定的为空")] = None
    dispute_ids: list[str]
    links: dict[str, str]


class JoinShown(BaseModel):
    """一件事件凭什么归入."""

    dispute_id: str
    matter_id: Annotated[str, Field(description="归入的事项：本事项，或并入它的")]
    at: datetime
    evidence: Annotated[ReasonShown | None, Field(description="归入的证据；立项的第一件、拆出的为空")]
    strength: Annotated[float | None, Field(description="强度，0 到 1；由相同的编号、案号等决定的为空")]
    key: Annotated[str, Field(description="相同的键，如 name:379001:甲公司；没有则为空")]
    claim: Annotated[str, Field(description="哪一项诉求；不明的为空")]
    people_involved: int
    amount_fen: int
    links: dict[str, str]


def matter_summary(event: MatterStep) -> str:
    """One Chinese line."""
    match event:
        case MatterOpened():
            return f"立为事项，{Level(event.level).zh}色：{event.title}"
        case MatterRegraded():
            verb = "升" if event.level_after > event.level_before else "降"
            return f"由{Level(event.level_before).zh}色{verb}为{Level(event.level_after).zh}色：{_first(event.reasons)}"
        case MattersMerged():
            return f"{event.by or '系统'}并入事项 {event.from_id}：{event.reason}"
        case MatterAbsorbed():
            return f"{event.by or '系统'}将本事项并入事项 {event.into_id}"
        case MergeUndone():
            return f"{event.by or '系统'}撤销并入，事项 {event.from_id} 重新单列：{event.reason}"
        case MatterReleased():
            return f"{event.by or '系统'}撤销归并，本事项重新单列"
        case MatterSplit():
            return f"{event.by}拆出 {len(event.moved)} 件为事项 {event.new_id}：{event.reason}"
        case MatterSplitOff():
            return f"{event.by}自事项 {event.from_id} 拆出 {len(event.sighted)} 件，{Level(event.level).zh}色"
        case MatterDowngraded():
            before, after = Level(event.level_before).zh, Level(event.level_after).zh
            return f"{event.by}由{before}色降为{after}色，{event.revisit_on} 以前回访：{event.reason}"
        case MatterClosed():
            return f"{event.by}销号，{event.revisit_on} 以前回访：{event.reason}"
        case MatterRevisited():
            following = f"，{event.next_on} 以前再回访" if event.next_on else ""
            return f"{event.by}回访，{RESULT_ZH.get(event.result, event.result)}{following}：{event.reason}"
        case MatterReopened():
            return f"{event.by or '系统'}重新打开，{Level(event.level).zh}色：{event.reason}"
        case RevisitReminded():
            when = f"还有 {event.days_left} 天" if event.days_left >= 0 else f"已逾期 {-event.days_left} 天"
            return f"提醒{event.owner}回访：应于 {event.due_on} 以前，{when}"


def matter_history(stored: Iterable[StoredEvent]) -> list[MatterStepShown]:
    """Every step of a matter, oldest first."""
    shown = []
    for item in stored:
        event = item.recorded.event
        if not isinstance(event, MatterStep):
            continue
        level = _level_after(event)
        shown.append(
            MatterStepShown(
                seq=item.seq,
                version=item.recorded.version,
                type=type_name(event),
                summary=matter_summary(event),
                level=None if level is None else level_shown(level),
                at=local(item.recorded_at),
                by=getattr(event, "by", ""),
                reasons=reasons_shown(_reasons(event)),
                strength=getattr(event, "strength", None),
                dispute_ids=list(_dispute_ids(event)),
                links=_links(event),
            )
        )
    return shown


def joins_shown(stored: Iterable[StoredEvent]) -> list[JoinShown]:
    """Events joining a matter, with the evidence of each."""
    shown = []
    for item in stored:
        event = item.recorded.event
        if isinstance(event, MatterJoined):
            shown.append(_join(item, event.matter_id, event.sighted, event.evidence, event.strength))
        elif isinstance(event, MatterOpened):
            shown.append(_join(item, event.matter_id, event.sighted, None, None))
        elif isinstance(event, MatterSplitOff):
            shown += [_join(item, event.matter_id, sighted, None, None) for sighted in event.sighted]
    return shown


def _join(
    item: StoredEvent, matter_id: str, sighted: Sighted, evidence: Reason | None, strength: float | None
) -> JoinShown:
    return JoinShown(
        dispute_id=sighted.dispute_id,
        matter_id=matter_id,
        at=local(item.recorded_at),
        evidence=None if evidence is None else reasons_shown([evidence])[0],
        strength=strength,
        key=sighted.key,
        claim=sighted.claim,
        people_involved=sighted.people_involved,
        amount_fen=sighted.amount_fen,
        links={"event": f"/v1/events/{sighted.dispute_id}"},
    )


def _first(reasons: tuple[Reason, ...]) -> str:
    return reasons[0].text if reasons else ""


def _level_after(event: MatterStep) -> int | None:
    match event:
        case MatterOpened() | MatterSplitOff() | MatterReopened():
            return event.level
        case MatterRegraded() | MatterDowngraded():
            return event.level_after
        case MatterClosed():
            return int(Level.BLUE)
        case _:
            return None


def _reasons(event: MatterStep) -> tuple[Reason, ...]:
    return event.evidence if isinstance(event, MattersMerged) else getattr(event, "reasons", ())


def _dispute_ids(event: MatterStep) -> tuple[str, ...]:
    if isinstance(event, MatterOpened):
        return (event.sighted.dispute_id,)
    return event.moved if isinstance(event, MatterSplit) else getattr(event, "dispute_ids", ())


def _links(event: MatterStep) -> dict[str, str]:
    match event:
        case MattersMerged() | MergeUndone() | MatterSplitOff():
            return {"from": f"/v1/matters/{event.from_id}"}
        case MatterAbsorbed() | MatterReleased():
            return {"into": f"/v1/matters/{event.into_id}"}
        case MatterSplit():
            return {"new": f"/v1/matters/{event.new_id}"}
        case _:
            return {}
