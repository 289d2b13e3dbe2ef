"""Closing the days of a county: its clock moves on, and what can only be judged of whole days is judged. 趋势, revisions, clearing."""

from datetime import date, timedelta

import msgspec
import numpy as np

from risk_model.folding import record
from risk_model.rules import Rules
from risk_model.series import REMAINDER
from risk_model.state import REPORT_DAYS, State
from risk_model.surveillance.entities import County, Trend, TrendPoint
from risk_model.surveillance.episodes import EMERGING, TRENDING, Sign, begin, clear, go_on, known_trend
from risk_model.surveillance.judging import WEEKLY, YEARS, Judged, judge, judge_years, recurrence_days, years_of
from risk_model.surveillance.learning import learn
from risk_model.surveillance.window import CountWindow
from schemas.domain_events import BaselineLearnt, ClockTicked, Recorded

WEEK = 7


def tick(state: State, county_code: str, day: date, rules: Rules) -> list[Recorded]:
    """Move a county's clock on to a day, closing every day before it; nothing when it is there already.

    After a gap longer than the policy's ``catch_up_days`` only the day its clock showed and the last of the days passed are judged: nothing
    was reported in the others.
    """
    county = state.county(county_code)
    if county.day is None:
        return [_ticked(state, county_code, day)]
    recorded: list[Recorded] = []
    one, shown = timedelta(days=1), county.day
    while shown < day:
        resumed = day - timedelta(days=rules.policy.trend.catch_up_days - 1)
        shown = max(shown + one, resumed) if recorded else shown + one
        recorded.append(_ticked(state, county_code, shown))
        recorded += _close(state, county, shown - one, rules)
    return recorded


def _ticked(state: State, county: str, day: date) -> Recorded:
    return record(state, f"clock-{county}", ClockTicked(county, day))


def _close(state: State, county: County, day: date, rules: Rules) -> list[Recorded]:
    window, table = state.windows[county.county], rules.policy.trend
    for counted in (window, state.years.get(county.county)):
        if counted is not None:
            counted.reach(day.toordinal())
    window.forget_before(day.toordinal() + 1 - REPORT_DAYS)
    if county.first_day is None or (day - county.first_day).days < table.min_history_days:
        return []
    recorded = _learn(state, county, window, day, rules)
    recorded += _weeks(state, county, window, day, rules)
    recorded += _settle(state, county, window, day, rules)
    return recorded


def _learn(state: State, county: County, window: CountWindow, day: date, rules: Rules) -> list[Recorded]:
    """Learn what is usual anew when that was done some days ago."""
    if county.learnt is not None and (day - county.learnt).days < rules.policy.trend.learn_days:
        return []
    keys, counts = window.with_events(day.toordinal())
    first = day - timedelta(days=counts.shape[1] - 1)
    profile = learn(keys, counts, first, window.triangles(day.toordinal()), rules.policy.trend, county.profile)
    learnt = BaselineLearnt(county.county, day, msgspec.to_builtins(profile))
    return [record(state, f"clock-{county.county}", learnt)]


def _weeks(state: State, county: County, window: CountWindow, day: date, rules: Rules) -> list[Recorded]:
    """Judge the trailing week of every series that has enough in it; above for two weeks running is a trend."""
    recorded: list[Recorded] = []
    for sign in _unusual_weeks(state, county, window, day, rules):
        trend = known_trend(state, county, sign.region, sign.measure, WEEK, day, WEEK)
        if trend is None:
            recorded += begin(state, county, sign, rules)
        elif (day - trend.newest.day).days >= WEEK or (sign.kind == TRENDING and trend.kind == EMERGING):
            recorded += go_on(state, county, trend, sign, "continued", rules)
    return recorded


def _unusual_weeks(state: State, county: County, window: CountWindow, day: date, rules: Rules) -> list[Sign]:
    """Signs of the trailing weeks, finest regions first."""
    table, ordinal = rules.policy.trend, day.toordinal()
    known_on = county.day or day
    found: list[Sign] = []
    years = state.years.get(county.county)
    seen: set[tuple[str, str]] = set()
    if years is not None and years_of(years.matrix(ordinal).shape[1] - WEEK) >= table.years:  # the week before too
        found += _judged_weeks(county, years, day, known_on, YEARS, rules)
        seen = set(years.keys)
    if window.matrix(ordinal).shape[1] >= table.week_history_days:
        found += [
            s for s in _judged_weeks(county, window, day, known_on, WEEKLY, rules) if (s.region, s.measure) not in seen
        ]
    return sorted(found, key=lambda sign: (-len(sign.region), sign.region, sign.measure))


