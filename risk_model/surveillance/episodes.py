"""Episodes of unusual counts: one begins, goes on, is revised by late reports, clears. One burst is one alert.

Kindred series (a class and its part, a township and its county) share an alert; what the alert budget does not allow is recorded and held.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from risk_model.alerts import raising as alerting
from risk_model.alerts.handling import record_alert, reopen
from risk_model.entities import Alert
from risk_model.folding import record
from risk_model.local_time import SHANGHAI
from risk_model.plans.drafting import draft_plan
from risk_model.rules import Rules
from risk_model.series import measure_name
from risk_model.state import REPORT_DAYS, State
from risk_model.surveillance.entities import County, Trend, TrendPoint
from risk_model.surveillance.window import Report
from schemas.assessed import Assessed
from schemas.domain_events import AlertEscalated, AlertRaised, Recorded, TrendCleared, TrendDetected, TrendRevised
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason
from schemas.taxonomy import OTHER

DAYS_A_YEAR = 365.25
MOST_IDS = 200  # events a trend names
EMERGING, TRENDING = "emerging", "trending"
_OVER_BUDGET = "budget"


class Sign(NamedTuple):
    """A count above its bound. ``day`` is the last of ``period_days``."""

    kind: str
    region: str
    measure: str
    day: date
    period_days: int
    method: str
    observed: int
    expected: float
    upper: float
    p_value: float
    recurrence_days: float
    history: tuple[int, ...]

    @property
    def point(self) -> TrendPoint:
        """The figures alone."""
        return TrendPoint(self.day, self.observed, self.expected, self.upper, self.p_value, self.recurrence_days)


def known_trend(
    state: State, county: County, region: str, measure: str, period_days: int, day: date, merge_days: int
) -> Trend | None:
    """The episode of a series that a period belongs to: one it lies in or follows closely, cleared or not."""
    for followed in reversed(county.trends):
        trend = state.trends[followed.trend_id]
        if (trend.measure, trend.region, trend.period_days) == (measure, region, period_days):
            near = timedelta(days=merge_days)
            if trend.day - near <= day <= trend.last_day + near:
                return trend
    return None


def begin(state: State, county: County, sign: Sign, rules: Rules, dispute: Assessed | None = None) -> list[Recorded]:
    """Begin an episode: it joins a kindred alert, raises one, or is held when the county's budget of alerts is spent.

    Args:
        state: with the county's window, open trends and their alerts.
        county: whose clock and budget count.
        sign: what is unusual.
        rules: policy, playbooks, regions.
        dispute: the event that made it so; None at a tick.
    """
    ids = _ids(state, sign, dispute)
    alert, held, recorded = _alert_of(state, county, sign, ids, rules, dispute)
    trend_id = derived_id("trend", str(sign.period_days), sign.region, sign.measure, sign.day.isoformat())
    detected = TrendDetected(
        trend_id,
        **sign._asdict(),
        alert_id=alert.alert_id if alert else None,
        dispute_ids=ids,
        held=held,
    )
    return [*recorded, record(state, f"trend-{trend_id}", detected)]


def go_on(
    state: State, county: County, trend: Trend, sign: Sign, why: str, rules: Rules, dispute: Assessed | None = None
) -> list[Recorded]:
    """New figures of an episode: a later period, a greater count, or late reports. A held one that is grave now raises its alert."""
    recorded: list[Recorded] = []
    alert_id, ids = trend.alert_id, _ids(state, sign, dispute)
    if alert_id is None and sign.observed > sign.upper:
        behind = ids or tuple(trend.dispute_ids)  # those of a period long past are no longer at hand
        alert, _, recorded = _alert_of(state, county, sign, behind, rules, dispute)
        alert_id = alert.alert_id if alert else None
    revised = TrendRevised(
        trend.trend_id,
        sign.day,
        why,
        TRENDING if TRENDING in (trend.kind, sign.kind) else sign.kind,
        *sign.point[1:],
        alert_id,
        ids,
    )
    was_over = trend.status != "open"
    recorded.append(record(state, f"trend-{trend.trend_id}", revised))
    if was_over and trend.status == "open" and trend.alert_id:
        behind = ids or tuple(trend.dispute_ids)
        recorded += reopen(state, trend.alert_id, "办结之后数量异常回落又起", (), behind)
    return recorded + escalate(state, trend, sign.observed, sign.upper, rules, dispute)


def clear(state: State, trend: Trend, point: TrendPoint, days: int) -> Recorded:
    """End an episode whose counts have been usual for ``days``; ``point`` are the figures of the last closed period."""
    reason = Reason(
        "trend.cleared",
        f"连续 {days} 天未再超过上限；{point.day:%Y-%m-%d} 止 {trend.period_days} 天 {point.observed} 件，预计 {point.expected:.1f} 件",
        "detector",
    )
    cleared = TrendCleared(trend.trend_id, point.day, point.observed, point.expected, point.upper, reason)
    return record(state, f"trend-{trend.trend_id}", cleared)


def escalate(
    state: State, trend: Trend, observed: int, upper: float, rules: Rules, dispute: Assessed | None
) -> list[Recorded]:
    """Lift a trend's alert to orange when its count is far above the bound."""
    table = rules.policy.trend
    alert = state.alerts.get(trend.alert_id) if trend.alert_id else None
    if alert is None or alert.level >= Level.ORANGE:
        return []
    if observed < table.orange_min_count or observed < table.orange_ratio * upper:
        return []
    text = f"{_period(trend.newest.day, trend.period_days)}增至 {observed} 件，达到上限 {upper:.1f} 件的 {table.orange_ratio:g} 倍"
    place = rules.regions.place(trend.region)
    routed = rules.policy.routed(Level.ORANGE, place, alert.kind, alert.category, trend.region)
    ids = (dispute.dispute_id,) if dispute else tuple(trend.dispute_ids[-1:])
    reasons = (Reason("trend.growing", text, "detector"),)
    event = AlertEscalated(alert.alert_id, alert.level, Level.ORANGE, routed.owner, reasons, ids, routed.route)
    return [*record_alert(state, event), *draft_plan(state, alert, None, dispute, rules)]


