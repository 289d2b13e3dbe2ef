"""Which events officials must be told of: whom, and in which words. One function a kind of event, in the table ``TELL``.

What is said is the title, the level, the reasons and where to look; all of it was masked on its way in, and no name of a person is added.
"""

from collections.abc import Callable, Sequence
from typing import Any

from risk_model.notices.alerts import overdue, plan_released, released
from risk_model.notices.commitments import (
    deadline_told,
    duty_assigned,
    duty_sent_back,
    request_answered,
    request_made,
    request_sent_back,
)
from risk_model.notices.known import Known, Telling
from schemas.domain_events import (
    AlertOverdue,
    AlertReleased,
    DeadlineLapsed,
    DeadlineWarned,
    DomainEvent,
    DutyAssigned,
    DutySentBack,
    PlanReleased,
    RequestAnswered,
    RequestMade,
    RequestSentBack,
)

Tell = Callable[[Any, Known], list[Telling]]

TELL: dict[type, Tell] = {
    AlertReleased: released,
    AlertOverdue: overdue,
    PlanReleased: plan_released,
    DutyAssigned: duty_assigned,
    DutySentBack: duty_sent_back,
    RequestMade: request_made,
    RequestAnswered: request_answered,
    RequestSentBack: request_sent_back,
    DeadlineWarned: deadline_told,
    DeadlineLapsed: deadline_told,
}
"""Which events are told, and how. An event that is not here is told to nobody."""


def alerts_needed(events: Sequence[DomainEvent]) -> set[str]:
    """Ids of the alerts that telling of these events looks at."""
    about = (AlertReleased, AlertOverdue, PlanReleased)
    found = (event.alert_id for event in events if isinstance(event, about))
    return {alert_id for alert_id in found if alert_id}


def duties_needed(events: Sequence[DomainEvent]) -> set[str]:
    """Ids of the duties that telling of these events looks at."""
    return {event.duty_id for event in events if isinstance(event, DutySentBack)}


def requests_needed(events: Sequence[DomainEvent]) -> set[str]:
    """Ids of the requests that telling of these events looks at."""
    return {event.request_id for event in events if isinstance(event, RequestAnswered | RequestSentBack)}


def tellings(event: DomainEvent, known: Known) -> list[Telling]:
    """Who is to be told of an event; empty when nobody is, or when it is about a past that was brought in (``stale_days``)."""
    tell = TELL.get(type(event))
    return [] if tell is None else [telling for telling in tell(event, known) if telling.recipients]
