"""Alerts, as events raise them, lift them and say how they are handled."""

from datetime import timedelta

from risk_model.alerts.status import RAISED, AlertStep, advance
from risk_model.entities import Alert
from risk_model.folding.counties import follow_county
from risk_model.state import RAISED_DAYS, TREND_KINDS, State
from risk_model.surveillance.entities import County, RaisedAlert
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    AlertReopened,
)


def raise_alert(state: State, event: AlertRaised, version: int) -> None:
    """Keep a new alert."""
    state.alerts[event.alert_id] = _alert(event, version)
    state.touched_alerts.add(event.alert_id)
    if event.kind in TREND_KINDS:
        remember_alert(follow_county(state, event.county), event)


def escalate(state: State, event: AlertEscalated, version: int) -> None:
    """Lift an alert's level, its owner and what it goes by."""
    alert = state.alerts[event.alert_id]
    advance(alert, event, version)
    _stand_at(alert, event.level_after, event)
    state.touched_alerts.add(event.alert_id)


def handle(state: State, event: AlertStep, version: int) -> None:
    """Take a step of handling; what is opened again for something less grave has that level now."""
    alert = state.alerts[event.alert_id]
    advance(alert, event, version)
    if isinstance(event, AlertReopened) and event.level:
        _stand_at(alert, event.level, event)
    state.touched_alerts.add(event.alert_id)


def _stand_at(alert: Alert, level: int, event: AlertEscalated | AlertReopened) -> None:
    """Give an alert another level, owner and reasons; what the model said of another level is no reason for this one."""
    alert.level, alert.owner, alert.route = level, event.owner, event.route
    kept = [r for r in alert.reasons if r.source != "model" and r not in event.reasons]
    alert.reasons = [*event.reasons, *kept]


def remember_alert(county: County, event: AlertRaised) -> None:
    """Keep a trend alert in mind for the budget and for trends that may join it."""
    if event.day is None:
        return
    oldest = (county.day or event.day) - timedelta(days=RAISED_DAYS)
    county.alerts = [alert for alert in county.alerts if alert.day >= oldest]
    county.alerts.append(RaisedAlert(event.alert_id, event.day, not event.beyond_budget))


def _alert(event: AlertRaised, version: int) -> Alert:
    return Alert(
        alert_id=event.alert_id,
        kind=event.kind,
        level=event.level,
        status=RAISED,
        title=event.title,
        category=event.category,
        county=event.county,
        region=event.region,
        owner=event.owner,
        reasons=list(event.reasons),
        occurred_at=event.occurred_at,
        policy_version=event.policy_version,
        matter_id=event.matter_id,
        measure=event.measure,
        day=event.day,
        last_day=event.day,
        beyond_budget=event.beyond_budget,
        version=version,
        route=event.route,
    )
