"""Deadlines: pages by filter, what lapses first in front; one with its history."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, Select, and_, func, or_, select

from infra.store.event_log import StoredEvent, micros
from infra.store.queries.families import family_of
from infra.store.queries.pages import Page, Position, page_of
from infra.store.queries.recordings import history
from infra.store.rows import among
from infra.store.tables import reads
from risk_model.deadlines.entity import Deadline

_deadline = msgspec.json.Decoder(Deadline)
_NEVER = 2**62
"""Place in the order of what stands still: it lapses after everything that runs."""

DeadlineState = Literal["open", "running", "lapsed", "suspended", "ended", "all"]


class DeadlineFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which deadlines: None is any.

    Attributes:
        state: ``open`` has not ended, ``running`` of these has not lapsed by ``now``, ``lapsed`` has.
        owing: part of the name of the office that owes.
        matter_id: of this matter or of one that is part of it.
        due_before: lapses before this.
    """

    state: DeadlineState = "open"
    owing: str | None = None
    code: str | None = None
    county: str | None = None
    about: str | None = None
    about_id: str | None = None
    alert_id: str | None = None
    matter_id: str | None = None
    due_before: datetime | None = None


class DeadlineDetail(msgspec.Struct, frozen=True):
    """A deadline and its own events."""

    deadline: Deadline
    history: list[StoredEvent]


def deadline_page(
    connection: Connection, wanted: DeadlineFilter, now: datetime, after: Position | None, limit: int
) -> Page[Deadline]:
    """Deadlines by when they lapse, the earliest first; what stands still comes last."""
    t = reads.deadlines
    at = func.coalesce(t.c.lapses_us, _NEVER)
    query = _filtered(connection, wanted, now).add_columns(at.label("at"))
    if after is not None:
        query = query.where(or_(at > after.us, and_(at == after.us, t.c.deadline_id > after.id)))
    rows = connection.execute(query.order_by(at, t.c.deadline_id).limit(limit + 1)).all()
    page = page_of(rows, limit, lambda row: Position(row.at, row.deadline_id))
    return Page([_deadline.decode(bytes(row.state)) for row in page.items], page.following)


def deadline_by_id(connection: Connection, deadline_id: str) -> DeadlineDetail | None:
    """One deadline; None when there is none of this id, or only its end is known."""
    state = connection.execute(
        select(reads.deadlines.c.state).where(reads.deadlines.c.deadline_id == deadline_id)
    ).scalar()
    if state is None or (found := _deadline.decode(bytes(state))).clock is None:
        return None
    return DeadlineDetail(found, history(connection, f"deadline-{deadline_id}"))


def deadlines_about(connection: Connection, about_ids: list[str]) -> dict[str, list[Deadline]]:
    """Deadlines of duties, requests, plans …, by what they are about, the newest last."""
    found: dict[str, list[Deadline]] = {}
    if not about_ids:
        return found
    t = reads.deadlines
    query = select(t.c.state).where(among(connection, t.c.about_id, sorted(set(about_ids))))
    held = [_deadline.decode(bytes(state)) for state in connection.execute(query).scalars()]
    for deadline in sorted(held, key=lambda d: (d.clock.started_at.timestamp() if d.clock else 0.0, d.deadline_id)):
        found.setdefault(deadline.about_id, []).append(deadline)
    return found


def _filtered(connection: Connection, wanted: DeadlineFilter, now: datetime) -> Select[tuple[str, bytes]]:
    t = reads.deadlines
    query = select(t.c.deadline_id, t.c.state).where(t.c.code != "")
    open_, now_us = t.c.outcome.is_(None), micros(now)
    states = {
        "open": [open_],
        "running": [open_, t.c.lapses_us > now_us],
        "lapsed": [open_, t.c.lapses_us <= now_us],
        "suspended": [open_, t.c.lapses_us.is_(None)],
        "ended": [t.c.outcome.is_not(None)],
        "all": [],
    }
    query = query.where(*states[wanted.state])
    for name in ("code", "county", "about", "about_id", "alert_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(t.c[name] == value)
    if wanted.matter_id is not None:
        d, family = reads.disputes, family_of(connection, wanted.matter_id)
        ours = select(d.c.dispute_id).where(among(connection, d.c.matter_id, family))
        # where the deadline of an event began says nothing: the event may have moved
        began = among(connection, t.c.matter_id, family)
        query = query.where(
            or_(and_(t.c.about != "dispute", began), and_(t.c.about == "dispute", t.c.about_id.in_(ours)))
        )
    if wanted.owing is not None:
        query = query.where(t.c.owing.contains(wanted.owing, autoescape=True))
    if wanted.due_before is not None:
        query = query.where(t.c.lapses_us < micros(wanted.due_before))
    return query
