"""Matters (一事一档): pages by filter, one with its alert."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.store.event_log import micros
from infra.store.queries.alerts import ListedAlert, alerts_of
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.tables import reads
from risk_model.alerting import matter_alert_id
from risk_model.entities import Matter

_matter = msgspec.json.Decoder(Matter)


class MatterFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which matters: None is any. ``since`` (inclusive) and ``until`` (exclusive) bound the time of the last event."""

    level: int | None = None
    min_level: int | None = None
    county: str | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class MatterDetail(msgspec.Struct, frozen=True):
    """A matter and its alert, if it has one."""

    matter: Matter
    alert: ListedAlert | None


def matter_page(connection: Connection, wanted: MatterFilter, after: Position | None, limit: int) -> Page[Matter]:
    """Matters by the time of their last event, newest first. A matter that gets a new event moves to the front."""
    t = reads.matters
    query = select(t.c.matter_id, t.c.last_us, t.c.state)
    for name in ("level", "county", "category"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(t.c[name] == value)
    if wanted.min_level is not None:
        query = query.where(t.c.level >= wanted.min_level)
    if wanted.since is not None:
        query = query.where(t.c.last_us >= micros(wanted.since))
    if wanted.until is not None:
        query = query.where(t.c.last_us < micros(wanted.until))
    rows = connection.execute(newest_first(query, t.c.last_us, t.c.matter_id, after, limit)).all()
    page = page_of(rows, limit, lambda row: Position(row.last_us, row.matter_id))
    return Page([_matter.decode(bytes(row.state)) for row in page.items], page.following)


def matter_by_id(connection: Connection, matter_id: str) -> MatterDetail | None:
    """One matter; None when there is none of this id."""
    t = reads.matters
    state = connection.execute(select(t.c.state).where(t.c.matter_id == matter_id)).scalar()
    if state is None:
        return None
    alerts = alerts_of(connection, [matter_alert_id(matter_id)])
    return MatterDetail(_matter.decode(bytes(state)), alerts[0] if alerts else None)
