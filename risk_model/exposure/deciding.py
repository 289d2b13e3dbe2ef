"""Decide on systemic risk: findings that are new or have grown become events, one alert a controlling group, a plan."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from risk_model.alerts.handling import record_alert, reopen
from risk_model.exposure.distress import Fate
from risk_model.exposure.findings import MOST_DISPUTES, MOST_PATHS, Finding, findings
from risk_model.exposure.graph import ExposureGraph
from risk_model.folding import record
from risk_model.local_time import SHANGHAI
from risk_model.plans.drafting import draft_plan
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import AlertEscalated, AlertRaised, ExposureFound, Recorded
from schemas.identifiers import derived_id
from schemas.levels import Level

SYSTEMIC = "systemic"


def decide_exposure(
    state: State, graph: ExposureGraph, touched: Iterable[int] | None, day: date, rules: Rules
) -> list[Recorded]:
    """Events that follow from what became known on a city day; they are applied to ``state`` on the way.

    Args:
        state: with every known finding (``exposures``) and its alert.
        graph: everything known by the end of the day.
        touched: nodes with something new; None judges all.
        day: the city day that is closed.
        rules: by which.
    """
    recorded: list[Recorded] = []
    for finding in findings(Fate(graph, day.toordinal(), rules.policy.systemic), touched):
        known = _known(state, finding)
        event = _grown(known, finding, day, _alert_id(state, finding)) if known else _new(state, finding, day)
        if event is not None:
            raised = _raise(state, event, day, rules) if event.alert_id not in state.alerts else []
            recorded += raised
            recorded.append(record(state, f"exposure-{event.finding_id}", event))
            recorded += _follow(state, event, bool(raised), rules)
    return recorded


def _known(state: State, finding: Finding) -> ExposureFound | None:
    """The finding of this kind about the same group, as far as it was known; the smallest id where groups have merged."""
    group = set(finding.group)
    same = [e for e in state.exposures.values() if e.kind == finding.kind and not group.isdisjoint(e.group)]
    return min(same, key=lambda e: e.finding_id, default=None)


def _alert_id(state: State, finding: Finding) -> str:
    """The alert of the group: that of an earlier finding about it, of one that has reached it, else its own."""
    group = set(finding.group)
    known = state.exposures.values()
    alerts = [e.alert_id for e in known if not group.isdisjoint(e.group)]
    alerts = alerts or [e.alert_id for e in known if not group.isdisjoint(e.entities)]
    return min(alerts, default=derived_id("alert", SYSTEMIC, finding.anchor))


def _new(state: State, finding: Finding, day: date) -> ExposureFound:
    return ExposureFound(
        derived_id("exposure", finding.kind, finding.anchor),
        finding.kind,
        finding.level,
        day,
        finding.name,
        finding.county,
        finding.category,
        finding.group,
        finding.entities,
        finding.size,
        finding.reasons,
        finding.dispute_ids,
        _alert_id(state, finding),
        finding.paths,
        finding.sectors,
    )


def _grown(known: ExposureFound, finding: Finding, day: date, alert_id: str) -> ExposureFound | None:
    """The known finding with what is new about it; None when it has not grown. Nothing it ever said is taken back."""
    if finding.size <= known.size and finding.level <= known.level and set(finding.sectors) <= set(known.sectors):
        return None
    return ExposureFound(
        known.finding_id,
        known.kind,
        max(known.level, finding.level),
        day,
        known.name,
        known.county,
        finding.category,
        tuple(sorted({*known.group, *finding.group})),
        tuple(sorted({*known.entities, *finding.entities})),
        max(known.size, finding.size),
        finding.reasons,
        tuple(dict.fromkeys([*finding.dispute_ids, *known.dispute_ids]))[:MOST_DISPUTES],
        alert_id,
        tuple({path.text: path for path in (*finding.paths, *known.paths)}.values())[:MOST_PATHS],
        tuple(dict.fromkeys([*known.sectors, *finding.sectors])),
    )


def _raise(state: State, event: ExposureFound, day: date, rules: Rules) -> list[Recorded]:
    several = f"及所波及 {event.size} 个主体" if event.kind == "contagion" else ""
    place = rules.regions.name(event.county)
    routed = rules.policy.routed(event.level, place, SYSTEMIC, event.category, event.county)
    raised = AlertRaised(
        alert_id=event.alert_id,
        kind=SYSTEMIC,
        level=event.level,
        title=f"{event.name}{several}系统性风险",
        category=event.category,
        county=event.county,
        region=event.county,
        owner=routed.owner,
        route=routed.route,
        reasons=event.reasons,
        dispute_ids=event.dispute_ids,
        policy_version=rules.policy.version,
        occurred_at=_end_of(day),
        day=day,
    )
    return [record(state, f"alert-{raised.alert_id}", raised)]


def _follow(state: State, event: ExposureFound, new: bool, rules: Rules) -> list[Recorded]:
    """Escalate the group's alert where its findings together are graver, and draft or redraft the plan."""
    alert, table = state.alerts[event.alert_id], rules.policy.systemic
    found = [e for e in state.exposures.values() if e.alert_id == event.alert_id]
    level = max(e.level for e in found)
    if len({e.kind for e in found}) >= table.grave_kinds:
        level = max(level, int(Level.parse(table.grave_level)))
    recorded: list[Recorded] = []
    if level > alert.level:
        place = rules.regions.name(alert.county)
        routed = rules.policy.routed(level, place, SYSTEMIC, alert.category, alert.region)
        said = (event.reasons, event.dispute_ids)
        escalated = AlertEscalated(alert.alert_id, alert.level, level, routed.owner, *said, routed.route)
        recorded += record_alert(state, escalated)
    recorded += reopen(state, alert.alert_id, "办结之后系统性风险又有扩大", event.reasons, event.dispute_ids)
    if new or recorded:
        recorded += draft_plan(state, alert, None, None, rules)
    return recorded


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
