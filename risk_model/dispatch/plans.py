"""A draft plan stands where its alert stands: whoever signs it is told with the alert, when the alert comes back, and never of an alert that is not told."""

from datetime import datetime

from risk_model.alerts.status import CLOSED
from risk_model.alerts.status import RAISED as NOT_SEEN
from risk_model.dispatch.desk import Desk
from risk_model.dispatch.entities import ABSORBED, DAMPED, PAST, PENDING, QUEUED, STAGE_ZH, TOLD, Card, PlanStanding
from risk_model.dispatch.quiet import not_before
from risk_model.dispatch.settings import DispatchTable
from risk_model.entities import Alert
from risk_model.plans.entity import DRAFT, SENT_BACK, Plan
from schemas.domain_events import PlanHeld, PlanReleased, Recorded
from schemas.reasons import Reason

DRAFTED, REDRAFTED, RETURNED, KNOWN = "drafted", "redrafted", "returned", "known"
_TAKEN_UP = "责任人已从清单里签收、办理"
_WHY = {
    DRAFTED: "随所属预警告知",
    REDRAFTED: "所属预警升级，方案已重拟",
    RETURNED: "所属预警恢复告知",
    KNOWN: "此前已随预警告知，不再另发",
}
_PAST = "背后的事件早已过去，是补入的历史，不催签"


def stand(
    desk: Desk, alert_id: str, plan: Plan, now: datetime, table: DispatchTable, *, past: bool = False
) -> list[Recorded]:
    """Facts that follow for the plan of an alert from where the alert stands now; none where nothing has changed for it.

    Args:
        desk: with the alert and its card.
        alert_id: of the alert.
        plan: as it stands.
        now: aware.
        table: ``[dispatch]`` of the policy.
        past: whether the alert is of a past that was brought in, for which nobody is called.
    """
    alert, card = desk.alert(alert_id), desk.card(alert_id)
    if alert.status == CLOSED or card.stage == PENDING or not waits(plan):
        return []
    before = card.plan or PlanStanding()
    if past or not owner_knows(alert, card):
        stage = PAST if past else card.stage
        if before.stage == stage:
            return []
        return [desk.record(alert_id, PlanHeld(plan.plan_id, alert_id, stage, _why_held(card, stage), now))]
    if before.stage == TOLD and newest_draft(plan) <= before.draft:
        return []
    cause = DRAFTED if before.draft == 0 else REDRAFTED if newest_draft(plan) > before.draft else RETURNED
    return [desk.record(alert_id, _release(plan, alert, card, cause, now, table))]


def known_before(desk: Desk, alert_id: str, plan: Plan, now: datetime, table: DispatchTable) -> list[Recorded]:
    """The fact for a plan that was told with its alert before such facts were recorded; the usual ones where the alert is not told."""
    card = desk.card(alert_id)
    if card.plan is None and waits(plan) and owner_knows(desk.alert(alert_id), card):
        return [desk.record(alert_id, _release(plan, desk.alert(alert_id), card, KNOWN, now, table))]
    return stand(desk, alert_id, plan, now, table)


def waits(plan: Plan) -> bool:
    """Whether somebody is to look at a plan: to sign it, or to take a redraft into account."""
    return plan.status in (DRAFT, SENT_BACK) or plan.redraft is not None


def newest_draft(plan: Plan) -> int:
    """Version of the machine's newest draft that no official has dealt with; 0 when there is none."""
    if plan.redraft_version is not None:
        return plan.redraft_version
    return 0 if plan.handled else plan.text_version


def owner_knows(alert: Alert, card: Card) -> bool:
    """Whether an alert is told, or was taken up from the list by somebody while it waited."""
    return card.stage == TOLD or (card.stage in (QUEUED, DAMPED) and alert.status != NOT_SEEN)


def _release(plan: Plan, alert: Alert, card: Card, cause: str, now: datetime, table: DispatchTable) -> PlanReleased:
    text = plan.redraft or plan.text
    with_alert = [told.not_before for told in card.told[-1:] if card.stage == TOLD]
    start = max([not_before(alert.level, now, table.quiet), *with_alert])
    why = _WHY[cause] if card.stage == TOLD else _TAKEN_UP
    reason = Reason(f"plan.{cause}", why, "rule")
    draft = plan.redraft_version or plan.text_version
    return PlanReleased(plan.plan_id, plan.text.alert_id, cause, draft, text.level, text.issuer, start, reason, now)


def _why_held(card: Card, stage: str) -> Reason:
    if stage == PAST:
        return Reason("plan.past", _PAST, "rule")
    where = "已被吸收" if stage == ABSORBED else STAGE_ZH[stage]
    said = f"：{card.reason.text}" if card.reason is not None else ""
    return Reason("plan.with_alert", f"所属预警{where}{said}", "rule")
