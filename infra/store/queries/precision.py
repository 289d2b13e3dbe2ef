"""Closed alerts with what they rest on, for their precision."""

from collections import defaultdict
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from infra.store.event_log import micros
from infra.store.queries.recordings import first_events
from infra.store.rows import among
from infra.store.tables import reads
from risk_model.alerts.precision import ClosedAlert
from risk_model.entities import Alert, Matter
from risk_model.surveillance.entities import Trend
from schemas.domain_events import AlertRaised, DisputeAssessed, ExposureFound

_alert = msgspec.json.Decoder(Alert)
_matter = msgspec.json.Decoder(Matter)
_trend = msgspec.json.Decoder(Trend)
_found = msgspec.json.Decoder(ExposureFound)
MOST_EVENTS = 20
"""Events of an alert whose models are looked up."""


def closed_alerts(connection: Connection, since: datetime | None, until: datetime | None) -> list[ClosedAlert]:
    """Alerts that are closed now and whose cause occurred within ``[since, until)``; None is no bound."""
    t = reads.alerts
    query = select(t.c.state).where(t.c.outcome.is_not(None)).order_by(t.c.alert_id)
    if since is not None:
        query = query.where(t.c.occurred_us >= micros(since))
    if until is not None:
        query = query.where(t.c.occurred_us < micros(until))
    alerts = [_alert.decode(bytes(state)) for state in connection.execute(query).scalars()]
    methods, sources = _methods_and_sources(connection, alerts)
    models = _models(connection, alerts)
    return [
        ClosedAlert(
            alert.outcome or "",
            alert.kind,
            alert.county,
            tuple(sorted({r.code for r in alert.reasons if r.source != "person"} | methods[alert.alert_id])),
            tuple(sorted(sources[alert.alert_id])),
            tuple(sorted(models[alert.alert_id])),
        )
        for alert in alerts
    ]


def _models(connection: Connection, alerts: list[Alert]) -> dict[str, set[str]]:
    """Versions of the models that judged the events each alert was raised for, by alert."""
    raised = first_events(connection, [f"alert-{alert.alert_id}" for alert in alerts])
    named = {e.alert_id: e.dispute_ids[-MOST_EVENTS:] for e in raised if isinstance(e, AlertRaised)}
    streams = {f"dispute-{one}" for ids in named.values() for one in ids}
    assessed = first_events(connection, streams)
    versions = {e.dispute.dispute_id: e.dispute.versions.model for e in assessed if isinstance(e, DisputeAssessed)}
    models: dict[str, set[str]] = defaultdict(set)
    for alert_id, ids in named.items():
        models[alert_id] = {versions[one] for one in ids if one in versions}
    return models


def _methods_and_sources(
    connection: Connection, alerts: list[Alert]
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Detectors and sources of the events behind each alert, by alert."""
    methods: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    ids = [alert.alert_id for alert in alerts]
    m, t, e, d = reads.matters, reads.trends, reads.exposures, reads.disputes
    of_matter = {alert.matter_id: alert.alert_id for alert in alerts if alert.matter_id}
    for state in connection.execute(select(m.c.state).where(among(connection, m.c.matter_id, of_matter))).scalars():
        matter = _matter.decode(bytes(state))
        sources[of_matter[matter.matter_id]] |= set(matter.sources)
    behind: dict[str, set[str]] = defaultdict(set)  # alerts by dispute event
    for state in connection.execute(select(t.c.state).where(among(connection, t.c.alert_id, ids))).scalars():
        trend = _trend.decode(bytes(state))
        assert trend.alert_id is not None, "chosen by its alert"
        methods[trend.alert_id].add(trend.method)
        for dispute_id in trend.dispute_ids:
            behind[dispute_id].add(trend.alert_id)
    for state in connection.execute(select(e.c.state).where(among(connection, e.c.alert_id, ids))).scalars():
        found = _found.decode(bytes(state))
        methods[found.alert_id].add(f"exposure.{found.kind}")
        for dispute_id in found.dispute_ids:
            behind[dispute_id].add(found.alert_id)
    query = select(d.c.dispute_id, d.c.source).where(among(connection, d.c.dispute_id, behind))
    for dispute_id, source in connection.execute(query):
        for alert_id in behind[dispute_id]:
            sources[alert_id].add(source)
    return methods, sources
