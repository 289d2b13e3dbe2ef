"""What officials may do with a deadline: suspend, resume, extend, end it. Pure decisions over ``risk_model.clocks``."""

from datetime import datetime
from typing import Literal

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.clocks.clock import Clock, ClockRefused, Granted, Outcome, end, extend, resume, suspend
from risk_model.deadlines.counting import count
from risk_model.deadlines.entity import Deadline
from schemas.domain_events import (
    DeadlineCount,
    DeadlineEnded,
    DeadlineExtended,
    DeadlineResumed,
    DeadlineSuspended,
)

StepKind = Literal["suspend", "resume", "extend", "answer", "withdraw"]
Taken = DeadlineSuspended | DeadlineResumed | DeadlineExtended | DeadlineEnded


class DeadlineCommand(msgspec.Struct, frozen=True):
    """What an official does with a deadline.

    Attributes:
        by: the official; of an extension who approved it.
        reason: the ground of a suspension, the reason of an extension or withdrawal.
        length: of an extension, in the deadline's unit.
        at: when it happened; None is now.
    """

    kind: StepKind
    by: str
    reason: str = ""
    length: int | None = None
    at: datetime | None = None


def decide_deadline(deadline: Deadline, command: DeadlineCommand, book: ClockBook, now: datetime) -> Taken:
    """The fact that follows from a command.

    Raises:
        ClockRefused: it cannot be done; the message says why, in Chinese and English.
        PolicyError: ``clocks.toml`` no longer has this kind of deadline.
    """
    clock, at = deadline.clock, command.at or now
    if clock is None:
        raise ClockRefused("期限尚未起算 / the deadline has not started")
    if at > now:
        raise ClockRefused(f"时间不能晚于现在，收到 {at} / must not be later than now, got {at}")
    rule, who = book.rule(deadline.code), deadline.deadline_id
    if not command.by.strip():
        raise ClockRefused("须写明经办人 / by must be given")
    match command.kind:
        case "suspend":
            suspend(clock, rule, at, command.reason, deadline.lapses_at)
            return DeadlineSuspended(who, at, command.by, command.reason)
        case "resume":
            return DeadlineResumed(who, at, command.by, _counted(resume(clock, rule, at), book, at), command.reason)
        case "extend":
            granted = Granted(command.length or 0, at, command.by, command.reason)
            longer = extend(clock, rule, granted, deadline.lapses_at)
            counted = None if longer.suspended else _counted(longer, book, at)
            return DeadlineExtended(who, at, granted.length, command.by, command.reason, counted)
        case "answer" | "withdraw":
            if command.kind == "withdraw" and not command.reason.strip():
                raise ClockRefused("撤销期限须写明理由 / a reason must be given")
            outcome: Outcome = "answered" if command.kind == "answer" else "withdrawn"
            end(clock, rule, at, outcome)
            return DeadlineEnded(who, at, outcome, command.by, command.reason)


def command_of(event: object) -> DeadlineCommand | None:
    """The command that an event records, with its time; None when the machine did it."""
    match event:
        case DeadlineSuspended():
            return DeadlineCommand("suspend", event.by, event.reason, None, event.at)
        case DeadlineResumed():
            return DeadlineCommand("resume", event.by, event.reason, None, event.at)
        case DeadlineExtended():
            return DeadlineCommand("extend", event.by, event.reason, event.length, event.at)
        case DeadlineEnded() if event.by:
            kind: StepKind = "answer" if event.outcome == "answered" else "withdraw"
            return DeadlineCommand(kind, event.by, event.reason, None, event.at)
    return None


def _counted(clock: Clock, book: ClockBook, at: datetime) -> DeadlineCount:
    found = count(clock, book, at)
    assert found is not None, "it goes on"
    return found
