"""Stored events of earlier shapes, lifted to today's: dict to dict, one step each, told by type and by what is missing."""

from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]


def lift_trend_of_a_day(event: Fields) -> Fields:
    """``TrendDetected`` of a single day: one a day above its bound, always with an alert, naming the event that made it so.

    It told no p-value: 1 and 0 days stand for that, so it is never taken for a rare one.
    """
    fields = {name: value for name, value in event.items() if name != "dispute_id"}
    return {
        **fields,
        "kind": "emerging",
        "period_days": 1,
        "p_value": 1.0,
        "recurrence_days": 0.0,
        "dispute_ids": [event["dispute_id"]],
    }


STEPS: dict[str, tuple[frozenset[str], Callable[[Fields], Fields]]] = {
    # type: fields that only the earlier shape has, step
    "TrendDetected": (frozenset({"dispute_id"}), lift_trend_of_a_day),
}


def lifted(event: object) -> Fields | None:
    """The event in today's shape; None when it is of no earlier shape that is known."""
    if not isinstance(event, dict):
        return None
    names, step = STEPS.get(str(event.get("type")), (frozenset[str](), None))
    return step(event) if step is not None and names <= event.keys() else None
