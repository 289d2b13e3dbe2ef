"""The ledger of requests: pages by filter, newest first, each with its deadline; one with its history; all of a span for its figures."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, select

from infra.store.event_log import StoredEvent, micros
from infra.store.queries.deadlines import deadlines_about
from infra.store.queries.families import within
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import history
from infra.store.tables import reads
from risk_model.deadlines.entity import Deadline
from risk_model.ledger.entity import ANSWERED, SETTLED, WITHDRAWN, Request
from risk_model.ledger.fulfilment import Entry

_request = msgspec.json.Decoder(Request)
_deadline = msgspec.json.Decoder(Deadline)


class LedgerFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which requests: None is any. ``since`` (inclusive) and ``until`` (exclusive) bound when they were made.

    Attributes:
        status: a status, or ``open``: not answered, or sent back.
        office: part of the name of either side; ``asked``: of the office asked.
        matter_id: about this matter or one that is part of it.
        overdue: whose deadline runs and has lapsed.
    """

    kind: str | None = None
    direction: str | None = None
    status: str | None = None
    county: str | None = None
    alert_id: str | None = None
    matter_id: str | None = None
    office: str | None = None
    asked: str | None = None
    overdue: bool = False
    since: datetime | None = None
    until: datetime | None = None


class ListedRequest(msgspec.Struct, frozen=True):
    """A request and the deadline that runs for it."""

    request: Request
    deadline: Deadline | None


class RequestDetail(msgspec.Struct, frozen=True):
    """A request, its deadline and its own events."""

    listed: ListedRequest
    history: list[StoredEvent]


def ledger_page(
    connection: Connection, wanted: LedgerFilter, now: datetime, after: Position | None, limit: int
) -> Page[ListedRequest]:
    """Requests by when they were made, newest first."""
    r = reads.requests
    query = newest_first(_filtered(connection, wanted, now), r.c.made_us, r.c.request_id, after, limit)
    page = page_of(connection.execute(query).all(), limit, lambda row: Position(row.made_us, row.request_id))
    return Page([_listed(row.state, row.deadline) for row in page.items], page.following)


def ledger_rows(connection: Connection, wanted: LedgerFilter, now: datetime) -> list[ListedRequest]:
    """All requests of a filter, oldest first, for a file."""
    r = reads.requests
    query = _filtered(connection, wanted, now).order_by(r.c.made_us, r.c.request_id)
    return [_listed(row.state, row.deadline) for row in connection.execute(query)]


def ledger_entries(connection: Connection, wanted: LedgerFilter, now: datetime) -> list[Entry]:
    """All requests of a filter with when their first deadline lapses, for the figures."""
    listed = ledger_rows(connection, wanted, now)
    about = [item.request.made.dispute_id or item.request.request_id for item in listed if item.request.made]
    first = {key: found[0] for key, found in deadlines_about(connection, about).items()}
    entries = []
    for item in listed:
        made = item.request.made
        assert made is not None, "only what was made is listed"
        earliest = first.get(made.dispute_id or item.request.request_id)
        running = item.deadline.lapses_at if item.deadline else None
        entries.append(Entry(item.request, earliest.lapses_at if earliest else None, running))
    return entries


def request_by_id(connection: Connection, request_id: str) -> RequestDetail | None:
    """One request; None when there is none of this id, or only its answer is known."""
    r = reads.requests
    query = _joined().where(r.c.request_id == request_id, r.c.made_us.is_not(None))
    row = connection.execute(query).first()
    if row is None:
        return None
    return RequestDetail(_listed(row.state, row.deadline), history(connection, f"request-{request_id}"))


def _joined() -> Select[tuple[str, int, bytes, bytes]]:
    r, d = reads.requests, reads.deadlines
    return select(r.c.request_id, r.c.made_us, r.c.state, d.c.state.label("deadline")).outerjoin(
        d, d.c.deadline_id == r.c.deadline_id
    )


def _filtered(connection: Connection, wanted: LedgerFilter, now: datetime) -> Select[tuple[str, int, bytes, bytes]]:
    r, d = reads.requests, reads.deadlines
    query = _joined().where(r.c.made_us.is_not(None))
    for name in ("kind", "direction", "county", "alert_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(r.c[name] == value)
    if wanted.matter_id is not None:
        query = query.where(within(connection, r.c.matter_id, wanted.matter_id))
    if wanted.status == "open":
        query = query.where(r.c.status.not_in((ANSWERED, SETTLED, WITHDRAWN)))
    elif wanted.status is not None:
        query = query.where(r.c.status == wanted.status)
    for part, columns in ((wanted.office, (r.c.asker, r.c.asked)), (wanted.asked, (r.c.asked,))):
        if part is not None:
            found = columns[0].contains(part, autoescape=True)
            for column in columns[1:]:
                found |= column.contains(part, autoescape=True)
            query = query.where(found)
    if wanted.overdue:
        query = query.where(d.c.outcome.is_(None), d.c.lapses_us <= micros(now))
    if wanted.since is not None:
        query = query.where(r.c.made_us >= micros(wanted.since))
    if wanted.until is not None:
        query = query.where(r.c.made_us < micros(wanted.until))
    return query


def _listed(state: bytes, deadline: bytes | None) -> ListedRequest:
    return ListedRequest(
        _request.decode(bytes(state)), _deadline.decode(bytes(deadline)) if deadline is not None else None
    )
