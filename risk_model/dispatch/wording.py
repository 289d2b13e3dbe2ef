"""What became of an alert in words: one Chinese line each."""

from risk_model.dispatch.entities import STAGE_ZH
from risk_model.local_time import SHANGHAI
from schemas.domain_events import (
    AlertAbsorbed,
    AlertGrouped,
    AlertHeld,
    AlertReleased,
    AlertReturned,
    PlanHeld,
    PlanReleased,
    SilenceLifted,
    SilenceSet,
)
from schemas.domain_events.dispatch import SilenceMatch
from schemas.levels import Level

DispatchFact = AlertGrouped | AlertAbsorbed | AlertReturned | AlertHeld | AlertReleased | PlanHeld | PlanReleased
"""What stands on an alert's ``dispatch-…`` stream."""


def dispatch_summary(event: DispatchFact) -> str:
    """One Chinese line."""
    match event:
        case AlertGrouped():
            alone = event.group_id == event.alert_id
            return f"{'牵头一组' if alone else '归入一组'}：{event.reason.text}"
        case AlertAbsorbed():
            return f"被吸收，不再单独告知：{event.reason.text}"
        case AlertReturned():
            return f"不再被吸收：{event.reason.text}"
        case AlertHeld():
            return f"暂不告知（{STAGE_ZH.get(event.stage, event.stage)}）：{event.reason.text}"
        case AlertReleased():
            return f"告知{event.owner}：{event.reason.text}"
        case PlanHeld():
            return f"方案暂不告知签发单位：{event.reason.text}"
        case PlanReleased():
            return f"方案告知{event.office}：{event.reason.text}"


def silence_summary(event: SilenceSet | SilenceLifted) -> str:
    """One Chinese line."""
    if isinstance(event, SilenceSet):
        return f"{event.by}设置静默（{match_zh(event.match)}）至 {event.until.astimezone(SHANGHAI):%m-%d %H:%M}：{event.reason}"
    return f"{event.by or '系统'}解除静默：{event.reason}"


def match_zh(match: SilenceMatch) -> str:
    """Which alerts a silence is for."""
    named = (
        ("县", match.county),
        ("类别", match.category),
        ("种类", match.kind),
        ("事项", match.matter_id),
        ("企业、项目", match.entity),
    )
    parts = [f"{name} {value}" for name, value in named if value is not None]
    return "，".join([*parts, f"{Level(match.max_level).zh}色及以下"])
