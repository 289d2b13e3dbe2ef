"""Deadlines, as events start, move and end them."""

from risk_model.deadlines.entity import Deadline, DeadlineStep, advance, end, start
from risk_model.state import State
from schemas.domain_events import DeadlineEnded, DeadlineStarted


def start_deadline(state: State, event: DeadlineStarted, version: int) -> None:
    """Keep a new deadline."""
    _hold(state, event.deadline_id, version, start(state.deadlines.get(event.deadline_id), event))


def end_deadline(state: State, event: DeadlineEnded, version: int) -> None:
    """End a deadline, or keep the end of one whose start is still to come."""
    _hold(state, event.deadline_id, version, end(state.deadlines.get(event.deadline_id), event))


def step_deadline(state: State, event: DeadlineStep, version: int) -> None:
    """Take a step of a running deadline."""
    deadline = state.deadlines[event.deadline_id]
    advance(deadline, event)
    _hold(state, event.deadline_id, version, deadline)


def _hold(state: State, deadline_id: str, version: int, deadline: Deadline) -> None:
    deadline.version = version
    state.deadlines[deadline_id] = deadline
    state.touched_deadlines.add(deadline_id)
