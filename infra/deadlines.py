"""Deadlines in the store: at ticks who is to be told is told, and what was counted by an older calendar is counted again; officials' steps.

Time enters as an argument: the surveyor's tick, or a request.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, select

from infra.expecting import recorded_before
from infra.store.event_log import append, micros, take_turn, write_transaction
from infra.store.projection import save
from infra.store.slices import load_deadlines
from infra.store.tables import reads
from risk_model.clocks.book import ClockBook
from risk_model.clocks.clock import ClockRefused
from risk_model.deadlines.counting import Subject, started
from risk_model.deadlines.entity import Deadline
from risk_model.deadlines.noticing import notice_due, recounted
from risk_model.deadlines.steps import DeadlineCommand, command_of, decide_deadline
from risk_model.folding import record
from risk_model.masking import Masker
from risk_model.state import State
from schemas.domain_events import DeadlineLapsed, DeadlineRecounted, DeadlineWarned, DomainEvent
from schemas.identifiers import derived_id

CHUNK = 500
"""Deadlines looked at in one query."""

Tick = DeadlineWarned | DeadlineLapsed | DeadlineRecounted


class NoSuchDeadline(LookupError):
    """There is no deadline of this id."""


def tell(engine: Engine, book: ClockBook, now: datetime) -> int:
    """Record every warning and every step of a chain that has fallen due; number of events appended.

    Whoever looks twice, or at the same time, records nothing twice. The cost is that of what is due: an index holds the times.
    """
    due = reads.deadlines.c.next_us <= micros(now)
    return _look(engine, due, now, lambda deadline: notice_due(deadline, book, now))


def recount(engine: Engine, book: ClockBook, now: datetime) -> int:
    """Count every running deadline again, by the calendar and the rules of today; number of those that fall on another day."""
    running = reads.deadlines.c.lapses_us.is_not(None) & reads.deadlines.c.outcome.is_(None)
    return _look(engine, running, now, lambda deadline: recounted(deadline, book))


def handle_deadline(
    connection: Connection, deadline_id: str, command: DeadlineCommand, expected: int, book: ClockBook, now: datetime
) -> Deadline:
    """Take an official's step with a deadline, within a write transaction; the deadline after it.

    Raises:
        NoSuchDeadline: there is none.
        Moved: somebody else was first, or somebody was told of it meanwhile.
        ClockRefused: it cannot be done; the message says why.
    """
    take_turn(connection)
    state = State()
    load_deadlines(connection, reads, state, {deadline_id})
    deadline = state.deadlines.get(deadline_id)
    if deadline is None:
        raise NoSuchDeadline(deadline_id)
    command = msgspec.structs.replace(command, reason=Masker().mask(command.reason.strip()))
    stream = f"deadline-{deadline_id}"
    if not recorded_before(connection, stream, deadline.version, expected, lambda event: _same(event, command)):
        append(connection, [record(state, stream, decide_deadline(deadline, command, book, now))], now)
        save(connection, reads, state)
    return state.deadlines[deadline_id]


def start_by_hand(
    connection: Connection,
    book: ClockBook,
    code: str,
    at: datetime,
    subject: Subject,
    length: int | None,
    now: datetime,
) -> Deadline:
    """Start a deadline at an official's word, within a write transaction; the same word again changes nothing.

    Its identity is kind, subject and start, so that what is sent twice runs once.

    Raises:
        ClockRefused: the length is not allowed, or the same deadline was started otherwise.
        PolicyError: there is no such kind.
    """
    take_turn(connection)
    deadline_id = derived_id("deadline", code, subject.about, subject.about_id, str(micros(at)))
    subject = msgspec.structs.replace(subject, title=Masker().mask(subject.title.strip()))
    event = started(book, code, deadline_id, at, now, subject, length)
    state = State()
    load_deadlines(connection, reads, state, {deadline_id})
    held = state.deadlines.get(deadline_id)
    if held is not None and held.clock is not None:
        if (held.clock.length, held.owing, held.title) != (event.length, event.owing, event.title):
            raise ClockRefused(
                f"{held.name}已经起算，内容不同；如需改动，请先撤销 / the same deadline was started with other content: withdraw it first"
            )
        return held
    append(connection, [record(state, f"deadline-{deadline_id}", event)], now)
    save(connection, reads, state)
    return state.deadlines[deadline_id]


def _look(engine: Engine, wanted: ColumnElement[bool], now: datetime, decide: Callable[[Deadline], Tick | None]) -> int:
    """Look at deadlines in chunks, decide on each, and record under the write lock what follows."""
    after, appended = "", 0
    while True:
        with engine.connect() as connection:
            ids = _chosen(connection, wanted, after)
            found = _decided(connection, ids, decide)[1]
        if found:
            with write_transaction(engine) as connection:
                state, events = _decided(connection, [event.deadline_id for event in found], decide)
                append(connection, [record(state, f"deadline-{e.deadline_id}", e) for e in events], now)
                save(connection, reads, state)
            appended += len(events)
        if len(ids) < CHUNK:
            return appended
        after = ids[-1]


def _chosen(connection: Connection, wanted: ColumnElement[bool], after: str) -> list[str]:
    column = reads.deadlines.c.deadline_id
    return list(
        connection.execute(select(column).where(wanted, column > after).order_by(column).limit(CHUNK)).scalars()
    )


def _decided(
    connection: Connection, ids: list[str], decide: Callable[[Deadline], Tick | None]
) -> tuple[State, list[Tick]]:
    state = State()
    load_deadlines(connection, reads, state, ids)
    found = [decide(deadline) for _, deadline in sorted(state.deadlines.items())]
    return state, [event for event in found if event is not None]


def _same(event: DomainEvent, command: DeadlineCommand) -> bool:
    """Whether an event records a command; one that named no time meant that of its recording."""
    taken = command_of(event)
    if taken is None:
        return False
    if command.kind != "extend":
        command = msgspec.structs.replace(command, length=None)  # only an extension has one
    return (taken if command.at is not None else msgspec.structs.replace(taken, at=None)) == command
