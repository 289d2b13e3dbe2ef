"""State as a fold of events: the slices of matters, alerts, trends and counts that a batch touches.

A ``State`` is loaded with what a batch needs, decisions read it, ``evolve`` applies each event to it, and the read
models store what it touched. Live, rebuild and back-test use the same ``evolve``.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec

from risk_model.alert_status import RAISED, AlertStep, advance
from risk_model.entities import Alert, Filed, Matter, Sighting
from risk_model.exposure.entities import Stated, Trouble
from risk_model.exposure.statements import stated_relations, trouble
from risk_model.local_time import local_day
from risk_model.series import SUBJECT, CountKey, measures
from risk_model.surveillance.entities import County, Followed, RaisedAlert, Trend, TrendPoint
from risk_model.surveillance.profile import Profile
from risk_model.surveillance.window import CountWindow, Report
from schemas.assessed import Assessed
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    BaselineLearnt,
    ChallengerNamed,
    ClockTicked,
    DisputeAssessed,
    DisputeQuarantined,
    DomainEvent,
    ExposureFound,
    LabelGiven,
    MatterJoined,
    MatterOpened,
    MatterRegraded,
    ModelPromoted,
    PlanDrafted,
    PolicyAdopted,
    QuarantineRetried,
    Recorded,
    RecordExtended,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)

RECENT_EVENTS = 200  # newest events a matter keeps for its window rules
WINDOW_DAYS = 112  # days of counts of every series that are at hand
YEARS_DAYS = 2100  # days of counts of categories by township and county, where there are years of them
CLEARED_DAYS = 35  # days for which a county follows cleared trends
RAISED_DAYS = 70  # days for which a county remembers its trend alerts: a late sign looks back from its own day
REPORT_DAYS = 14  # days of events that windows remember by name
CITY = "city"  # place of what spans counties
TREND_KINDS = ("emerging", "trending")


@dataclass
class State:
    """Loaded slices plus everything a batch changed. ``touched`` sets name what the read models must store."""

    matters: dict[str, Matter] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    trends: dict[str, Trend] = field(default_factory=dict)
    counties: dict[str, County] = field(default_factory=dict)
    windows: dict[str, CountWindow] = field(default_factory=dict)
    years: dict[str, CountWindow] = field(default_factory=dict)
    plans: dict[str, PlanDrafted] = field(default_factory=dict)
    exposures: dict[str, ExposureFound] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, DisputeQuarantined] = field(default_factory=dict)

    new_disputes: list[Assessed] = field(default_factory=list)
    new_keys: dict[str, str] = field(default_factory=dict)
    new_filed: dict[str, Filed] = field(default_factory=dict)
    new_counts: dict[CountKey, int] = field(default_factory=dict)
    new_arrivals: dict[tuple[str, str, date, date], int] = field(default_factory=dict)
    new_plans: dict[str, PlanDrafted] = field(default_factory=dict)
    new_stated: list[Stated] = field(default_factory=list)
    new_troubles: list[Trouble] = field(default_factory=list)
    new_exposures: dict[str, ExposureFound] = field(default_factory=dict)
    new_quarantined: list[DisputeQuarantined] = field(default_factory=list)
    retried: list[QuarantineRetried] = field(default_factory=list)
    policies: list[PolicyAdopted] = field(default_factory=list)
    new_labels: list[tuple[int, LabelGiven]] = field(default_factory=list)  # with their stream versions
    champion: ModelPromoted | None = None
    challenger: ChallengerNamed | None = None
    touched_matters: set[str] = field(default_factory=set)
    touched_alerts: set[str] = field(default_factory=set)
    touched_trends: set[str] = field(default_factory=set)
    touched_counties: set[str] = field(default_factory=set)

    def county(self, code: str) -> County:
        """A county's clock and baseline, new when it has no events yet; its counts are at hand from then on."""
        if code not in self.counties:
            self.counties[code] = County(code)
        if code not in self.windows:
            self.windows[code] = CountWindow(WINDOW_DAYS)
            self.years[code] = CountWindow(YEARS_DAYS)
        return self.counties[code]

    def record(self, stream_id: str, event: DomainEvent) -> Recorded:
        """Apply a decided event and give it its place in its stream."""
        version = self.versions.get(stream_id, 0) + 1
        recorded = Recorded(stream_id, version, event)
        evolve(self, recorded)
        return recorded

    def forget_changes(self) -> None:
        """Keep what was folded and forget what changed: in memory nobody stores it."""
        for kept in (
            self.new_disputes,
            self.new_keys,
            self.new_filed,
            self.new_counts,
            self.new_arrivals,
            self.new_plans,
            self.new_stated,
            self.new_troubles,
            self.new_exposures,
            self.new_quarantined,
            self.retried,
            self.policies,
            self.new_labels,
            self.touched_matters,
            self.touched_alerts,
            self.touched_trends,
            self.touched_counties,
        ):
            kept.clear()


