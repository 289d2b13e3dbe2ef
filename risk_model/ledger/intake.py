"""Requests that reported events are, and answers that they are (司法建议 and its reply), by ``request`` in ``[[deadline]]``. Pure."""

from risk_model.deadlines.intake import blanks_filled, own_deadline
from risk_model.deadlines.rules import DeadlineRule, field_text
from risk_model.folding import record
from risk_model.ledger.entity import COURT_TO_GOVERNMENT, GOVERNMENT_TO_COURT
from risk_model.ledger.steps import request_key
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import Recorded, RequestAnswered, RequestMade
from schemas.event_types import type_zh


def request_ids(dispute: Assessed, table: tuple[DeadlineRule, ...]) -> set[str]:
    """Ids of requests that an event may be, or answer."""
    rules = [rule for rule in table if rule.request]
    return {_id(rule, dispute) for rule in rules if rule.starts(dispute) or rule.ends(dispute)} - {""}


def decide_requests(state: State, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """The request that a new event is, or the answer; applied to ``state`` on the way.

    Args:
        state: with the requests of ``request_ids``, and where earlier events were filed.
        dispute: after it was filed.
        rules: policy, regions and deadlines.
    """
    recorded: list[Recorded] = []
    for rule in rules.policy.deadlines_of(dispute.type):
        if not rule.request or not (request_id := _id(rule, dispute)):
            continue
        held = state.requests.get(request_id)
        if rule.starts(dispute) and (held is None or held.made is None):
            recorded.append(record(state, f"request-{request_id}", _made(state, request_id, dispute, rule, rules)))
        elif rule.ends(dispute) and (held is None or held.answered_at is None):
            accepted = {"true": True, "false": False}.get(field_text(dispute, "accepted"))
            said = dispute.title or type_zh(dispute.type)
            event = RequestAnswered(request_id, dispute.occurred_at, "", said, dispute.dispute_id, accepted)
            recorded.append(record(state, f"request-{request_id}", event))
    return recorded


def _made(state: State, request_id: str, dispute: Assessed, rule: DeadlineRule, rules: Rules) -> RequestMade:
    clock = rules.clocks.rules.get(rule.clock)
    filed = state.filed.get(dispute.dispute_id)
    return RequestMade(
        request_id,
        rule.request,
        COURT_TO_GOVERNMENT if dispute.side == "court" else GOVERNMENT_TO_COURT,
        field_text(dispute, rule.key),
        blanks_filled(rule.asking, dispute, rules) or (clock.asking if clock else ""),
        blanks_filled(rule.owing, dispute, rules) or (clock.owing if clock else ""),
        dispute.title or type_zh(dispute.type),
        dispute.place.county,
        dispute.occurred_at,
        deadline_id=own_deadline(rule, dispute),
        matter_id=filed.matter_id if filed else None,
        dispute_id=dispute.dispute_id,
    )


def _id(rule: DeadlineRule, dispute: Assessed) -> str:
    """Id of the request; empty when the event does not carry its number."""
    number = field_text(dispute, rule.key) if rule.key else ""
    return request_key(rule.request, "", number) if number else ""
