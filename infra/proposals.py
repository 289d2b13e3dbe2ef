"""Proposals put to officials: decided purely, written with the optimistic concurrency of the event log."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from infra.expecting import recorded_before
from infra.matter_steps import assessed_of
from infra.store.event_log import append, take_turn
from infra.store.projection import save
from infra.store.slices import load_alerts, load_families, load_filed, load_plan_versions, load_proposals
from infra.store.tables import reads
from risk_model.alerts.raising import matter_alert_id
from risk_model.entities import Proposal
from risk_model.masking import Masker
from risk_model.matters.merging import Decided
from risk_model.matters.proposing import Decision, decide_proposal
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import DomainEvent, JoinDecided


class NoSuchProposal(LookupError):
    """There is no proposal of this id."""


def answer_proposal(
    connection: Connection, proposal_id: str, decision: Decision, expected_version: int, now: datetime, rules: Rules
) -> Proposal:
    """Record what an official says of a proposal, within a write transaction; the proposal as it is then.

    A request sent again after its answer was lost is answered as the first time.

    Args:
        connection: within a transaction.
        proposal_id: the proposal.
        decision: what the official says.
        expected_version: version of the proposal that the official looked at.
        now: aware.
        rules: by which levels, alerts and plans follow.

    Raises:
        NoSuchProposal: there is none.
        Moved: somebody else decided first.
        Incomplete, NotAllowed: see ``risk_model.matters.proposing.decide_proposal``.
    """
    take_turn(connection)
    state = State()
    load_proposals(connection, reads, state, {proposal_id})
    proposal = state.proposals.get(proposal_id)
    if proposal is None:
        raise NoSuchProposal(proposal_id)
    decision = msgspec.structs.replace(decision, reason=Masker().mask(decision.reason.strip()))
    if recorded_before(
        connection,
        f"proposal-{proposal_id}",
        proposal.version,
        expected_version,
        lambda event: _records(event, decision),
    ):
        return proposal
    load_families(connection, reads, state, {proposal.matter_id, *filter(None, (proposal.other_id,))})
    load_alerts(connection, reads, state, {matter_alert_id(matter) for matter in state.matters})
    load_plan_versions(connection, reads, state, state.alerts)
    dispute = None
    if proposal.other_id is None:
        load_filed(connection, reads, state, {proposal.dispute_id})
        dispute = assessed_of(connection, [proposal.dispute_id]).get(proposal.dispute_id)
    decided = Decided(decision.by, now, decision.reason)
    recorded = decide_proposal(state, proposal, decision, dispute, decided, rules)
    append(connection, recorded, now)
    save(connection, reads, state)
    return proposal


def _records(event: DomainEvent, decision: Decision) -> bool:
    return isinstance(event, JoinDecided) and Decision(event.accepted, event.by, event.reason) == decision
