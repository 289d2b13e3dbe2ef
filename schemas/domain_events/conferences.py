"""Facts of the joint conference (联席会议): what was put before it, what it decided, what was written down, what is done with (销号)."""

from datetime import date, datetime

import msgspec

from schemas.domain_events.fact import Fact


class AgendaItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is put before a conference (议题).

    Attributes:
        item_id: within the conference.
        about: what it is about, such as ``alert-…``, ``duty-…`` or ``request-…``; empty for a topic of its own.
        lines: what the members should know, a sentence each.
        lead: who answers for it so far.
        level: of the alert; None where there is none.
    """

    item_id: str
    about: str
    title: str
    county: str = ""
    lines: tuple[str, ...] = ()
    lead: str = ""
    level: int | None = None
    alert_id: str | None = None
    matter_id: str | None = None


class ConferenceCalled(Fact, frozen=True, tag="ConferenceCalled"):
    """A conference was called for a day, with its agenda."""

    conference_id: str
    title: str
    held_on: date
    by: str
    at: datetime
    items: tuple[AgendaItem, ...] = ()


class AgendaItemAdded(Fact, frozen=True, tag="AgendaItemAdded"):
    """An item was put on the agenda afterwards."""

    conference_id: str
    item: AgendaItem
    by: str
    at: datetime


class ConferenceDecided(Fact, frozen=True, tag="ConferenceDecided"):
    """The conference decided on an item (交办): who does what, by when.

    Attributes:
        decision_id: identity of the decision; the duty that follows from it comes from this.
        due_days: days from the decision; None leaves it to the deadline of duties.
    """

    conference_id: str
    item_id: str
    decision_id: str
    text: str
    lead: str
    by: str
    at: datetime
    support: tuple[str, ...] = ()
    due_days: int | None = None


class AgendaItemClosed(Fact, frozen=True, tag="AgendaItemClosed"):
    """An item is done with (销号); ``reason`` says why."""

    conference_id: str
    item_id: str
    by: str
    at: datetime
    reason: str


class ConferenceMinuted(Fact, frozen=True, tag="ConferenceMinuted"):
    """The minutes (会议纪要) were signed: nothing more is decided by this conference.

    Attributes:
        by: who signed.
        chair: office of the chair.
        present, absent: offices.
    """

    conference_id: str
    by: str
    at: datetime
    chair: str
    present: tuple[str, ...]
    absent: tuple[str, ...] = ()
