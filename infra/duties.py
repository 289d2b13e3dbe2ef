"""What offices and leaders do with duties, written with the optimistic concurrency of the event log."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from infra.committing import commit
from infra.expecting import recorded_before
from infra.store.event_log import take_turn
from infra.store.slices import load_duties
from infra.store.tables import reads
from risk_model.clocks.book import ClockBook
from risk_model.duties.entity import OPEN, Duty
from risk_model.duties.steps import DutyCommand, command_of, decide_duty
from risk_model.masking import Masker
from risk_model.state import State


class NoSuchDuty(LookupError):
    """There is no duty of this id."""


def handle_duty(
    connection: Connection, duty_id: str, command: DutyCommand, expected: int, book: ClockBook, now: datetime
) -> Duty:
    """Take a step with a duty and its deadline, within a write transaction; the duty after it.

    Raises:
        NoSuchDuty: there is none.
        Moved: somebody else was first.
        Incomplete, NotAllowed: see ``risk_model.duties.steps.decide_duty``.
    """
    take_turn(connection)
    state = State()
    load_duties(connection, reads, state, {duty_id})
    duty = state.duties.get(duty_id)
    if duty is None:
        raise NoSuchDuty(duty_id)
    command = msgspec.structs.replace(command, reason=Masker().mask(command.reason.strip()))
    stream = f"duty-{duty_id}"
    if not recorded_before(connection, stream, duty.version, expected, lambda event: command_of(event) == command):
        commit(connection, state, decide_duty(duty, command, book, now), now)
    return state.duties[duty_id]


def open_duties(connection: Connection, alert_id: str) -> int:
    """How many duties of an alert are still open."""
    d = reads.duties
    query = select(func.count()).where(d.c.alert_id == alert_id, d.c.status.in_(OPEN))
    return int(connection.execute(query).scalar_one())
