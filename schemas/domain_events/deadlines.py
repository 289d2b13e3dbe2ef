"""Facts of deadlines (期限): when one runs, stands still, is moved, ends; and who was told of it when."""

from datetime import date, datetime

import msgspec

from schemas.domain_events.fact import Fact


class DeadlineCount(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a deadline was counted at the time.

    Attributes:
        last_day: the last day, local.
        lapses_at: the moment from which it is late.
        next_at: when somebody is to be told next; None when nobody is left to be told.
        assumed_years: years whose holidays were not published yet, so that the day may still change.
    """

    last_day: date
    lapses_at: datetime
    next_at: datetime | None = None
    assumed_years: tuple[int, ...] = ()


class DeadlineStarted(Fact, frozen=True, tag="DeadlineStarted"):
    """A deadline runs.

    Attributes:
        code, name: which kind, as in ``clocks.toml`` at the time.
        at: when what starts it happened (of one counted backwards: the hearing).
        length: how long, in the kind's unit.
        owing, asking: who must act, and for whom.
        about, about_id: what it is about: ``dispute``, ``plan``, ``duty``, ``request``, ``matter`` or ``alert``.
        by: the official who started it; empty when the machine did.
        dispute_id: the event that started it.
    """

    deadline_id: str
    code: str
    name: str
    at: datetime
    length: int
    count: DeadlineCount
    owing: str
    about: str
    about_id: str
    title: str
    county: str
    asking: str = ""
    matter_id: str | None = None
    alert_id: str | None = None
    dispute_id: str | None = None
    by: str = ""


class DeadlineSuspended(Fact, frozen=True, tag="DeadlineSuspended"):
    """A deadline stands still from the day of ``at``."""

    deadline_id: str
    at: datetime
    by: str
    reason: str


class DeadlineResumed(Fact, frozen=True, tag="DeadlineResumed"):
    """A deadline goes on from the day of ``at``."""

    deadline_id: str
    at: datetime
    by: str
    count: DeadlineCount
    reason: str = ""


class DeadlineExtended(Fact, frozen=True, tag="DeadlineExtended"):
    """A deadline was extended, once, by ``length`` of its unit; ``by`` is who approved it. ``count`` is None while it stands still."""

    deadline_id: str
    at: datetime
    length: int
    by: str
    reason: str
    count: DeadlineCount | None = None


class DeadlineRecounted(Fact, frozen=True, tag="DeadlineRecounted"):
    """A deadline falls on another day than was counted, as the calendar or the rules of this installation have changed."""

    deadline_id: str
    last_day_before: date
    count: DeadlineCount


class DeadlineEnded(Fact, frozen=True, tag="DeadlineEnded"):
    """A deadline ended: ``answered`` (in time or not), or ``withdrawn`` because nothing is owed any more.

    Attributes:
        by: the official; empty when an event ended it.
        dispute_id: the event that ended it. It may have arrived before the one that starts the deadline.
    """

    deadline_id: str
    at: datetime
    outcome: str
    by: str = ""
    reason: str = ""
    dispute_id: str | None = None


class DeadlineWarned(Fact, frozen=True, tag="DeadlineWarned"):
    """A deadline will lapse soon.

    Attributes:
        name, title, owing, asking, about, about_id, county: of the deadline, so that a notice needs nothing else.
        at: when the warning fell due.
        step: place among the warnings, the longest before the lapse first.
        told_owing, told_asking: whom to tell on the side that owes and on the side that asked; the second may be empty.
        passed_over: earlier warnings that nobody got, because nobody looked or the deadline was told of late.
        next_at: when somebody is to be told next.
    """

    deadline_id: str
    name: str
    title: str
    owing: str
    asking: str
    about: str
    about_id: str
    county: str
    at: datetime
    step: int
    last_day: date
    lapses_at: datetime
    told_owing: str
    told_asking: str = ""
    passed_over: int = 0
    next_at: datetime | None = None


class DeadlineLapsed(Fact, frozen=True, tag="DeadlineLapsed"):
    """A deadline lapsed, or has been over for as long as the next step of its chain says: the next leaders are told, on both sides.

    Attributes:
        step: place in the chain, 0 at the lapse itself.
        final: whether the chain ends here.

    The others are those of ``DeadlineWarned``.
    """

    deadline_id: str
    name: str
    title: str
    owing: str
    asking: str
    about: str
    about_id: str
    county: str
    at: datetime
    step: int
    last_day: date
    lapses_at: datetime
    told_owing: str
    final: bool
    told_asking: str = ""
    passed_over: int = 0
    next_at: datetime | None = None
