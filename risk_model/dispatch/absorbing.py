"""Inhibition: a systemic or regional alert that is open absorbs the alerts it reaches that are no graver than it is."""

from datetime import datetime, timedelta

from risk_model.dispatch.desk import ABSORBERS, Desk, area
from risk_model.dispatch.entities import ABSORBED
from risk_model.entities import Alert
from risk_model.local_time import local_day
from schemas.domain_events import AlertAbsorbed, AlertReturned, Recorded
from schemas.levels import Level
from schemas.reasons import Reason

_WHY = {
    "systemic": "所涉企业、项目在系统性风险预警“{title}”的范围内",
    "regional": "同类别，地点在区域预警“{title}”的范围内",
}
_CLOSED = {
    "false_alarm": "吸收它的预警“{title}”按误报办结",
    "duplicate": "吸收它的预警“{title}”按重复办结",
    "true": "吸收它的预警“{title}”已办结，本预警尚未办结",
}


def absorber_of(desk: Desk, alert: Alert, days: int) -> Alert | None:
    """The alert that absorbs another: systemic before regional, then the gravest, then the first; None when none does.

    Args:
        desk: open alerts.
        alert: a matter's, or one of counts.
        days: how much older or younger than a regional alert it may be.
    """
    if alert.kind in ABSORBERS:
        return None
    keys = [*desk.card(alert.alert_id).keys, area(alert.region, alert.category)]
    found = [desk.alert(one) for key in keys for one in desk.find("reach", key)]
    found = [one for one in found if one.level >= alert.level and _in_time(one, alert, days)]
    return min(found, key=lambda one: (one.kind != "systemic", -one.level, one.occurred_at, one.alert_id), default=None)


def members_of(desk: Desk, absorber: Alert) -> list[str]:
    """Open alerts that an absorber reaches and that stand on their own, in order."""
    card = desk.card(absorber.alert_id)
    index = "key" if absorber.kind == "systemic" else "area"
    found = {one for key in card.reach for one in desk.find(index, key)} - {absorber.alert_id}
    return sorted(one for one in found if desk.alert(one).kind not in ABSORBERS and desk.card(one).stage != ABSORBED)


def absorb(desk: Desk, alert: Alert, absorber: Alert, now: datetime) -> Recorded:
    """Put an alert under another."""
    reason = Reason(f"absorbed.{absorber.kind}", _WHY[absorber.kind].format(title=absorber.title), "rule")
    return desk.record(alert.alert_id, AlertAbsorbed(alert.alert_id, absorber.alert_id, reason, now))


def give_back(desk: Desk, alert_id: str, absorber: Alert | None, now: datetime) -> Recorded:
    """Let an alert stand on its own again as its absorber was closed; None when that was so long ago that it is no longer at hand."""
    title, outcome = (absorber.title, absorber.outcome or "true") if absorber else ("", "true")
    reason = Reason("returned.closed", _CLOSED[outcome].format(title=title), "rule")
    return desk.record(alert_id, AlertReturned(alert_id, desk.card(alert_id).absorbed_by or "", reason, now))


def outgrow(desk: Desk, alert: Alert, absorber: Alert, now: datetime) -> Recorded:
    """Let an alert stand on its own again as it is graver than its absorber now."""
    text = f"已升为{Level(alert.level).zh}色，重于吸收它的{Level(absorber.level).zh}色预警“{absorber.title}”"
    reason = Reason("returned.graver", text, "rule")
    return desk.record(alert.alert_id, AlertReturned(alert.alert_id, absorber.alert_id, reason, now))


def _in_time(absorber: Alert, alert: Alert, days: int) -> bool:
    if absorber.kind != "regional" or absorber.day is None:
        return True
    day = alert.last_day or local_day(alert.occurred_at)
    near = timedelta(days=days)
    return absorber.day - near <= day <= (absorber.last_day or absorber.day) + near
