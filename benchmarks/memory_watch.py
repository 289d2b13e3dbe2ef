"""WATCH in memory: the live decisions on assessed events in the order of the line, no Kafka, no SQL; what an official would read, as signals."""

from datetime import date, timedelta

from benchmarks.planted import KINDS, Signal
from risk_model.decide import decide_assessed
from risk_model.rules import Rules
from risk_model.state import CITY, State
from risk_model.surveillance.closing import tick
from schemas.assessed import Assessed
from schemas.domain_events import AlertRaised, Recorded, TrendDetected, TrendRevised


class MemoryWatch:
    """State and rules, and what they lead to. Trends that the alert budget holds back are marked so."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._state = State()

    def take(self, dispute: Assessed, today: date) -> list[Signal]:
        """Decide on an event reported on ``today``."""
        recorded = decide_assessed(self._state, dispute, self._rules)
        self._state.forget_changes()
        return self._signals(recorded, today)

    def midnight(self, today: date) -> list[Signal]:
        """The day before ``today`` is over: the clocks of all counties move on."""
        recorded: list[Recorded] = []
        for county in sorted(self._state.counties.keys() - {CITY}):
            recorded += tick(self._state, county, today, self._rules)
        self._state.forget_changes()
        return self._signals(recorded, today)

    def _signals(self, recorded: list[Recorded], today: date) -> list[Signal]:
        return [signal for item in recorded if (signal := self._signal(item, today)) is not None]

    def _signal(self, item: Recorded, today: date) -> Signal | None:
        event = item.event
        if isinstance(event, TrendDetected | TrendRevised):
            return self._trend(event, today)
        if isinstance(event, AlertRaised) and event.kind == "matter" and event.matter_id:
            behind = self._state.matters[event.matter_id].recent
            return Signal(event.alert_id, KINDS["matter"], today, dispute_ids=tuple(one.dispute_id for one in behind))
        return None

    def _trend(self, event: TrendDetected | TrendRevised, today: date) -> Signal | None:
        """A count above its bound that belongs to an alert; its bound is at least what the policy asks for."""
        trend, table = self._state.trends[event.trend_id], self._rules.policy.trend
        least = table.min_count if trend.period_days == 1 else table.week_min_count
        upper = max(event.upper, least - 1)
        if event.observed <= upper:
            return None
        first = event.day - timedelta(trend.period_days - 1)
        regions = tuple(trend.regions) or (trend.region,)
        return Signal(
            event.alert_id or event.trend_id,
            KINDS[event.kind],
            today,
            regions,
            trend.measure,
            first,
            event.day,
            event.observed,
            upper,
            held=event.alert_id is None,
        )