def _judged_weeks(
    county: County, window: CountWindow, day: date, known_on: date, method: str, rules: Rules
) -> list[Sign]:
    table, ordinal = rules.policy.trend, day.toordinal()
    counts = window.matrix(ordinal)
    end = counts.shape[1] - 1
    weeks = counts[:, end - WEEK + 1 :].sum(axis=1)
    rows = np.flatnonzero(weeks >= table.week_min_count)
    rows = np.array([row for row in rows if window.keys[row][1] != REMAINDER], dtype=np.int64)
    if not rows.size:
        return []
    first = day - timedelta(days=end)
    now = _judge(method, window, counts, first, rows, end, known_on, county, rules)
    above = np.flatnonzero(weeks[rows] > now.upper)
    if not above.size:
        return []
    rows = rows[above]
    before = _judge(method, window, counts, first, rows, end - WEEK, known_on, county, rules)
    earlier = counts[rows, end - 2 * WEEK + 1 : end - WEEK + 1].sum(axis=1)
    signs = []
    for n, row in enumerate(rows):
        at = above[n]
        history = counts[row, (end + 1) % WEEK : end + 1].reshape(-1, WEEK).sum(axis=1)[-1 - table.history_weeks : -1]
        signs.append(
            Sign(
                TRENDING if earlier[n] > before.upper[n] else EMERGING,
                *window.keys[row],
                day,
                WEEK,
                method,
                int(weeks[row]),
                float(now.expected[at]),
                float(now.upper[at]),
                float(now.p_value[at]),
                recurrence_days(float(now.p_value[at]), window.keys[row][0], WEEK, county.profile, table),
                tuple(map(int, history)),
            )
        )
    return signs


def _judge(
    method: str,
    window: CountWindow,
    counts: np.ndarray,
    first: date,
    rows: np.ndarray,
    end: int,
    known_on: date,
    county: County,
    rules: Rules,
) -> Judged:
    if method == YEARS:
        return judge_years(window.keys, counts, first, rows, end, known_on, county.profile, rules.policy.trend)
    ends = np.full(len(rows), end)
    return judge(window.keys, counts, first, rows, ends, WEEK, known_on, county.profile, rules.policy.trend)


def _settle(state: State, county: County, window: CountWindow, day: date, rules: Rules) -> list[Recorded]:
    """Bring the figures of open episodes up to date with late reports, and end those that are over."""
    recorded: list[Recorded] = []
    for followed in list(county.trends):
        trend = state.trends[followed.trend_id]
        recorded += _revise(state, county, window, trend, day, rules)
        if trend.status != "open":
            continue
        over = (day - trend.last_day).days
        if over >= max(rules.policy.trend.clear_days, trend.period_days):  # an episode of weeks goes on once a week
            recorded.append(clear(state, trend, _figures(county, window, trend, day, rules), over))
    return recorded


def _revise(state: State, county: County, window: CountWindow, trend: Trend, day: date, rules: Rules) -> list[Recorded]:
    """Figures of the periods whose counts changed since they were judged."""
    recorded: list[Recorded] = []
    for point in list(trend.points):
        if (day - point.day).days > rules.policy.trend.revise_days:
            continue
        if _observed(window, trend, point.day) != point.observed:
            now = _figures(county, window, trend, point.day, rules)
            sign = Sign(trend.kind, trend.region, trend.measure, now.day, trend.period_days, trend.method, *now[1:], ())
            recorded += go_on(state, county, trend, sign, "grew" if point.day == day else "late_reports", rules)
    return recorded


def _observed(window: CountWindow, trend: Trend, day: date) -> int:
    row = window.row(trend.region, trend.measure)
    return int(window.of_series(row, day.toordinal())[-trend.period_days :].sum()) if row is not None else 0


def _figures(county: County, window: CountWindow, trend: Trend, day: date, rules: Rules) -> TrendPoint:
    """Figures of the period of a trend that ends with a day, by the short baseline."""
    table, counts = rules.policy.trend, window.matrix(day.toordinal())
    row, end = window.row(trend.region, trend.measure), counts.shape[1] - 1
    if row is None or end < trend.period_days:
        return TrendPoint(day, 0, 0.0, 0.0, 1.0, 0.0)
    rows, ends = np.array([row]), np.array([end])
    first, known_on = day - timedelta(days=end), max(county.day or day, day)
    now = judge(window.keys, counts, first, rows, ends, trend.period_days, known_on, county.profile, table)
    p_value = float(now.p_value[0])
    rare = recurrence_days(p_value, trend.region, trend.period_days, county.profile, table)
    observed = _observed(window, trend, day)
    return TrendPoint(day, observed, float(now.expected[0]), float(now.upper[0]), p_value, rare)
