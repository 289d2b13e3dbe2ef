"""Conferences, and what an agenda is made from."""

import msgspec
from sqlalchemy import Connection, select

from infra.store.tables import reads
from risk_model.alert_status import CLOSED
from risk_model.conferences.agenda import alert_items, numbered
from risk_model.conferences.entity import Conference
from risk_model.entities import Alert
from schemas.domain_events import AgendaItem
from schemas.regions import RegionRegistry

_conference = msgspec.json.Decoder(Conference)
_alert = msgspec.json.Decoder(Alert)


def proposed_agenda(connection: Connection, least: int, most: int, regions: RegionRegistry) -> tuple[AgendaItem, ...]:
    """Items that a conference called now would have, at most ``most``: open alerts of level ``least`` and above."""
    t = reads.alerts
    query = select(t.c.state).where(t.c.level >= least, t.c.status != CLOSED)
    query = query.order_by(t.c.level.desc(), t.c.occurred_us, t.c.alert_id).limit(most)
    alerts = [_alert.decode(state) for (state,) in connection.execute(query)]
    return numbered(alert_items(alerts, least, regions))


def conference_list(connection: Connection, limit: int) -> list[Conference]:
    """Conferences, the latest day first."""
    t = reads.conferences
    query = select(t.c.state).order_by(t.c.held_day.desc(), t.c.conference_id.desc()).limit(limit)
    return [_conference.decode(state) for (state,) in connection.execute(query)]


def conference_by_id(connection: Connection, conference_id: str) -> Conference | None:
    """One conference; None when there is none of this id."""
    t = reads.conferences
    state = connection.execute(select(t.c.state).where(t.c.conference_id == conference_id)).scalar()
    return None if state is None else _conference.decode(state)
