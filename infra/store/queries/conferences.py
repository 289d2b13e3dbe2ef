"""Conferences, and what an agenda is made from."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from infra.store.event_log import micros
from infra.store.queries.duties import DutyFilter, duty_page
from infra.store.queries.ledger import LedgerFilter, ledger_page
from infra.store.queries.pages import MAX_PAGE
from infra.store.tables import reads
from risk_model.alerts.status import CLOSED
from risk_model.conferences.agenda import alert_items, duty_items, numbered, request_items
from risk_model.conferences.entity import Conference
from risk_model.dispatch.entities import ABSORBED, GROUPED
from risk_model.duties.entity import Duty
from risk_model.entities import Alert
from schemas.domain_events import AgendaItem
from schemas.regions import RegionRegistry

_conference = msgspec.json.Decoder(Conference)
_alert = msgspec.json.Decoder(Alert)
_duty = msgspec.json.Decoder(Duty)
ORIGIN = "conference"
"""Origin of duties that follow from a conference."""


class ConferenceDetail(NamedTuple):
    """A conference and the duties that followed from it, by id."""

    conference: Conference
    duties: dict[str, Duty]


def proposed_agenda(
    connection: Connection, least: int, most: int, regions: RegionRegistry, now: datetime
) -> tuple[AgendaItem, ...]:
    """Items that a conference called now would have: open alerts of level ``least`` and above, overdue duties, unanswered requests.

    Of each at most ``most``.
    """
    t, d = reads.alerts, reads.dispatches
    query = select(t.c.state).where(t.c.level >= least, t.c.status != CLOSED)
    under = select(d.c.alert_id).where(d.c.stage.in_((GROUPED, ABSORBED)))  # they come with the alert they stand under
    query = (
        query.where(t.c.alert_id.not_in(under)).order_by(t.c.level.desc(), t.c.occurred_us, t.c.alert_id).limit(most)
    )
    alerts = [_alert.decode(state) for (state,) in connection.execute(query)]
    late = duty_page(connection, DutyFilter(status="open", overdue=True), micros(now), None, MAX_PAGE).items
    asked = ledger_page(connection, LedgerFilter(status="open"), now, None, MAX_PAGE).items
    return numbered(
        [
            *alert_items(alerts, least, regions),
            *duty_items([(item.duty, item.deadline) for item in late], regions)[:most],
            *request_items([(item.request, item.deadline) for item in asked], regions)[:most],
        ]
    )


def conference_list(connection: Connection, limit: int) -> list[Conference]:
    """Conferences, the latest day first."""
    t = reads.conferences
    query = select(t.c.state).order_by(t.c.held_day.desc(), t.c.conference_id.desc()).limit(limit)
    return [_conference.decode(state) for (state,) in connection.execute(query)]


def conference_by_id(connection: Connection, conference_id: str) -> ConferenceDetail | None:
    """One conference with its duties; None when there is none of this id."""
    t, d = reads.conferences, reads.duties
    state = connection.execute(select(t.c.state).where(t.c.conference_id == conference_id)).scalar()
    if state is None:
        return None
    query = select(d.c.state).where(d.c.origin_id == conference_id, d.c.origin == ORIGIN)
    duties = [_duty.decode(data) for (data,) in connection.execute(query)]
    return ConferenceDetail(_conference.decode(state), {duty.duty_id: duty for duty in duties})
