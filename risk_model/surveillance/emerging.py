"""苗头: at each event, whether the day it happened on has more of its kind than the last weeks explain."""

from datetime import date

from risk_model.local_time import local_day
from risk_model.rules import Rules
from risk_model.series import measures
from risk_model.state import State
from risk_model.surveillance.entities import County
from risk_model.surveillance.episodes import EMERGING, Sign, begin, escalate, go_on, known_trend, may_alert
from risk_model.surveillance.judging import DAILY, judge_one, recurrence_days
from risk_model.surveillance.window import CountWindow, Series
from schemas.assessed import Assessed
from schemas.domain_events import Recorded
from schemas.taxonomy import OTHER


def watched_series(dispute: Assessed) -> list[Series]:
    """Series a dispute can trip, finest region first: the finest class of its source, and its category.

    The remainder category 其他 is watched only for events that have nothing better: a rise of it names no problem.
    """
    category, *classes = measures(dispute)
    watched = [*classes[-1:], *([category] if dispute.category != OTHER or not classes else [])]
    return [(region, measure) for region in dispute.place.region_keys() for measure in watched]


def watch_counts(state: State, dispute: Assessed, rules: Rules) -> list[Recorded]:
    """Judge the daily counts a dispute raised, at once; one that has an alert already only grows."""
    county, window = state.counties[dispute.place.county], state.windows[dispute.place.county]
    day = local_day(dispute.occurred_at)
    table = rules.policy.trend
    if county.first_day is None or (day - county.first_day).days < table.min_history_days:
        return []
    if county.day is not None and (county.day - day).days > table.revise_days:
        return []  # history: it is counted, but nobody is warned of it
    recorded: list[Recorded] = []
    for series in watched_series(dispute):
        observed = window.count(*series, day.toordinal())
        if observed < table.min_count:
            continue
        trend = known_trend(state, county, *series, 1, day, table.merge_days)
        point = trend.point(day) if trend else None
        if trend is not None and point is not None and point.above:
            grown = _sign(county, window, series, day, rules) if trend.alert_id is None else None
            if grown is not None and may_alert(state, county, grown, rules):
                recorded += go_on(state, county, trend, grown, "grew", rules, dispute)
            else:
                recorded += escalate(state, trend, observed, point.upper, rules, dispute)
            continue
        sign = _sign(county, window, series, day, rules)
        if sign is None:
            continue
        if trend is not None:
            why = "late_reports" if county.day and day < county.day else "continued"
            recorded += go_on(state, county, trend, sign, why, rules, dispute)
        else:
            recorded += begin(state, county, sign, rules, dispute)
    return recorded


def _sign(county: County, window: CountWindow, series: Series, day: date, rules: Rules) -> Sign | None:
    table = rules.policy.trend
    row = window.row(*series)
    assert row is not None, "it was counted"
    counts = window.of_series(row, day.toordinal())
    if len(counts) < 2:
        return None
    first = date.fromordinal(day.toordinal() - len(counts) + 1)
    known_on = max(county.day or day, day)
    judged = judge_one(counts, series, first, len(counts) - 1, known_on, county.profile, table)
    if judged is None:
        return None
    history = tuple(map(int, counts[-1 - table.history_days : -1]))
    return Sign(
        EMERGING,
        *series,
        day,
        1,
        DAILY,
        int(counts[-1]),
        judged.expected,
        judged.upper,
        judged.p_value,
        recurrence_days(judged.p_value, series[0], 1, county.profile, table),
        history,
    )
