"""WATCH in memory: the live decisions on assessed events in the order of the line, no Kafka, no SQL; what an official would read, as signals."""

from datetime import date

from benchmarks.planted import KINDS, Signal
from risk_model.decide import decide_assessed
from risk_model.rules import Rules
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import AlertRaised, Recorded, TrendDetected


class MemoryWatch:
    """State and rules, and what they lead to."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._state = State()

    def take(self, dispute: Assessed, today: date) -> list[Signal]:
        """Decide on an event."""
        recorded = decide_assessed(self._state, dispute, self._rules)
        self._state.forget_changes()
        return self._signals(recorded, today)

    def midnight(self, today: date) -> list[Signal]:
        """The day before ``today`` is over."""
        return []

    def _signals(self, recorded: list[Recorded], today: date) -> list[Signal]:
        return [signal for item in recorded if (signal := self._signal(item, today)) is not None]

    def _signal(self, item: Recorded, today: date) -> Signal | None:
        event = item.event
        if isinstance(event, TrendDetected):
            return Signal(
                event.alert_id,
                KINDS["emerging"],
                today,
                (event.region,),
                event.measure,
                event.day,
                event.day,
                event.observed,
                event.upper,
            )
        if isinstance(event, AlertRaised) and event.kind == "matter" and event.matter_id:
            behind = self._state.matters[event.matter_id].recent
            return Signal(event.alert_id, KINDS["matter"], today, dispute_ids=tuple(one.dispute_id for one in behind))
        return None
