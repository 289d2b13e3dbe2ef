"""A day of the city is closed: clusters found become episodes and warnings, those that last are revised, those that are over end."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from risk_model.alerts.handling import record_alert, reopen
from risk_model.alerts.routing import Routed
from risk_model.folding import record
from risk_model.local_time import SHANGHAI
from risk_model.plans.drafting import draft_plan
from risk_model.rules import Rules
from risk_model.state import CITY, State
from risk_model.surveillance.entities import Trend
from risk_model.surveillance.regional import wording
from risk_model.surveillance.regional.cluster import Cluster
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    ClockTicked,
    Recorded,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason

REGIONAL = "regional"
MOST_IDS = 200  # events a trend or an alert names


def decide_city_day(
    state: State,
    day: date,
    found: Sequence[Cluster],
    lasting: Mapping[str, Cluster],
    events: Mapping[Cluster, Sequence[str]],
    rules: Rules,
) -> list[Recorded]:
    """Close a day of the city; the events are applied to ``state`` on the way.

    Args:
        state: with the city's clock, the clusters it follows and their alerts.
        day: the day closed; the city's clock comes to the day after.
        found: clusters that are alive on it.
        lasting: figures of clusters followed and open, by trend id, whether they were found again or not.
        events: ids of the events counted in a cluster, the newest last.
        rules: policy, playbooks, regions.
    """
    recorded = [record(state, f"clock-{CITY}", ClockTicked(CITY, day + timedelta(days=1)))]
    seen: set[str] = set()
    for cluster in found:
        trend = _known(state, cluster, seen, rules)
        if trend is None:
            recorded += _begin(state, cluster, events.get(cluster, ()), rules)
        else:
            seen.add(trend.trend_id)
            recorded += _go_on(state, trend, cluster, events.get(cluster, ()), rules)
    for followed in list(state.counties[CITY].trends):
        if followed.cleared_on is None and followed.trend_id not in seen:
            now = lasting.get(followed.trend_id)
            ids = events.get(now, ()) if now else ()
            recorded += _settle(state, state.trends[followed.trend_id], day, now, ids, rules)
    return recorded


def open_clusters(state: State) -> list[Trend]:
    """Clusters that the city follows and that are not over."""
    city = state.counties.get(CITY)
    return [state.trends[f.trend_id] for f in city.trends if f.cleared_on is None] if city else []


def _known(state: State, cluster: Cluster, seen: set[str], rules: Rules) -> Trend | None:
    """The episode a cluster continues: the same category, a township in common, open or ended not long ago."""
    oldest = cluster.last - timedelta(days=rules.policy.regional.merge_days)
    for followed in state.counties[CITY].trends:
        trend = state.trends[followed.trend_id]
        if followed.trend_id in seen or trend.measure != _measure(cluster.category):
            continue
        if (followed.cleared_on is None or followed.cleared_on >= oldest) and set(trend.regions) & set(cluster.regions):
            return trend
    return None


def _begin(state: State, cluster: Cluster, ids: Sequence[str], rules: Rules) -> list[Recorded]:
    key = (REGIONAL, cluster.category, cluster.last.isoformat(), *sorted(cluster.regions))
    raised = _raised(derived_id("alert", *key), cluster, ids, rules)
    recorded = [record(state, f"alert-{raised.alert_id}", raised)]
    detected = TrendDetected(
        derived_id("trend", *key),
        REGIONAL,
        cluster.regions[0],
        _measure(cluster.category),
        cluster.last,
        cluster.days,
        cluster.method,
        cluster.observed,
        cluster.expected,
        cluster.upper,
        cluster.p_value,
        cluster.recurrence_days,
        (),
        raised.alert_id,
        tuple(ids[-MOST_IDS:]),
        regions=cluster.regions,
    )
    recorded.append(record(state, f"trend-{detected.trend_id}", detected))
    return recorded + draft_plan(state, state.alerts[raised.alert_id], None, None, rules)


def _go_on(state: State, trend: Trend, cluster: Cluster, ids: Sequence[str], rules: Rules) -> list[Recorded]:
    """Revise a cluster that was found again: when it grew, was over, or its figures are some days old."""
    grew = not set(cluster.regions) <= set(trend.regions)
    due = (cluster.last - trend.newest.day).days >= min(rules.policy.regional.revise_days, trend.period_days)
    if not grew and not due and trend.status == "open":
        return []
    was_over = trend.status != "open"
    revised = TrendRevised(
        trend.trend_id,
        cluster.last,
        "grew" if grew else "continued",
        REGIONAL,
        cluster.observed,
        cluster.expected,
        cluster.upper,
        cluster.p_value,
        cluster.recurrence_days,
        trend.alert_id,
        tuple(ids[-MOST_IDS:]),
        tuple(dict.fromkeys([*trend.regions, *cluster.regions])) if grew else (),
    )
    recorded = [record(state, f"trend-{trend.trend_id}", revised)]
    if (grew or was_over) and trend.alert_id:
        reasons = wording.reasons(cluster, len(ids), min(len(ids), MOST_IDS), rules.regions)
        text = "办结之后聚集范围扩大" if grew else "办结之后聚集回落又起"
        recorded += reopen(state, trend.alert_id, text, reasons, tuple(ids[-MOST_IDS:]))
    return recorded + _escalate(state, trend, cluster, ids, rules)


def _settle(
    state: State, trend: Trend, day: date, now: Cluster | None, ids: Sequence[str], rules: Rules
) -> list[Recorded]:
    """End a cluster that was not found again for some days and is not above its bound either."""
    if now is not None and now.observed > now.upper:
        return _go_on(state, trend, now, ids, rules)
    over = (day - trend.last_day).days
    if over < rules.policy.regional.clear_days:
        return []
    observed, expected, upper = (now.observed, now.expected, now.upper) if now else (0, 0.0, 0.0)
    text = f"连续 {over} 天未再超过上限；截至 {day:%Y-%m-%d} 的 {trend.period_days} 天 {observed} 件，按平常的份额预计 {expected:.1f} 件"
    cleared = TrendCleared(trend.trend_id, day, observed, expected, upper, Reason("trend.cleared", text, "detector"))
    return [record(state, f"trend-{trend.trend_id}", cleared)]


def _raised(alert_id: str, cluster: Cluster, ids: Sequence[str], rules: Rules) -> AlertRaised:
    table = rules.policy.regional
    counties = _counties(cluster.regions)
    level = Level.RED if len(counties) >= table.red_counties else Level.parse(table.level)
    routed = _routed(level, cluster.category, cluster.regions, rules)
    return AlertRaised(
        alert_id=alert_id,
        kind=REGIONAL,
        level=level,
        title=wording.title(cluster, rules.regions),
        category=cluster.category,
        county=cluster.regions[0][:6],
        region=cluster.regions[0],
        owner=routed.owner,
        route=routed.route,
        reasons=wording.reasons(cluster, len(ids), min(len(ids), MOST_IDS), rules.regions),
        dispute_ids=tuple(ids[-MOST_IDS:]),
        policy_version=rules.policy.version,
        occurred_at=datetime.combine(cluster.last + timedelta(days=1), time(), SHANGHAI),
        measure=_measure(cluster.category),
        day=cluster.last,
    )


def _escalate(state: State, trend: Trend, cluster: Cluster, ids: Sequence[str], rules: Rules) -> list[Recorded]:
    """Lift the alert of a cluster that has come to so many counties."""
    alert = state.alerts.get(trend.alert_id) if trend.alert_id else None
    counties = _counties(tuple(trend.regions))
    if alert is None or alert.level >= Level.RED or len(counties) < rules.policy.regional.red_counties:
        return []
    text = (
        f"{cluster.category}聚集扩大到 {len(counties)} 个县（市、区）：{wording.county_names(counties, rules.regions)}"
    )
    routed = _routed(Level.RED, cluster.category, trend.regions, rules)
    event = AlertEscalated(
        alert.alert_id,
        alert.level,
        Level.RED,
        routed.owner,
        (
            Reason("trend.regional_wider", text, "detector"),
            *wording.reasons(cluster, len(ids), min(len(ids), MOST_IDS), rules.regions),
        ),
        tuple(ids[-MOST_IDS:]),
        routed.route,
    )
    return [*record_alert(state, event), *draft_plan(state, alert, None, None, rules)]


def _routed(level: Level, category: str, regions: Sequence[str], rules: Rules) -> Routed:
    """The leader of the county it lies in; across counties the joint conference, whatever routes say of a place."""
    counties = _counties(regions)
    if len(counties) > 1:
        place = wording.county_names(counties, rules.regions)
        return rules.policy.routed(Level.RED, place, REGIONAL, category, "")
    return rules.policy.routed(level, rules.regions.name(counties[0]), REGIONAL, category, regions[0])


def _counties(regions: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(code[:6] for code in regions))


def _measure(category: str) -> str:
    return f"category:{category}"
