"""Facts of requests between court and government (府院台账): who asked whom for what, and what became of it."""

from datetime import datetime

from schemas.domain_events.fact import Fact


class RequestMade(Fact, frozen=True, tag="RequestMade"):
    """One side asked the other for something.

    Attributes:
        kind: ``judicial_advice``, ``information``, ``enforcement_help``, ``prior_opinion`` or ``joint_reception``.
        direction: ``court_to_government`` or ``government_to_court``.
        number: number of the document, unique for the asker.
        asker, asked: the offices.
        what: what is asked for.
        by, at: the official of the asker, and when; ``by`` is empty when a reported event is the request.
        deadline_id: the deadline that runs for it.
        dispute_id: the event that is the request.
    """

    request_id: str
    kind: str
    direction: str
    number: str
    asker: str
    asked: str
    what: str
    county: str
    at: datetime
    by: str = ""
    deadline_id: str | None = None
    alert_id: str | None = None
    matter_id: str | None = None
    dispute_id: str | None = None


class RequestReceived(Fact, frozen=True, tag="RequestReceived"):
    """The office asked has received a request (签收)."""

    request_id: str
    by: str
    at: datetime
    reason: str = ""


class RequestAnswered(Fact, frozen=True, tag="RequestAnswered"):
    """The office asked has answered; ``reason`` is the answer. Its deadline ends.

    Attributes:
        dispute_id: the event that is the answer; it may have arrived before the request.
        accepted: of a judicial advice: whether the office takes it up (采纳); None where that was not said.
    """

    request_id: str
    at: datetime
    by: str = ""
    reason: str = ""
    dispute_id: str | None = None
    accepted: bool | None = None


class RequestSettled(Fact, frozen=True, tag="RequestSettled"):
    """The asker accepted the answer: the request is fulfilled (办结)."""

    request_id: str
    by: str
    at: datetime
    reason: str = ""


class RequestSentBack(Fact, frozen=True, tag="RequestSentBack"):
    """The asker did not accept the answer (退回): it is owed again, with a new deadline."""

    request_id: str
    by: str
    at: datetime
    reason: str
    deadline_id: str | None = None


class RequestWithdrawn(Fact, frozen=True, tag="RequestWithdrawn"):
    """The asker took the request back (撤回)."""

    request_id: str
    by: str
    at: datetime
    reason: str
