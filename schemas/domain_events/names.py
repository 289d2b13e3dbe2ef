"""Facts of names (名称): what was learnt of enterprises and projects, and joins that a person is asked about."""

from datetime import date, datetime

import msgspec

from schemas.domain_events.fact import Fact
from schemas.naming import EnterpriseName, ProjectName
from schemas.reasons import Reason


class NameLearnt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a dispute event says of an enterprise or a project that was not known of it.

    Attributes:
        target: id of the enterprise or project, new or known.
        kind: ``enterprise`` or ``project``.
        enterprise: the enterprise's name in parts.
        project: the project's name in parts.
        token: keyed token of the enterprise's USCC.
        developer: of a project: id of the enterprise that builds it.
        development: of a project: id of the first project known of the development that it is a phase of; None where that is itself.
        met: of a development: a category and the enterprise that an event of it named there; of an enterprise: a category and the
            development (``category|id``).
    """

    target: str
    kind: str
    enterprise: EnterpriseName | None = None
    project: ProjectName | None = None
    token: str | None = None
    developer: str | None = None
    development: str | None = None
    met: str | None = None


class NamesLearnt(Fact, frozen=True, tag="NamesLearnt"):
    """Names became known by a dispute event; on its stream. Known names are folded from this, whatever word lists or policy say later.

    Attributes:
        county: whose book of names learns them.
        day: the day that the county's clock showed.
    """

    dispute_id: str
    county: str
    day: date
    names: tuple[NameLearnt, ...]


class NamesUnited(Fact, frozen=True, tag="NamesUnited"):
    """Enterprises of two counties' books of names are one; on the stream of ``from_id``, for which ``into_id`` stands from now on.

    Attributes:
        day: the city's day that was closed.
        strength: probability that they are one, 0 to 1.
        reasons: what speaks for it.
    """

    into_id: str
    from_id: str
    day: date
    strength: float
    reasons: tuple[Reason, ...]


class JoinProposed(Fact, frozen=True, tag="JoinProposed"):
    """Two files, or a dispute event and a file, may be one: not surely enough to join them, so a person is asked.

    Attributes:
        proposal_id: follows from the two that are compared, so that a pair is asked about once.
        matter_id: the file that may be joined.
        other_id: the other file; None where it is about a dispute event that has none.
        dispute_id: the event that gave rise to it.
        county: where that was reported.
        strength: probability that they are one, 0 to 1.
        relation: ``same`` as far as the names tell.
        reasons: what speaks for it and what against.
    """

    proposal_id: str
    matter_id: str
    other_id: str | None
    dispute_id: str
    county: str
    strength: float
    relation: str
    reasons: tuple[Reason, ...]


class JoinDecided(Fact, frozen=True, tag="JoinDecided"):
    """An official accepted or declined a proposal; a pair that was declined is never proposed again."""

    proposal_id: str
    accepted: bool
    by: str
    at: datetime
    reason: str
