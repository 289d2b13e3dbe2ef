"""Steps of an alert as shown: in its history, in the feed, in a conflict."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, ReasonShown, level_shown, local, reasons_shown
from infra.store.event_log import StoredEvent
from risk_model.alert_status import OUTCOME_ZH, AlertStep
from schemas.domain_events import (
    AlertAcknowledged,
    AlertAnswered,
    AlertClosed,
    AlertEscalated,
    AlertOverdue,
    AlertRaised,
    AlertReopened,
    AlertTakenInHand,
    type_name,
)
from schemas.levels import Level


class AlertStepShown(BaseModel):
    """预警经过的一步."""

    seq: int
    version: Annotated[int, Field(description="这一步之后预警的版本")]
    type: str
    summary: Annotated[str, Field(examples=["王某签收"])]
    level: Annotated[LevelShown, Field(description="这一步之后的等级")]
    at: datetime
    by: Annotated[str, Field(description="经办人；系统所为则为空")]
    reason: Annotated[str, Field(description="经办人所写的情况或理由")]
    reasons: list[ReasonShown]
    dispute_ids: list[str]


def step_summary(event: AlertRaised | AlertEscalated | AlertStep) -> str:
    """One Chinese line."""
    match event:
        case AlertRaised():
            return f"发出{Level(event.level).zh}色预警，责任人 {event.owner}"
        case AlertEscalated():
            return f"由{Level(event.level_before).zh}色升为{Level(event.level_after).zh}色，责任人 {event.owner}"
        case AlertOverdue():
            told = f"，告知{event.told}" if event.told and event.told != event.owner else ""
            return f"{event.clock_name}已于 {local(event.due_at):%m-%d %H:%M} 超期，责任人改为{event.owner}{told}"
        case AlertClosed():
            of = f"预警 {event.duplicate_of}" if event.duplicate_of else ""
            despite = f"（任务未办结：{event.despite}）" if event.despite else ""
            return f"{event.by}办结，{OUTCOME_ZH.get(event.outcome, event.outcome)}{of}：{event.reason}{despite}"
        case AlertReopened():
            return f"{event.by or '系统'}重新打开：{event.reason}"
        case AlertAcknowledged():
            return _said(event.by, "签收", event.reason)
        case AlertTakenInHand():
            return _said(event.by, "办理", event.reason)
        case AlertAnswered():
            return _said(event.by, "反馈", event.reason)


def alert_history(stored: Iterable[StoredEvent]) -> list[AlertStepShown]:
    """Every step of an alert, oldest first."""
    shown, level = list[AlertStepShown](), int(Level.BLUE)
    for item in stored:
        event = item.recorded.event
        if not isinstance(event, AlertRaised | AlertEscalated | AlertStep):
            continue
        if isinstance(event, AlertRaised):
            level = event.level
        elif isinstance(event, AlertEscalated):
            level = event.level_after
        machine = isinstance(event, AlertRaised | AlertEscalated | AlertOverdue)
        shown.append(
            AlertStepShown(
                seq=item.seq,
                version=item.recorded.version,
                type=type_name(event),
                summary=step_summary(event),
                level=level_shown(level),
                at=local(item.recorded_at),
                by="" if machine else event.by,
                reason="" if machine else event.reason,
                reasons=reasons_shown(getattr(event, "reasons", ())),
                dispute_ids=list(getattr(event, "dispute_ids", ())),
            )
        )
    return shown


def _said(by: str, what: str, reason: str) -> str:
    return f"{by}{what}" + (f"：{reason}" if reason else "")
