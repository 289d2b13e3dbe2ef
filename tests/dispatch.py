"""Alerts on a desk, small and explicit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from risk_model.alerts.status import CLOSED
from risk_model.dispatch.deciding import CLOSED_NOW, Cause, decide
from risk_model.dispatch.desk import Desk
from risk_model.dispatch.evidence import Evidence
from risk_model.dispatch.holding import RAISED
from risk_model.dispatch.settings import DispatchTable
from risk_model.entities import Alert
from risk_model.state import State
from schemas.domain_events import Recorded
from schemas.reasons import Reason
from tests.disputes import rules

MORNING = datetime(2026, 3, 3, 2, tzinfo=UTC)  # 10:00 on a Tuesday in China


def table() -> DispatchTable:
    """The shipped ``[dispatch]``."""
    return rules().policy.dispatch


def alert(alert_id: str, *, level: int = 3, kind: str = "matter", owner: str = "县级包案领导", **more: Any) -> Alert:
    """An open alert."""
    fields: dict[str, Any] = {
        "status": "raised",
        "title": f"预警{alert_id}",
        "category": "合同",
        "county": "379001",
        "region": "379001001",
        "reasons": [Reason("floor.people_50", "涉及 60 人", "floor")],
        "occurred_at": MORNING,
        "policy_version": "test",
    }
    return Alert(alert_id=alert_id, kind=kind, level=level, owner=owner, **{**fields, **more})


class Office:
    """A desk and what was decided on it."""

    def __init__(self, settings: DispatchTable | None = None) -> None:
        self.desk = Desk(State())
        self.table = settings or table()
        self.log: list[Recorded] = []

    def say(self, what: str, one: Alert, evidence: Evidence | None = None, now: datetime = MORNING) -> list[str]:
        """Decide on a fact about an alert; names of what followed."""
        self.desk.state.alerts[one.alert_id] = one
        recorded = decide(self.desk, Cause(what, one.alert_id, evidence), now, self.table)
        self.log += recorded
        return [type(item.event).__name__ for item in recorded]

    def raise_(self, one: Alert, keys: Sequence[str] = (), now: datetime = MORNING, **more: Any) -> str:
        """Raise an alert; its stage then."""
        self.say(RAISED, one, Evidence(tuple(keys), **more), now)
        return self.stage(one.alert_id)

    def close(self, alert_id: str, outcome: str = "false_alarm", now: datetime = MORNING) -> list[str]:
        """Close an alert; names of what followed."""
        one = self.desk.alert(alert_id)
        one.status, one.outcome = CLOSED, outcome
        return self.say(CLOSED_NOW, one, None, now)

    def stage(self, alert_id: str) -> str:
        """Where an alert stands."""
        return self.desk.card(alert_id).stage