def _alert_of(
    state: State, county: County, sign: Sign, ids: tuple[str, ...], rules: Rules, dispute: Assessed | None
) -> tuple[Alert | None, str, list[Recorded]]:
    """The alert a sign belongs to, raised if there is none yet; why there is none; what was recorded."""
    alert = _kindred(state, county, sign, rules)
    if alert is not None:
        return alert, "", []
    held = _over_budget(county, sign, rules)
    if held:
        return None, held, []
    raised = _raised(state, sign, ids, dispute, rules)
    recorded = [record(state, f"alert-{raised.alert_id}", raised)]
    alert = state.alerts[raised.alert_id]
    return alert, "", recorded + draft_plan(state, alert, None, dispute, rules)


def may_alert(state: State, county: County, sign: Sign, rules: Rules) -> bool:
    """Whether a sign would have an alert now: a kindred one is there, the budget allows one, or the sign is too rare to be held."""
    return _kindred(state, county, sign, rules) is not None or not _over_budget(county, sign, rules)


def _kindred(state: State, county: County, sign: Sign, rules: Rules) -> Alert | None:
    """The alert of the same burst, if there is one."""

    def share_reports(alert: Alert) -> bool:
        """Whether half of the fewer reports of the sign's days are those of the other."""
        other = sign._replace(region=alert.region, measure=alert.measure or "")
        ours, theirs = ({report.dispute_id for report in _behind(state, one)} for one in (sign, other))
        return 2 * len(ours & theirs) >= max(min(len(ours), len(theirs)), 1)

    merge_days = rules.policy.trend.merge_days
    return alerting.related_trend_alert(state, county, sign.region, sign.measure, sign.day, merge_days, share_reports)


def _over_budget(county: County, sign: Sign, rules: Rules) -> str:
    """Why the county's budget allows no further alert; empty when it does, or the sign is too rare to be held."""
    if _beyond_budget(sign, rules):
        return ""
    budget = rules.policy.trend.budget
    since = sign.day - timedelta(days=budget.window_days)
    if sum(alert.budgeted and alert.day > since for alert in county.alerts) < budget.alerts:
        return ""
    return _OVER_BUDGET


def _beyond_budget(sign: Sign, rules: Rules) -> bool:
    """Whether a sign is too rare to be chance: the budget neither holds nor counts it."""
    return sign.recurrence_days >= rules.policy.trend.budget.always_years * DAYS_A_YEAR


def _raised(state: State, sign: Sign, ids: tuple[str, ...], dispute: Assessed | None, rules: Rules) -> AlertRaised:
    level = Level.parse(rules.policy.trend.level)
    place = rules.regions.place(sign.region)
    name = "持续上升" if sign.kind == TRENDING else "突增"
    category = _category(state, sign, dispute)
    routed = rules.policy.routed(level, place, sign.kind, category, sign.region)
    return AlertRaised(
        alert_id=derived_id("alert", str(sign.period_days), sign.region, sign.measure, sign.day.isoformat()),
        kind=sign.kind,
        level=level,
        title=f"{place}{measure_name(sign.measure)}{name}",
        category=category,
        county=sign.region[:6],
        region=sign.region,
        owner=routed.owner,
        route=routed.route,
        reasons=(_reason(sign),),
        dispute_ids=ids,
        policy_version=rules.policy.version,
        occurred_at=dispute.occurred_at if dispute else _end(sign.day),
        measure=sign.measure,
        day=sign.day,
        beyond_budget=_beyond_budget(sign, rules),
    )


def _reason(sign: Sign) -> Reason:
    text = (
        f"{_period(sign.day, sign.period_days)} {sign.observed} 件，预计 {sign.expected:.1f} 件，上限 {sign.upper:.1f} 件"
        f"（{sign.method}，p={sign.p_value:.2g}，凭偶然约每 {_spell(sign.recurrence_days)}一次）"
    )
    return Reason(f"trend.{sign.kind}", text, "detector")


def _period(day: date, days: int) -> str:
    return f"{day:%Y-%m-%d} 已报" if days == 1 else f"截至 {day:%Y-%m-%d} 的 {days} 天已报"


def _spell(days: float) -> str:
    if days >= 365_250:
        return "千年以上"
    return f"{days / 365.25:.1f} 年" if days >= 365.25 else f"{days:.0f} 天"


def _category(state: State, sign: Sign, dispute: Assessed | None) -> str:
    """Category of the alert: the measure's own, else that of the newest event counted."""
    scheme, _, name = sign.measure.partition(":")
    if scheme == "category":
        return name
    if dispute is not None:
        return dispute.category
    found = _behind(state, sign)
    if found:
        return found[-1].measures[0].partition(":")[2]
    return OTHER


def _behind(state: State, sign: Sign) -> list[Report]:
    """Events of a sign's period, as far as they are at hand by the county's clock, whenever its window last forgot some."""
    code, last = sign.region[:6], sign.day.toordinal()
    oldest = (state.counties[code].day or sign.day).toordinal() - REPORT_DAYS
    first = max(last - sign.period_days + 1, oldest)
    return state.windows[code].reported(sign.region, sign.measure, first, last)


def _ids(state: State, sign: Sign, dispute: Assessed | None) -> tuple[str, ...]:
    ids = tuple(report.dispute_id for report in _behind(state, sign)[-MOST_IDS:])
    return ids or ((dispute.dispute_id,) if dispute else ())


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
