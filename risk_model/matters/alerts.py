"""The one alert of a matter: raised, lifted or opened again when the matter's level asks for it, passed on when matters are merged or split."""

from datetime import datetime
from typing import NamedTuple

from risk_model.alerts import raising as alerting
from risk_model.alerts.handling import Lower, record_alert, reopen
from risk_model.alerts.status import CLOSED, DUPLICATE
from risk_model.entities import Alert, Matter
from risk_model.folding import record
from risk_model.plans.drafting import draft_plan
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import AlertClosed, AlertEscalated, Recorded
from schemas.levels import Level
from schemas.reasons import Reason


class News(NamedTuple):
    """What is new in a matter: its level, a sentence for a closed alert, reasons and events."""

    level: int
    text: str
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]


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
        return news(state, matter, News(matter.level, text, reasons, trigger.dispute_ids), dispute, rules)
    recorded = record_alert(state, event)
    return recorded + draft_plan(state, state.alerts[event.alert_id], matter, dispute, rules)


def alert_of_event(state: State, matter: Matter, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """What a grave event means for the alert of a matter whose level it does not lift."""
    if dispute.level < Level.parse(rules.policy.alert.matter_min_level):
        return []
    text = f"办结之后又有{Level(dispute.level).zh}色事件归入"
    return news(state, matter, News(dispute.level, text, dispute.reasons, (dispute.dispute_id,)), dispute, rules)


def news(state: State, matter: Matter, what: News, dispute: Assessed | None, rules: Rules) -> list[Recorded]:
    """What is new in a matter, whatever its own level: its closed alert is opened again at the level of what is new.

    What was closed as red is not told as red again for something orange; when something graver comes, the alert is lifted.

    Args:
        state: holds the alert, if there is one.
        matter: as it stands now.
        what: is new.
        dispute: the event that is new, None when matters were merged, split or settled.
        rules: say whose it is at that level.
    """
    alert = alert_of(state, matter)
    if alert is None:
        return []
    place = rules.regions.name(matter.county)
    to = rules.policy.routed(what.level, place, "matter", matter.category, alert.region)
    if what.level > alert.level:
        lifted = AlertEscalated(
            alert.alert_id, alert.level, what.level, to.owner, what.reasons, what.dispute_ids, to.route
        )
        return record_alert(state, lifted) + draft_plan(state, alert, matter, dispute, rules)
    lower = Lower(what.level, to) if what.level < alert.level else None
    return reopen(state, alert.alert_id, what.text, what.reasons, what.dispute_ids, lower)


def pass_alert(state: State, source: Matter, target: Matter, why: str, now: datetime) -> list[Recorded]:
    """Close the open alert of one matter as a repeat of another's open one; nothing when either has none."""
    passed, kept = open_alert_of(state, source), open_alert_of(state, target)
    if passed is None or kept is None:
        return []
    closed = AlertClosed(passed.alert_id, DUPLICATE, "", now, why, kept.alert_id)
    return [record(state, f"alert-{passed.alert_id}", closed)]
