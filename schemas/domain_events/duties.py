"""Facts of duties (任务): what an office was told to do, by when, and what it answered."""

from datetime import datetime

from schemas.domain_events.fact import Fact


class DutyAssigned(Fact, frozen=True, tag="DutyAssigned"):
    """An office is to carry out a measure (交办).

    Attributes:
        origin, origin_id: what it comes from: ``plan``, or ``conference`` (联席会议).
        number: place of the measure in its plan.
        lead, support: who leads, who supports.
        deadline_id: the deadline that runs for it.
        deadline: the time given, in words.
        by, at: who assigned it.
    """

    duty_id: str
    origin: str
    origin_id: str
    number: int
    text: str
    lead: str
    county: str
    by: str
    at: datetime
    support: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    deadline: str = ""
    deadline_id: str | None = None
    alert_id: str | None = None
    matter_id: str | None = None


class DutyAcknowledged(Fact, frozen=True, tag="DutyAcknowledged"):
    """The office has seen its duty (签收)."""

    duty_id: str
    by: str
    at: datetime
    reason: str = ""


class DutyAnswered(Fact, frozen=True, tag="DutyAnswered"):
    """The office said what was done (反馈); ``reason`` is the answer. Its deadline ends."""

    duty_id: str
    by: str
    at: datetime
    reason: str


class DutyAccepted(Fact, frozen=True, tag="DutyAccepted"):
    """The answer was accepted: the duty is done (销号)."""

    duty_id: str
    by: str
    at: datetime
    reason: str = ""


class DutySentBack(Fact, frozen=True, tag="DutySentBack"):
    """The answer was not accepted (退回): it is owed again, with a new deadline."""

    duty_id: str
    by: str
    at: datetime
    reason: str
    deadline_id: str | None = None


class DutyWithdrawn(Fact, frozen=True, tag="DutyWithdrawn"):
    """The duty is owed no more (撤销)."""

    duty_id: str
    by: str
    at: datetime
    reason: str
