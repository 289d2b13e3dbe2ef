"""What a matter takes over from a dispute event: where it happened, who claims how much, and what the matter rules look for."""

from risk_model.matters.claims import UNCLEAR
from risk_model.policy import FAILED_MEDIATION, Policy
from schemas.assessed import Assessed
from schemas.domain_events import Sighted
from schemas.taxonomy import OTHER

TOKEN = 16
"""Characters of a token that tell a matter's claimants apart."""


def sighted(dispute: Assessed, key: str, policy: Policy) -> Sighted:
    """What a matter takes over from a dispute event.

    Args:
        dispute: the event, with its final level.
        key: link key it is joined by, empty when by none.
        policy: which claims are told apart, and which marks its rules ask for.
    """
    persons = [party for party in dispute.parties if party.kind == "person" and party.role == "claimant"]
    return Sighted(
        dispute.dispute_id,
        dispute.occurred_at,
        dispute.source,
        dispute.side,
        dispute.place.county,
        dispute.people_involved or 0,
        dispute.amount_fen or 0,
        dispute.level,
        claim_of(dispute, policy),
        dispute.case_number or "",
        tuple(sorted({f"{(party.token or '')[:TOKEN]}/{party.name}" for party in persons})),
        tuple(mark for mark in marks(dispute) if mark in policy.marks),
        key,
    )


def claim_of(dispute: Assessed, policy: Policy) -> str:
    """Whose claim an event is of: by its type, else by its category; a category that no claim names is one of its own, 其他 is unclear."""
    for kind in policy.claim:
        if dispute.type in kind.types:
            return kind.name
    for kind in policy.claim:
        if dispute.category in kind.categories:
            return kind.name
    return UNCLEAR if dispute.category == OTHER else dispute.category


def marks(dispute: Assessed) -> tuple[str, ...]:
    """Type of an event, floors that held for it, and whether it is a mediation that failed."""
    floors = [reason.code for reason in dispute.reasons if reason.source == "floor"]
    failed = [FAILED_MEDIATION] if dispute.type == "gov.mediation" and dispute.extra.get("outcome") == "failure" else []
    return (dispute.type, *failed, *floors)
