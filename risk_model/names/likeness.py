"""What a comparison says: how strongly two names mean the same, and the evidence in words."""

from typing import NamedTuple

SAME, DEVELOPMENT, BRANCH = "same", "development", "branch"
"""Relations: the same enterprise or project; another phase of the same development; a branch and its parent."""


class Likeness(NamedTuple):
    """Comparison of two names.

    Attributes:
        odds: how many times likelier the two ways of writing are if they mean the same than if they share their brand (or base) by
            chance; 0 where they cannot be the same.
        evidence: what agrees and what does not, in words.
        relation: what they would be to each other.
        most: strength is no higher than this, whatever else agrees.
    """

    odds: float
    evidence: tuple[str, ...]
    relation: str = SAME
    most: float = 1.0


NOTHING = Likeness(0.0, ())


class Match(NamedTuple):
    """A known enterprise or project that a name may mean.

    Attributes:
        target: its id.
        strength: probability in [0, 1] that it is meant, among all known ones that share the brand and those not yet known.
        evidence: why, in words.
        relation: see ``Likeness``.
    """

    target: str
    strength: float
    evidence: tuple[str, ...]
    relation: str = SAME


def shared_out(likenesses: list[tuple[str, Likeness]], unseen: float) -> list[Match]:
    """Strengths of candidates that compete with each other and with enterprises or projects not yet known; strongest first.

    Bayes' rule with equal prior chances: the strength of a candidate is its odds over the sum of all odds and ``unseen``. So a brand
    that ten enterprises of the city carry says a tenth of what one says that only one carries (frequency-based matching: Fellegi
    and Sunter, 1969; Winkler, 1989).

    Args:
        likenesses: (target, comparison) of every known bearer of the brand.
        unseen: expected number of bearers that are not yet known, weighted by how likely they would be written like this.
    """
    likenesses = sorted(likenesses, key=lambda one: one[0])  # sums of numbers depend on their order
    same = sum(likeness.odds for _, likeness in likenesses if likeness.relation == SAME)
    related = sum(likeness.odds for _, likeness in likenesses)
    most = max((likeness.odds for _, likeness in likenesses), default=1.0)
    matches: list[Match] = []
    for target, likeness in likenesses:
        if likeness.odds <= 0:
            continue
        # phases of one development do not compete with each other, but only with what is likelier than they are
        strength = (
            likeness.odds / (unseen + same)
            if likeness.relation == SAME
            else related / (unseen + related) * min(1.0, likeness.odds / most)
        )
        matches.append(Match(target, min(likeness.most, strength), likeness.evidence, likeness.relation))
    return sorted(matches, key=lambda match: (-match.strength, match.target))
