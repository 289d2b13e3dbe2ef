"""What happened to plans, duties and requests, in one Chinese line each: in histories, in the feed, in a conflict."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import local
from infra.store.event_log import StoredEvent
from risk_model.ledger.entity import KIND_ZH
from schemas.domain_events import (
    DomainEvent,
    DutyAccepted,
    DutyAcknowledged,
    DutyAnswered,
    DutyAssigned,
    DutySentBack,
    DutyWithdrawn,
    PlanAdopted,
    PlanDrafted,
    PlanDropped,
    PlanReopened,
    PlanRevised,
    PlanSentBack,
    PlanSigned,
    RequestAnswered,
    RequestMade,
    RequestReceived,
    RequestSentBack,
    RequestSettled,
    RequestWithdrawn,
    type_name,
)


class EventShown(BaseModel):
    """经过的一步."""

    seq: int
    version: int
    type: str
    at: Annotated[datetime, Field(description="记录时间")]
    by: Annotated[str, Field(description="经办人；系统所为则为空")]
    summary: str


def events_shown(stored: Iterable[StoredEvent]) -> list[EventShown]:
    """Every step, oldest first."""
    return [
        EventShown(
            seq=item.seq,
            version=item.recorded.version,
            type=type_name(item.recorded.event),
            at=local(item.recorded_at),
            by=getattr(item.recorded.event, "by", ""),
            summary=commitment_summary(item.recorded.event),
        )
        for item in stored
    ]


def commitment_summary(event: DomainEvent) -> str:
    """One Chinese line."""
    match event:
        case PlanDrafted():
            return f"已拟定{event.title}"
        case PlanRevised():
            return _said(event.by, "修改方案", event.note)
        case PlanSigned():
            return _said(f"{event.office} {event.by}".strip(), "签发方案", event.note)
        case PlanAdopted():
            return _said(event.by, "交办方案", event.note)
        case PlanSentBack():
            return _said(event.by, "退回方案", event.reason)
        case PlanReopened():
            return _said(event.by, "重新修订方案", event.reason)
        case PlanDropped():
            return _said(event.by, "不予签发方案", event.reason)
        case DutyAssigned():
            return f"{event.by}交办{event.lead}：{event.text}"
        case DutyAcknowledged():
            return _said(event.by, "签收任务", event.reason)
        case DutyAnswered():
            return _said(event.by, "反馈任务", event.reason)
        case DutyAccepted():
            return _said(event.by, "同意任务销号", event.reason)
        case DutySentBack():
            return _said(event.by, "退回任务", event.reason)
        case DutyWithdrawn():
            return _said(event.by, "撤销任务", event.reason)
        case RequestMade():
            return (
                f"{event.asker}向{event.asked}提出{KIND_ZH.get(event.kind, event.kind)}（{event.number}）：{event.what}"
            )
        case RequestReceived():
            return _said(event.by, "签收请求", event.reason)
        case RequestAnswered():
            taken = (
                {True: "（采纳）", False: "（未采纳）"}.get(event.accepted, "") if event.accepted is not None else ""
            )
            return _said(event.by or "来函", f"答复{taken}", event.reason)
        case RequestSettled():
            return _said(event.by, "同意办结请求", event.reason)
        case RequestSentBack():
            return _said(event.by, "退回答复", event.reason)
        case RequestWithdrawn():
            return _said(event.by, "撤回请求", event.reason)
    return type_name(event)


def _said(by: str, what: str, reason: str) -> str:
    return f"{by}{what}" + (f"：{reason}" if reason else "")
