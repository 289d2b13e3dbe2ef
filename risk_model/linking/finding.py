"""Which matter an event belongs to, by the keys it was identified by, and which of its keys lead there from now on.

A matter is of an enterprise, a project or one dispute. What else an event names does not become the matter's: a contractor works on many
sites, and each has matters of its own. An enterprise that builds the project is one with it.
"""

from typing import NamedTuple

from risk_model.linking import keys as linkage
from risk_model.linking.identifying import DEVELOPMENT_OF, FIRM, SITE, SUM, Identified
from risk_model.rules import Rules
from risk_model.state import State
from schemas.identifiers import derived_id
from schemas.reasons import Reason

USCC, _REFERENCE = "uscc:", "reference:"
SUBJECTS = (USCC, FIRM, SITE)
"""Kinds of keys that say whom a matter is about; the others are of one dispute."""


class Found(NamedTuple):
    """The matter an event joins.

    Attributes:
        key: by which; ``reference:`` where an earlier event was referred to, empty where none was found.
        matter_id: None where none was found.
    """

    key: str
    matter_id: str | None


NOWHERE = Found("", None)


def timely(state: State, subject: Identified, rules: Rules) -> Identified:
    """The event without the key of a sum that was last told too long ago: by then it says nothing."""
    dispute, longest = subject.dispute, rules.policy.linkage.sum_days

    def old(key: str) -> bool:
        matter = state.matters.get(state.keys.get(key, ""))
        last = matter.last_at if matter is not None else None
        return last is not None and abs((dispute.occurred_at - last).days) > longest

    kept = tuple(key for key in dispute.link_keys if not (key.startswith(SUM) and old(key)))
    return subject if kept == dispute.link_keys else subject.filed_by(kept)


def find_matter(state: State, subject: Identified) -> Found:
    """Matter of an event. A USCC alone decides when there is one, so that partitions cannot race.

    Then the project, the enterprise, the case, an earlier event referred to, and where the event names nobody else the same sum.
    """
    dispute = subject.dispute
    keys = dispute.link_keys
    if keys and keys[0].startswith(USCC):
        return Found(keys[0], state.keys.get(keys[0]))
    own_site = any(key.startswith(SITE) for key in keys)
    for key in (*keys, *subject.before):
        apart = subject.phase and own_site and key.startswith(FIRM)  # another phase is a matter of its own
        if key in state.keys and not apart and not key.startswith(SUM):
            return Found(key, state.keys[key])
    for reference in dispute.references:
        filed = state.filed.get(reference)
        if filed is not None and filed.matter_id is not None and filed.county == dispute.place.county:
            return Found(_REFERENCE, filed.matter_id)
    names = any(key.startswith(SUBJECTS) for key in keys)
    for key in keys:
        matter_id = state.keys.get(key)
        if key.startswith(SUM) and matter_id is not None and not (names and state.matters[matter_id].subjects):
            return Found(key, matter_id)
    return NOWHERE


def keys_taken(state: State, subject: Identified, found: Found) -> tuple[str, ...]:
    """Keys of an event that lead to its matter from now on: those that nobody has, and that are the matter's own."""
    keys = subject.dispute.link_keys
    own = _own(state, subject, found)
    return tuple(
        key
        for key in keys
        if key not in state.keys
        and not key.startswith(DEVELOPMENT_OF)
        and (not key.startswith((FIRM, SITE)) or key.startswith(own))
    )


def _own(state: State, subject: Identified, found: Found) -> tuple[str, ...]:
    """Kinds of subjects that become a matter's."""
    keys = subject.dispute.link_keys
    by, held = found.key, list[str]()
    if found.matter_id is not None:
        held = state.matters[found.matter_id].subjects
    if not by.startswith(SUBJECTS):
        if held or not keys:
            return ()
        by = keys[0]  # the first subject of a matter that is new, or was of one dispute
    if by.startswith(SITE):
        free = not any(key.startswith((USCC, FIRM)) for key in held)
        return (SITE, FIRM) if subject.builder and free else (SITE,)
    return (FIRM, SITE) if subject.builder and not subject.phase else (FIRM,)


def new_matter_id(subject: Identified) -> str:
    """Id of the matter that an event opens: whichever event comes first with its first key opens the same."""
    keys = subject.dispute.link_keys
    return derived_id("matter", keys[0] if keys else subject.dispute.dispute_id)


def joined_by(subject: Identified, found: Found) -> tuple[Reason, float | None]:
    """Why an event joins its matter, and how surely; None where an exact key decided."""
    link = subject.links.get(found.key)
    if link is None or not link.reasons:
        return linkage.evidence(found.key), None
    first = link.reasons[0]
    return Reason(first.code, "；".join(reason.text for reason in link.reasons), first.source), round(link.strength, 4)
