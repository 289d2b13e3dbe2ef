"""What an event says of matters beside its own: that two of them are one, or may be, so that a person is asked.

Within a county this is decided at once, for its stream alone is in a fixed order; across counties when the city's day is closed (ADR 0017).
Nothing is united that an official parted, and no pair is asked about twice.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from risk_model.entities import Matter
from risk_model.folding import record
from risk_model.linking.finding import SUBJECTS, USCC, Found
from risk_model.linking.identifying import FIRM, SITE, Identified, pair_id
from risk_model.linking.joining import Link
from risk_model.linking.keys import evidence
from risk_model.local_time import SHANGHAI
from risk_model.matters.level_rules import head
from risk_model.matters.merging import Decided, merge
from risk_model.names.across import Across, Groups
from risk_model.names.known import Known
from risk_model.names.likeness import SAME
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import JoinProposed, NamesUnited, Recorded

DECLINED = "declined"


def unite(state: State, subject: Identified, found: Found, filed: str | None, rules: Rules) -> list[Recorded]:
    """Merge what an event shows to be one matter, and propose what it shows may be one.

    Args:
        state: with every matter that a key of the event leads to.
        subject: the event, filed.
        found: how its matter was found.
        filed: its matter; None where it has none.
        rules: by which levels follow.
    """
    recorded: list[Recorded] = []
    if filed is not None:
        for key in _of_one_matter(subject, found):
            other = state.keys.get(key)
            if other is not None:
                recorded += _merge(state, filed, other, key, subject, rules)
    for key, link in subject.asked:
        target = state.keys.get(key)
        if target is not None:
            recorded += _propose(state, target, filed, link, subject)
    return recorded


def unite_across(
    state: State, found: Iterable[Across], groups: Groups, day: date, taught: Mapping[str, str], rules: Rules
) -> list[Recorded]:
    """Unite enterprises of several counties, and merge the matters that are of them; propose what may be one.

    Args:
        state: with the matters of all enterprises concerned, and the keys that lead to them.
        found: what the day's news says.
        groups: enterprises by what stands for them, as they were before.
        day: the city's day that is closed.
        taught: by enterprise the event by which it became known.
        rules: by which levels follow.
    """
    recorded: list[Recorded] = []
    at = datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    for across in found:
        one, other = groups.root(across.one), groups.root(across.other)
        if one == other:
            continue
        mine, yours = _matters(state, groups.members(one)), _matters(state, groups.members(other))
        if any(_declined(state, a, b) for a in mine for b in yours):
            continue
        if not across.joined:
            recorded += _ask_across(state, across, mine, yours, taught)
            continue
        into, gone = sorted((one, other))
        united = NamesUnited(into, gone, day, round(across.strength, 4), across.reasons)
        recorded.append(record(state, f"name-{gone}", united))
        groups.unite(one, other)
        matters = sorted(mine + yours, key=_rank)
        decided = Decided("", at, across.reasons[0].text)
        for part in matters[1:]:
            if part.merged_into is None and part is not matters[0] and not _coded(part):
                strength = round(across.strength, 4)
                recorded += merge(state, matters[0].matter_id, part.matter_id, decided, rules, across.reasons, strength)
    return recorded


def _matters(state: State, members: Iterable[Known]) -> list[Matter]:
    """Matters, as they stand by themselves, that these enterprises' keys lead to."""
    ids = {state.keys[key] for known in members if (key := FIRM + known.target) in state.keys}
    return sorted({head(state, one).matter_id: head(state, one) for one in ids}.values(), key=lambda m: m.matter_id)


def _ask_across(
    state: State, across: Across, mine: list[Matter], yours: list[Matter], taught: Mapping[str, str]
) -> list[Recorded]:
    if not mine or not yours or mine[0] is yours[0]:
        return []
    matter, other = mine[0], yours[0]
    proposal_id = pair_id(matter.matter_id, other.matter_id)
    if proposal_id in state.proposals:
        return []
    event = JoinProposed(
        proposal_id,
        matter.matter_id,
        other.matter_id,
        taught.get(across.one, ""),
        matter.county,
        round(across.strength, 4),
        SAME,
        across.reasons,
    )
    return [record(state, f"proposal-{proposal_id}", event)]


def _of_one_matter(subject: Identified, found: Found) -> Iterable[str]:
    """Keys of an event that must lead to its own matter: of its enterprise, of the project that this builds, of its case and sum."""
    keys = subject.dispute.link_keys
    kinds = (USCC, FIRM, SITE) if subject.builder and not subject.phase else (USCC, FIRM)
    anchor = found.key or (keys[0] if keys else "")
    for key in keys:
        if key.startswith(SUBJECTS):
            if key.startswith(kinds) and anchor.startswith(kinds):
                yield key
        elif anchor.startswith(SUBJECTS):
            yield key


def _merge(state: State, filed: str, other: str, key: str, subject: Identified, rules: Rules) -> list[Recorded]:
    into, part = head(state, filed), head(state, other)
    if part.matter_id == into.matter_id:
        return []
    if not key.startswith(SUBJECTS) and part.subjects:
        return []  # the case or the sum is of a matter that has another subject
    if _coded(part) and _coded(into):
        return []
    into, part = sorted((into, part), key=_rank)  # whatever is merged first, the same one stands in the end
    if _declined(state, into, part):
        return []
    link = subject.links.get(key)
    why = link.reasons if link is not None and link.reasons else (evidence(key),)
    strength = None if link is None else round(link.strength, 4)
    decided = Decided("", subject.dispute.reported_at, why[0].text)
    return merge(state, into.matter_id, part.matter_id, decided, rules, why, strength)


def _propose(state: State, target: str, filed: str | None, link: Link, subject: Identified) -> list[Recorded]:
    dispute = subject.dispute
    matter = head(state, target)
    other = head(state, filed).matter_id if filed is not None else None
    if other == matter.matter_id:
        return []
    proposal_id = pair_id(matter.matter_id, other or dispute.dispute_id)
    if proposal_id in state.proposals:
        return []
    event = JoinProposed(
        proposal_id,
        matter.matter_id,
        other,
        dispute.dispute_id,
        dispute.place.county,
        round(link.strength, 4),
        link.relation,
        link.reasons,
    )
    return [record(state, f"proposal-{proposal_id}", event)]


def _declined(state: State, one: Matter, other: Matter) -> bool:
    proposal = state.proposals.get(pair_id(one.matter_id, other.matter_id))
    return proposal is not None and proposal.status == DECLINED


def _rank(matter: Matter) -> tuple[bool, str]:
    return not _coded(matter), matter.matter_id


def _coded(matter: Matter) -> bool:
    """Whether a matter is of an enterprise known by its code; it may span counties."""
    return any(key.startswith(USCC) for key in matter.subjects)
