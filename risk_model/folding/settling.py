"""Matters that are downgraded, closed, visited and opened again."""

from risk_model.entities import OPEN, SETTLED, Matter
from risk_model.state import State
from schemas.domain_events import MatterClosed, MatterDowngraded, MatterReopened, MatterRevisited, RevisitReminded


def downgrade(state: State, event: MatterDowngraded, version: int) -> None:
    """Lower a matter's level; what is known now no longer lifts it."""
    matter = _changed(state, event.matter_id, version)
    matter.level = event.level_after
    if matter.own is not None:
        matter.own.level = min(matter.own.level, event.level_after)
    _settle(matter, event)


def close(state: State, event: MatterClosed, version: int) -> None:
    """Close a matter; what is known now no longer lifts it."""
    matter = _changed(state, event.matter_id, version)
    matter.status = SETTLED
    _settle(matter, event)


def revisit(state: State, event: MatterRevisited, version: int) -> None:
    """Keep when to look again; a relapse itself opens or lifts nothing, what follows from it does."""
    matter = _changed(state, event.matter_id, version)
    matter.revisit_on, matter.reminded = event.next_on, 0


def reopen(state: State, event: MatterReopened, version: int) -> None:
    """Open a matter again, at a level."""
    matter = _changed(state, event.matter_id, version)
    matter.status, matter.level, matter.reasons = OPEN, event.level, list(event.reasons)
    matter.revisit_on, matter.reminded = None, 0


def remind(state: State, event: RevisitReminded, version: int) -> None:
    """Count a reminder."""
    _changed(state, event.matter_id, version).reminded += 1


def _settle(matter: Matter, event: MatterDowngraded | MatterClosed) -> None:
    matter.settled = sorted({sighting.dispute_id for sighting in matter.recent})
    if matter.own is not None:
        matter.own.settled = sorted({sighting.dispute_id for sighting in matter.own.recent})
    matter.revisit_on, matter.reminded, matter.settled_by = event.revisit_on, 0, event.by


def _changed(state: State, matter_id: str, version: int) -> Matter:
    matter = state.matters[matter_id]
    matter.version = version
    state.touched_matters.add(matter_id)
    return matter
