"""What may be done with a duty: acknowledge, answer, accept, send back, withdraw; and what follows for its deadline. Pure decisions."""

from datetime import datetime
from typing import Literal

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.deadlines.counting import Subject, started
from risk_model.duties.entity import ACKNOWLEDGED, ANSWERED, ASSIGNED, SENT_BACK, STATUS_ZH, Duty, DutyStep
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, allowed_from, text_errors
from schemas.domain_events import (
    DeadlineEnded,
    DeadlineStarted,
    DutyAccepted,
    DutyAcknowledged,
    DutyAnswered,
    DutySentBack,
    DutyWithdrawn,
)
from schemas.identifiers import derived_id

ANSWER_CLOCK = "duty.answer"
"""Deadline of a duty without days of its own, and of one that was sent back."""

StepKind = Literal["acknowledge", "answer", "accept", "send_back", "withdraw"]
STEP_ZH: dict[str, str] = {
    "acknowledge": "签收",
    "answer": "反馈",
    "accept": "销号",
    "send_back": "退回",
    "withdraw": "撤销",
}
FROM: dict[str, tuple[str, ...]] = {
    "acknowledge": (ASSIGNED, SENT_BACK),
    "answer": (ASSIGNED, ACKNOWLEDGED, SENT_BACK),
    "accept": (ANSWERED,),
    "send_back": (ANSWERED,),
    "withdraw": (ASSIGNED, ACKNOWLEDGED, SENT_BACK, ANSWERED),
}
_EXPLAINED = ("answer", "send_back", "withdraw")


class DutyCommand(msgspec.Struct, frozen=True):
    """What an official does with a duty; ``reason`` is the answer, or why."""

    kind: StepKind
    by: str
    reason: str = ""


Follows = DutyStep | DeadlineStarted | DeadlineEnded


def decide_duty(duty: Duty, command: DutyCommand, book: ClockBook, now: datetime) -> list[Follows]:
    """The fact that follows from a command, first, and what it means for the deadline.

    Raises:
        Incomplete: the name, the answer or the reason is missing.
        NotAllowed: the duty's status does not allow it.
    """
    errors = text_errors(
        [
            ("by", command.by, LONGEST_NAME, True, "经办人姓名"),
            ("reason", command.reason, LONGEST_REASON, command.kind in _EXPLAINED, "办理情况或者理由"),
        ]
    )
    if errors:
        raise Incomplete(errors)
    allowed_from(FROM, STEP_ZH, STATUS_ZH, duty.status, command.kind)
    said = (duty.duty_id, command.by, now, command.reason)
    match command.kind:
        case "acknowledge":
            return [DutyAcknowledged(*said)]
        case "answer":
            return [DutyAnswered(*said), *_ended(duty, "answered", command.by, now)]
        case "accept":
            return [DutyAccepted(*said)]
        case "withdraw":
            return [
                DutyWithdrawn(*said),
                *(_ended(duty, "withdrawn", command.by, now) if duty.status != ANSWERED else []),
            ]
        case "send_back":
            again = _again(duty, command.by, book, now)
            return [DutySentBack(*said, again.deadline_id if again else None), *([again] if again else [])]


def command_of(event: object) -> DutyCommand | None:
    """The command that an event records."""
    kinds: dict[type, StepKind] = {
        DutyAcknowledged: "acknowledge",
        DutyAnswered: "answer",
        DutyAccepted: "accept",
        DutySentBack: "send_back",
        DutyWithdrawn: "withdraw",
    }
    kind = kinds.get(type(event))
    return None if kind is None else DutyCommand(kind, event.by, event.reason)  # type: ignore[attr-defined]  # only steps


def _ended(duty: Duty, outcome: str, by: str, now: datetime) -> list[Follows]:
    return [DeadlineEnded(duty.deadline_id, now, outcome, by)] if duty.deadline_id else []


def _again(duty: Duty, by: str, book: ClockBook, now: datetime) -> DeadlineStarted | None:
    """The deadline of a duty that was sent back; None where this installation has none."""
    if ANSWER_CLOCK not in book.rules:
        return None
    deadline_id = derived_id("deadline", ANSWER_CLOCK, duty.duty_id, str(duty.times_sent_back + 1))
    return started(book, ANSWER_CLOCK, deadline_id, now, now, subject_of(duty, by))


def subject_of(duty: Duty, by: str) -> Subject:
    """What a deadline of a duty is about."""
    given = duty.assigned
    return Subject(
        "duty",
        given.duty_id,
        given.text,
        given.county,
        given.lead,
        matter_id=given.matter_id,
        alert_id=given.alert_id,
        by=by,
    )
