"""What stands behind alerts, for their dispatch: matters, trends, findings, and the dispute events these name."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, select

from infra.store.queries.recordings import first_events
from infra.store.rows import among
from infra.store.tables import reads
from risk_model.dispatch.desk import COUNTS
from risk_model.dispatch.evidence import Evidence, of_counts, of_matter, of_regional, of_systemic
from risk_model.entities import Alert, Matter
from risk_model.surveillance.entities import Trend
from schemas.assessed import Assessed
from schemas.domain_events import DisputeAssessed, ExposureFound

_matter = msgspec.json.Decoder(Matter)
_trend = msgspec.json.Decoder(Trend)
_found = msgspec.json.Decoder(ExposureFound)
MOST_EVENTS = 200
"""Newest events of an alert that are read."""


def evidence_of(
    connection: Connection,
    alerts: Sequence[Alert],
    named: Mapping[str, Sequence[str]],
    known: Mapping[str, Collection[str]],
    share: float,
) -> dict[str, Evidence]:
    """What alerts are about, by alert.

    Args:
        connection: reads the read models and the log.
        alerts: any kinds.
        named: dispute events that the newest facts of a matter's alert name, by alert.
        known: keys that an alert had before.
        share: see ``risk_model.dispatch.evidence.of_counts``.
    """
    trends, found = _trends(connection, alerts), _findings(connection, alerts)
    ids = {alert.alert_id: tuple(named.get(alert.alert_id, ()))[-MOST_EVENTS:] for alert in alerts if alert.matter_id}
    for alert in alerts:
        if alert.kind in COUNTS:
            every = dict.fromkeys(one for trend in trends[alert.alert_id] for one in trend.dispute_ids)
            ids[alert.alert_id] = tuple(every)[-MOST_EVENTS:]
    for alert_id, findings in found.items():
        every = dict.fromkeys(one for finding in findings for one in finding.dispute_ids)
        ids[alert_id] = tuple(every)[:MOST_EVENTS]
    disputes = _disputes(connection, {one for each in ids.values() for one in each})
    matters = _matters(connection, {alert.matter_id for alert in alerts if alert.matter_id})
    filed = _filed(connection, {one for a in alerts if a.kind in COUNTS for one in ids[a.alert_id]})
    given: dict[str, Evidence] = {}
    for alert in alerts:
        behind = [disputes[one] for one in ids.get(alert.alert_id, ()) if one in disputes]
        if alert.matter_id is not None and alert.matter_id in matters:
            given[alert.alert_id] = of_matter(
                alert, matters[alert.matter_id], behind, known=known.get(alert.alert_id, ())
            )
        elif alert.kind in COUNTS:
            given[alert.alert_id] = of_counts(trends[alert.alert_id], behind, filed, share)
        elif alert.kind == "regional":
            given[alert.alert_id] = of_regional(alert, trends[alert.alert_id])
        else:
            given[alert.alert_id] = of_systemic(found[alert.alert_id], behind)
    return given


def _trends(connection: Connection, alerts: Sequence[Alert]) -> dict[str, list[Trend]]:
    t, trends = reads.trends, defaultdict[str, list[Trend]](list)
    ids = [alert.alert_id for alert in alerts if alert.kind in (*COUNTS, "regional")]
    query = select(t.c.state).where(among(connection, t.c.alert_id, ids)).order_by(t.c.day, t.c.trend_id)
    for state in connection.execute(query).scalars() if ids else ():
        trend = _trend.decode(bytes(state))
        trends[trend.alert_id or ""].append(trend)
    return trends


def _findings(connection: Connection, alerts: Sequence[Alert]) -> dict[str, list[ExposureFound]]:
    e, found = reads.exposures, defaultdict[str, list[ExposureFound]](list)
    ids = [alert.alert_id for alert in alerts if alert.kind == "systemic"]
    for state in (
        connection.execute(select(e.c.state).where(among(connection, e.c.alert_id, ids))).scalars() if ids else ()
    ):
        finding = _found.decode(bytes(state))
        found[finding.alert_id].append(finding)
    return found


def _matters(connection: Connection, ids: Collection[str]) -> dict[str, Matter]:
    m = reads.matters
    states = connection.execute(select(m.c.state).where(among(connection, m.c.matter_id, ids))).scalars() if ids else ()
    return {matter.matter_id: matter for matter in (_matter.decode(bytes(state)) for state in states)}


def _filed(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Matters of dispute events, by event."""
    d = reads.disputes
    if not ids:
        return {}
    query = select(d.c.dispute_id, d.c.matter_id).where(
        among(connection, d.c.dispute_id, ids), d.c.matter_id.is_not(None)
    )
    return dict(connection.execute(query).all())  # type: ignore[arg-type]  # rows of two


def _disputes(connection: Connection, ids: Collection[str]) -> dict[str, Assessed]:
    """Dispute events as they were assessed."""
    found = first_events(connection, [f"dispute-{one}" for one in ids])
    return {event.dispute.dispute_id: event.dispute for event in found if isinstance(event, DisputeAssessed)}
