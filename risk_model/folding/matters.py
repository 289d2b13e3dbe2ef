"""Matters, as events open them, join them and grade them."""

from collections.abc import Iterator

from risk_model.entities import Filed, Matter
from risk_model.matters.holdings import add
from risk_model.state import State
from schemas.domain_events import MatterJoined, MatterOpened, MatterRegraded, Sighted

SUBJECTS = ("uscc:", "firm:", "site:")
"""Kinds of keys that say whom a matter is about; the others are of one dispute."""


def open_matter(state: State, event: MatterOpened, version: int) -> None:
    """Open a matter with its first event."""
    state.matters[event.matter_id] = Matter(
        event.matter_id, event.title, event.category, event.county, level=event.level, reasons=list(event.reasons)
    )
    join(state, event, version)


def regrade(state: State, event: MatterRegraded, version: int) -> None:
    """Change a matter's level."""
    matter = state.matters[event.matter_id]
    matter.version, matter.level, matter.reasons = version, event.level_after, list(event.reasons)
    state.touched_matters.add(event.matter_id)


def join(state: State, event: MatterOpened | MatterJoined, version: int) -> None:
    """Add an event to a matter, and to whatever that is part of."""
    matter = state.matters[event.matter_id]
    matter.version = version
    matter.subjects += [key for key in event.keys if key.startswith(SUBJECTS)]
    refile(state, event.matter_id, (event.sighted,), event.keys)
    for matter in lineage(state, event.matter_id):
        add(matter, event.sighted)
        if matter.own is not None and matter.matter_id == event.matter_id:
            add(matter.own, event.sighted)
        state.touched_matters.add(matter.matter_id)


def lineage(state: State, matter_id: str) -> Iterator[Matter]:
    """A matter, the one it is part of, the one that is part of, and so on."""
    at: str | None = matter_id
    while at is not None:
        matter = state.matters[at]
        yield matter
        at = matter.merged_into


def refile(state: State, matter_id: str, sighted: tuple[Sighted, ...], keys: tuple[str, ...]) -> None:
    """Let dispute events and link keys lead to a matter."""
    for one in sighted:
        state.filed[one.dispute_id] = state.new_filed[one.dispute_id] = Filed(matter_id, one.county)
    for key in keys:
        state.keys[key] = state.new_keys[key] = matter_id
