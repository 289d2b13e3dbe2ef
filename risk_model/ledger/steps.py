"""What may be done with a request: make, receive, answer, settle, send back, withdraw; and what follows for its deadline. Pure decisions."""

from datetime import datetime
from typing import Literal

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.clocks.clock import ClockRefused
from risk_model.deadlines.counting import Subject, started
from risk_model.ledger.entity import (
    ANSWERED,
    CLOCK_OF,
    DIRECTION_ZH,
    KIND_ZH,
    MADE,
    RECEIVED,
    SENT_BACK,
    STATUS_ZH,
    Request,
    RequestStep,
)
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, allowed_from, text_errors
from schemas.domain_events import (
    DeadlineEnded,
    DeadlineStarted,
    RequestAnswered,
    RequestMade,
    RequestReceived,
    RequestSentBack,
    RequestSettled,
    RequestWithdrawn,
)
from schemas.errors import field_error
from schemas.identifiers import derived_id

StepKind = Literal["receive", "answer", "settle", "send_back", "withdraw"]
STEP_ZH: dict[str, str] = {
    "receive": "签收",
    "answer": "答复",
    "settle": "办结",
    "send_back": "退回",
    "withdraw": "撤回",
}
FROM: dict[str, tuple[str, ...]] = {
    "receive": (MADE,),
    "answer": (MADE, RECEIVED, SENT_BACK),
    "settle": (ANSWERED,),
    "send_back": (ANSWERED,),
    "withdraw": (MADE, RECEIVED, SENT_BACK, ANSWERED),
}
_EXPLAINED = ("answer", "send_back", "withdraw")

Follows = RequestMade | RequestStep | DeadlineStarted | DeadlineEnded


class NewRequest(msgspec.Struct, frozen=True):
    """A request as an official makes it.

    Attributes:
        number: number of the document; the same asker's number is the same request.
        length: a deadline shorter than the kind's, in its unit.
        at: when it was delivered.
    """

    kind: str
    direction: str
    number: str
    asker: str
    asked: str
    what: str
    county: str
    by: str
    at: datetime
    length: int | None = None
    alert_id: str | None = None
    matter_id: str | None = None


class RequestCommand(msgspec.Struct, frozen=True):
    """What an official does with a request.

    Attributes:
        reason: the answer, or why.
        accepted: of a judicial advice that is answered: whether it is taken up.
    """

    kind: StepKind
    by: str
    reason: str = ""
    accepted: bool | None = None


def request_key(kind: str, asker: str, number: str) -> str:
    """Identity of a request. A judicial advice is known by its document number alone, which names the court."""
    return derived_id("request", kind, "" if kind == "judicial_advice" else asker, number)


def decide_request(new: NewRequest, book: ClockBook, now: datetime) -> list[Follows]:
    """The facts of a new request: that it was made, and that its deadline runs.

    Raises:
        Incomplete: something is missing or wrong.
        ClockRefused: the length is not allowed.
    """
    names = [(name, getattr(new, name), LONGEST_NAME, True, zh) for name, zh in _NAMES]
    errors = text_errors([*names, ("what", new.what, LONGEST_REASON, True, "请求事项")])
    for name, table in (("kind", KIND_ZH), ("direction", DIRECTION_ZH)):
        if getattr(new, name) not in table:
            errors.append(field_error("not_allowed", name, getattr(new, name), "、".join(table), ", ".join(table)))
    if new.asker.strip() == new.asked.strip() and new.asker.strip():
        errors.append(field_error("not_allowed", "asked", new.asked, "另一个单位", "another office"))
    if new.at > now:
        errors.append(field_error("not_allowed", "at", str(new.at), "不晚于现在的时间", "a time not later than now"))
    if errors:
        raise Incomplete(errors)
    request_id = request_key(new.kind, new.asker, new.number)
    subject = Subject(
        "request",
        request_id,
        new.what[:200],
        new.county,
        new.asked,
        new.asker,
        new.matter_id,
        new.alert_id,
        by=new.by,
    )
    clock = _deadline(request_id, new.kind, 0, new.at, now, subject, book, new.length)
    made = RequestMade(
        request_id,
        new.kind,
        new.direction,
        new.number,
        new.asker,
        new.asked,
        new.what,
        new.county,
        new.at,
        new.by,
        clock.deadline_id if clock else None,
        new.alert_id,
        new.matter_id,
    )
    return [made, *([clock] if clock else [])]


