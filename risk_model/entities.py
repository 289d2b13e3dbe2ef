"""What the fold knows of matters and alerts, and where earlier dispute events were filed."""

from datetime import date, datetime

import msgspec

from schemas.reasons import Reason


class Sighting(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One dispute event as a matter remembers it for its window rules. ``day`` is a proleptic ordinal."""

    day: int
    dispute_id: str
    source: str
    side: str
    county: str


class Matter(msgspec.Struct):
    """一事一档: what the fold knows of a matter."""

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


class Alert(msgspec.Struct):
    """An alert and where it stands.

    Attributes:
        stood: version of the event that gave its status.
        handled_by: the official of the last step; empty before there is one, and after the machine reopened it.
        outcome, duplicate_of: how it was closed; None while it is open.
        asked: version of the event that asks for an acknowledgement still owed; None when none is.
        told: how many steps of the chain have been taken since then.
        told_all: whether nobody is left to be told.
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


class Filed(msgspec.Struct, frozen=True):
    """Where an earlier dispute event was filed."""

    matter_id: str | None
    county: str
