"""Matters (一事一档): pages by filter, one with its alert."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, exists, select

from infra.store.event_log import StoredEvent, micros
from infra.store.queries.alerts import ListedAlert, alerts_of
from infra.store.queries.families import family_of, head_of
from infra.store.queries.matter_history import joined, matter_steps
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.rows import among
from infra.store.tables import reads
from risk_model.alerts.raising import matter_alert_id
from risk_model.entities import Matter

MOST_JOINS = 50
_matter = msgspec.json.Decoder(Matter)


class MatterFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which matters: None is any. ``since`` (inclusive) and ``until`` (exclusive) bound the time of the last event.

    Attributes:
        merged: also those that are part of another.
        revisit_by: to be visited on this day or earlier.
    """

    level: int | None = None
    min_level: int | None = None
    county: str | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    status: str | None = None
    merged: bool = False
    revisit_by: date | None = None
    source: str | None = None


class MatterDetail(msgspec.Struct, frozen=True):
    """A matter and what belongs to it.

    Attributes:
        alert: its alert, if it has one.
        head: the matter that stands by itself and that it is, or is part of.
        members: matters that are part of it directly.
        steps: what happened to it beside events joining, oldest first.
        joins: the newest joins to it or to a part, newest first.
        plans: ids of its plans.
    """

    matter: Matter
    alert: ListedAlert | None
    head: Matter
    members: list[Matter] = []
    steps: list[StoredEvent] = []
    joins: list[StoredEvent] = []
    plans: list[str] = []


def matter_page(connection: Connection, wanted: MatterFilter, after: Position | None, limit: int) -> Page[Matter]:
    """Matters by the time of their last event, newest first. A matter that gets a new event moves to the front."""
    t = reads.matters
    query = select(t.c.matter_id, t.c.last_us, t.c.state)
    for name in ("level", "county", "category", "status"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(t.c[name] == value)
    if wanted.min_level is not None:
        query = query.where(t.c.level >= wanted.min_level)
    if wanted.since is not None:
        query = query.where(t.c.last_us >= micros(wanted.since))
    if wanted.until is not None:
        query = query.where(t.c.last_us < micros(wanted.until))
    if not wanted.merged:
        query = query.where(t.c.merged_into.is_(None))
    if wanted.revisit_by is not None:
        query = query.where(t.c.revisit_on <= wanted.revisit_by.isoformat())
    if wanted.source is not None:
        d = reads.disputes
        query = query.where(exists().where(d.c.matter_id == t.c.matter_id, d.c.source == wanted.source))
    rows = connection.execute(newest_first(query, t.c.last_us, t.c.matter_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.last_us, row.matter_id))
    return Page([_matter.decode(bytes(row.state)) for row in page.items], page.following)


def matter_by_id(connection: Connection, matter_id: str) -> MatterDetail | None:
    """One matter; None when there is none of this id."""
    found = matters_by_id(connection, [matter_id])
    if not found:
        return None
    matter = found[0]
    alerts = alerts_of(connection, [matter_alert_id(matter_id)])
    head = matter if matter.merged_into is None else matters_by_id(connection, [head_of(connection, matter_id)])[0]
    p = reads.plans
    plans = connection.execute(select(p.c.plan_id).where(p.c.alert_id == matter_alert_id(matter_id))).scalars()
    return MatterDetail(
        matter,
        alerts[0] if alerts else None,
        head,
        matters_by_id(connection, matter.members),
        matter_steps(connection, matter_id),
        joined(connection, family_of(connection, matter_id), MOST_JOINS),
        list(plans),
    )


def matters_by_id(connection: Connection, matter_ids: Collection[str]) -> list[Matter]:
    """Matters, by id; those that do not exist are left out."""
    t = reads.matters
    query = select(t.c.state).where(among(connection, t.c.matter_id, sorted(matter_ids))).order_by(t.c.matter_id)
    return [_matter.decode(bytes(state)) for state in connection.execute(query).scalars()] if matter_ids else []
