"""Facts of alerts and of their handling."""

from datetime import date, datetime

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class AlertRaised(Fact, frozen=True, tag="AlertRaised"):
    """Officials are to look at a matter or trend.

    Attributes:
        kind: ``matter`` (a grave matter), ``emerging`` (苗头), ``trending`` (趋势), ``regional`` (区域) or ``systemic`` (系统).
        occurred_at: time of the event that gave the reason.
        beyond_budget: whether it is too rare for the alert budget to hold or to count.
        route: name of the policy's route that gave the owner; empty where the level did.
    """

    alert_id: str
    kind: str
    level: int
    title: str
    category: str
    county: str
    region: str
    owner: str
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]
    policy_version: str
    occurred_at: datetime
    matter_id: str | None = None
    measure: str | None = None
    day: date | None = None
    beyond_budget: bool = False
    route: str = ""


class AlertEscalated(Fact, frozen=True, tag="AlertEscalated"):
    """An alert's level rose, and with it its owner; ``route`` as in ``AlertRaised``."""

    alert_id: str
    level_before: int
    level_after: int
    owner: str
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]
    route: str = ""


class AlertAcknowledged(Fact, frozen=True, tag="AlertAcknowledged"):
    """An official has seen an alert (签收); its time limit no longer runs."""

    alert_id: str
    by: str
    at: datetime
    reason: str = ""


class AlertTakenInHand(Fact, frozen=True, tag="AlertTakenInHand"):
    """An official works on an alert (办理), or takes it over from another."""

    alert_id: str
    by: str
    at: datetime
    reason: str = ""


class AlertAnswered(Fact, frozen=True, tag="AlertAnswered"):
    """An official said what was found and done (反馈); ``reason`` is the answer."""

    alert_id: str
    by: str
    at: datetime
    reason: str


class AlertClosed(Fact, frozen=True, tag="AlertClosed"):
    """An official closed an alert (办结) and said whether it was right.

    Attributes:
        outcome: ``true`` (属实), ``false_alarm`` (误报) or ``duplicate`` (重复).
        duplicate_of: the alert that this one repeats, for ``duplicate``.
        despite: why it is closed as right though duties of its plan are still open.
    """

    alert_id: str
    outcome: str
    by: str
    at: datetime
    reason: str
    duplicate_of: str | None = None
    despite: str = ""


class AlertReopened(Fact, frozen=True, tag="AlertReopened"):
    """A closed alert is to be looked at again: an official said so, or something grave happened after it was closed.

    Attributes:
        by, at: the official and when; empty and None when the machine did it.
        reason: why, a sentence.
        reasons, dispute_ids: what the machine goes by.
        level, owner, route: the alert's level from now on, where what is new is less grave than what was closed, and whose it is then; 0 and empty: as before.
    """

    alert_id: str
    by: str
    at: datetime | None
    reason: str
    reasons: tuple[Reason, ...] = ()
    dispute_ids: tuple[str, ...] = ()
    level: int = 0
    owner: str = ""
    route: str = ""


class AlertOverdue(Fact, frozen=True, tag="AlertOverdue"):
    """Nobody acknowledged an alert within the limit of its level: the next leader answers for it now.

    Attributes:
        clock, clock_name: code and name of the limit.
        due_at: when it lapsed.
        at: when this step of the chain fell due.
        step: place in the chain, 0 at the lapse itself.
        owner: who answers for the alert from now on.
        told: who else is told, may be empty.
        final: whether the chain ends here.
    """

    alert_id: str
    level: int
    clock: str
    clock_name: str
    due_at: datetime
    at: datetime
    step: int
    owner: str
    told: str
    final: bool
