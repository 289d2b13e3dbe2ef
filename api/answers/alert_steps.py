"""Steps of an alert as shown: in its history, in the feed, in a conflict."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, ReasonShown, level_shown, local, reasons_shown
from infra.store.event_log import StoredEvent
from risk_model.alerts.status import AlertStep
from risk_model.alerts.wording import step_summary
from risk_model.dispatch.wording import DispatchFact, dispatch_summary
from schemas.domain_events import AlertEscalated, AlertOverdue, AlertRaised, type_name
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


class DispatchStepShown(BaseModel):
    """预警发出之后的一步：归组、吸收、返回、暂不告知、告知."""

    seq: int
    type: str
    summary: Annotated[str, Field(examples=["告知云中区县级包案领导：新发出的预警"])]
    at: datetime
    reason: ReasonShown
    other_id: Annotated[str | None, Field(description="所归入的组的牵头预警、吸收它的预警或静默的编号")]


def dispatch_history(stored: Iterable[StoredEvent]) -> list[DispatchStepShown]:
    """What became of an alert after it was raised, oldest first."""
    return [
        DispatchStepShown(
            seq=item.seq,
            type=type_name(event),
            summary=dispatch_summary(event),
            at=local(event.at),
            reason=reasons_shown([event.reason])[0],
            other_id=next(
                (v for n in ("group_id", "by_id", "from_id", "silence_id") if (v := getattr(event, n, None))), None
            ),
        )
        for item in stored
        if isinstance(event := item.recorded.event, DispatchFact)
    ]
