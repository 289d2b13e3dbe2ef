"""Decide: pure functions from state and message to events. The same functions run live, in replay and in back-tests.

Every decision is taken event by event in the order of a county's stream, so it does not depend on how messages were
cut into batches, and what spans counties (a matter's level) only ever grows with the set of its events.
"""

from risk_model.alerts import raising as alerting
from risk_model.deadlines.intake import decide_deadlines
from risk_model.entities import SETTLED
from risk_model.folding import record
from risk_model.history import with_history
from risk_model.ledger.intake import decide_requests
from risk_model.linking import keys as linkage
from risk_model.linking.finding import Found, find_matter, joined_by, keys_taken, new_matter_id, timely
from risk_model.linking.identifying import Identified, identify
from risk_model.local_time import local_day
from risk_model.matters.alerts import alert_matter, alert_of_event
from risk_model.matters.level_rules import due_rules, head
from risk_model.matters.sighting import sighted
from risk_model.matters.uniting import unite
from risk_model.rules import Rules
from risk_model.state import State
from risk_model.surveillance.closing import tick
from risk_model.surveillance.emerging import watch_counts
from schemas.assessed import Assessed
from schemas.domain_events import (
    DisputeAssessed,
    MatterJoined,
    MatterOpened,
    MatterRegraded,
    MatterReopened,
    NamesLearnt,
    Recorded,
)
from schemas.levels import Level
from schemas.reasons import Reason


def decide_assessed(state: State, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """Events that follow from one new dispute event; they are applied to ``state`` on the way."""
    return decide_identified(state, identify(state.names, dispute, rules), rules)


def decide_identified(state: State, subject: Identified, rules: Rules) -> list[Recorded]:
    """Events that follow from one new dispute event whose names are resolved; they are applied to ``state`` on the way.

    The event's report moves the county's clock on first: what was known when the days before were closed does not include it.
    """
    dispute = subject.dispute
    stream, county = f"dispute-{dispute.dispute_id}", dispute.place.county
    recorded = tick(state, county, local_day(dispute.reported_at), rules)
    subject = timely(state, subject, rules)
    found = find_matter(state, subject)
    dispute = with_history(subject.dispute, head(state, found.matter_id) if found.matter_id else None)
    recorded.append(record(state, stream, DisputeAssessed(dispute)))
    if subject.learnt:
        day = state.counties[county].day or local_day(dispute.reported_at)
        recorded.append(record(state, stream, NamesLearnt(dispute.dispute_id, county, day, subject.learnt)))
    recorded += _file(state, subject._replace(dispute=dispute), found, rules)
    recorded += decide_deadlines(state, dispute, rules)
    recorded += decide_requests(state, dispute, rules)
    recorded += watch_counts(state, dispute, rules)
    return recorded


def _file(state: State, subject: Identified, found: Found, rules: Rules) -> list[Recorded]:
    """Join the dispute to its matter (or open one), regrade the matter, alert and draft a plan where due."""
    dispute, matter_id = subject.dispute, found.matter_id
    if matter_id is None and not dispute.link_keys and dispute.level < Level.parse(rules.policy.alert.matter_min_level):
        return unite(state, subject, found, None, rules)
    seen = sighted(dispute, found.key, rules.policy)
    new_keys = keys_taken(state, subject, found)
    recorded: list[Recorded] = []
    opened = matter_id is None
    if matter_id is None:
        matter_id = new_matter_id(subject)
        event = MatterOpened(
            matter_id,
            _title(dispute, rules),
            dispute.category,
            dispute.place.county,
            dispute.level,
            dispute.reasons,
            seen,
            new_keys,
        )
        recorded.append(record(state, f"matter-{matter_id}", event))
    else:
        evidence, strength = joined_by(subject, found)
        joined = MatterJoined(matter_id, seen, evidence, new_keys, strength)
        recorded.append(record(state, f"matter-{matter_id}", joined))
    recorded += _regrade(state, matter_id, dispute, opened, rules)
    return recorded + unite(state, subject, found, matter_id, rules)


def join_matter(state: State, dispute: Assessed, matter_id: str, evidence: Reason, rules: Rules) -> list[Recorded]:
    """Join a recorded event, which has no matter yet, to one by a person's word; levels, alert and plan follow."""
    joined = MatterJoined(matter_id, sighted(dispute, "", rules.policy), evidence)
    recorded = [record(state, f"matter-{matter_id}", joined)]
    return recorded + _regrade(state, matter_id, dispute, False, rules)


def _regrade(state: State, matter_id: str, dispute: Assessed, opened: bool, rules: Rules) -> list[Recorded]:
    """Lift the level of the matter (of the one it is part of) where an event or a rule says so; alert and plan when it is new or was lifted.

    A closed matter is opened again by what is grave enough; until then it is not lifted.
    """
    matter, policy = head(state, matter_id), rules.policy
    closed = matter.status == SETTLED
    level, reasons = matter.level, list[Reason]()
    if dispute.level > level:
        level, reasons = dispute.level, list(dispute.reasons)
    for rule_level, reason in due_rules(matter, local_day(dispute.occurred_at), level, policy):
        level = max(level, rule_level)
        reasons.append(reason)
    recorded: list[Recorded] = []
    stream, ids = f"matter-{matter.matter_id}", (dispute.dispute_id,)
    if closed:
        if level < Level.parse(policy.settle.reopen_level):
            return []
        text = f"销号之后又有{Level(dispute.level).zh}色事件归入"
        why = (Reason("matter.reopened", text, "rule"), *reasons)
        recorded.append(record(state, stream, MatterReopened(matter.matter_id, "", None, text, level, why, ids)))
    elif level > matter.level:
        regraded = MatterRegraded(matter.matter_id, matter.level, level, tuple(reasons), ids)
        recorded.append(record(state, stream, regraded))
    elif not opened:
        return alert_of_event(state, matter, dispute, rules)
    return recorded + alert_matter(state, matter, alerting.trigger_of(dispute), dispute, rules)


def _title(dispute: Assessed, rules: Rules) -> str:
    about = linkage.subject_name(dispute.type, dispute.parties, dispute.project)
    place = rules.regions.place(dispute.place.region_keys()[0])
    return f"{about or place}{dispute.category}事项" if about else f"{place}{dispute.category}事项"
