"""Acknowledgements owed too long: at ticks the next leader gets the alert. Time enters by when the log recorded what asks for them."""

from datetime import datetime

from sqlalchemy import Connection, Engine, or_, select

from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.queries.recordings import recorded_at
from infra.store.slices import load_alerts, load_cards
from infra.store.tables import reads
from risk_model.alerts.overdue import overdue
from risk_model.dispatch.entities import TOLD, asked_since
from risk_model.folding import record
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import Recorded

CHUNK = 500
"""Alerts looked at in one query."""


def remind(engine: Engine, rules: Rules, now: datetime) -> int:
    """Record every step of the chain that has fallen due; number of events appended.

    Whoever looks twice, or at the same time, records nothing twice: what was taken is in the alert's own stream.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away; call again later.
    """
    after, appended = "", 0
    while True:
        with engine.connect() as connection:
            ids = _asked(connection, after)
            due = {item.event.alert_id for item in _overdue(connection, set(ids), rules, now)[1]}
        if due:
            with write_transaction(engine) as connection:
                state, recorded = _overdue(connection, due, rules, now)
                append(connection, recorded, now)
                save(connection, reads, state)
            appended += len(recorded)
        if len(ids) < CHUNK:
            return appended
        after = ids[-1]


def _asked(connection: Connection, after: str) -> list[str]:
    """Ids of alerts that await an acknowledgement and have somebody left to be told, in order; not those that are held or absorbed."""
    t, d = reads.alerts, reads.dispatches
    told = or_(d.c.stage.is_(None), d.c.stage == TOLD)
    query = (
        select(t.c.alert_id)
        .join(d, d.c.alert_id == t.c.alert_id, isouter=True)
        .where(t.c.asked.is_not(None), t.c.alert_id > after, told)
        .order_by(t.c.alert_id)
    )
    return list(connection.execute(query.limit(CHUNK)).scalars())


def _overdue(connection: Connection, alert_ids: set[str], rules: Rules, now: datetime) -> tuple[State, list[Recorded]]:
    """Alerts as they stand with the steps due applied, and these."""
    state = State()
    load_alerts(connection, reads, state, alert_ids)
    load_cards(connection, reads, state, alert_ids)
    asked = [(f"alert-{a.alert_id}", a.asked) for a in state.alerts.values() if a.asked is not None]
    times = recorded_at(connection, asked)
    recorded: list[Recorded] = []
    for alert_id, alert in sorted(state.alerts.items()):
        stream = f"alert-{alert_id}"
        asked_at = asked_since(times.get(stream), state.cards.get(alert_id))
        if asked_at is not None:
            recorded += [record(state, stream, event) for event in overdue(alert, asked_at, rules, now)]
    return state, recorded
