"""What a fold needs of deadlines, plans, duties and requests: those that the events name."""

from collections import defaultdict
from collections.abc import Iterable
from typing import get_args

from sqlalchemy import Connection

from infra.store.slices import load_deadlines, load_duties, load_plans, load_requests
from infra.store.tables import ReadTables
from risk_model.deadlines.entity import DeadlineStep
from risk_model.duties.entity import DutyStep
from risk_model.ledger.entity import RequestStep
from risk_model.plans.entity import PlanStep
from risk_model.state import State
from schemas.domain_events import (
    DeadlineEnded,
    DeadlineStarted,
    DomainEvent,
    DutyAssigned,
    PlanDrafted,
    RequestMade,
)

_IDS = {
    **dict.fromkeys((DeadlineStarted, DeadlineEnded, *get_args(DeadlineStep)), "deadline_id"),
    **dict.fromkeys((PlanDrafted, *get_args(PlanStep)), "plan_id"),
    **dict.fromkeys((DutyAssigned, *get_args(DutyStep)), "duty_id"),
    **dict.fromkeys((RequestMade, *get_args(RequestStep)), "request_id"),
}
_LOADERS = {
    "deadline_id": load_deadlines,
    "plan_id": load_plans,
    "duty_id": load_duties,
    "request_id": load_requests,
}


def load_commitments(connection: Connection, tables: ReadTables, state: State, events: Iterable[DomainEvent]) -> None:
    """Deadlines, plans, duties and requests that these events change."""
    named: dict[str, set[str]] = defaultdict(set)
    for event in events:
        name = _IDS.get(type(event))
        if name is not None:
            named[name].add(getattr(event, name))
    for name, ids in named.items():
        _LOADERS[name](connection, tables, state, ids)


def stream_of(event: DomainEvent) -> str:
    """Stream of an event of these kinds."""
    name = _IDS[type(event)]
    return f"{name.removesuffix('_id')}-{getattr(event, name)}"
