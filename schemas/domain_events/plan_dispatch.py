"""Facts of how a draft plan follows its alert: whoever signs is told of it with the alert, not before. On the alert's ``dispatch-…`` stream."""

from datetime import datetime

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class PlanHeld(Fact, frozen=True, tag="PlanHeld"):
    """A draft is in the list, but nobody is asked to sign it now, as its alert is not told; a time for signing that runs ends.

    Attributes:
        stage: where its alert stands: as in ``AlertHeld``, ``absorbed``, or ``past`` (it is of a past that was brought in).
        reason: why, with the alert's own reason.
    """

    plan_id: str
    alert_id: str
    stage: str
    reason: Reason
    at: datetime


class PlanReleased(Fact, frozen=True, tag="PlanReleased"):
    """The office that signs is to be told of a draft, as its alert was told, or its owner took it up from the list; the time for signing runs.

    Attributes:
        cause: ``drafted``, ``redrafted`` (the alert escalated), ``returned`` (it was told before, and held since), or ``known`` (it was told before
            such facts were recorded; nobody is told anew).
        draft: version of the plan's event that gave the text.
        office: who signs.
        not_before: when quiet hours end; not before the alert is told.
    """

    plan_id: str
    alert_id: str
    cause: str
    draft: int
    level: int
    office: str
    not_before: datetime
    reason: Reason
    at: datetime
