"""From events to notices: what the log holds beyond the cursor, told to whom the table says; each event once, whatever is killed when."""

from datetime import datetime
from functools import partial

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from infra.store.event_log import (
    StoredEvent,
    append,
    known_streams,
    micros,
    read_events,
    take_turn,
    write_transaction,
)
from infra.store.notices import load_messages
from infra.store.projection import save
from infra.store.queries.newest import last_asked, newest_behind
from infra.store.slices import load_alerts, load_duties, load_requests
from infra.store.tables import event_head, publications, reads
from risk_model.folding import record
from risk_model.notices.bundling import bundle
from risk_model.notices.due import Channels, notices_due
from risk_model.notices.known import Known
from risk_model.notices.telling import TELL, alerts_needed, duties_needed, requests_needed
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import NoticeDue

CURSOR = "notices"
CHUNK = 500
_TYPES = tuple(str(kind.__struct_config__.tag) for kind in TELL)  # type: ignore[attr-defined]  # structs
_notice = msgspec.json.Decoder(NoticeDue)


def begin(engine: Engine, now: datetime) -> bool:
    """Set the cursor where it is missing: to the end of the log, as nobody is to be told of what was there before. True when it was set."""
    with write_transaction(engine) as connection:
        if _cursor(connection) is not None:
            return False
        head = int(connection.execute(select(event_head.c.seq)).scalar_one())
        row = {"name": CURSOR, "last_seq": head, "holder": None, "lease_until_us": micros(now)}
        connection.execute(insert(publications), [row])
    return True


def owe(engine: Engine, rules: Rules, channels: Channels, now: datetime) -> int:
    """Record the notices of the next events, at most ``CHUNK`` events; how many events were looked at.

    The notices and the place of the cursor are written in one transaction, and each notice has a stream of its own.

    Raises:
        sqlalchemy.exc.DBAPIError: call again later; the cursor has not moved.
    """
    with engine.connect() as connection:
        last = _cursor(connection)
        if last is None:
            raise LookupError("the cursor of notices was not begun")
        # The head first: what is committed between the two reads must not be stepped over.
        head = int(connection.execute(select(event_head.c.seq)).scalar_one())
        if head <= last:
            return 0
        stored = read_events(connection, last, CHUNK, _TYPES)
        found = _due(connection, stored, rules, channels)
    newest = stored[-1].seq if stored else last
    reached = newest if len(stored) == CHUNK else max(head, newest)
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        if found:
            take_turn(connection)
            known = known_streams(connection, [_stream(notice) for notice in found])
            state = State()
            fresh = [record(state, _stream(notice), notice) for notice in found if _stream(notice) not in known]
            append(connection, fresh, now)
            save(connection, reads, state)
        table = publications
        mine = (table.c.name == CURSOR) & (table.c.last_seq == last)
        connection.execute(update(table).where(mine).values(last_seq=reached))
    return len(stored)


def gather(engine: Engine, rules: Rules, now: datetime) -> int:
    """Make messages of the notices that are ready; how many."""
    table = reads.notices
    query = select(table.c.state).where(table.c.message_id.is_(None), table.c.due_us <= micros(now))
    query = query.order_by(table.c.due_us, table.c.notice_id).limit(CHUNK)
    with engine.connect() as connection:
        waiting = [_notice.decode(data) for (data,) in connection.execute(query)]
    made = bundle(waiting, now, rules.policy.notice)
    if not made:
        return 0
    with write_transaction(engine) as connection:
        state = State()
        load_messages(connection, reads, state, [event.message_id for event in made])
        fresh = [event for event in made if event.message_id not in state.messages]
        append(connection, [record(state, f"message-{event.message_id}", event) for event in fresh], now)
        save(connection, reads, state)
    return len(fresh)


def _due(connection: Connection, stored: list[StoredEvent], rules: Rules, channels: Channels) -> list[NoticeDue]:
    state, events = State(), [item.recorded.event for item in stored]
    load_alerts(connection, reads, state, alerts_needed(events))
    load_duties(connection, reads, state, duties_needed(events))
    load_requests(connection, reads, state, requests_needed(events))
    known = partial(
        Known,
        state.alerts,
        newest_behind(connection, state.alerts.values()),
        last_asked(connection, state.alerts.values()),
        rules,
        duties=state.duties,
        requests=state.requests,
    )
    return [
        notice
        for item in stored
        for notice in notices_due(item.recorded, known(recorded_at=item.recorded_at), channels)
    ]


def _cursor(connection: Connection) -> int | None:
    query = select(publications.c.last_seq).where(publications.c.name == CURSOR)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)


def _stream(notice: NoticeDue) -> str:
    return f"notice-{notice.notice_id}"
