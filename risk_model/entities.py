"""What the fold knows of matters and alerts, and where earlier dispute events were filed."""

from datetime import date, datetime

import msgspec

from risk_model.matters.claims import Claim
from risk_model.matters.holdings import Holdings, Sighting
from schemas.reasons import Reason

__all__ = ["Alert", "Filed", "Matter", "Sighting"]

OPEN, SETTLED = "open", "closed"


class Matter(msgspec.Struct, omit_defaults=True):
    """一事一档: what the fold knows of a matter. Its figures include those of the matters that are part of it.

    Attributes:
        peak: highest level of its events.
        own: its own figures, level and reasons, while others are part of it; None while none is, and all figures are its own.
        members: ids of the matters that were merged into it, and are part of it now.
        merged_into: the matter it is part of; None while it stands by itself.
        split_from: the matter its first events were taken from.
        status: ``open``, or ``closed`` (销号).
        settled: dispute ids that were known when it was last downgraded or closed: they no longer lift it.
        revisit_on: when it is to be looked at again (回访); None when it need not be.
        settled_by: who downgraded or closed it last.
        settled_level: the level it had before that; 0 when it never was.
        settled_people: the people it had then: no more than these lift it no longer.
        reminded: how many reminders of that visit were given.
        subjects: keys of the enterprises and projects that it is about (``uscc:…``, ``firm:…``, ``site:…``).
    """

    matter_id: str
    title: str
    category: str
    county: str
    level: int = 0
    version: int = 0
    events: int = 0
    people: int = 0
    amount_fen: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: list[str] = []
    counties: list[str] = []
    reasons: list[Reason] = []
    recent: list[Sighting] = []
    claims: list[Claim] = []
    peak: int = 0
    own: Holdings | None = None
    members: list[str] = []
    merged_into: str | None = None
    split_from: str | None = None
    status: str = OPEN
    settled: list[str] = []
    revisit_on: date | None = None
    settled_by: str = ""
    settled_level: int = 0
    settled_people: int = 0
    reminded: int = 0
    subjects: list[str] = []


class Alert(msgspec.Struct):
    """An alert and where it stands.

    Attributes:
        stood: version of the event that gave its status.
        handled_by: the official of the last step; empty before there is one, and after the machine reopened it.
        outcome, duplicate_of: how it was closed; None while it is open.
        asked: version of the event that asks for an acknowledgement still owed; None when none is.
        told: how many steps of the chain have been taken since then.
        told_all: whether nobody is left to be told.
        route: name of the policy's route that gave the owner.
    """

    alert_id: str
    kind: str
    level: int
    status: str
    title: str
    category: str
    county: str
    region: str
    owner: str
    reasons: list[Reason]
    occurred_at: datetime
    policy_version: str
    matter_id: str | None = None
    measure: str | None = None
    day: date | None = None
    last_day: date | None = None
    beyond_budget: bool = False
    version: int = 0
    stood: int = 1
    handled_by: str = ""
    outcome: str | None = None
    duplicate_of: str | None = None
    asked: int | None = 1
    told: int = 0
    told_all: bool = False
    route: str = ""


class Proposal(msgspec.Struct):
    """A join that a person is asked about.

    Attributes:
        matter_id: the file that may be joined.
        other_id: the other file; None where a dispute event has none.
        dispute_id: the event that gave rise to it.
        status: ``open``, ``accepted`` or ``declined``.
        decided_by, decided_at, decided_why: the official; empty and None while it is open.
    """

    proposal_id: str
    matter_id: str
    other_id: str | None
    dispute_id: str
    county: str
    strength: float
    relation: str
    reasons: list[Reason]
    status: str = "open"
    version: int = 0
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_why: str = ""


class Filed(msgspec.Struct, frozen=True):
    """Where an earlier dispute event was filed."""

    matter_id: str | None
    county: str
