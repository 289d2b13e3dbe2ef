"""Closing days: after a gap too, what weeks tell is told once a week, a late sign counts against the budget of its own days."""

from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest

from risk_model.decide import decide_assessed
from risk_model.folding import evolve, record
from risk_model.local_time import local_day
from risk_model.rules import Rules
from risk_model.state import RAISED_DAYS, State
from risk_model.surveillance.closing import tick
from schemas.domain_events import (
    AlertRaised,
    ClockTicked,
    DomainEvent,
    Recorded,
    RecordExtended,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)
from schemas.levels import Level
from tests.disputes import NOW, assessed, rules

COUNTY, TOWNSHIP = "379001", "379001001"
TODAY = local_day(NOW)


class Told:
    """A county, day by day."""

    def __init__(self, given: Rules | None = None) -> None:
        self.state, self.rules, self.events = State(), given or rules(), list[DomainEvent]()
        self._number = 0

    def report(self, day: int, n: int, *, late: int = 0, category: str = "问题楼盘") -> None:
        """So many reports on a day, of what happened some days before."""
        for minute in range(n):
            self._number += 1
            reported = NOW + timedelta(days=day, minutes=minute)
            dispute = assessed(
                self._number,
                township=TOWNSHIP,
                category=category,
                at=reported - timedelta(days=late),
                reported_at=reported,
            )
            self.events += [item.event for item in decide_assessed(self.state, dispute, self.rules)]

    def tick(self, day: int) -> list[DomainEvent]:
        """A day begins."""
        found = [item.event for item in tick(self.state, COUNTY, TODAY + timedelta(days=day), self.rules)]
        self.events += found
        return found


def test_the_day_before_a_long_gap_is_closed() -> None:
    """Figures of its trends are those of the whole day, as after any other day."""
    told = Told()
    for day in range(20):
        told.report(day, 1)
    told.report(20, 40)
    trend = next(event for event in told.events if isinstance(event, TrendDetected) and event.period_days == 1)
    closed = told.tick(300)
    days = [event.day for event in closed if isinstance(event, ClockTicked)]
    catch_up = rules().policy.trend.catch_up_days
    assert days == [_day(21), *(_day(300 - back) for back in reversed(range(catch_up)))]
    grown = [event for event in closed if isinstance(event, TrendRevised) and event.trend_id == trend.trend_id]
    assert [(event.why, event.day, event.observed) for event in grown] == [("grew", _day(20), 40)]


def test_an_episode_of_weeks_is_told_once_a_week() -> None:
    """Neither revised daily when it is a trend already, nor cleared between two of its weeks."""
    policy = rules().policy
    table = msgspec.structs.replace(policy.trend, clear_days=3, learn_days=1000)
    told = Told(rules()._replace(policy=msgspec.structs.replace(policy, trend=table)))
    for day in range(60):
        told.report(day, 1 if day < 40 else 5)
    told.tick(60)
    revised, cleared = dict[str, list[TrendRevised]](), set[str]()
    weekly = {event.trend_id for event in told.events if isinstance(event, TrendDetected) and event.period_days == 7}
    assert weekly
    for event in told.events:
        if isinstance(event, TrendRevised) and event.trend_id in weekly and event.why == "continued":
            revised.setdefault(event.trend_id, []).append(event)
        elif isinstance(event, TrendCleared):
            cleared.add(event.trend_id)
    assert revised
    assert not weekly & cleared
    for events in revised.values():
        kinds = [(event.kind, event.day) for event in events]
        trending = [day for kind, day in kinds if kind == "trending"]
        assert all((later - sooner).days >= 7 for sooner, later in pairwise(trending)), kinds


def test_a_county_without_events_can_be_ticked_after_its_record_was_extended() -> None:
    """There is nothing to learn and nothing to judge."""
    told = Told()
    told.tick(0)
    extended = RecordExtended(COUNTY, TODAY - timedelta(days=1200), "operator")
    record(told.state, f"clock-{COUNTY}", extended)
    assert {type(event).__name__ for event in told.tick(3)} == {"ClockTicked", "BaselineLearnt"}


@pytest.mark.parametrize(("days_before", "kept"), [(0, True), (RAISED_DAYS, True), (RAISED_DAYS + 1, False)])
def test_alerts_are_remembered_as_long_as_a_late_sign_looks_back(days_before: int, kept: bool) -> None:
    """The budget of the days a late burst happened on may be spent by alerts of long before today."""
    state = State()
    evolve(state, Recorded(f"clock-{COUNTY}", 1, ClockTicked(COUNTY, TODAY)))
    for number, day in enumerate([TODAY - timedelta(days=days_before), TODAY]):
        evolve(state, Recorded(f"alert-{number}", 1, _alert(str(number), day)))
    remembered = [alert.day for alert in state.counties[COUNTY].alerts]
    assert (remembered == [TODAY - timedelta(days=days_before), TODAY]) == kept
    table = rules().policy.trend
    assert table.revise_days + table.budget.window_days <= RAISED_DAYS


def test_an_alert_raised_at_a_tick_names_events() -> None:
    """A trend that was held, of a week whose events are no longer at hand by name."""
    policy = rules().policy
    budget = msgspec.structs.replace(policy.trend.budget, alerts=1, always_years=1e300)
    table = msgspec.structs.replace(policy.trend, budget=budget, learn_days=1000)
    told = Told(rules()._replace(policy=msgspec.structs.replace(policy, trend=table)))
    for day in range(50):
        told.report(day, 1)
        told.report(day, 1, category="劳动争议")
    told.report(50, 30, category="劳动争议")  # spends the budget
    told.report(51, 30)
    held = [event for event in told.events if isinstance(event, TrendDetected) and event.held]
    assert held
    told.tick(67)
    told.state.counties[COUNTY].alerts.clear()  # the budget allows one again
    told.report(67, 2, late=17)  # too few to judge their day
    raised = [event for event in told.tick(68) if isinstance(event, AlertRaised)]
    assert [event.day for event in raised] == [_day(51)]
    assert raised[0].dispute_ids


def _day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


def _alert(alert_id: str, day: date) -> AlertRaised:
    return AlertRaised(
        alert_id,
        "emerging",
        Level.YELLOW,
        "",
        "其他",
        COUNTY,
        COUNTY,
        "",
        (),
        ("d",),
        "v",
        NOW,
        measure="category:其他",
        day=day,
    )