def evolve(state: State, recorded: Recorded) -> None:
    """Apply one event to the state.

    Raises:
        TypeError: an event this release does not know; nothing is ever skipped.
    """
    event = recorded.event
    state.versions[recorded.stream_id] = recorded.version
    if isinstance(event, DisputeAssessed):
        _count(state, event.dispute)
        state.filed[event.dispute.dispute_id] = Filed(None, event.dispute.place.county)
        state.new_disputes.append(event.dispute)
    elif isinstance(event, MatterOpened):
        state.matters[event.matter_id] = Matter(
            event.matter_id, event.title, event.category, event.county, level=event.level, reasons=list(event.reasons)
        )
        _join(state, event, recorded.version)
    elif isinstance(event, MatterJoined):
        _join(state, event, recorded.version)
    elif isinstance(event, MatterRegraded):
        matter = state.matters[event.matter_id]
        matter.version, matter.level, matter.reasons = recorded.version, event.level_after, list(event.reasons)
        state.touched_matters.add(event.matter_id)
    elif isinstance(event, AlertRaised):
        state.alerts[event.alert_id] = _alert(event, recorded.version)
        state.touched_alerts.add(event.alert_id)
        if event.kind in TREND_KINDS:
            _remember_alert(_county(state, event.county), event)
    elif isinstance(event, AlertEscalated):
        alert = state.alerts[event.alert_id]
        alert.version, alert.level, alert.owner = recorded.version, event.level_after, event.owner
        kept = [r for r in alert.reasons if r.source != "model" and r not in event.reasons]
        advance(alert, event, recorded.version)
        alert.reasons = [*event.reasons, *kept]  # the model's word on a lower level is no reason for the higher one
        state.touched_alerts.add(event.alert_id)
    elif isinstance(event, AlertStep):
        advance(state.alerts[event.alert_id], event, recorded.version)
        state.touched_alerts.add(event.alert_id)
    elif isinstance(event, (TrendDetected, TrendRevised, TrendCleared)):
        _follow_trend(state, event, recorded.version)
    elif isinstance(event, ClockTicked):
        county = _county(state, event.place)
        county.day = event.day
        since = event.day - timedelta(days=CLEARED_DAYS)
        county.trends = [f for f in county.trends if f.cleared_on is None or f.cleared_on >= since]
    elif isinstance(event, BaselineLearnt):
        county = _county(state, event.county)
        county.profile, county.learnt = msgspec.convert(event.profile, Profile), event.day
    elif isinstance(event, RecordExtended):
        county = _county(state, event.county)
        county.first_day = min(county.first_day or event.since, event.since)
    elif isinstance(event, ExposureFound):
        state.exposures[event.finding_id] = state.new_exposures[event.finding_id] = event
        alert = state.alerts[event.alert_id]
        alert.last_day = max(alert.last_day or event.day, event.day)
        codes = {reason.code for reason in event.reasons}
        alert.reasons = [*event.reasons, *(r for r in alert.reasons if r.code not in codes)]
        state.touched_alerts.add(event.alert_id)
    elif isinstance(event, PlanDrafted):
        state.plans[event.plan_id] = state.new_plans[event.plan_id] = event
    elif isinstance(event, DisputeQuarantined):
        state.quarantined[event.quarantine_id] = event
        state.new_quarantined.append(event)
    elif isinstance(event, QuarantineRetried):
        state.retried.append(event)
    elif isinstance(event, PolicyAdopted):
        state.policies.append(event)
    elif isinstance(event, LabelGiven):
        state.new_labels.append((recorded.version, event))
    elif isinstance(event, ModelPromoted):
        state.champion = event
    elif isinstance(event, ChallengerNamed):
        state.challenger = event
    else:
        raise TypeError(
            f"未知事件 {type(event).__name__}，本版本无法折叠 / unknown event {type(event).__name__}: upgrade before folding this store"
        )


def _county(state: State, place: str) -> County:
    """County (or the city) that an event changes."""
    county = state.counties.get(place)
    if county is None:
        county = state.counties[place] = County(place)
    state.touched_counties.add(place)
    return county


