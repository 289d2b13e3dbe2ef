"""State as a fold of events: the slices of matters, alerts, trends and counts that a batch touches.

A ``State`` is loaded with what a batch needs, decisions read it, ``evolve`` applies each event to it, and the read
models store what it touched. Live, rebuild and back-test use the same ``evolve``.
"""

from dataclasses import dataclass, field
from datetime import date

from risk_model.entities import Alert, Filed, Matter, Sighting
from risk_model.local_time import local_day
from risk_model.series import CountKey, counted_series
from schemas.assessed import Assessed
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    ChallengerNamed,
    DisputeAssessed,
    DisputeQuarantined,
    DomainEvent,
    LabelGiven,
    MatterJoined,
    MatterOpened,
    MatterRegraded,
    ModelPromoted,
    PlanDrafted,
    PolicyAdopted,
    QuarantineRetried,
    Recorded,
    TrendDetected,
)

RECENT_EVENTS = 200  # newest events a matter keeps for its window rules


@dataclass
class State:
    """Loaded slices plus everything a batch changed. ``touched`` sets name what the read models must store."""

    matters: dict[str, Matter] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    trends: dict[str, TrendDetected] = field(default_factory=dict)
    plans: dict[str, PlanDrafted] = field(default_factory=dict)
    counts: dict[CountKey, int] = field(default_factory=dict)
    first_days: dict[str, date] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, DisputeQuarantined] = field(default_factory=dict)

    new_disputes: list[Assessed] = field(default_factory=list)
    new_keys: dict[str, str] = field(default_factory=dict)
    new_filed: dict[str, Filed] = field(default_factory=dict)
    new_counts: dict[CountKey, int] = field(default_factory=dict)
    new_first_days: dict[str, date] = field(default_factory=dict)
    new_trends: dict[str, TrendDetected] = field(default_factory=dict)
    new_plans: dict[str, PlanDrafted] = field(default_factory=dict)
    new_quarantined: list[DisputeQuarantined] = field(default_factory=list)
    retried: list[QuarantineRetried] = field(default_factory=list)
    policies: list[PolicyAdopted] = field(default_factory=list)
    new_labels: list[tuple[int, LabelGiven]] = field(default_factory=list)  # with their stream versions
    champion: ModelPromoted | None = None
    challenger: ChallengerNamed | None = None
    touched_matters: set[str] = field(default_factory=set)
    touched_alerts: set[str] = field(default_factory=set)

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
            self.new_first_days,
            self.new_trends,
            self.new_plans,
            self.new_quarantined,
            self.retried,
            self.policies,
            self.new_labels,
            self.touched_matters,
            self.touched_alerts,
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
    elif isinstance(event, AlertEscalated):
        alert = state.alerts[event.alert_id]
        alert.version, alert.level, alert.owner = recorded.version, event.level_after, event.owner
        kept = [r for r in alert.reasons if r.source != "model" and r not in event.reasons]
        alert.reasons = [*event.reasons, *kept]  # the model's word on a lower level is no reason for the higher one
        state.touched_alerts.add(event.alert_id)
    elif isinstance(event, TrendDetected):
        state.trends[event.trend_id] = state.new_trends[event.trend_id] = event
        alert = state.alerts[event.alert_id]
        alert.last_day = max(alert.last_day or event.day, event.day)
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


def _count(state: State, dispute: Assessed) -> None:
    for key in counted_series(dispute):
        state.counts[key] = state.counts.get(key, 0) + 1
        state.new_counts[key] = state.new_counts.get(key, 0) + 1
    county, day = dispute.place.county, local_day(dispute.occurred_at)
    first = state.first_days.get(county)
    if first is None or day < first:
        state.first_days[county] = state.new_first_days[county] = day


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
        status="raised",
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
        version=version,
    )
