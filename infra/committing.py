"""Write what a command comes to: its own fact first, then what follows for deadlines and duties, all in one transaction."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from infra.store.commitments import stream_of
from infra.store.event_log import append
from infra.store.projection import save
from infra.store.slices import load_deadlines
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.state import State
from schemas.domain_events import DeadlineEnded, DomainEvent


def commit(connection: Connection, state: State, events: Iterable[DomainEvent], now: datetime) -> None:
    """Record events on their streams and store what they change, within a write transaction.

    A deadline that somebody has ended by hand meanwhile is not ended again.

    Args:
        connection: within a transaction that has taken its turn.
        state: with what the events change, deadlines excepted.
        events: in order.
        now: aware.
    """
    events = list(events)
    ended = {event.deadline_id for event in events if isinstance(event, DeadlineEnded)}
    load_deadlines(connection, reads, state, ended - state.deadlines.keys())
    recorded = []
    for event in events:
        if isinstance(event, DeadlineEnded):
            held = state.deadlines.get(event.deadline_id)
            if held is None or held.outcome is not None:
                continue
        recorded.append(record(state, stream_of(event), event))
    append(connection, recorded, now)
    save(connection, reads, state)
