"""Matters that are merged, split, and taken apart again.

A merge moves nothing: the matter that is part of another keeps its events, keys and level, and what its keys bring later stays with it. So
taking a merge back gives both as they would be without it.
"""

from risk_model.entities import Matter
from risk_model.folding.matters import SUBJECTS, lineage, refile
from risk_model.folding.names import remember_parting
from risk_model.matters.holdings import Holdings, add, clear, hold
from risk_model.state import State
from schemas.domain_events import (
    MatterAbsorbed,
    MatterReleased,
    MattersMerged,
    MatterSplit,
    MatterSplitOff,
    MergeUndone,
)


def merge(state: State, event: MattersMerged, version: int) -> None:
    """Let one matter hold what another holds, beside its own."""
    matter, part = state.matters[event.into_id], state.matters[event.from_id]
    if matter.own is None:
        matter.own = _own(matter)
    matter.version = version
    matter.members = sorted({*matter.members, event.from_id})
    matter.settled = sorted({*matter.settled, *part.settled})
    for holder in lineage(state, event.into_id):
        hold(holder, [holder, part])
        state.touched_matters.add(holder.matter_id)


def absorb(state: State, event: MatterAbsorbed, version: int) -> None:
    """Make a matter part of another."""
    matter = state.matters[event.matter_id]
    matter.version, matter.merged_into = version, event.into_id
    state.touched_matters.add(event.matter_id)


def undo(state: State, event: MergeUndone, version: int) -> None:
    """Let a matter no longer hold what another holds; when it was the last, the level is what it was before the first."""
    matter = state.matters[event.into_id]
    own = matter.own
    assert own is not None, "a matter that others are part of has figures of its own"
    matter.members = [member for member in matter.members if member != event.from_id]
    _follow(state, matter, version)
    if not matter.members:
        matter.own = None
        matter.level, matter.reasons, matter.settled = own.level, list(own.reasons), list(own.settled)
    remember_parting(state, event)


def release(state: State, event: MatterReleased, version: int) -> None:
    """Let a matter stand by itself again."""
    matter = state.matters[event.matter_id]
    matter.version, matter.merged_into = version, None
    state.touched_matters.add(event.matter_id)


def split(state: State, event: MatterSplit, version: int) -> None:
    """Leave a matter what stays."""
    matter = state.matters[event.matter_id]
    own = matter if matter.own is None else matter.own
    clear(own)
    for sighted in event.kept:
        add(own, sighted)
    if matter.own is not None and not matter.settled:
        matter.own.level = min(
            matter.own.level, matter.own.peak
        )  # what rules add is found again when it is taken apart
    matter.subjects = [key for key in matter.subjects if key not in event.keys]
    _follow(state, matter, version)
    remember_parting(state, event)


def split_off(state: State, event: MatterSplitOff, version: int) -> None:
    """Open a matter with the events taken from another."""
    matter = Matter(event.matter_id, event.title, event.category, event.county)
    matter.level, matter.reasons = event.level, list(event.reasons)
    matter.version, matter.split_from = version, event.from_id
    matter.subjects = [key for key in event.keys if key.startswith(SUBJECTS)]
    for sighted in event.sighted:
        add(matter, sighted)
    state.matters[event.matter_id] = matter
    refile(state, event.matter_id, event.sighted, event.keys)
    state.touched_matters.add(event.matter_id)


def _own(matter: Matter) -> Holdings:
    """A matter's own figures, of which nothing is shared that is changed in place."""
    own = Holdings(level=matter.level, reasons=list(matter.reasons), settled=list(matter.settled))
    hold(own, [matter])
    return own


def _follow(state: State, changed: Matter, version: int) -> None:
    """Let a matter, and whatever it is part of, hold what their parts hold."""
    changed.version = version
    for matter in lineage(state, changed.matter_id):
        if matter.own is not None:
            hold(matter, [matter.own, *(state.matters[member] for member in matter.members)])
        state.touched_matters.add(matter.matter_id)
