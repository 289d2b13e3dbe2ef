"""Decide: pure functions from state and message to events. The same functions run live, in replay and in back-tests.

Every decision is taken event by event in the order of a county's stream, so it does not depend on how messages were
cut into batches, and what spans counties (a matter's level) only ever grows with the set of its events.
"""

from risk_model import alerting, linkage
from risk_model.entities import SETTLED
from risk_model.folding import record
from risk_model.handling import reopen_for_event
from risk_model.history import with_history
from risk_model.local_time import local_day
from risk_model.matter_alerts import alert_matter
from risk_model.matters import due_rules, head
from risk_model.rules import Rules
from risk_model.sighting import sighted
from risk_model.state import State
from risk_model.surveillance.closing import tick
from risk_model.surveillance.emerging import watch_counts
from schemas.assessed import Assessed
from schemas.domain_events import DisputeAssessed, MatterJoined, MatterOpened, MatterRegraded, MatterReopened, Recorded
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.reasons import Reason


def decide_assessed(state: State, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """Events that follow from one new dispute event; they are applied to ``state`` on the way.

    The event's report moves the county's clock on first: what was known when the days before were closed does not include it.
    """
    recorded = tick(state, dispute.place.county, local_day(dispute.reported_at), rules)
    key, matter_id = _find_matter(state, dispute)
    dispute = with_history(dispute, head(state, matter_id) if matter_id else None)
    recorded.append(record(state, f"dispute-{dispute.dispute_id}", DisputeAssessed(dispute)))
    recorded += _file(state, dispute, key, matter_id, rules)
    recorded += watch_counts(state, dispute, rules)
    return recorded


def _file(state: State, dispute: Assessed, key: str, matter_id: str | None, rules: Rules) -> list[Recorded]:
    """Join the dispute to its matter (or open one), regrade the matter, alert and draft a plan where due."""
    if matter_id is None and not dispute.link_keys and dispute.level < Level.parse(rules.policy.alert.matter_min_level):
        return []
    seen = sighted(dispute, key, rules.policy)
    new_keys = tuple(k for k in dispute.link_keys if k not in state.keys)
    recorded: list[Recorded] = []
    opened = matter_id is None
    if matter_id is None:
        matter_id = derived_id("matter", dispute.link_keys[0] if dispute.link_keys else dispute.dispute_id)
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
        recorded.append(
            record(state, f"matter-{matter_id}", MatterJoined(matter_id, seen, linkage.evidence(key), new_keys))
        )
    return recorded + _regrade(state, matter_id, dispute, opened, rules)


def _find_matter(state: State, dispute: Assessed) -> tuple[str, str | None]:
    """Key and matter of a dispute. A USCC alone decides when there is one, so that partitions cannot race."""
    if dispute.link_keys and dispute.link_keys[0].startswith("uscc:"):
        return dispute.link_keys[0], state.keys.get(dispute.link_keys[0])
    for key in dispute.link_keys:
        if key in state.keys:
            return key, state.keys[key]
    for reference in dispute.references:
        filed = state.filed.get(reference)
        if filed is not None and filed.matter_id is not None and filed.county == dispute.place.county:
            return "reference:", filed.matter_id
    return "", None


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
        least = Level.parse(policy.alert.matter_min_level)
        return reopen_for_event(state, alerting.matter_alert_id(matter.matter_id), dispute, least)
    return recorded + alert_matter(state, matter, alerting.trigger_of(dispute), dispute, rules)


def _title(dispute: Assessed, rules: Rules) -> str:
    about = linkage.subject_name(dispute.type, dispute.parties, dispute.project)
    place = rules.regions.place(dispute.place.region_keys()[0])
    return f"{about or place}{dispute.category}事项" if about else f"{place}{dispute.category}事项"
