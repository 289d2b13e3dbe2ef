"""Requests between court and government in the store: made, answered, settled, with the optimistic concurrency of the event log."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from infra.committing import commit
from infra.expecting import recorded_before
from infra.store.event_log import take_turn
from infra.store.slices import load_requests
from infra.store.tables import reads
from risk_model.clocks.book import ClockBook
from risk_model.ledger.entity import Request
from risk_model.ledger.steps import (
    NewRequest,
    RequestCommand,
    command_of,
    decide_request,
    decide_step,
    request_key,
)
from risk_model.masking import Masker
from risk_model.refusals import NotAllowed
from risk_model.state import State


class NoSuchRequest(LookupError):
    """There is no request of this id."""


def make_request(connection: Connection, new: NewRequest, book: ClockBook, now: datetime) -> Request:
    """Make a request, within a write transaction; the same asker's number again is the same request.

    Raises:
        Incomplete: something is missing or wrong.
        NotAllowed: the number stands for another request already.
        ClockRefused: the length is not allowed.
    """
    take_turn(connection)
    new = msgspec.structs.replace(new, what=Masker().mask(new.what.strip()))
    events = decide_request(new, book, now)
    request_id = request_key(new.kind, new.asker, new.number)
    state = State()
    load_requests(connection, reads, state, {request_id})
    held = state.requests.get(request_id)
    if held is not None and held.made is not None:
        made = held.made
        if (made.kind, made.asker, made.asked, made.what, made.by) != (
            new.kind,
            new.asker,
            new.asked,
            new.what,
            new.by,
        ):
            raise NotAllowed(
                f"{new.asker}的 {new.number} 已用于另一项请求（{made.asked}：{made.what}），请核对文号",
                "the number stands for another request of this office already",
            )
        return held
    commit(connection, state, events, now)
    return state.requests[request_id]


def handle_request(
    connection: Connection, request_id: str, command: RequestCommand, expected: int, book: ClockBook, now: datetime
) -> Request:
    """Take a step with a request and its deadline, within a write transaction; the request after it.

    Raises:
        NoSuchRequest: there is none, or only its answer is known.
        Moved: somebody else was first, or a reported event answered it.
        Incomplete, NotAllowed: see ``risk_model.ledger.steps.decide_step``.
    """
    take_turn(connection)
    state = State()
    load_requests(connection, reads, state, {request_id})
    request = state.requests.get(request_id)
    if request is None or request.made is None:
        raise NoSuchRequest(request_id)
    command = msgspec.structs.replace(command, reason=Masker().mask(command.reason.strip()))
    stream = f"request-{request_id}"
    if not recorded_before(connection, stream, request.version, expected, lambda event: command_of(event) == command):
        commit(connection, state, decide_step(request, command, book, now), now)
    return state.requests[request_id]
