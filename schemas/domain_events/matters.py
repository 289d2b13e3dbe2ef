"""Facts of matters (一事一档): opened, joined, graded, merged and split, settled and looked at again."""

from datetime import date, datetime

import msgspec

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class Sighted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a matter takes over from a dispute event it joins. ``occurred_at`` is UTC, ``amount_fen`` in fen.

    Attributes:
        level: the event's own level; 0 in events of earlier releases, which did not say.
        claim: whose claim it is of (欠薪职工, 购房人 …); people and amounts of one claim are never added up. Empty where it was not told apart.
        case: the court case it is of, empty when of none.
        claimants: the claimants it names, ``token/surname`` or ``/surname``, masked.
        marks: event type and floors that the matter rules of its time asked for.
        key: the link key it was joined by, empty when by none.
    """

    dispute_id: str
    occurred_at: datetime
    source: str
    side: str
    county: str
    people_involved: int = 0
    amount_fen: int = 0
    level: int = 0
    claim: str = ""
    case: str = ""
    claimants: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    key: str = ""


class MatterOpened(Fact, frozen=True, tag="MatterOpened"):
    """A file (一事一档) was opened by its first dispute event."""

    matter_id: str
    title: str
    category: str
    county: str
    level: int
    reasons: tuple[Reason, ...]
    sighted: Sighted
    keys: tuple[str, ...]


class MatterJoined(Fact, frozen=True, tag="MatterJoined"):
    """A later dispute event was joined to a matter, by the evidence named.

    Attributes:
        strength: probability that it belongs there, 0 to 1; None where a key decided.
    """

    matter_id: str
    sighted: Sighted
    evidence: Reason
    keys: tuple[str, ...] = ()
    strength: float | None = None


class MatterRegraded(Fact, frozen=True, tag="MatterRegraded"):
    """A matter's level changed; it falls only where people split, undid or settled something."""

    matter_id: str
    level_before: int
    level_after: int
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]


class MattersMerged(Fact, frozen=True, tag="MattersMerged"):
    """Two files turned out to be about one matter: ``from_id`` is part of ``into_id`` from now on. On the stream of ``into_id``.

    Attributes:
        by: the official; empty when the machine did it.
        reason: why, a sentence.
        evidence: what speaks for it.
        strength: probability that they are one, 0 to 1; None when a person said so.
    """

    into_id: str
    from_id: str
    by: str
    at: datetime
    reason: str
    evidence: tuple[Reason, ...] = ()
    strength: float | None = None


class MatterAbsorbed(Fact, frozen=True, tag="MatterAbsorbed"):
    """The other side of ``MattersMerged``, on the stream of the matter that is part of another from now on."""

    matter_id: str
    into_id: str
    by: str
    at: datetime


class MergeUndone(Fact, frozen=True, tag="MergeUndone"):
    """A merge was taken back: both stand by themselves again. On the stream of ``into_id``."""

    into_id: str
    from_id: str
    by: str
    at: datetime
    reason: str


class MatterReleased(Fact, frozen=True, tag="MatterReleased"):
    """The other side of ``MergeUndone``, on the stream of the matter that stands by itself again."""

    matter_id: str
    into_id: str
    by: str
    at: datetime


class MatterSplit(Fact, frozen=True, tag="MatterSplit"):
    """Some dispute events turned out to be another matter, ``new_id``. On the stream of the matter they were taken from.

    Attributes:
        moved: ids of the events taken out.
        keys: link keys that lead to the new matter from now on.
        kept: everything that stays, so that its figures follow from this fact alone.
    """

    matter_id: str
    new_id: str
    by: str
    at: datetime
    reason: str
    moved: tuple[str, ...]
    keys: tuple[str, ...]
    kept: tuple[Sighted, ...]


class MatterSplitOff(Fact, frozen=True, tag="MatterSplitOff"):
    """A matter was opened by events taken from another, ``from_id``. On its own stream; undone by merging it back."""

    matter_id: str
    from_id: str
    title: str
    category: str
    county: str
    level: int
    reasons: tuple[Reason, ...]
    sighted: tuple[Sighted, ...]
    keys: tuple[str, ...]
    by: str
    at: datetime


class MatterDowngraded(Fact, frozen=True, tag="MatterDowngraded"):
    """An official lowered a matter's level (降级): what was known until then no longer lifts it.

    Attributes:
        revisit_on: the day on which it is to be looked at again (回访).
    """

    matter_id: str
    level_before: int
    level_after: int
    by: str
    at: datetime
    reason: str
    revisit_on: date


class MatterClosed(Fact, frozen=True, tag="MatterClosed"):
    """An official closed a matter (销号): it is settled, blue from now on, and to be looked at again on ``revisit_on``."""

    matter_id: str
    level_before: int
    by: str
    at: datetime
    reason: str
    revisit_on: date


class MatterRevisited(Fact, frozen=True, tag="MatterRevisited"):
    """Somebody went and looked (回访).

    Attributes:
        result: ``ok`` (稳定) or ``relapsed`` (反弹).
        next_on: when to look again; None when that was the last time.
    """

    matter_id: str
    result: str
    by: str
    at: datetime
    reason: str
    next_on: date | None = None


class MatterReopened(Fact, frozen=True, tag="MatterReopened"):
    """A closed matter is open again: an official said so, it relapsed, or something grave happened.

    Attributes:
        by, at: the official and when; empty and None when the machine did it.
        level: from now on.
    """

    matter_id: str
    by: str
    at: datetime | None
    reason: str
    level: int
    reasons: tuple[Reason, ...] = ()
    dispute_ids: tuple[str, ...] = ()


class RevisitReminded(Fact, frozen=True, tag="RevisitReminded"):
    """A visit is due soon, or overdue, and was not made.

    Attributes:
        clock: code of the limit.
        due_on: the day it was to be made by.
        days_left: days until then; below 0 when it is overdue.
        owner: who is reminded.
        step: place of this reminder, 0 for the first.
    """

    matter_id: str
    clock: str
    due_on: date
    days_left: int
    owner: str
    at: datetime
    step: int
