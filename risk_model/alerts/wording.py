"""Steps of an alert in words: one Chinese line each."""

from risk_model.alerts.status import OUTCOME_ZH, AlertStep
from risk_model.local_time import SHANGHAI
from schemas.domain_events import (
    AlertAcknowledged,
    AlertAnswered,
    AlertClosed,
    AlertEscalated,
    AlertOverdue,
    AlertRaised,
    AlertReopened,
    AlertTakenInHand,
)
from schemas.levels import Level


def step_summary(event: AlertRaised | AlertEscalated | AlertStep) -> str:
    """One Chinese line."""
    match event:
        case AlertRaised():
            return f"发出{Level(event.level).zh}色预警，责任人 {event.owner}"
        case AlertEscalated():
            return f"由{Level(event.level_before).zh}色升为{Level(event.level_after).zh}色，责任人 {event.owner}"
        case AlertOverdue():
            told = f"，告知{event.told}" if event.told and event.told != event.owner else ""
            return f"{event.clock_name}已于 {event.due_at.astimezone(SHANGHAI):%m-%d %H:%M} 超期，责任人改为{event.owner}{told}"
        case AlertClosed():
            of = f"预警 {event.duplicate_of}" if event.duplicate_of else ""
            despite = f"（任务未办结：{event.despite}）" if event.despite else ""
            return f"{event.by}办结，{OUTCOME_ZH.get(event.outcome, event.outcome)}{of}：{event.reason}{despite}"
        case AlertReopened():
            at = f"为{Level(event.level).zh}色，责任人 {event.owner}" if event.level else ""
            return f"{event.by or '系统'}重新打开{at}：{event.reason}"
        case AlertAcknowledged():
            return _said(event.by, "签收", event.reason)
        case AlertTakenInHand():
            return _said(event.by, "办理", event.reason)
        case AlertAnswered():
            return _said(event.by, "反馈", event.reason)


def _said(by: str, what: str, reason: str) -> str:
    return f"{by}{what}" + (f"：{reason}" if reason else "")