def _count(state: State, dispute: Assessed) -> None:
    """Count an event in every series of its regions and measures, by the day it happened and by the county's clock."""
    place, found = dispute.place, measures(dispute)
    day, regions = local_day(dispute.occurred_at), place.region_keys()
    for region in regions:
        for measure in found:
            key = (region, measure, day)
            state.new_counts[key] = state.new_counts.get(key, 0) + 1
    county = _county(state, place.county)
    county.counted += 1
    known_on = county.day or local_day(dispute.reported_at)
    county.first_day = county.first_day or known_on
    _expose(state, dispute, known_on)
    arrival = (place.township or place.county, found[0], day, known_on)
    state.new_arrivals[arrival] = state.new_arrivals.get(arrival, 0) + 1
    if len(found) > 1:
        arrival = (place.county, SUBJECT, day, known_on)
        state.new_arrivals[arrival] = state.new_arrivals.get(arrival, 0) + 1
    ordinal, begin = day.toordinal(), county.first_day.toordinal()
    window = state.windows.get(place.county)
    if window is not None:
        window.counted, window.begin = county.counted, begin
        window.add(regions, found, ordinal)
        window.arrived(found[0], ordinal, known_on.toordinal())
        if len(found) > 1:
            window.arrived(SUBJECT, ordinal, known_on.toordinal())
        if (known_on - day).days <= REPORT_DAYS:
            reported_us = round(dispute.reported_at.timestamp() * 1_000_000)
            window.remember(Report(reported_us, dispute.dispute_id, ordinal, regions, found))
    years = state.years.get(place.county)
    if years is not None:
        years.counted, years.begin = county.counted, begin
        years.add([region for region in regions if "/" not in region], found[:1], ordinal)


def _expose(state: State, dispute: Assessed, known_on: date) -> None:
    """Keep what the event tells the exposure graph, by the day of the county's clock on which it became known."""
    if dispute.relations:
        state.new_stated += stated_relations(dispute, known_on.toordinal())
    told = trouble(dispute, known_on.toordinal())
    if told is not None:
        state.new_troubles.append(told)


def _remember_alert(county: County, event: AlertRaised) -> None:
    """Keep a trend alert in mind for the budget and for trends that may join it."""
    if event.day is None:
        return
    oldest = (county.day or event.day) - timedelta(days=RAISED_DAYS)
    county.alerts = [alert for alert in county.alerts if alert.day >= oldest]
    county.alerts.append(RaisedAlert(event.alert_id, event.day, not event.beyond_budget))


def _follow_trend(state: State, event: TrendDetected | TrendRevised | TrendCleared, version: int) -> None:
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
        _county(state, _watched_by(trend)).trends.append(Followed(event.trend_id))
    trend = state.trends[event.trend_id]
    trend.version = version
    state.touched_trends.add(event.trend_id)
    if isinstance(event, TrendCleared):
        trend.status = "cleared"
        _follow(_county(state, _watched_by(trend)), trend, event.day)
        return
    if isinstance(event, TrendRevised):
        if trend.status != "open" and event.observed > event.upper and event.day > trend.last_day:
            trend.status = "open"
            _follow(_county(state, _watched_by(trend)), trend, None)
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


def _follow(county: County, trend: Trend, cleared_on: date | None) -> None:
    county.trends = [f._replace(cleared_on=cleared_on) if f.trend_id == trend.trend_id else f for f in county.trends]


def _watched_by(trend: Trend) -> str:
    return CITY if trend.kind == "regional" else trend.region[:6]


def _figures(event: TrendDetected | TrendRevised) -> TrendPoint:
    return TrendPoint(event.day, event.observed, event.expected, event.upper, event.p_value, event.recurrence_days)


def _join(state: State, event: MatterOpened | MatterJoined, version: int) -> None:
    sighted = event.sighted
    for key in event.keys:
        state.keys[key] = state.new_keys[key] = event.matter_id
    state.filed[sighted.dispute_id] = state.new_filed[sighted.dispute_id] = Filed(event.matter_id, sighted.county)
    matter = state.matters[event.matter_id]
    matter.version = version
    matter.events += 1
    matter.people = max(matter.people, sighted.people_involved)
    matter.amount_fen = max(matter.amount_fen, sighted.amount_fen)
    matter.first_at = min(matter.first_at or sighted.occurred_at, sighted.occurred_at)
    matter.last_at = max(matter.last_at or sighted.occurred_at, sighted.occurred_at)
    if sighted.source not in matter.sources:
        matter.sources = sorted([*matter.sources, sighted.source])
    if sighted.county not in matter.counties:
        matter.counties = sorted([*matter.counties, sighted.county])
    sighting = Sighting(
        local_day(sighted.occurred_at).toordinal(), sighted.dispute_id, sighted.source, sighted.side, sighted.county
    )
    matter.recent = sorted([*matter.recent, sighting])[-RECENT_EVENTS:]
    state.touched_matters.add(event.matter_id)


def _alert(event: AlertRaised, version: int) -> Alert:
    return Alert(
        alert_id=event.alert_id,
        kind=event.kind,
        level=event.level,
        status=RAISED,
        title=event.title,
        category=event.category,
        county=event.county,
        region=event.region,
        owner=event.owner,
        reasons=list(event.reasons),
        occurred_at=event.occurred_at,
        policy_version=event.policy_version,
        matter_id=event.matter_id,
        measure=event.measure,
        day=event.day,
        last_day=event.day,
        beyond_budget=event.beyond_budget,
        version=version,
    )
