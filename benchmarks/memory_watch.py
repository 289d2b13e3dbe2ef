"""WATCH and the surveyor in memory: the live decisions on assessed events in the order of the line, no Kafka, no SQL; what an official would read, as signals."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.planted import KINDS, Signal
from risk_model.decide import decide_assessed
from risk_model.exposure.deciding import decide_exposure
from risk_model.exposure.graph import ExposureGraph
from risk_model.rules import Rules
from risk_model.state import CITY, State
from risk_model.surveillance.closing import tick
from risk_model.surveillance.regional.arrivals import Arrivals
from risk_model.surveillance.regional.city import decide_city_day, open_clusters
from risk_model.surveillance.regional.city_map import CityMap
from risk_model.surveillance.regional.survey import first_city_day, survey_day
from schemas.assessed import Assessed
from schemas.domain_events import AlertRaised, ExposureFound, Recorded, TrendDetected, TrendRevised
from schemas.taxonomy import CATEGORIES

_MEASURES = {f"category:{category}": number for number, category in enumerate(CATEGORIES)}


class MemoryWatch:
    """State and rules, and what they lead to. Trends that the alert budget holds back are marked so; ``recorded`` is what was decided last.

    Args:
        rules: policy, playbooks, regions.
        city_from: days of the city before are not scanned for clusters, to save time where they are not judged.
    """

    def __init__(self, rules: Rules, city_from: date = date.min) -> None:
        self._rules = rules
        self._city_from = city_from
        self._state = State()
        self._known = _Known(rules)
        self._graph = ExposureGraph()
        self._touched: set[int] = set()
        self.recorded: list[Recorded] = []

    def take(self, dispute: Assessed, today: date) -> list[Signal]:
        """Decide on an event reported on ``today``."""
        recorded = decide_assessed(self._state, dispute, self._rules)
        self.recorded = recorded
        self._keep()
        return self._signals(recorded, today)

    @property
    def state(self) -> State:
        """What is known by now."""
        return self._state

    def midnight(self, today: date) -> list[Signal]:
        """The day before ``today`` is over: the clocks of the counties that are followed, and of the city, move on."""
        recorded: list[Recorded] = []
        oldest = today - timedelta(self._rules.policy.regional.follow_days)
        for code, county in sorted(self._state.counties.items()):
            if code != CITY and county.day is not None and county.day >= oldest:
                recorded += tick(self._state, code, today, self._rules)
        recorded += self._close_city(today - timedelta(1))
        self._state.forget_changes()
        self.recorded = recorded
        return self._signals(recorded, today)

    def _keep(self) -> None:
        """What the decision left for the surveyor: arrivals, relations, troubles."""
        state = self._state
        self._known.add(state.new_arrivals.items())
        for stated in state.new_stated:
            self._touched.update(self._graph.state(stated))
        for trouble in state.new_troubles:
            self._touched.update(self._graph.hear(trouble))
        state.forget_changes()

    def _close_city(self, day: date) -> list[Recorded]:
        table = self._rules.policy.regional
        records = {
            code: county.first_day
            for code, county in self._state.counties.items()
            if code != CITY and county.first_day is not None
        }
        first = first_city_day(records.values())
        recorded: list[Recorded] = []
        if first is not None and day >= max(first, self._city_from):
            since = day - timedelta(table.longest_days + table.history_days)
            arrivals = self._known.since(since)
            surveyed = survey_day(arrivals, records, day, open_clusters(self._state), self._known.city, table)
            recorded += decide_city_day(self._state, day, surveyed.found, surveyed.lasting, {}, self._rules)
        touched, self._touched = self._touched, set()
        return recorded + decide_exposure(self._state, self._graph, touched, day, self._rules)

    def _signals(self, recorded: list[Recorded], today: date) -> list[Signal]:
        return [signal for item in recorded if (signal := self._signal(item, today)) is not None]

    def _signal(self, item: Recorded, today: date) -> Signal | None:
        event = item.event
        if isinstance(event, TrendDetected | TrendRevised):
            return self._trend(event, today)
        if isinstance(event, ExposureFound):
            return Signal(event.alert_id, KINDS["systemic"], today, dispute_ids=event.dispute_ids)
        if isinstance(event, AlertRaised) and event.kind == "matter" and event.matter_id:
            behind = self._state.matters[event.matter_id].recent
            return Signal(event.alert_id, KINDS["matter"], today, dispute_ids=tuple(one.dispute_id for one in behind))
        return None

    def _trend(self, event: TrendDetected | TrendRevised, today: date) -> Signal | None:
        """A count above its bound; the bound of a county's series is at least what the policy asks for."""
        trend, table = self._state.trends[event.trend_id], self._rules.policy.trend
        least = 0 if event.kind == "regional" else table.min_count if trend.period_days == 1 else table.week_min_count
        upper = max(event.upper, least - 1)
        if event.observed <= upper:
            return None
        first = event.day - timedelta(trend.period_days - 1)
        return Signal(
            event.alert_id or event.trend_id,
            KINDS[event.kind],
            today,
            tuple(event.regions) or tuple(trend.regions) or (trend.region,),
            trend.measure,
            first,
            event.day,
            event.observed,
            upper,
            held=event.alert_id is None,
        )


class _Known:
    """What became known of townships and categories, for the surveyor."""

    def __init__(self, rules: Rules) -> None:
        self.city = CityMap(rules.regions, rules.policy.regional)
        self._places = {code: number for number, code in enumerate(self.city.townships)}
        self._rows: list[tuple[int, int, int, int, int]] = []
        self._table: NDArray[np.int64] = np.zeros((0, 5), dtype=np.int64)

    def add(self, arrivals: Iterable[tuple[tuple[str, str, date, date], int]]) -> None:
        """Take note of arrivals."""
        for (region, measure, day, known_on), number in arrivals:
            place, category = self._places.get(region), _MEASURES.get(measure)
            if place is not None and category is not None:
                self._rows.append((place, category, day.toordinal(), known_on.toordinal(), number))

    def since(self, first: date) -> Arrivals:
        """Arrivals of days from ``first`` on; what is older is forgotten."""
        new = np.array(self._rows, dtype=np.int64).reshape(-1, 5)
        self._rows.clear()
        table = np.concatenate([self._table, new])
        self._table = table[table[:, 2] >= first.toordinal()]
        return Arrivals(self.city.townships, CATEGORIES, *self._table.T)
