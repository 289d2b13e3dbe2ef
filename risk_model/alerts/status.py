"""Where an alert stands: its statuses, which step leads from which to which, and how steps are folded."""

from risk_model.entities import Alert
from schemas.domain_events import (
    AlertAcknowledged,
    AlertAnswered,
    AlertClosed,
    AlertEscalated,
    AlertOverdue,
    AlertReopened,
    AlertTakenInHand,
)

RAISED, ACKNOWLEDGED, IN_HAND, ANSWERED, CLOSED = "raised", "acknowledged", "in_hand", "answered", "closed"
STATUS_ZH = {RAISED: "待签收", ACKNOWLEDGED: "已签收", IN_HAND: "办理中", ANSWERED: "已反馈", CLOSED: "已办结"}

TRUE, FALSE_ALARM, DUPLICATE = "true", "false_alarm", "duplicate"
OUTCOME_ZH = {TRUE: "属实", FALSE_ALARM: "误报", DUPLICATE: "重复"}

STEP_ZH = {"acknowledge": "签收", "take_in_hand": "办理", "answer": "反馈", "close": "办结", "reopen": "重新打开"}
FROM: dict[str, tuple[str, ...]] = {
    "acknowledge": (RAISED,),
    "take_in_hand": (RAISED, ACKNOWLEDGED, IN_HAND, ANSWERED),
    "answer": (ACKNOWLEDGED, IN_HAND, ANSWERED),
    f"close.{TRUE}": (ANSWERED,),
    f"close.{FALSE_ALARM}": (RAISED, ACKNOWLEDGED, IN_HAND, ANSWERED),
    f"close.{DUPLICATE}": (RAISED, ACKNOWLEDGED, IN_HAND, ANSWERED),
    "reopen": (CLOSED,),
}
"""From which status each step may be taken. An alert is closed as right only when it has been answered what was done; whoever takes an
alert in hand has seen it. A level that rose asks for a new acknowledgement, which does not change the status of an alert in hand."""

AlertStep = AlertAcknowledged | AlertTakenInHand | AlertAnswered | AlertClosed | AlertReopened | AlertOverdue
"""What happens to an alert after it was raised, beside its level."""


def possible(alert: Alert) -> tuple[str, ...]:
    """Steps that may be taken now, as keys of ``FROM``."""
    found = [step for step, statuses in FROM.items() if alert.status in statuses]
    if owed(alert) and "acknowledge" not in found:
        found.insert(0, "acknowledge")
    return tuple(found)


def owed(alert: Alert) -> bool:
    """Whether an acknowledgement is owed."""
    return alert.asked is not None and alert.status != CLOSED


def advance(alert: Alert, event: AlertStep | AlertEscalated, version: int) -> None:
    """Fold one step into the alert.

    Args:
        alert: changed in place.
        event: what happened.
        version: of the event on the alert's stream.
    """
    alert.version = version
    if isinstance(event, AlertOverdue):
        alert.owner, alert.told, alert.told_all = event.owner, event.step + 1, event.final
        return
    if isinstance(event, (AlertEscalated, AlertReopened)):
        alert.asked, alert.told, alert.told_all = version, 0, False
    else:
        alert.asked = None
    if isinstance(event, AlertEscalated):
        return
    alert.handled_by = event.by
    status = _status_after(event, alert.status)
    if status != alert.status or isinstance(event, AlertTakenInHand):
        alert.status, alert.stood = status, version
    closed = event if isinstance(event, AlertClosed) else None
    alert.outcome = closed.outcome if closed else None
    alert.duplicate_of = closed.duplicate_of if closed else None


def _status_after(
    event: AlertAcknowledged | AlertTakenInHand | AlertAnswered | AlertClosed | AlertReopened, before: str
) -> str:
    if isinstance(event, AlertAcknowledged):
        return ACKNOWLEDGED if before == RAISED else before
    if isinstance(event, AlertTakenInHand):
        return IN_HAND
    if isinstance(event, AlertAnswered):
        return ANSWERED
    return CLOSED if isinstance(event, AlertClosed) else RAISED
