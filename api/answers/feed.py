"""Events of the live feed as shown: the fact with local times, a Chinese line that says it, and links."""

from datetime import datetime
from typing import Any

import msgspec
import orjson

from api.answers.deadlines import deadline_summary
from api.answers.labels import label_summary
from api.answers.matter_steps import matter_summary
from api.answers.parts import level_shown, local
from api.answers.summaries import commitment_summary
from infra.store.event_log import StoredEvent
from infra.store.queries.matter_history import MatterStep
from risk_model.alerts.status import AlertStep
from risk_model.alerts.wording import step_summary
from risk_model.dispatch.wording import DispatchFact, dispatch_summary, silence_summary
from risk_model.duties.entity import DutyStep
from risk_model.ledger.entity import RequestStep
from risk_model.plans.entity import PlanStep
from risk_model.series import measure_name
from schemas.domain_events import (
    AlertEscalated,
    AlertOverdue,
    AlertRaised,
    ChallengerNamed,
    DeadlineLapsed,
    DeadlineWarned,
    DomainEvent,
    DutyAssigned,
    LabelGiven,
    MattersMerged,
    MergeUndone,
    ModelPromoted,
    PlanDrafted,
    RequestMade,
    SilenceLifted,
    SilenceSet,
    TrendCleared,
    TrendDetected,
    TrendRevised,
    type_name,
)
from schemas.levels import Level
from schemas.regions import RegionRegistry

_WHY = {"continued": "持续", "grew": "增加", "late_reports": "因迟报而修订"}
_HELD = {"budget": "（超出预警额度，只记录）"}


def feed_document(regions: RegionRegistry, stored: StoredEvent) -> str:
    """JSON of one event of the feed, on one line."""
    event = stored.recorded.event
    summary, level, links = _say(regions, event)
    document = {
        "seq": stored.seq,
        "type": type_name(event),
        "recorded_at": local(stored.recorded_at),
        "summary": summary,
        "level": None if level is None else level_shown(level).model_dump(),
        "links": links,
        "event": _local_times(msgspec.to_builtins(event, builtin_types=(datetime,))),
    }
    return orjson.dumps(document).decode()


def _say(regions: RegionRegistry, event: DomainEvent) -> tuple[str, int | None, dict[str, str]]:
    """One Chinese line, the level after the event, and links."""
    if isinstance(event, AlertRaised):
        text = f"{Level(event.level).zh}色预警：{event.title}（{regions.place(event.region)}），责任人 {event.owner}"
        return text, event.level, {"alert": f"/v1/alerts/{event.alert_id}"}
    if isinstance(event, AlertEscalated):
        text = f"预警由{Level(event.level_before).zh}色升为{Level(event.level_after).zh}色，责任人 {event.owner}"
        return text, event.level_after, {"alert": f"/v1/alerts/{event.alert_id}"}
    if isinstance(event, AlertStep):
        level = event.level if isinstance(event, AlertOverdue) else None
        return step_summary(event), level, {"alert": f"/v1/alerts/{event.alert_id}"}
    if isinstance(event, DispatchFact):
        return dispatch_summary(event), None, {"alert": f"/v1/alerts/{event.alert_id}"}
    if isinstance(event, (SilenceSet, SilenceLifted)):
        return silence_summary(event), None, {"silences": "/v1/silences"}
    if isinstance(event, MattersMerged | MergeUndone):
        return matter_summary(event), None, {"matter": f"/v1/matters/{event.into_id}"}
    if isinstance(event, MatterStep):
        level = getattr(event, "level_after", getattr(event, "level", None))
        return f"事项{matter_summary(event)}", level, {"matter": f"/v1/matters/{event.matter_id}"}
    if isinstance(event, PlanDrafted):
        links = {"plan": f"/v1/plans/{event.plan_id}", "alert": f"/v1/alerts/{event.alert_id}"}
        return f"已拟定{event.title}", event.level, links
    if isinstance(event, PlanStep | DutyAssigned | DutyStep | RequestMade | RequestStep):
        return commitment_summary(event), None, _commitment_links(event)
    if isinstance(event, DeadlineWarned | DeadlineLapsed):
        return deadline_summary(event), None, {"deadline": f"/v1/deadlines/{event.deadline_id}"}
    if isinstance(event, LabelGiven):
        return label_summary(event), event.level, {"event": f"/v1/events/{event.dispute_id}"}
    if isinstance(event, TrendDetected):
        place = regions.place(event.region)
        text = f"{place}{measure_name(event.measure)}{_figures(event, event.period_days)}{_HELD.get(event.held, '')}"
        return text, None, _alert_link(event.alert_id)
    if isinstance(event, TrendRevised):
        return f"数量异常{_WHY.get(event.why, event.why)}：{_figures(event, None)}", None, _alert_link(event.alert_id)
    if isinstance(event, TrendCleared):
        return f"数量异常已回落：{event.reason.text}", None, {}
    if isinstance(event, ModelPromoted):
        verb = "退回" if event.rollback else "启用"
        passed_over = f"（未通过检查 {len(event.failed)} 项，理由：{event.override_reason}）" if event.failed else ""
        text = f"{event.promoted_by}{verb}模型 {event.version}：{event.reason}{passed_over}"
        return text, None, {"models": "/v1/models"}
    if isinstance(event, ChallengerNamed):
        what = f"指定挑战者模型 {event.version}" if event.version else "结束挑战者"
        return f"{event.named_by}{what}：{event.reason}", None, {"models": "/v1/models"}
    return type_name(event), None, {}


def _commitment_links(event: PlanStep | DutyAssigned | DutyStep | RequestMade | RequestStep) -> dict[str, str]:
    for name in ("plan", "duty", "request"):
        key = getattr(event, f"{name}_id", None)
        if key:
            return {name: f"/v1/{'duties' if name == 'duty' else name + 's'}/{key}"}
    return {}


def _figures(event: TrendDetected | TrendRevised, days: int | None) -> str:
    span = f"的 {days} 天" if days and days > 1 else ""
    return f" {event.day:%Y-%m-%d} {span}已报 {event.observed} 件，上限 {event.upper:.1f} 件"


def _alert_link(alert_id: str | None) -> dict[str, str]:
    return {"alert": f"/v1/alerts/{alert_id}"} if alert_id else {}


def _local_times(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, dict):
        return {name: _local_times(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_local_times(inner) for inner in value]
    return value
