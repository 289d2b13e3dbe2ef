"""Matters that are downgraded, closed, visited and opened again."""

from risk_model.entities import OPEN, SETTLED, Matter
from risk_model.state import State
from schemas.domain_events import MatterClosed, MatterDowngraded, MatterReopened, MatterRevisited, RevisitReminded
from schemas.levels import Level


def downgrade(state: State, event: MatterDowngraded, version: int) -> None:
    """Lower a matter's level; what is known now no longer lifts it."""
    matter = _changed(state, event.matter_id, version)
    _settle(matter, event, event.level_after)


def close(state: State, event: MatterClosed, version: int) -> None:
    """Close a matter: it is blue, and what is known now no longer lifts it."""
    matter = _changed(state, event.matter_id, version)
    matter.status = SETTLED
    _settle(matter, event, int(Level.BLUE))


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
    """Keep how many reminders were given."""
    _changed(state, event.matter_id, version).reminded = event.step + 1


def _settle(matter: Matter, event: MatterDowngraded | MatterClosed, level: int) -> None:
    matter.level, matter.settled_level, matter.settled_people = level, event.level_before, matter.people
    matter.settled = sorted({sighting.dispute_id for sighting in matter.recent})
    if matter.own is not None:
        matter.own.level = min(matter.own.level, level)
        matter.own.settled = sorted({sighting.dispute_id for sighting in matter.own.recent})
    matter.revisit_on, matter.reminded, matter.settled_by = event.revisit_on, 0, event.by


def _changed(state: State, matter_id: str, version: int) -> Matter:
    matter = state.matters[matter_id]
    matter.version = version
    state.touched_matters.add(matter_id)
    return matter
