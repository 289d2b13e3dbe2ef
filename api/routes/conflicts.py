"""Answers to commands that came too late: what changed in between."""

from typing import Any

from api.answers.conferences import conference_summary
from api.answers.deadlines import deadline_summary
from api.answers.labels import label_summary
from api.answers.matter_steps import matter_summary
from api.answers.parts import local
from api.answers.summaries import commitment_summary
from api.problems import VERSION_CONFLICT, Problem
from infra.expecting import Moved
from infra.store.event_log import Conflict, StoredEvent
from infra.store.queries.matter_history import MatterStep
from risk_model.alerts.status import AlertStep
from risk_model.alerts.wording import step_summary
from risk_model.conferences.entity import ConferenceStep
from risk_model.deadlines.entity import DeadlineStep
from risk_model.dispatch.wording import silence_summary
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    DeadlineEnded,
    DeadlineStarted,
    JoinDecided,
    LabelGiven,
    MatterJoined,
    SilenceLifted,
    SilenceSet,
)


def conflict_problem(refused: Moved | Conflict) -> Problem:
    """Problem of a command that came too late."""
    if isinstance(refused, Conflict):
        zh, en = "记录刚被他人更新，请重新读取后再提交", "the record was just changed by somebody else: read it again"
        return Problem(VERSION_CONFLICT, zh, en)
    changes = [_change(stored) for stored in refused.since]
    said = "；".join(change["summary"] for change in changes) or "没有更新的版本"
    return Problem(
        VERSION_CONFLICT,
        f"所见版本为 {refused.expected}，现为 {refused.version}：{said}。请看过后以新版本重新提交",
        f"you saw version {refused.expected}, it is {refused.version} now; look at the changes and send again with that version",
        extra={"expected_version": refused.expected, "version": refused.version, "changes": changes},
    )


def _change(stored: StoredEvent) -> dict[str, Any]:
    """One line on what was recorded in between."""
    event, at = stored.recorded.event, local(stored.recorded_at)
    if isinstance(event, LabelGiven):
        said = label_summary(event)
    elif isinstance(event, SilenceSet | SilenceLifted):
        said = silence_summary(event)
    elif isinstance(event, MatterStep):
        said = matter_summary(event)
    elif isinstance(event, JoinDecided):
        said = f"{event.by} 已{'同意' if event.accepted else '否决'}：{event.reason}"
    elif isinstance(event, MatterJoined):
        said = f"又归入事件 {event.sighted.dispute_id}：{event.evidence.text}"
    elif isinstance(event, AlertRaised | AlertEscalated | AlertStep):
        said = step_summary(event)
    elif isinstance(event, DeadlineStarted | DeadlineStep | DeadlineEnded):
        said = deadline_summary(event)
    elif isinstance(event, ConferenceStep):
        said = conference_summary(event)
    else:
        said = commitment_summary(event)
    return {"version": stored.recorded.version, "at": at.isoformat(), "summary": f"{at:%m-%d %H:%M} {said}"}
