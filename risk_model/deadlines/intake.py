"""Deadlines that reported events start and end by themselves, by the table ``[[deadline]]`` of the policy. Pure.

An answer may be reported before what it answers: then the deadline's stream begins with its end, and its start comes later.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from risk_model.deadlines.counting import Subject, started
from risk_model.deadlines.rules import BLANKS, DeadlineRule, field_text
from risk_model.folding import record
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import DeadlineEnded, Recorded
from schemas.event_types import type_zh
from schemas.identifiers import derived_id


def deadline_ids(dispute: Assessed, table: tuple[DeadlineRule, ...]) -> set[str]:
    """Ids of deadlines that an event may start or end."""
    found = {own_deadline(rule, dispute) for rule in table if rule.starts(dispute)}
    return (found | {i for rule in table if rule.ends(dispute) for i, _ in _answered(rule, dispute)}) - {""}


def decide_deadlines(state: State, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """Deadlines that a new event starts, and those it ends; applied to ``state`` on the way.

    Args:
        state: with the deadlines of ``deadline_ids``, and where earlier events were filed.
        dispute: after it was filed.
        rules: policy and deadlines.
    """
    recorded: list[Recorded] = []
    for rule in rules.policy.deadlines_of(dispute.type):
        if rule.starts(dispute):
            recorded += _start(state, dispute, rule, rules)
        if rule.ends(dispute):
            recorded += _end(state, dispute, rule)
    return recorded


def blanks_filled(text: str, dispute: Assessed, rules: Rules) -> str:
    """Who owes or asks, with the blanks filled in; empty when one of them cannot be."""
    values = {name: field_text(dispute, name) for name in BLANKS if name != "county"}
    values["county"] = rules.regions.name(dispute.place.county) if dispute.place.county in rules.regions else ""
    if any(f"{{{name}}}" in text and not value for name, value in values.items()):
        return ""
    return text.format(**values)


def _start(state: State, dispute: Assessed, rule: DeadlineRule, rules: Rules) -> list[Recorded]:
    deadline_id, at = own_deadline(rule, dispute), _starts_at(rule, dispute)
    held = state.deadlines.get(deadline_id)
    if not deadline_id or at is None or (held is not None and held.clock is not None):
        return []
    matter_id = state.filed[dispute.dispute_id].matter_id if dispute.dispute_id in state.filed else None
    subject = Subject(
        "dispute",
        dispute.dispute_id,
        dispute.title or type_zh(dispute.type),
        dispute.place.county,
        blanks_filled(rule.owing, dispute, rules),
        blanks_filled(rule.asking, dispute, rules),
        matter_id,
        dispute_id=dispute.dispute_id,
    )
    event = started(rules.clocks, rule.clock, deadline_id, at, dispute.reported_at, subject)
    return [record(state, f"deadline-{deadline_id}", event)]


def _end(state: State, dispute: Assessed, rule: DeadlineRule) -> list[Recorded]:
    recorded = []
    for deadline_id, reference in _answered(rule, dispute):
        held = state.deadlines.get(deadline_id)
        if held is None and reference is not None and reference in state.filed:
            continue  # what it refers to is known and started no deadline
        if held is None or held.outcome is None:
            event = DeadlineEnded(deadline_id, dispute.occurred_at, "answered", dispute_id=dispute.dispute_id)
            recorded.append(record(state, f"deadline-{deadline_id}", event))
    return recorded


def own_deadline(rule: DeadlineRule, dispute: Assessed) -> str:
    """Id of the deadline that an event starts; empty when the event lacks the field it is known by."""
    if not rule.key:
        return derived_id("deadline", rule.clock, dispute.dispute_id)
    key = field_text(dispute, rule.key)
    return derived_id("deadline", rule.key, key) if key else ""


def _answered(rule: DeadlineRule, dispute: Assessed) -> Iterator[tuple[str, str | None]]:
    """Ids of deadlines that an event ends, each with the event it refers to, where that is how it is known."""
    if rule.key:
        if key := field_text(dispute, rule.key):
            yield derived_id("deadline", rule.key, key), None
        return
    for reference in dispute.references:
        yield derived_id("deadline", rule.clock, reference), reference


def _starts_at(rule: DeadlineRule, dispute: Assessed) -> datetime | None:
    """When a deadline starts; None when the event does not say so, or not as a time with a zone."""
    if not rule.at:
        return dispute.occurred_at
    try:
        found = datetime.fromisoformat(field_text(dispute, rule.at))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
