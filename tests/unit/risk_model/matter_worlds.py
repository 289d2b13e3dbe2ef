"""Small worlds of matters in memory: states to merge and split in, without a store."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec

from infra.matter_steps import own_events
from risk_model.decide import decide_assessed
from risk_model.entities import Alert, Matter
from risk_model.matters.merging import Decided, split
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import Recorded
from tests.disputes import NOW, assessed, rules

WANG = Decided("王某", NOW + timedelta(days=1), "同一开发商的同一项目")


def state_of(disputes: Iterable[Assessed]) -> State:
    """A state after these dispute events."""
    state = State()
    for dispute in disputes:
        decide_assessed(state, dispute, rules())
    return state


def matter_of(state: State, key: str) -> Matter:
    """The matter that a name leads to."""
    found = [matter for name, matter in state.keys.items() if name.endswith(f":{key}")]
    return state.matters[found[0]]


def alert_of(state: State, matter: Matter) -> Alert | None:
    """The alert of a matter."""
    return next((alert for alert in state.alerts.values() if alert.matter_id == matter.matter_id), None)


def figures(matter: Matter) -> dict[str, Any]:
    """What a matter shows, without its version."""
    shown = msgspec.to_builtins(matter)
    del shown["version"]
    return shown


def company(number: int, name: str, **more: Any) -> Assessed:
    """A dispute event about an enterprise known by name only."""
    return assessed(number, enterprise=name, **more)


def split_out(state: State, matter_id: str, disputes: list[Assessed], moved: set[int]) -> list[Recorded]:
    """Take these of a matter's events out; all of ``disputes`` are its own."""
    log = state_log(disputes)
    return split(
        state,
        matter_id,
        frozenset(disputes[n].dispute_id for n in moved),
        {dispute.dispute_id: dispute for dispute in disputes},
        own_events([r.event for r in log if r.stream_id == f"matter-{matter_id}"]),
        "",
        WANG,
        rules(),
    )


def state_log(disputes: Iterable[Assessed]) -> list[Recorded]:
    """Everything recorded of these dispute events."""
    state, log = State(), list[Recorded]()
    for dispute in disputes:
        log += decide_assessed(state, dispute, rules())
    return log


__all__ = ["WANG", "alert_of", "company", "figures", "matter_of", "split_out", "state_log", "state_of"]
