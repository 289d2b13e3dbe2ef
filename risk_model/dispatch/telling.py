"""Who is to be told of a fact, and from when: what a sender of notices asks of every event of the log."""

from datetime import datetime
from typing import NamedTuple

from risk_model.dispatch.holding import MERGED
from risk_model.dispatch.quiet import not_before
from risk_model.rules import Rules
from schemas.domain_events import AlertOverdue, AlertReleased, DomainEvent

OVERDUE = "overdue"


class Telling(NamedTuple):
    """What is to be told.

    Attributes:
        owner: to whom.
        level: of the alert then.
        not_before: aware; quiet hours are over then.
        cause: see ``AlertReleased``, or ``overdue``.
        reason: a sentence.
        digest: name of the weekly digest; what has the same name and owner is one message.
    """

    alert_id: str
    owner: str
    level: int
    not_before: datetime
    cause: str
    reason: str
    digest: str | None = None


def tellings(event: DomainEvent, recorded_at: datetime, rules: Rules) -> tuple[Telling, ...]:
    """What is to be told of an event; empty for all but alerts released, and acknowledgements owed too long.

    An alert that was raised, escalated or reopened is told by the ``AlertReleased`` that the dispatch decides on, never by itself.

    Args:
        event: a fact of the log.
        recorded_at: when it was recorded, aware.
        rules: with the policy's quiet hours.
    """
    if isinstance(event, AlertReleased) and event.cause != MERGED:
        why = event.reason.text
        return (Telling(event.alert_id, event.owner, event.level, event.not_before, event.cause, why, event.digest),)
    if isinstance(event, AlertOverdue):
        start = not_before(event.level, recorded_at, rules.policy.dispatch.quiet)
        who = dict.fromkeys(name for name in (event.owner, event.told) if name)
        why = f"{event.clock_name}超期"
        return tuple(Telling(event.alert_id, name, event.level, start, OVERDUE, why) for name in who)
    return ()
