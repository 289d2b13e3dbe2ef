"""What follows when an official accepts or declines the proposal that two files, or an event and a file, are one."""

import msgspec

from risk_model.decide import join_matter
from risk_model.entities import Proposal
from risk_model.folding import record
from risk_model.matters.level_rules import head
from risk_model.matters.merging import Decided, merge
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, NotAllowed, text_errors
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import JoinDecided, Recorded
from schemas.reasons import Reason


class Decision(msgspec.Struct, frozen=True):
    """What an official says of a proposal.

    Attributes:
        accept: whether they are one.
        by: the official.
        reason: why; personal data is masked before it is recorded.
    """

    accept: bool
    by: str
    reason: str


def decide_proposal(
    state: State, proposal: Proposal, decision: Decision, dispute: Assessed | None, decided: Decided, rules: Rules
) -> list[Recorded]:
    """The official's word, and the merge or join that follows from it.

    Args:
        state: with both matters, those they are part of, the parts of these, and the alerts of all.
        proposal: as it stands.
        decision: what the official says.
        dispute: the event that it is about, where it had no file of its own; None where it is about two files.
        decided: who, when and why, as it is recorded.
        rules: by which levels follow.

    Raises:
        Incomplete: a field is missing or wrong.
        NotAllowed: it was decided before.
    """
    _check(decision)
    if proposal.status != "open":
        done = "同意" if proposal.status == "accepted" else "否决"
        raise NotAllowed(f"{proposal.decided_by} 已{done}；要改变，请归并、拆分或撤销事项", "it was decided before")
    stream = f"proposal-{proposal.proposal_id}"
    said = JoinDecided(proposal.proposal_id, decision.accept, decided.by, decided.at, decided.reason)
    recorded = [record(state, stream, said)]
    if not decision.accept:
        return recorded
    why = (Reason("link.person", f"经办人 {decided.by} 确认：{decided.reason}", "person"), *proposal.reasons)
    matter = head(state, proposal.matter_id)
    if proposal.other_id is None:
        if dispute is None or state.filed[dispute.dispute_id].matter_id is not None:
            return recorded  # it has come to a file meanwhile: that one may be merged
        return recorded + join_matter(state, dispute, matter.matter_id, why[0], rules)
    other = head(state, proposal.other_id)
    if other is matter:
        return recorded
    return recorded + merge(state, matter.matter_id, other.matter_id, decided, rules, why)


def _check(decision: Decision) -> None:
    errors = text_errors(
        [
            ("by", decision.by, LONGEST_NAME, True, "经办人姓名"),
            ("reason", decision.reason, LONGEST_REASON, True, "理由"),
        ]
    )
    if errors:
        raise Incomplete(errors)
