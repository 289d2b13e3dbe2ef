"""Known names and proposals, as events change them."""

from risk_model.entities import Proposal
from risk_model.linking.identifying import known_by, pair_id
from risk_model.names.book import keys_of
from risk_model.names.keys import scope
from risk_model.state import State
from schemas.domain_events import JoinDecided, JoinProposed, MatterSplit, MergeUndone, NamesLearnt, NamesUnited


def learn(state: State, event: NamesLearnt, _: int) -> None:
    """Write names down in the book of a county."""
    for learnt in event.names:
        state.names.add(known_by(learnt, event.county), scope(event.county))
    state.new_learnt.append(event)


def unite_names(state: State, event: NamesUnited, _: int) -> None:
    """Let one enterprise stand for two."""
    state.new_united[event.from_id] = event.into_id


def name_keys(event: NamesLearnt) -> set[str]:
    """Keys whose bearers must be at hand to fold an event."""
    own = scope(event.county)
    return {own + key for learnt in event.names for key in keys_of(known_by(learnt, event.county))}


def propose(state: State, event: JoinProposed, version: int) -> None:
    """Keep what a person is asked."""
    state.proposals[event.proposal_id] = Proposal(
        event.proposal_id,
        event.matter_id,
        event.other_id,
        event.dispute_id,
        event.county,
        event.strength,
        event.relation,
        list(event.reasons),
        version=version,
    )
    state.touched_proposals.add(event.proposal_id)


def settle_proposal(state: State, event: JoinDecided, version: int) -> None:
    """Keep what the official said."""
    proposal = state.proposals[event.proposal_id]
    proposal.version = version
    proposal.status = "accepted" if event.accepted else "declined"
    proposal.decided_by, proposal.decided_at, proposal.decided_why = event.by, event.at, event.reason
    state.touched_proposals.add(event.proposal_id)


def remember_parting(state: State, event: MergeUndone | MatterSplit) -> None:
    """Remember that an official parted two files: they are not united again by themselves, nor asked about."""
    if isinstance(event, MergeUndone):
        one, other, county = event.into_id, event.from_id, state.matters[event.from_id].county
    else:
        one, other, county = event.matter_id, event.new_id, state.matters[event.matter_id].county
    proposal_id = pair_id(one, other)
    proposal = state.proposals.get(proposal_id)
    if proposal is None:
        proposal = Proposal(proposal_id, one, other, "", county, 0.0, "same", [])
        state.proposals[proposal_id] = proposal
    proposal.status = "declined"
    proposal.decided_by, proposal.decided_at, proposal.decided_why = event.by, event.at, event.reason
    state.touched_proposals.add(proposal_id)
