"""A duty as its facts make it, and where it stands."""

from datetime import datetime

import msgspec

from schemas.domain_events import (
    DutyAccepted,
    DutyAcknowledged,
    DutyAnswered,
    DutyAssigned,
    DutySentBack,
    DutyWithdrawn,
)

ASSIGNED, ACKNOWLEDGED, ANSWERED, SENT_BACK, ACCEPTED, WITHDRAWN = (
    "assigned",
    "acknowledged",
    "answered",
    "sent_back",
    "accepted",
    "withdrawn",
)
STATUS_ZH = {
    ASSIGNED: "待签收",
    ACKNOWLEDGED: "办理中",
    ANSWERED: "已反馈",
    SENT_BACK: "退回重办",
    ACCEPTED: "已销号",
    WITHDRAWN: "已撤销",
}
OPEN = (ASSIGNED, ACKNOWLEDGED, ANSWERED, SENT_BACK)
"""Statuses in which something is still owed, by the office or by whoever is to accept its answer."""

DutyStep = DutyAcknowledged | DutyAnswered | DutyAccepted | DutySentBack | DutyWithdrawn
"""What happens to a duty after it was assigned."""


class Duty(msgspec.Struct):
    """A duty and where it stands.

    Attributes:
        assigned: as it was assigned.
        deadline_id: the deadline that runs for it; one that was sent back has a new one.
        handled_by: the official of the last step; ``said`` what was said.
        times_sent_back: how often.
    """

    assigned: DutyAssigned
    status: str = ASSIGNED
    deadline_id: str | None = None
    handled_by: str = ""
    said: str = ""
    answered_at: datetime | None = None
    times_sent_back: int = 0
    version: int = 0

    @property
    def duty_id(self) -> str:
        """Its identity."""
        return self.assigned.duty_id


def assign(event: DutyAssigned, version: int) -> Duty:
    """The duty an event assigns."""
    return Duty(event, deadline_id=event.deadline_id, handled_by=event.by, version=version)


def advance(duty: Duty, event: DutyStep, version: int) -> None:
    """Fold one step into a duty, which is changed in place."""
    duty.version, duty.handled_by, duty.said = version, event.by, event.reason
    match event:
        case DutyAcknowledged():
            duty.status = ACKNOWLEDGED
        case DutyAnswered():
            duty.status, duty.answered_at = ANSWERED, event.at
        case DutyAccepted():
            duty.status = ACCEPTED
        case DutySentBack():
            duty.status, duty.deadline_id = SENT_BACK, event.deadline_id
            duty.times_sent_back += 1
        case DutyWithdrawn():
            duty.status = WITHDRAWN
