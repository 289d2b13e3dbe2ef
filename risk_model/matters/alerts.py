"""The one alert of a matter: raised, lifted or opened again when the matter's level asks for it, passed on when matters are merged or split."""

from datetime import datetime

from risk_model.alerts import raising as alerting
from risk_model.alerts.handling import record_alert, reopen
from risk_model.alerts.status import CLOSED, DUPLICATE
from risk_model.entities import Alert, Matter
from risk_model.folding import record
from risk_model.plans.drafting import draft_plan
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import AlertClosed, Recorded
from schemas.levels import Level


def alert_of(state: State, matter: Matter) -> Alert | None:
    """A matter's alert, whatever its status; None when it has none."""
    return state.alerts.get(alerting.matter_alert_id(matter.matter_id))


def open_alert_of(state: State, matter: Matter) -> Alert | None:
    """A matter's alert that is not closed."""
    alert = alert_of(state, matter)
    return alert if alert is not None and alert.status != CLOSED else None


def alert_matter(
    state: State, matter: Matter, trigger: alerting.Trigger, dispute: Assessed | None, rules: Rules
) -> list[Recorded]:
    """Raise or escalate the alert of a matter whose level has just risen, and draft its plan; a closed one is opened again.

    Args:
        state: holds the alert, if there is one.
        matter: as it stands now.
        trigger: what made its level rise.
        dispute: the event that did, None when matters were merged, split or settled.
        rules: by which.
    """
    reasons, place = tuple(matter.reasons), rules.regions.name(matter.county)
    event = alerting.alert_on_matter(state, matter, trigger, reasons, place, rules.policy)
    if event is None:
        if matter.level < Level.parse(rules.policy.alert.matter_min_level):
            return []
        text = f"办结之后事项又达到{Level(matter.level).zh}色"
        return reopen(state, alerting.matter_alert_id(matter.matter_id), text, reasons, trigger.dispute_ids)
    recorded = record_alert(state, event)
    return recorded + draft_plan(state, state.alerts[event.alert_id], matter, dispute, rules)


def pass_alert(state: State, source: Matter, target: Matter, why: str, now: datetime) -> list[Recorded]:
    """Close the open alert of one matter as a repeat of another's open one; nothing when either has none."""
    passed, kept = open_alert_of(state, source), open_alert_of(state, target)
    if passed is None or kept is None:
        return []
    closed = AlertClosed(passed.alert_id, DUPLICATE, "", now, why, kept.alert_id)
    return [record(state, f"alert-{passed.alert_id}", closed)]
