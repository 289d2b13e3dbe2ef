"""Steps officials take with alerts: decided purely, written with the optimistic concurrency of the event log."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from infra.duties import open_duties
from infra.expecting import recorded_before
from infra.labelling import AlertLabelled, NoSuchAlert, label_alert
from infra.store.event_log import append, take_turn
from infra.store.projection import save
from infra.store.slices import load_alerts
from infra.store.tables import reads
from risk_model.alerts.handling import Step, decide_step, step_of
from risk_model.alerts.status import TRUE, AlertStep
from risk_model.entities import Alert
from risk_model.folding import record
from risk_model.labelling import Verdict
from risk_model.masking import Masker
from risk_model.state import State
from schemas.domain_events import DomainEvent


class Handled(NamedTuple):
    """The alert after a step, and what labelling its events came to, where the step said what they should have been."""

    alert: Alert
    labelled: AlertLabelled | None


def handle_alert(
    connection: Connection, alert_id: str, step: Step, verdict: Verdict | None, expected_version: int, now: datetime
) -> Handled:
    """Take a step with an alert, within a write transaction; all of it or nothing.

    A request sent again after its answer was lost is answered as the first time.

    Args:
        connection: within a transaction.
        alert_id: the alert.
        step: what the official does.
        verdict: what the events behind the alert should have been judged, to be given to each as a label; None says nothing of it.
        expected_version: version of the alert that the official looked at.
        now: aware.

    Raises:
        NoSuchAlert: there is none.
        Moved: somebody else took a step first, or the alert escalated.
        Incomplete, NotAllowed: see ``risk_model.alerts.handling.decide_step``.
        Incomplete, TooManyEvents: see ``label_alert``.
    """
    take_turn(connection)
    state = State()
    load_alerts(connection, reads, state, {alert_id, *filter(None, (step.duplicate_of,))})
    alert = state.alerts.get(alert_id)
    if alert is None:
        raise NoSuchAlert(alert_id)
    mask = Masker().mask
    step = msgspec.structs.replace(step, reason=mask(step.reason.strip()), despite=mask(step.despite.strip()))
    stream = f"alert-{alert_id}"
    if not recorded_before(connection, stream, alert.version, expected_version, lambda event: _records(event, step)):
        owing = open_duties(connection, alert_id) if step.outcome == TRUE else 0
        event = decide_step(alert, step, state.alerts.get(step.duplicate_of or ""), now, owing)
        append(connection, [record(state, stream, event)], now)
        save(connection, reads, state)
    labelled = None if verdict is None else label_alert(connection, alert_id, verdict, alert.version, now)
    return Handled(alert, labelled)


def _records(event: DomainEvent, step: Step) -> bool:
    return isinstance(event, AlertStep) and step_of(event) == step
