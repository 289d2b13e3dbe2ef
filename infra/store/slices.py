"""Load the slices of state that a batch needs. Reads are by batch, never row by row."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from infra.store.projection import series_key
from infra.store.rows import among
from infra.store.tables import ReadTables
from risk_model.alerting import matter_alert_id
from risk_model.counting import baseline_days, trend_id, watched_series
from risk_model.entities import Alert, Filed, Matter
from risk_model.rules import Rules
from risk_model.series import CountKey, counted_series
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import DisputeQuarantined, TrendDetected

_matter = msgspec.json.Decoder(Matter)
_alert = msgspec.json.Decoder(Alert)
_trend = msgspec.json.Decoder(TrendDetected)
_quarantined = msgspec.json.Decoder(DisputeQuarantined)


def load_for_disputes(connection: Connection, tables: ReadTables, disputes: Sequence[Assessed], rules: Rules) -> State:
    """State slices that deciding on these new disputes needs (see ``decide.decide_assessed``)."""
    state = State()
    state.keys = dict(
        _rows(connection, tables.matter_keys, "key", {k for d in disputes for k in d.link_keys}, "key", "matter_id")
    )
    references = {r for d in disputes for r in d.references}
    for dispute_id, matter_id, county in _rows(
        connection, tables.disputes, "dispute_id", references, "dispute_id", "matter_id", "county"
    ):
        state.filed[dispute_id] = Filed(matter_id, county)
    matter_ids = set(state.keys.values()) | {f.matter_id for f in state.filed.values() if f.matter_id}
    load_matters(connection, tables, state, matter_ids)
    load_alerts(connection, tables, state, {matter_alert_id(m) for m in matter_ids})
    _load_counts(connection, tables, state, disputes, rules)
    load_plan_versions(connection, tables, state, state.alerts)
    return state


def load_matters(connection: Connection, tables: ReadTables, state: State, matter_ids: Iterable[str]) -> None:
    """Matters by id, with their stream versions."""
    for (data,) in _rows(connection, tables.matters, "matter_id", set(matter_ids), "state"):
        matter = _matter.decode(data)
        state.matters[matter.matter_id] = matter
        state.versions[f"matter-{matter.matter_id}"] = matter.version


def load_alerts(connection: Connection, tables: ReadTables, state: State, alert_ids: Iterable[str]) -> None:
    """Alerts by id, with their stream versions."""
    for (data,) in _rows(connection, tables.alerts, "alert_id", set(alert_ids), "state"):
        _hold_alert(state, _alert.decode(data))


def load_plan_versions(connection: Connection, tables: ReadTables, state: State, alert_ids: Iterable[str]) -> None:
    """Stream versions of the plans of these alerts."""
    for plan_id, version in _rows(connection, tables.plans, "alert_id", set(alert_ids), "plan_id", "version"):
        state.versions[f"plan-{plan_id}"] = version


def load_first_days(connection: Connection, tables: ReadTables, state: State, counties: Iterable[str]) -> None:
    """First day each county has events of."""
    for county, day in _rows(connection, tables.first_days, "county", set(counties), "county", "day"):
        state.first_days[county] = date.fromisoformat(day)


def load_quarantined(connection: Connection, tables: ReadTables, state: State, quarantine_ids: Iterable[str]) -> None:
    """Quarantined messages by id, with their stream versions."""
    for data, version in _rows(connection, tables.quarantine, "quarantine_id", set(quarantine_ids), "state", "version"):
        item = _quarantined.decode(data)
        state.quarantined[item.quarantine_id] = item
        state.versions[f"quarantine-{item.quarantine_id}"] = version


def _load_counts(
    connection: Connection, tables: ReadTables, state: State, disputes: Sequence[Assessed], rules: Rules
) -> None:
    """Today's counts of the watched series; history, trends and open trend alerts only where today's count may alarm."""
    load_first_days(connection, tables, state, {d.place.county for d in disputes})
    watched = {key for dispute in disputes for key in watched_series(dispute)}
    coming = Counter(key for dispute in disputes for key in counted_series(dispute))
    _read_counts(connection, tables, state, watched)
    high = [key for key in watched if state.counts.get(key, 0) + coming[key] >= rules.policy.trend.min_count]
    if not high:
        return
    _read_counts(connection, tables, state, {(r, m, back) for r, m, day in high for back in baseline_days(day, rules)})
    for (data,) in _rows(connection, tables.trends, "trend_id", {trend_id(key) for key in high}, "state"):
        trend = _trend.decode(data)
        state.trends[trend.trend_id] = trend
    counties = {region[:6] for region, _, _ in high}
    oldest = min(day for _, _, day in high).toordinal() - rules.policy.trend.merge_days
    alerts = tables.alerts
    query = select(alerts.c.state).where(
        alerts.c.kind == "emerging",
        alerts.c.county.in_(counties),
        alerts.c.last_day >= date.fromordinal(oldest).isoformat(),
    )
    for (data,) in connection.execute(query):
        _hold_alert(state, _alert.decode(data))
    load_alerts(connection, tables, state, {t.alert_id for t in state.trends.values()} - state.alerts.keys())


def _read_counts(connection: Connection, tables: ReadTables, state: State, keys: Iterable[CountKey]) -> None:
    wanted = set(keys)
    by_series = {series_key(region, measure): (region, measure) for region, measure, _ in wanted}
    days = sorted({day.isoformat() for _, _, day in wanted})
    counts = tables.daily_counts
    query = select(counts.c.series, counts.c.day, counts.c.n).where(
        among(connection, counts.c.series, by_series), among(connection, counts.c.day, days)
    )
    for series, day, n in connection.execute(query):
        key = (*by_series[series], date.fromisoformat(day))
        if key in wanted:
            state.counts[key] = n


def _hold_alert(state: State, alert: Alert) -> None:
    state.alerts[alert.alert_id] = alert
    state.versions[f"alert-{alert.alert_id}"] = alert.version


def _rows(connection: Connection, table: Table, key: str, values: set[str], *columns: str) -> list[Any]:
    """Rows whose ``key`` is one of ``values``."""
    if not values:
        return []
    query = select(*(table.c[name] for name in columns)).where(among(connection, table.c[key], sorted(values)))
    return list(connection.execute(query).all())
