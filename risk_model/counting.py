"""Watch the daily counts of region × measure for 苗头: a count above what its recent history explains."""

from datetime import date, timedelta

from risk_model import alerting
from risk_model.local_time import local_day
from risk_model.planning import draft_plan
from risk_model.rules import Rules
from risk_model.series import CountKey, measure_name, measures
from risk_model.state import State
from risk_model.trends.ears import c2_upper
from schemas.assessed import Assessed
from schemas.domain_events import AlertEscalated, AlertRaised, Recorded, TrendDetected
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason
from schemas.taxonomy import OTHER


def watched_series(dispute: Assessed) -> list[CountKey]:
    """Series a dispute can trip, finest region first: the finest class of its source, and its category.

    The remainder category 其他 is watched only for events that have nothing better: a rise of it names no problem.
    """
    day = local_day(dispute.occurred_at)
    category, *classes = measures(dispute)
    watched = [*classes[-1:], *([category] if dispute.category != OTHER or not classes else [])]
    return [(region, measure, day) for region in dispute.place.region_keys() for measure in watched]


def trend_id(series: CountKey) -> str:
    """Id of the trend of one series on one day."""
    region, measure, day = series
    return derived_id("trend", region, measure, day.isoformat())


def baseline_days(day: date, rules: Rules) -> list[date]:
    """Baseline days of a day, oldest first: ``baseline_days`` days that end before the guard days."""
    trend = rules.policy.trend
    return [day - timedelta(days=back) for back in range(trend.baseline_days + trend.guard_days, trend.guard_days, -1)]


def watch_counts(state: State, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """EARS C2 on the daily counts a dispute raised; kindred series share one alert, which escalates as the count grows."""
    recorded: list[Recorded] = []
    for series in watched_series(dispute):
        if state.counts[series] < rules.policy.trend.min_count:
            continue
        known = state.trends.get(trend_id(series))
        if known is None:
            recorded += _detect(state, series, dispute, rules)
        else:
            recorded += _escalate(state, known, state.counts[series], dispute, rules)
    return recorded


def _detect(state: State, series: CountKey, dispute: Assessed, rules: Rules) -> list[Recorded]:
    region, measure, day = series
    trend = rules.policy.trend
    first = state.first_days.get(dispute.place.county, day)
    if (day - first).days < trend.min_history_days:
        return []
    observed = state.counts[series]
    history = tuple(state.counts.get((region, measure, back), 0) for back in baseline_days(day, rules))
    expected, upper = c2_upper(history, trend.sd_factor, trend.min_sd)
    if observed <= upper:
        return []
    recorded: list[Recorded] = []
    alert = alerting.related_trend_alert(state, region, measure, day, trend.merge_days)
    new = alert is None
    if alert is None:
        reason = Reason(
            "trend.ears_c2",
            f"{day:%Y-%m-%d} 已报 {observed} 件，前期日均 {expected:.1f} 件，上限 {upper:.1f} 件（EARS C2）",
            "detector",
        )
        raised = _raised(series, dispute, reason, rules)
        recorded.append(state.record(f"alert-{raised.alert_id}", raised))
        alert = state.alerts[raised.alert_id]
    detected = TrendDetected(
        trend_id(series),
        region,
        measure,
        day,
        "EARS C2",
        observed,
        expected,
        upper,
        history,
        alert.alert_id,
        dispute.dispute_id,
    )
    recorded.append(state.record(f"trend-{detected.trend_id}", detected))
    return recorded + (draft_plan(state, alert, None, dispute, rules) if new else [])


def _raised(series: CountKey, dispute: Assessed, reason: Reason, rules: Rules) -> AlertRaised:
    region, measure, day = series
    level = Level.parse(rules.policy.trend.level)
    place = rules.regions.place(region)
    return AlertRaised(
        alert_id=derived_id("alert", *map(str, series)),
        kind="emerging",
        level=level,
        title=f"{place}{measure_name(measure)}突增",
        category=dispute.category,
        county=dispute.place.county,
        region=region,
        owner=rules.policy.owner(level, place),
        reasons=(reason,),
        dispute_ids=(dispute.dispute_id,),
        policy_version=rules.policy.version,
        occurred_at=dispute.occurred_at,
        measure=measure,
        day=day,
    )


def _escalate(state: State, known: TrendDetected, observed: int, dispute: Assessed, rules: Rules) -> list[Recorded]:
    trend = rules.policy.trend
    alert = state.alerts[known.alert_id]
    if alert.level >= Level.ORANGE or observed < trend.orange_min_count or observed < trend.orange_ratio * known.upper:
        return []
    text = f"{known.day:%Y-%m-%d} 增至 {observed} 件，达到上限 {known.upper:.1f} 件的 {trend.orange_ratio:g} 倍"
    place = rules.regions.place(known.region)
    owner = rules.policy.owner(Level.ORANGE, place)
    event = AlertEscalated(
        alert.alert_id,
        alert.level,
        Level.ORANGE,
        owner,
        (Reason("trend.growing", text, "detector"),),
        (dispute.dispute_id,),
    )
    return [state.record(f"alert-{alert.alert_id}", event), *draft_plan(state, alert, None, dispute, rules)]
