"""What officials do with conferences, written with the optimistic concurrency of the event log."""

from datetime import date, datetime

import msgspec
from sqlalchemy import Connection

from infra.committing import commit
from infra.expecting import recorded_before
from infra.store.conferences import load_conferences
from infra.store.event_log import append, take_turn
from infra.store.projection import save
from infra.store.slices import load_duties
from infra.store.tables import reads
from risk_model.clocks.book import ClockBook
from risk_model.conferences.entity import Conference
from risk_model.conferences.steps import (
    ConferenceCommand,
    call_conference,
    decide_conference,
    duty_of,
    records,
)
from risk_model.folding import record
from risk_model.masking import Masker
from risk_model.state import State
from schemas.domain_events import AgendaItem


class NoSuchConference(LookupError):
    """There is no conference of this id."""

    for_operator = True

    def __init__(self, conference_id: str) -> None:
        super().__init__(
            f"没有编号为 {conference_id} 的会议；用 fuyuan conference list 查看 / no conference {conference_id}"
        )


def convene(
    connection: Connection, title: str, held_on: date, by: str, items: tuple[AgendaItem, ...], now: datetime
) -> Conference:
    """Call a conference, within a write transaction. Called again (its answer was lost), it is the one that was called first.

    Raises:
        Incomplete: see ``call_conference``.
    """
    take_turn(connection)
    event = call_conference(title.strip(), held_on, by.strip(), items, now)
    state = State()
    load_conferences(connection, reads, state, {event.conference_id})
    if event.conference_id not in state.conferences:
        append(connection, [record(state, f"conference-{event.conference_id}", event)], now)
        save(connection, reads, state)
    return state.conferences[event.conference_id]


def handle_conference(
    connection: Connection,
    conference_id: str,
    command: ConferenceCommand,
    expected: int,
    book: ClockBook,
    now: datetime,
) -> Conference:
    """Take a step with a conference, within a write transaction; the conference after it.

    Raises:
        NoSuchConference: there is none.
        Moved: somebody else was first.
        Incomplete, NotAllowed: see ``decide_conference``.
    """
    take_turn(connection)
    state = State()
    load_conferences(connection, reads, state, {conference_id})
    conference = state.conferences.get(conference_id)
    if conference is None:
        raise NoSuchConference(conference_id)
    command = msgspec.structs.replace(command, text=Masker().mask(command.text.strip()))
    stream = f"conference-{conference_id}"
    if not recorded_before(connection, stream, conference.version, expected, lambda event: records(event, command)):
        topic = conference.topic(command.item_id)
        load_duties(connection, reads, state, {duty_of(d.decision_id) for d in topic.decisions} if topic else ())
        events = decide_conference(conference, command, state.duties, book, now)
        append(connection, [record(state, stream, events[0])], now)
        commit(connection, state, events[1:], now)  # stores the conference as well
    return conference
