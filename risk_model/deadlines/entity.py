"""A deadline as its facts make it, and how each fact changes it."""

from datetime import date, datetime

import msgspec

from risk_model.clocks.clock import Clock, Granted, Suspension
from schemas.domain_events import (
    DeadlineCount,
    DeadlineEnded,
    DeadlineExtended,
    DeadlineLapsed,
    DeadlineRecounted,
    DeadlineResumed,
    DeadlineStarted,
    DeadlineSuspended,
    DeadlineWarned,
)

ANSWERED, WITHDRAWN = "answered", "withdrawn"

DeadlineStep = (
    DeadlineSuspended | DeadlineResumed | DeadlineExtended | DeadlineRecounted | DeadlineWarned | DeadlineLapsed
)
"""What happens to a deadline between its start and its end."""


class Deadline(msgspec.Struct):
    """A deadline and where it stands.

    Attributes:
        clock: the running clock; None while only its end is known, which may arrive first.
        last_day, lapses_at: as last counted; None while it stands still.
        next_at: when somebody is to be told next.
        warned: warnings given for this last day; ``lapsed``: steps of the chain taken.
        ended_at, outcome, ended_by: how it ended.
    """

    deadline_id: str
    code: str = ""
    name: str = ""
    clock: Clock | None = None
    last_day: date | None = None
    lapses_at: datetime | None = None
    next_at: datetime | None = None
    assumed_years: list[int] = []
    about: str = ""
    about_id: str = ""
    title: str = ""
    owing: str = ""
    asking: str = ""
    county: str = ""
    matter_id: str | None = None
    alert_id: str | None = None
    dispute_id: str | None = None
    warned: int = 0
    lapsed: int = 0
    ended_at: datetime | None = None
    outcome: str | None = None
    ended_by: str = ""
    version: int = 0

    @property
    def running(self) -> bool:
        """Whether it has started and not ended; it may stand still."""
        return self.clock is not None and self.outcome is None

    @property
    def suspended(self) -> bool:
        """Whether it stands still."""
        return self.clock is not None and self.clock.suspended


def start(held: Deadline | None, event: DeadlineStarted) -> Deadline:
    """The deadline an event starts; its end may be known already."""
    deadline = held or Deadline(event.deadline_id)
    deadline.code, deadline.name = event.code, event.name
    deadline.clock = Clock(event.deadline_id, event.code, event.at, event.length)
    deadline.about, deadline.about_id, deadline.title = event.about, event.about_id, event.title
    deadline.owing, deadline.asking, deadline.county = event.owing, event.asking, event.county
    deadline.matter_id, deadline.alert_id, deadline.dispute_id = event.matter_id, event.alert_id, event.dispute_id
    _count(deadline, event.count)
    if deadline.outcome is not None and deadline.ended_at is not None:
        _stop(deadline, deadline.ended_at, deadline.outcome)
    return deadline


def end(held: Deadline | None, event: DeadlineEnded) -> Deadline:
    """The deadline an event ends; its start may not be known yet."""
    deadline = held or Deadline(event.deadline_id)
    deadline.ended_by = event.by
    _stop(deadline, event.at, event.outcome)
    return deadline


def advance(deadline: Deadline, event: DeadlineStep) -> None:
    """Fold one step into a running deadline, which is changed in place."""
    clock = deadline.clock
    assert clock is not None, "what has not started does not stand still"
    match event:
        case DeadlineSuspended():
            stood = (*clock.suspensions, Suspension(event.at, event.reason))
            deadline.clock = msgspec.structs.replace(clock, suspensions=stood)
            _count(deadline, None)
        case DeadlineResumed():
            closed = msgspec.structs.replace(clock.suspensions[-1], until=event.at)
            deadline.clock = msgspec.structs.replace(clock, suspensions=(*clock.suspensions[:-1], closed))
            _count(deadline, event.count)
        case DeadlineExtended():
            granted = Granted(event.length, event.at, event.by, event.reason)
            deadline.clock = msgspec.structs.replace(clock, extension=granted)
            _count(deadline, event.count)
        case DeadlineRecounted():
            _count(deadline, event.count)
        case DeadlineWarned():
            deadline.warned, deadline.next_at = event.step + 1, event.next_at
        case DeadlineLapsed():
            deadline.lapsed, deadline.next_at = event.step + 1, event.next_at


def _count(deadline: Deadline, count: DeadlineCount | None) -> None:
    """Take over a count; one that falls on another day has warnings and a chain of its own."""
    if count is None:
        deadline.last_day = deadline.lapses_at = deadline.next_at = None
        deadline.assumed_years = []
        return
    if count.last_day != deadline.last_day:
        deadline.warned = deadline.lapsed = 0
    deadline.last_day, deadline.lapses_at, deadline.next_at = count.last_day, count.lapses_at, count.next_at
    deadline.assumed_years = list(count.assumed_years)


def _stop(deadline: Deadline, at: datetime, outcome: str) -> None:
    deadline.ended_at, deadline.outcome, deadline.next_at = at, outcome, None
    if deadline.clock is not None:
        deadline.clock = msgspec.structs.replace(deadline.clock, ended_at=at, outcome=outcome)
