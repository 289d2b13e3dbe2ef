"""Visits that are due and were not made: at ticks whoever owes them is reminded, each time once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.slices import load_matters
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.local_time import local_day
from risk_model.matters.visits import due_reminder, looked_ahead_days
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import Recorded


def remind_visits(engine: Engine, rules: Rules, now: datetime) -> int:
    """Record every reminder that has fallen due; number of events appended.

    Whoever looks twice, or at the same time, records nothing twice: what was given is in the matter's own stream.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away; call again later.
    """
    with engine.connect() as connection:
        ids = _coming(connection, rules, now)
        due = {recorded.event.matter_id for recorded in _due(connection, ids, rules, now)[1]}  # type: ignore[union-attr]  # reminders
    if not due:
        return 0
    with write_transaction(engine) as connection:
        state, recorded = _due(connection, due, rules, now)
        append(connection, recorded, now)
        save(connection, reads, state)
    return len(recorded)


def _coming(connection: Connection, rules: Rules, now: datetime) -> set[str]:
    """Matters to be visited soon, or by now."""
    until = local_day(now) + timedelta(days=looked_ahead_days(rules))
    t = reads.matters
    query = select(t.c.matter_id).where(t.c.revisit_on <= until.isoformat(), t.c.merged_into.is_(None))
    return set(connection.execute(query).scalars())


def _due(connection: Connection, matter_ids: set[str], rules: Rules, now: datetime) -> tuple[State, list[Recorded]]:
    """Matters as they stand with the reminders due applied, and these."""
    state = State()
    load_matters(connection, reads, state, matter_ids)
    found = [due_reminder(matter, rules, now) for _, matter in sorted(state.matters.items())]
    events = [event for event in found if event is not None]
    return state, [record(state, f"matter-{event.matter_id}", event) for event in events]
