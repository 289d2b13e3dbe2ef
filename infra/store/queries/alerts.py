"""Alerts: pages by filter, one with its trends and its history."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, func, or_, select

from infra.store.event_log import StoredEvent, micros
from infra.store.queries.pages import Page, Position, newest_first, page_of
from infra.store.queries.recordings import history, recorded_at
from infra.store.slices import load_cards
from infra.store.tables import reads
from risk_model.alerts.status import CLOSED, owed
from risk_model.dispatch.entities import PENDING, Card, asked_since
from risk_model.entities import Alert
from risk_model.state import State
from risk_model.surveillance.entities import Trend

_alert = msgspec.json.Decoder(Alert)
_trend = msgspec.json.Decoder(Trend)


class AlertFilter(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which alerts: None is any. ``since`` (inclusive) and ``until`` (exclusive) bound the time of occurrence.

    Attributes:
        stage: where they stand on their way to their owners; open alerts only.
        group: the alert at the head of their group.
        absorbed_by: the alert that absorbed them.
    """

    level: int | None = None
    min_level: int | None = None
    county: str | None = None
    kind: str | None = None
    status: str | None = None
    outcome: str | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    stage: str | None = None
    group: str | None = None
    absorbed_by: str | None = None


class ListedAlert(msgspec.Struct, frozen=True):
    """An alert with times of this system (UTC; None while the log has no such event), and its plan.

    Attributes:
        raised_at: when it was raised.
        since: since when it has its status.
        asked_at: since when an acknowledgement is owed; None when none is.
        card: what became of it on its way to its owner; None before that was decided.
    """

    alert: Alert
    raised_at: datetime | None
    plan_id: str | None
    since: datetime | None = None
    asked_at: datetime | None = None
    card: Card | None = None


class AlertDetail(msgspec.Struct, frozen=True):
    """An alert with the trends behind it (oldest first), its own events, those of its dispatch, and the alerts of its group and under it."""

    listed: ListedAlert
    trends: list[Trend]
    history: list[StoredEvent]
    dispatch: list[StoredEvent]
    under: list[Alert]


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
    return AlertDetail(
        found[0],
        trends_of(connection, alert_id),
        history(connection, f"alert-{alert_id}"),
        history(connection, f"dispatch-{alert_id}"),
        _under(connection, alert_id),
    )


def alerts_of(connection: Connection, alert_ids: list[str]) -> list[ListedAlert]:
    """Alerts by id; those that do not exist are left out."""
    t = reads.alerts
    states = connection.execute(select(t.c.state).where(t.c.alert_id.in_(alert_ids)).order_by(t.c.alert_id)).scalars()
    return _listed(connection, [_alert.decode(bytes(state)) for state in states])


def _under(connection: Connection, alert_id: str) -> list[Alert]:
    """Alerts in the group that an alert heads, and those it has absorbed, by time."""
    t, d = reads.alerts, reads.dispatches
    ids = select(d.c.alert_id).where(
        or_(d.c.group_id == alert_id, d.c.absorbed_by == alert_id), d.c.alert_id != alert_id
    )
    states = connection.execute(
        select(t.c.state).where(t.c.alert_id.in_(ids)).order_by(t.c.occurred_us, t.c.alert_id)
    ).scalars()
    return [_alert.decode(bytes(state)) for state in states]


def stage_counts(connection: Connection) -> dict[tuple[str, int], int]:
    """Numbers of open alerts by stage and level."""
    t, d = reads.alerts, reads.dispatches
    stage = func.coalesce(d.c.stage, PENDING)
    query = (
        select(stage, t.c.level, func.count())
        .select_from(t.join(d, d.c.alert_id == t.c.alert_id, isouter=True))
        .where(t.c.status != CLOSED)
        .group_by(stage, t.c.level)
    )
    return {(name, level): number for name, level, number in connection.execute(query)}


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
    d = reads.dispatches
    if wanted.stage == PENDING:
        query = query.where(t.c.status != CLOSED, t.c.alert_id.not_in(select(d.c.alert_id)))
    elif wanted.stage is not None:
        query = query.where(
            t.c.status != CLOSED, t.c.alert_id.in_(select(d.c.alert_id).where(d.c.stage == wanted.stage))
        )
    if wanted.group is not None:
        query = query.where(t.c.alert_id.in_(select(d.c.alert_id).where(d.c.group_id == wanted.group)))
    if wanted.absorbed_by is not None:
        query = query.where(t.c.alert_id.in_(select(d.c.alert_id).where(d.c.absorbed_by == wanted.absorbed_by)))
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
    state = State()
    load_cards(connection, reads, state, ids)
    cards = state.cards
    return [
        ListedAlert(
            a,
            raised.get(stream),
            planned.get(a.alert_id),
            stood.get(stream),
            asked_since(asked.get(stream), cards.get(a.alert_id)) if owed(a) else None,
            cards.get(a.alert_id),
        )
        for a in alerts
        for stream in (f"alert-{a.alert_id}",)
    ]
