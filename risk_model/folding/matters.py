"""Matters, as events open them, join them and lift them."""

from risk_model.entities import Filed, Matter, Sighting
from risk_model.local_time import local_day
from risk_model.state import RECENT_EVENTS, State
from schemas.domain_events import (
    MatterJoined,
    MatterOpened,
    MatterRegraded,
)


def open_matter(state: State, event: MatterOpened, version: int) -> None:
    """Open a matter with its first event."""
    state.matters[event.matter_id] = Matter(
        event.matter_id, event.title, event.category, event.county, level=event.level, reasons=list(event.reasons)
    )
    join(state, event, version)


def regrade(state: State, event: MatterRegraded, version: int) -> None:
    """Lift a matter's level."""
    matter = state.matters[event.matter_id]
    matter.version, matter.level, matter.reasons = version, event.level_after, list(event.reasons)
    state.touched_matters.add(event.matter_id)


def join(state: State, event: MatterOpened | MatterJoined, version: int) -> None:
    """Add an event to a matter: people and amounts are the largest reported, never sums."""
    sighted = event.sighted
    for key in event.keys:
        state.keys[key] = state.new_keys[key] = event.matter_id
    state.filed[sighted.dispute_id] = state.new_filed[sighted.dispute_id] = Filed(event.matter_id, sighted.county)
    matter = state.matters[event.matter_id]
    matter.version = version
    matter.events += 1
    matter.people = max(matter.people, sighted.people_involved)
    matter.amount_fen = max(matter.amount_fen, sighted.amount_fen)
    matter.first_at = min(matter.first_at or sighted.occurred_at, sighted.occurred_at)
    matter.last_at = max(matter.last_at or sighted.occurred_at, sighted.occurred_at)
    if sighted.source not in matter.sources:
        matter.sources = sorted([*matter.sources, sighted.source])
    if sighted.county not in matter.counties:
        matter.counties = sorted([*matter.counties, sighted.county])
    sighting = Sighting(
        local_day(sighted.occurred_at).toordinal(), sighted.dispute_id, sighted.source, sighted.side, sighted.county
    )
    matter.recent = sorted([*matter.recent, sighting])[-RECENT_EVENTS:]
    state.touched_matters.add(event.matter_id)