def decide_step(request: Request, command: RequestCommand, book: ClockBook, now: datetime) -> list[Follows]:
    """The fact that follows from a command, first, and what it means for the deadline.

    Raises:
        Incomplete: the name, the answer or the reason is missing.
        NotAllowed: the request's status does not allow it.
    """
    made = request.made
    assert made is not None, "only what was made is handled"
    errors = text_errors(
        [
            ("by", command.by, LONGEST_NAME, True, "经办人姓名"),
            ("reason", command.reason, LONGEST_REASON, command.kind in _EXPLAINED, "答复或者理由"),
        ]
    )
    if command.accepted is not None and (command.kind != "answer" or made.kind != "judicial_advice"):
        zh, en = "只在答复司法建议时填写", "given only with the answer to a judicial advice"
        errors.append(field_error("not_allowed", "accepted", command.accepted, zh, en))
    if errors:
        raise Incomplete(errors)
    allowed_from(FROM, STEP_ZH, STATUS_ZH, request.status, command.kind)
    said = (request.request_id, command.by, now, command.reason)
    match command.kind:
        case "receive":
            return [RequestReceived(*said)]
        case "answer":
            answered = RequestAnswered(request.request_id, now, command.by, command.reason, accepted=command.accepted)
            return [answered, *_ended(request, "answered", command.by, now)]
        case "settle":
            return [RequestSettled(*said)]
        case "withdraw":
            ended = [] if request.status == ANSWERED else _ended(request, "withdrawn", command.by, now)
            return [RequestWithdrawn(*said), *ended]
        case "send_back":
            subject = Subject(
                "request",
                request.request_id,
                made.what[:200],
                made.county,
                made.asked,
                made.asker,
                made.matter_id,
                made.alert_id,
                by=command.by,
            )
            again = _deadline(request.request_id, made.kind, request.times_sent_back + 1, now, now, subject, book, None)
            return [RequestSentBack(*said, again.deadline_id if again else None), *([again] if again else [])]


def command_of(event: object) -> RequestCommand | None:
    """The command that an event records; None when a reported event is the answer."""
    match event:
        case RequestReceived():
            return RequestCommand("receive", event.by, event.reason)
        case RequestAnswered() if event.by:
            return RequestCommand("answer", event.by, event.reason, event.accepted)
        case RequestSettled():
            return RequestCommand("settle", event.by, event.reason)
        case RequestSentBack():
            return RequestCommand("send_back", event.by, event.reason)
        case RequestWithdrawn():
            return RequestCommand("withdraw", event.by, event.reason)
    return None


_NAMES = (
    ("by", "经办人"),
    ("number", "文号或者编号"),
    ("asker", "请求单位"),
    ("asked", "被请求单位"),
)


def _deadline(
    request_id: str,
    kind: str,
    times: int,
    at: datetime,
    now: datetime,
    subject: Subject,
    book: ClockBook,
    length: int | None,
) -> DeadlineStarted | None:
    """The deadline of a request; None where this installation has none for its kind."""
    code = CLOCK_OF[kind]
    if code not in book.rules:
        if length is not None:
            raise ClockRefused(f"期限文件没有 {code}，不能另定 / clocks.toml has no {code}")
        return None
    return started(book, code, derived_id("deadline", code, request_id, str(times)), at, now, subject, length)


def _ended(request: Request, outcome: str, by: str, now: datetime) -> list[Follows]:
    return [DeadlineEnded(request.deadline_id, now, outcome, by)] if request.deadline_id else []
