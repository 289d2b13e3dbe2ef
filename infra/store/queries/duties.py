"""Duties: pages by filter, newest first, each with its deadline; one with its history."""

import msgspec
from sqlalchemy import Connection, select

from infra.store.event_log import StoredEvent
from infra.store.queries.families import within
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import history
from infra.store.tables import reads
from risk_model.deadlines.entity import Deadline
from risk_model.duties.entity import OPEN, Duty

_duty = msgspec.json.Decoder(Duty)
_deadline = msgspec.json.Decoder(Deadline)


class DutyFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which duties: None is any.

    Attributes:
        office: part of the name of the office that leads.
        status: a status, or ``open``: all in which something is owed.
        matter_id: of this matter or of one that is part of it.
        overdue: whose deadline runs and has lapsed by ``now_us``.
    """

    office: str | None = None
    status: str | None = None
    county: str | None = None
    alert_id: str | None = None
    matter_id: str | None = None
    origin: str | None = None
    origin_id: str | None = None
    overdue: bool = False


class ListedDuty(msgspec.Struct, frozen=True):
    """A duty and the deadline that runs for it."""

    duty: Duty
    deadline: Deadline | None


class DutyDetail(msgspec.Struct, frozen=True):
    """A duty, its deadline and its own events."""

    listed: ListedDuty
    history: list[StoredEvent]


def duty_page(
    connection: Connection, wanted: DutyFilter, now_us: int, after: Position | None, limit: int
) -> Page[ListedDuty]:
    """Duties by when they were assigned, newest first."""
    d, dl = reads.duties, reads.deadlines
    query = select(d.c.duty_id, d.c.assigned_us, d.c.state, dl.c.state.label("deadline")).outerjoin(
        dl, dl.c.deadline_id == d.c.deadline_id
    )
    for name in ("county", "alert_id", "origin", "origin_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(d.c[name] == value)
    if wanted.matter_id is not None:
        query = query.where(within(connection, d.c.matter_id, wanted.matter_id))
    if wanted.office is not None:
        query = query.where(d.c.office.contains(wanted.office, autoescape=True))
    if wanted.status == "open":
        query = query.where(d.c.status.in_(OPEN))
    elif wanted.status is not None:
        query = query.where(d.c.status == wanted.status)
    if wanted.overdue:
        query = query.where(dl.c.outcome.is_(None), dl.c.lapses_us <= now_us)
    rows = connection.execute(newest_first(query, d.c.assigned_us, d.c.duty_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.assigned_us, row.duty_id))
    return Page([_listed(row.state, row.deadline) for row in page.items], page.following)


def duty_by_id(connection: Connection, duty_id: str) -> DutyDetail | None:
    """One duty; None when there is none of this id."""
    d, dl = reads.duties, reads.deadlines
    query = (
        select(d.c.state, dl.c.state.label("deadline"))
        .outerjoin(dl, dl.c.deadline_id == d.c.deadline_id)
        .where(d.c.duty_id == duty_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return DutyDetail(_listed(row.state, row.deadline), history(connection, f"duty-{duty_id}"))


def _listed(state: bytes, deadline: bytes | None) -> ListedDuty:
    return ListedDuty(_duty.decode(bytes(state)), _deadline.decode(bytes(deadline)) if deadline is not None else None)
