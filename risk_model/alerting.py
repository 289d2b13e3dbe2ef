"""Alerts: when a matter or a count becomes something an official is to look at, and who that is."""

from datetime import date

from risk_model.policy import Policy
from risk_model.state import Alert, Matter, State
from schemas.assessed import Assessed
from schemas.domain_events import AlertEscalated, AlertRaised
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason


def matter_alert_id(matter_id: str) -> str:
    """Id of the one alert of a matter."""
    return derived_id("alert", "matter", matter_id)


def alert_on_matter(
    state: State, matter: Matter, dispute: Assessed, reasons: tuple[Reason, ...], place: str, policy: Policy
) -> AlertRaised | AlertEscalated | None:
    """Raise a matter's alert, or escalate it when the matter's level rose; None when neither is due."""
    alert_id = matter_alert_id(matter.matter_id)
    alert = state.alerts.get(alert_id)
    if alert is not None:
        if matter.level <= alert.level:
            return None
        return AlertEscalated(
            alert_id, alert.level, matter.level, policy.owner(matter.level, place), reasons, (dispute.dispute_id,)
        )
    if matter.level < Level.parse(policy.alert.matter_min_level):
        return None
    return AlertRaised(
        alert_id=alert_id,
        kind="matter",
        level=matter.level,
        title=matter.title,
        category=matter.category,
        county=matter.county,
        region=dispute.place.region_keys()[0],
        owner=policy.owner(matter.level, place),
        reasons=reasons,
        dispute_ids=(dispute.dispute_id,),
        policy_version=policy.version,
        occurred_at=dispute.occurred_at,
        matter_id=matter.matter_id,
    )


def related_trend_alert(state: State, region: str, measure: str, day: date, merge_days: int) -> Alert | None:
    """The alert a new trend belongs to: same kind of measure, a region that contains or lies in this one, a near day."""
    found = [
        alert
        for alert in state.alerts.values()
        if alert.kind == "emerging"
        and alert.region[:6] == region[:6]
        and alert.day is not None
        and alert.last_day is not None
        and -merge_days <= (day - alert.day).days
        and (day - alert.last_day).days <= merge_days
        and _lineage(alert.region, region)
        and _kin(alert.measure or "", measure)
    ]
    return min(found, key=lambda alert: (alert.day or day, alert.alert_id)) if found else None


def _lineage(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _kin(one: str, other: str) -> bool:
    kind_one, kind_other = one.partition(":")[0], other.partition(":")[0]
    return one.startswith(other) or other.startswith(one) if kind_one == kind_other else True
