"""Trends the alert budget holds back: recorded without an alert, and warned of as soon as they are too rare to be held."""

from datetime import timedelta

import msgspec

from risk_model.decide import decide_assessed
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import AlertRaised, Recorded, TrendDetected, TrendRevised
from tests.disputes import NOW, assessed, rules

TOWNSHIP = "379001001"


def scarce() -> Rules:
    """One alert a month, spent by an earlier burst in another township."""
    policy = rules().policy
    budget = msgspec.structs.replace(policy.trend.budget, alerts=1, always_years=1e9)
    trend = msgspec.structs.replace(policy.trend, budget=budget)
    return rules()._replace(policy=msgspec.structs.replace(policy, trend=trend))


def played(given: Rules) -> list[tuple[int, Recorded]]:
    """Forty days with a few reports of each category, a burst of 物业, then one of 医疗 that grows within its day."""
    state, number, found = State(), 0, list[tuple[int, Recorded]]()
    for day in range(42):
        reports = [("物业", "379001002")] * (1 + day % 2) + [("合同", TOWNSHIP)]
        reports += [("物业", "379001002")] * 25 if day == 40 else []
        reports += [("医疗", TOWNSHIP)] * 30 if day == 41 else []
        for place, (category, township) in enumerate(reports):
            at = NOW + timedelta(days=day, minutes=10 * place)
            number += 1
            dispute = assessed(number, category=category, township=township, at=at)
            for recorded in decide_assessed(state, dispute, given):
                found.append((number, recorded))
    return found


def test_a_held_trend_that_grows_raises_its_alert_on_the_same_day() -> None:
    """It is held at first, then raised by a later report of the same day, once."""
    of_burst = [
        (number, item.event)
        for number, item in played(scarce())
        if isinstance(item.event, TrendDetected | TrendRevised | AlertRaised)
    ]
    detected = {
        event.region: event
        for _, event in of_burst
        if isinstance(event, TrendDetected) and event.measure == "category:医疗" and event.period_days == 1
    }
    assert detected[TOWNSHIP].alert_id is None
    assert detected[TOWNSHIP].held == "budget"
    raised = [
        (number, event)
        for number, event in of_burst
        if isinstance(event, AlertRaised) and event.measure == "category:医疗"
    ]
    assert len(raised) == 1
    revised = [
        (number, event)
        for number, event in of_burst
        if isinstance(event, TrendRevised) and event.trend_id == detected[TOWNSHIP].trend_id
    ]
    assert [(number, event.why, event.alert_id) for number, event in revised] == [
        (raised[0][0], "grew", raised[0][1].alert_id)
    ]
    assert revised[0][1].observed > detected[TOWNSHIP].observed
