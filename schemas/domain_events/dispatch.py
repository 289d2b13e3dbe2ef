"""Facts of what becomes of an alert after it was raised: grouped, absorbed, held or released to its owner; and silences.

They stand in streams of their own (``dispatch-…``, ``silence-…``): what the machine does with an alert is no step of its handling, and an
official's view of the alert does not grow old by it. Times are aware UTC.
"""

from datetime import datetime

import msgspec

from schemas.domain_events.fact import Fact
from schemas.reasons import Reason


class AlertGrouped(Fact, frozen=True, tag="AlertGrouped"):
    """An alert was put into a group with others about the same thing, or heads one of its own.

    Attributes:
        group_id: the alert at the head of the group; its own id when it heads one.
        reason: what they have in common, or that there is nothing in common.
        at: when.
        keys: what the alert is about: enterprises, projects, matters.
        reach: what it absorbs, for a systemic or regional alert: keys of entities, or ``area:`` and a region.
        dispute_ids: events it counts, for an alert of counts.
        people: people involved, as far as reported.
        certainty: probability that it is as grave as its level; 1 where a rule says so.
    """

    alert_id: str
    group_id: str
    reason: Reason
    at: datetime
    keys: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    dispute_ids: tuple[str, ...] = ()
    people: int = 0
    certainty: float = 1.0


class AlertAbsorbed(Fact, frozen=True, tag="AlertAbsorbed"):
    """An alert is part of a wider one that is open: it stands under that and is not told apart from it."""

    alert_id: str
    by_id: str
    reason: Reason
    at: datetime


class AlertReturned(Fact, frozen=True, tag="AlertReturned"):
    """An absorbed alert stands on its own again, as it stood before: the wider one was closed, or it became graver than that."""

    alert_id: str
    from_id: str
    reason: Reason
    at: datetime


class AlertHeld(Fact, frozen=True, tag="AlertHeld"):
    """An alert is in the list but is not told to its owner now.

    Attributes:
        stage: why: ``grouped`` (its group was told), ``silenced``, ``queued`` (the budget of the owner is spent) or ``damped`` (it comes and goes).
        cause: what would have been told, see ``AlertReleased``.
        until: at the latest when it is looked at again; None while its group lasts.
        silence_id: the silence, for ``silenced``.
    """

    alert_id: str
    stage: str
    cause: str
    reason: Reason
    at: datetime
    until: datetime | None = None
    silence_id: str | None = None


class AlertReleased(Fact, frozen=True, tag="AlertReleased"):
    """An alert is to be told to its owner.

    Attributes:
        cause: ``raised``, ``escalated``, ``reopened``, ``returned`` (from a wider alert), ``regrouped`` (the head of its group was closed),
            ``merged`` (its owner knows: of an alert that was closed as a repeat of it; nobody is told anew), ``silence_over``, ``settled`` (it comes and goes no longer), ``room`` (the budget has room again) or ``digest`` (weekly).
        level: the alert's level then.
        owner: who is to be told.
        not_before: when quiet hours end; the time itself outside them.
        digest: name of the weekly digest it belongs to, for ``digest``.
    """

    alert_id: str
    cause: str
    level: int
    owner: str
    not_before: datetime
    reason: Reason
    at: datetime
    digest: str | None = None


class SilenceMatch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which alerts a silence is for: all that is named must hold, and at least one thing is named.

    Attributes:
        county: code.
        category: of the taxonomy.
        kind: of the alert.
        matter_id: of a matter.
        entity: name or key of an enterprise or project.
        max_level: graver alerts are told all the same.
    """

    max_level: int
    county: str | None = None
    category: str | None = None
    kind: str | None = None
    matter_id: str | None = None
    entity: str | None = None


class SilenceSet(Fact, frozen=True, tag="SilenceSet"):
    """A named official lets some alerts wait, for a reason and until a time."""

    silence_id: str
    match: SilenceMatch
    by: str
    at: datetime
    reason: str
    until: datetime


class SilenceLifted(Fact, frozen=True, tag="SilenceLifted"):
    """A silence is over: an official lifted it, or its time came (``by`` is empty then)."""

    silence_id: str
    by: str
    at: datetime
    reason: str
