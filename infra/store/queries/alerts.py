"""Alerts: pages by filter, one with its trends and its history."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, select

from infra.store.event_log import StoredEvent, micros
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import history, recorded_at
from infra.store.tables import reads
from risk_model.alert_status import owed
from risk_model.entities import Alert
from risk_model.surveillance.entities import Trend

_alert = msgspec.json.Decoder(Alert)
_trend = msgspec.json.Decoder(Trend)


class AlertFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which alerts: None is any. ``since`` (inclusive) and ``until`` (exclusive) bound the time of occurrence."""

    level: int | None = None
    min_level: int | None = None
    county: str | None = None
    kind: str | None = None
    status: str | None = None
    outcome: str | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class ListedAlert(msgspec.Struct, frozen=True):
    """An alert with times of this system (UTC; None while the log has no such event), and its plan.

    Attributes:
        raised_at: when it was raised.
        since: since when it has its status.
        asked_at: since when an acknowledgement is owed; None when none is.
    """

    alert: Alert
    raised_at: datetime | None
    plan_id: str | None
    since: datetime | None = None
    asked_at: datetime | None = None


class AlertDetail(msgspec.Struct, frozen=True):
    """An alert with the trends behind it (oldest first) and its own events."""

    listed: ListedAlert
    trends: list[Trend]
    history: list[StoredEvent]


def alert_page(connection: Connection, wanted: AlertFilter, after: Position | None, limit: int) -> Page[ListedAlert]:
    """Alerts by time of occurrence, newest first."""
    t = reads.alerts
    query = newest_first(_filtered(wanted), t.c.occurred_us, t.c.alert_id, after, limit)
    page = page_of(connection.execute(query).all(), limit, lambda row: Position(row.occurred_us, row.alert_id))
    return Page(_listed(connection, [_alert.decode(bytes(row.state)) for row in page.items]), page.following)


def alert_by_id(connection: Connection, alert_id: str) -> AlertDetail | None:
    """One alert; None when there is none of this id."""
    found = alerts_of(connection, [alert_id])
    if not found:
        return None
    return AlertDetail(found[0], trends_of(connection, alert_id), history(connection, f"alert-{alert_id}"))


def alerts_of(connection: Connection, alert_ids: list[str]) -> list[ListedAlert]:
    """Alerts by id; those that do not exist are left out."""
    t = reads.alerts
    states = connection.execute(select(t.c.state).where(t.c.alert_id.in_(alert_ids)).order_by(t.c.alert_id)).scalars()
    return _listed(connection, [_alert.decode(bytes(state)) for state in states])


def trends_of(connection: Connection, alert_id: str) -> list[Trend]:
    """Trends that belong to an alert, by day and region."""
    t = reads.trends
    found = connection.execute(select(t.c.state).where(t.c.alert_id == alert_id)).scalars()
    return sorted(
        (_trend.decode(bytes(state)) for state in found), key=lambda trend: (trend.day, trend.region, trend.measure)
    )


def _filtered(wanted: AlertFilter) -> Select[tuple[str, int, bytes]]:
    t = reads.alerts
    query = select(t.c.alert_id, t.c.occurred_us, t.c.state)
    for name in ("level", "county", "kind", "status", "outcome", "category"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(t.c[name] == value)
    if wanted.min_level is not None:
        query = query.where(t.c.level >= wanted.min_level)
    if wanted.since is not None:
        query = query.where(t.c.occurred_us >= micros(wanted.since))
    if wanted.until is not None:
        query = query.where(t.c.occurred_us < micros(wanted.until))
    return query


def _listed(connection: Connection, alerts: list[Alert]) -> list[ListedAlert]:
    plans = reads.plans
    ids = [alert.alert_id for alert in alerts]
    raised = recorded_at(connection, ((f"alert-{alert_id}", 1) for alert_id in ids))
    stood = recorded_at(connection, ((f"alert-{a.alert_id}", a.stood) for a in alerts))
    asked = recorded_at(connection, ((f"alert-{a.alert_id}", a.asked) for a in alerts if a.asked is not None))
    query = select(plans.c.alert_id, plans.c.plan_id).where(plans.c.alert_id.in_(ids))
    planned = dict(connection.execute(query).all()) if ids else {}
    return [
        ListedAlert(
            a, raised.get(stream), planned.get(a.alert_id), stood.get(stream), asked.get(stream) if owed(a) else None
        )
        for a in alerts
        for stream in (f"alert-{a.alert_id}",)
    ]
