"""What a matter holds: the figures of a set of dispute events. The same set gives the same figures, in whatever order and however cut."""

from bisect import insort
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import msgspec

from risk_model.local_time import local_day
from risk_model.matters.claims import Claim, combined, totals
from schemas.domain_events import Sighted
from schemas.reasons import Reason

RECENT_EVENTS = 200  # newest events a matter keeps for its window rules


class Sighting(msgspec.Struct, frozen=True, array_like=True, order=True):
    """One dispute event as a matter remembers it for its window rules. ``day`` is a proleptic ordinal."""

    day: int
    dispute_id: str
    source: str
    side: str
    county: str
    marks: tuple[str, ...] = ()
    level: int = 0


class Holder(Protocol):
    """What has the figures of ``Holdings``: these, or a matter with all that is part of it."""

    events: int
    people: int
    amount_fen: int
    first_at: datetime | None
    last_at: datetime | None
    sources: list[str]
    counties: list[str]
    recent: list[Sighting]
    claims: list[Claim]
    peak: int


class Holdings(msgspec.Struct):
    """A matter's own figures, beside those of the matters that are part of it; level, reasons and what was settled before these came."""

    events: int = 0
    people: int = 0
    amount_fen: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    sources: list[str] = []
    counties: list[str] = []
    recent: list[Sighting] = []
    claims: list[Claim] = []
    peak: int = 0
    level: int = 0
    reasons: list[Reason] = []
    settled: list[str] = []


def add(holder: Holder, sighted: Sighted) -> None:
    """Add a dispute event that was not there."""
    holder.events += 1
    holder.first_at = min(holder.first_at or sighted.occurred_at, sighted.occurred_at)
    holder.last_at = max(holder.last_at or sighted.occurred_at, sighted.occurred_at)
    if sighted.source not in holder.sources:
        holder.sources = sorted([*holder.sources, sighted.source])
    if sighted.county not in holder.counties:
        holder.counties = sorted([*holder.counties, sighted.county])
    day = local_day(sighted.occurred_at).toordinal()
    place = (sighted.source, sighted.side, sighted.county)
    insort(holder.recent, Sighting(day, sighted.dispute_id, *place, sighted.marks, sighted.level))
    del holder.recent[:-RECENT_EVENTS]
    holder.peak = max(holder.peak, sighted.level)
    _claim(holder, sighted)


def clear(holder: Holder) -> None:
    """Hold nothing."""
    holder.events = holder.people = holder.amount_fen = holder.peak = 0
    holder.first_at = holder.last_at = None
    holder.sources, holder.counties, holder.recent, holder.claims = [], [], [], []


def hold(holder: Holder, parts: Iterable[Holder]) -> None:
    """Hold what these hold together, and nothing else; no two of them hold the same dispute event."""
    found = list(parts)
    holder.events = sum(part.events for part in found)
    holder.first_at = min((part.first_at for part in found if part.first_at), default=None)
    holder.last_at = max((part.last_at for part in found if part.last_at), default=None)
    holder.sources = sorted({source for part in found for source in part.sources})
    holder.counties = sorted({county for part in found for county in part.counties})
    holder.recent = sorted(sighting for part in found for sighting in part.recent)[-RECENT_EVENTS:]
    holder.peak = max((part.peak for part in found), default=0)
    holder.claims = combined(claim for part in found for claim in part.claims)
    holder.people, holder.amount_fen = totals(holder.claims)


def _claim(holder: Holder, sighted: Sighted) -> None:
    """Add the event to its claim; what says nothing new costs nothing."""
    if not (sighted.people_involved or sighted.amount_fen or sighted.claimants):
        return
    claim = next((one for one in holder.claims if one.key == sighted.claim), None)
    if claim is None:
        claim = Claim(sighted.claim)
        holder.claims = sorted([*holder.claims, claim], key=lambda one: one.key)
    if claim.add(sighted.people_involved, sighted.amount_fen, sighted.case, sighted.claimants):
        holder.people, holder.amount_fen = totals(holder.claims)
