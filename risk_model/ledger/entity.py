"""A request as its facts make it, and where it stands."""

from datetime import datetime

import msgspec

from schemas.domain_events import (
    RequestAnswered,
    RequestMade,
    RequestReceived,
    RequestSentBack,
    RequestSettled,
    RequestWithdrawn,
)

MADE, RECEIVED, ANSWERED, SENT_BACK, SETTLED, WITHDRAWN = (
    "made",
    "received",
    "answered",
    "sent_back",
    "settled",
    "withdrawn",
)
STATUS_ZH = {
    MADE: "待签收",
    RECEIVED: "办理中",
    ANSWERED: "已答复",
    SENT_BACK: "退回重办",
    SETTLED: "已办结",
    WITHDRAWN: "已撤回",
}

COURT_TO_GOVERNMENT, GOVERNMENT_TO_COURT = "court_to_government", "government_to_court"
DIRECTION_ZH = {COURT_TO_GOVERNMENT: "法院向政府", GOVERNMENT_TO_COURT: "政府向法院"}

KIND_ZH = {
    "judicial_advice": "司法建议",
    "information": "查人查物、调取信息",
    "enforcement_help": "执行协作",
    "prior_opinion": "行政决策前法律意见",
    "joint_reception": "联合接待",
}
CLOCK_OF = {
    "judicial_advice": "advice.reply",
    "information": "request.information",
    "enforcement_help": "request.enforcement_help",
    "prior_opinion": "request.prior_opinion",
    "joint_reception": "request.joint_reception",
}
"""Deadline of each kind."""

RequestStep = RequestReceived | RequestAnswered | RequestSettled | RequestSentBack | RequestWithdrawn
"""What happens to a request after it was made."""


class Request(msgspec.Struct):
    """A request and where it stands.

    Attributes:
        made: as it was made; None while only its answer is known, which may arrive first.
        deadline_id: the deadline that runs for it.
        answered_at: when it was answered last; ``accepted``: of a judicial advice, whether it was taken up.
        first_answered_at: when it was answered first.
        settled_at: when the asker accepted the answer.
        handled_by: the official of the last step; ``said`` what was said.
        times_sent_back: how often the asker did not accept the answer.
    """

    request_id: str
    made: RequestMade | None = None
    status: str = MADE
    deadline_id: str | None = None
    received_at: datetime | None = None
    answered_at: datetime | None = None
    first_answered_at: datetime | None = None
    settled_at: datetime | None = None
    accepted: bool | None = None
    answer_dispute_id: str | None = None
    handled_by: str = ""
    said: str = ""
    times_sent_back: int = 0
    version: int = 0


def make(held: Request | None, event: RequestMade, version: int) -> Request:
    """The request an event makes; its answer may be known already."""
    request = held or Request(event.request_id)
    request.made, request.deadline_id, request.version = event, event.deadline_id, version
    if held is None:
        request.handled_by = event.by
    return request


def advance(held: Request | None, event: RequestStep, version: int) -> Request:
    """The request after a step; an answer may come before what it answers."""
    request = held or Request(event.request_id)
    request.version, request.handled_by, request.said = version, event.by, event.reason
    match event:
        case RequestReceived():
            request.status, request.received_at = RECEIVED, event.at
        case RequestAnswered():
            request.status, request.answered_at = ANSWERED, event.at
            request.first_answered_at = request.first_answered_at or event.at
            request.answer_dispute_id, request.accepted = event.dispute_id, event.accepted
        case RequestSettled():
            request.status, request.settled_at = SETTLED, event.at
        case RequestSentBack():
            request.status, request.deadline_id = SENT_BACK, event.deadline_id
            request.times_sent_back += 1
        case RequestWithdrawn():
            request.status = WITHDRAWN
    return request
