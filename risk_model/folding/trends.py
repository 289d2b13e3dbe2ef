"""Trends and systemic findings, as events begin, revise and end them."""

from datetime import date

from risk_model.folding.counties import follow_county
from risk_model.matters.holdings import RECENT_EVENTS
from risk_model.state import CITY, State
from risk_model.surveillance.entities import County, Followed, Trend, TrendPoint
from schemas.domain_events import (
    ExposureFound,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)


def follow_trend(state: State, event: TrendDetected | TrendRevised | TrendCleared, version: int) -> None:
    """Begin, revise or end an episode."""
    if isinstance(event, TrendDetected):
        trend = state.trends[event.trend_id] = Trend(
            event.trend_id,
            event.kind,
            event.region,
            event.measure,
            event.period_days,
            event.method,
            event.day,
            list(event.history),
            [_figures(event)],
            list(event.dispute_ids),
            held=event.held,
            regions=list(event.regions),
        )
        follow_county(state, _watched_by(trend)).trends.append(Followed(event.trend_id))
    trend = state.trends[event.trend_id]
    trend.version = version
    state.touched_trends.add(event.trend_id)
    if isinstance(event, TrendCleared):
        trend.status = "cleared"
        _follow(follow_county(state, _watched_by(trend)), trend, event.day)
        return
    if isinstance(event, TrendRevised):
        if trend.status != "open" and event.observed > event.upper and event.day > trend.last_day:
            trend.status = "open"
            _follow(follow_county(state, _watched_by(trend)), trend, None)
        trend.kind = event.kind
        trend.revisions += 1
        trend.points = sorted([*(p for p in trend.points if p.day != event.day), _figures(event)])
        trend.dispute_ids = list(dict.fromkeys([*trend.dispute_ids, *event.dispute_ids]))[-RECENT_EVENTS:]
        trend.regions = list(event.regions) or trend.regions
    if event.alert_id is not None:
        trend.alert_id, trend.held = event.alert_id, ""
        alert = state.alerts[event.alert_id]
        alert.last_day = max(alert.last_day or event.day, event.day)
        if alert.kind == "emerging" and trend.kind == "trending":
            alert.kind = trend.kind
        state.touched_alerts.add(event.alert_id)


def find_exposure(state: State, event: ExposureFound, _: int) -> None:
    """Keep a finding and what its alert goes by."""
    state.exposures[event.finding_id] = state.new_exposures[event.finding_id] = event
    alert = state.alerts[event.alert_id]
    alert.last_day = max(alert.last_day or event.day, event.day)
    codes = {reason.code for reason in event.reasons}
    alert.reasons = [*event.reasons, *(r for r in alert.reasons if r.code not in codes)]
    state.touched_alerts.add(event.alert_id)


def _follow(county: County, trend: Trend, cleared_on: date | None) -> None:
    county.trends = [f._replace(cleared_on=cleared_on) if f.trend_id == trend.trend_id else f for f in county.trends]


def _watched_by(trend: Trend) -> str:
    return CITY if trend.kind == "regional" else trend.region[:6]


def _figures(event: TrendDetected | TrendRevised) -> TrendPoint:
    return TrendPoint(event.day, event.observed, event.expected, event.upper, event.p_value, event.recurrence_days)
