"""Silences officials set and lift: decided purely, written with the optimistic concurrency of the event log."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.expecting import recorded_before
from infra.store.event_log import append, micros, take_turn
from infra.store.projection import save
from infra.store.slices import load_silences
from infra.store.tables import reads
from risk_model.dispatch.entities import Silence
from risk_model.dispatch.settings import DispatchTable
from risk_model.dispatch.silencing import decide_lifting, decide_silence, silence_id
from risk_model.folding import record
from risk_model.masking import Masker
from risk_model.state import State
from schemas.domain_events import DomainEvent, SilenceLifted
from schemas.domain_events.dispatch import SilenceMatch

_silence = msgspec.json.Decoder(Silence)


class NoSuchSilence(LookupError):
    """There is no silence of this id."""


def set_silence(
    connection: Connection,
    match: SilenceMatch,
    by: str,
    reason: str,
    until: datetime,
    now: datetime,
    table: DispatchTable,
) -> Silence:
    """Set a silence, within a write transaction; the same request sent again is answered with the first.

    Raises:
        Incomplete: see ``decide_silence``.
    """
    take_turn(connection)
    reason = Masker().mask(reason.strip())
    state, name = State(), silence_id(match, by, reason, until)
    load_silences(connection, reads, state, [name])
    if name not in state.silences:
        event = decide_silence(match, by, reason, until, now, table)
        append(connection, [record(state, f"silence-{name}", event)], now)
        save(connection, reads, state)
    return state.silences[name]


def lift_silence(
    connection: Connection, name: str, by: str, reason: str, expected_version: int, now: datetime
) -> Silence:
    """Lift a silence, within a write transaction; what it held goes on at the dispatcher's next look.

    Raises:
        NoSuchSilence: there is none.
        Moved: it was lifted meanwhile.
        Incomplete, NotAllowed: see ``decide_lifting``.
    """
    take_turn(connection)
    state = State()
    load_silences(connection, reads, state, [name])
    if name not in state.silences:
        raise NoSuchSilence(name)
    silence, reason = state.silences[name], Masker().mask(reason.strip())
    stream = f"silence-{name}"
    if recorded_before(connection, stream, silence.version, expected_version, lambda event: _lifts(event, by, reason)):
        return silence
    append(connection, [record(state, stream, decide_lifting(silence, by, reason, now))], now)
    save(connection, reads, state)
    return silence


def silences_listed(connection: Connection, now: datetime, *, over: bool) -> list[Silence]:
    """Silences, the one that ends last first; those that are over only if asked for."""
    t = reads.silences
    query = select(t.c.state).order_by(t.c.until_us.desc(), t.c.silence_id)
    if not over:
        query = query.where(t.c.lifted_us.is_(None), t.c.until_us > micros(now))
    return [_silence.decode(bytes(state)) for state in connection.execute(query).scalars()]


def _lifts(event: DomainEvent, by: str, reason: str) -> bool:
    return isinstance(event, SilenceLifted) and (event.by, event.reason) == (by, reason)
