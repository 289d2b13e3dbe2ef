"""Conferences, as events call them and say what they came to."""

from risk_model.conferences.entity import ConferenceStep, advance, call
from risk_model.state import State
from schemas.domain_events import ConferenceCalled


def call_conference(state: State, event: ConferenceCalled, version: int) -> None:
    """Keep a conference that was called."""
    state.conferences[event.conference_id] = call(event, version)
    state.touched_conferences.add(event.conference_id)


def step_conference(state: State, event: ConferenceStep, version: int) -> None:
    """Take a step of a conference."""
    advance(state.conferences[event.conference_id], event, version)
    state.touched_conferences.add(event.conference_id)
