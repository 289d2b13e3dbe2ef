"""What leaves the system: which facts other systems receive, on which topic, under which key, and what of a fact stays inside.

One table, from which the outbox sends and the contract is published. A type that is not in it is received by nobody.
"""

from typing import Any, NamedTuple

import msgspec

from schemas.domain_events import DomainEvent, encode_event, type_name


class Outgoing(NamedTuple):
    """How facts of a type leave.

    Attributes:
        topic: without the prefix of a shared cluster.
        thing: what the fact is about, first part of its key.
        field: attribute that holds the thing's id, second part of its key.
        stream: first part of the fact's stream; another than ``thing`` for what the dispatch does with an alert and its plan.
        of: attribute that is the second part of the stream.
    """

    topic: str
    thing: str
    field: str
    stream: str
    of: str


ALERT_EVENTS = "alert.events.v1"
PLAN_EVENTS = "plan.events.v1"
TREND_EVENTS = "trend.events.v1"
LEDGER_EVENTS = "ledger.events.v1"
MATTER_EVENTS = "matter.events.v1"

_ALERT = Outgoing(ALERT_EVENTS, "alert", "alert_id", "alert", "alert_id")
_DISPATCH = _ALERT._replace(stream="dispatch")
_PLAN = Outgoing(PLAN_EVENTS, "plan", "plan_id", "plan", "plan_id")
_PLAN_DISPATCH = _PLAN._replace(stream="dispatch", of="alert_id")
_TREND = Outgoing(TREND_EVENTS, "trend", "trend_id", "trend", "trend_id")
_DUTY = Outgoing(LEDGER_EVENTS, "duty", "duty_id", "duty", "duty_id")
_REQUEST = Outgoing(LEDGER_EVENTS, "request", "request_id", "request", "request_id")
_DEADLINE = Outgoing(LEDGER_EVENTS, "deadline", "deadline_id", "deadline", "deadline_id")
_MATTER = Outgoing(MATTER_EVENTS, "matter", "matter_id", "matter", "matter_id")
_MERGER = _MATTER._replace(field="into_id", of="into_id")

OUTGOING: dict[str, Outgoing] = {
    "AlertRaised": _ALERT,
    "AlertEscalated": _ALERT,
    "AlertAcknowledged": _ALERT,
    "AlertTakenInHand": _ALERT,
    "AlertAnswered": _ALERT,
    "AlertClosed": _ALERT,
    "AlertReopened": _ALERT,
    "AlertOverdue": _ALERT,
    "AlertGrouped": _DISPATCH,
    "AlertAbsorbed": _DISPATCH,
    "AlertReturned": _DISPATCH,
    "AlertHeld": _DISPATCH,
    "AlertReleased": _DISPATCH,
    "PlanDrafted": _PLAN,
    "PlanRevised": _PLAN,
    "PlanSigned": _PLAN,
    "PlanAdopted": _PLAN,
    "PlanSentBack": _PLAN,
    "PlanReopened": _PLAN,
    "PlanDropped": _PLAN,
    "PlanHeld": _PLAN_DISPATCH,
    "PlanReleased": _PLAN_DISPATCH,
    "TrendDetected": _TREND,
    "TrendRevised": _TREND,
    "TrendCleared": _TREND,
    "DutyAssigned": _DUTY,
    "DutyAcknowledged": _DUTY,
    "DutyAnswered": _DUTY,
    "DutyAccepted": _DUTY,
    "DutySentBack": _DUTY,
    "DutyWithdrawn": _DUTY,
    "RequestMade": _REQUEST,
    "RequestReceived": _REQUEST,
    "RequestAnswered": _REQUEST,
    "RequestSettled": _REQUEST,
    "RequestSentBack": _REQUEST,
    "RequestWithdrawn": _REQUEST,
    "DeadlineStarted": _DEADLINE,
    "DeadlineSuspended": _DEADLINE,
    "DeadlineResumed": _DEADLINE,
    "DeadlineExtended": _DEADLINE,
    "DeadlineRecounted": _DEADLINE,
    "DeadlineWarned": _DEADLINE,
    "DeadlineLapsed": _DEADLINE,
    "DeadlineEnded": _DEADLINE,
    "MattersMerged": _MERGER,
    "MatterAbsorbed": _MATTER,
    "MergeUndone": _MERGER,
    "MatterReleased": _MATTER,
    "MatterSplit": _MATTER,
    "MatterSplitOff": _MATTER,
    "MatterDowngraded": _MATTER,
    "MatterClosed": _MATTER,
    "MatterRevisited": _MATTER,
    "MatterReopened": _MATTER,
    "RevisitReminded": _MATTER,
}
"""Facts that other systems receive, by type; those of one topic stand together, in the order the contract lists them."""

# What a receiver has no use for and what grows with the matter: every report with its claimants, and the keys that lead to it.
WITHHELD: dict[str, tuple[str, ...]] = {"MatterSplit": ("keys", "kept"), "MatterSplitOff": ("keys", "sighted")}
"""Fields that stay inside, by type."""


def names_on(topic: str) -> tuple[str, ...]:
    """Types of facts on a topic, in order."""
    return tuple(name for name, way in OUTGOING.items() if way.topic == topic)


def key_of(event: DomainEvent) -> str:
    """Key of a fact: the thing it is about, so that all that becomes of one thing stays in order."""
    way = OUTGOING[type_name(event)]
    return f"{way.thing}-{getattr(event, way.field)}"


def outgoing_json(event: DomainEvent) -> bytes:
    """JSON of a fact as other systems receive it."""
    data = encode_event(event)
    withheld = WITHHELD.get(type_name(event))
    return data if withheld is None else msgspec.json.encode(without(msgspec.json.decode(data), withheld))


def without(data: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The same without some fields."""
    return {name: value for name, value in data.items() if name not in names}
