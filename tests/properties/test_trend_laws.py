"""Laws of trends on the stream: memory, restarts and repeats do not matter, the log alone rebuilds everything, the budget is kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from infra.store.rebuild import rebuild
from infra.store.slices import load_surveillance
from infra.store.tables import reads
from risk_model.local_time import local_day
from risk_model.rules import Rules
from risk_model.state import TREND_KINDS, State
from risk_model.surveillance.judging import YEARS
from schemas.domain_events import (
    AlertEscalated,
    AlertRaised,
    BaselineLearnt,
    DomainEvent,
    TrendCleared,
    TrendDetected,
    TrendRevised,
)
from tests.disputes import NOW, assessed, incoming, rules
from tests.properties.trend_worlds import (
    COUNTIES,
    Lost,
    Reports,
    Step,
    interleaved,
    live,
    lose_next_commit,
    messages,
    new_watch,
    of_county,
    take,
    touchy,
    worlds,
)
from tests.stores import Template, content, facts

few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


REACHED = {
    "emerging",
    "trending",
    "held",
    "raised while held",
    "late_reports",
    "grew",
    "continued",
    "cleared",
    "opened again",
    "escalated",
    "learnt",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("stores"))


def test_worlds_reach_every_branch(template: Template) -> None:
    """Episodes of both kinds, held and raised, every reason of a revision, ends: laws about what never happens would be empty."""
    reached = Counter[str]()

    @settings(few, max_examples=15, derandomize=True, database=None, phases=[Phase.generate])
    @given(worlds())
    def watch(steps: list[Step]) -> None:
        reached.update(_reached(facts(live(template.store(), touchy(), steps))))

    watch()
    assert not REACHED - reached.keys(), reached


def _reached(told: Sequence[DomainEvent]) -> Iterator[str]:
    held, cleared = set[str](), set[str]()
    for fact in told:
        if isinstance(fact, TrendDetected):
            yield fact.kind
            if fact.held:
                held.add(fact.trend_id)
                yield "held"
        elif isinstance(fact, TrendRevised):
            yield fact.why
            if fact.kind == "trending":
                yield fact.kind
            if fact.trend_id in held and fact.alert_id is not None:
                yield "raised while held"
            if fact.trend_id in cleared and fact.observed > fact.upper:
                yield "opened again"
        elif isinstance(fact, TrendCleared):
            cleared.add(fact.trend_id)
            yield "cleared"
        elif isinstance(fact, AlertEscalated):
            yield "escalated"
        elif isinstance(fact, BaselineLearnt):
            yield "learnt"


@few
@given(worlds())
def test_a_window_read_anew_is_the_one_counted_on(template: Template, steps: list[Step]) -> None:
    """A watch that starts with every batch decides as one that has counted all along, byte for byte."""
    one, many = live(template.store(), touchy(), steps), template.store()
    for step, records in zip(steps, messages(steps), strict=True):
        take(new_watch(many, touchy()), step, records)
    assert content(one) == content(many)


@few
@given(worlds(), st.lists(st.sampled_from(["", "", "restart", "fail", "repeat", "cut"]), min_size=44, max_size=44))
def test_restarts_failed_transactions_repeats_and_cuts_change_nothing(
    template: Template, steps: list[Step], mishaps: list[str]
) -> None:
    """Restarted at random, rolled back at random, each message cut off or sent again: the same log."""
    one, often = live(template.store(), touchy(), steps), template.store()
    watch = new_watch(often, touchy())
    for step, records, happens in zip(steps, messages(steps), mishaps, strict=False):
        if happens == "restart":
            watch = new_watch(often, touchy())
        elif happens == "fail":
            lose_next_commit(often)
            with pytest.raises(Lost):
                take(watch, step, records)
        if happens == "cut" and isinstance(step, Reports):
            for record in records:
                watch.apply([record], NOW)
        else:
            take(watch, step, records)
        if happens == "repeat" and isinstance(step, Reports):
            again = [record._replace(offset=record.offset + 100_000) for record in records]
            assert watch.apply(again, NOW).events == 0
    assert content(one).log == content(often).log
    assert content(one).exact == content(often).exact


@few
@given(worlds())
def test_rebuild_equals_live(template: Template, steps: list[Step]) -> None:
    """Folding the log anew gives every column again: clocks, profiles, trends, their revisions and ends."""
    engine = live(template.store(), touchy(), steps)
    before = content(engine)
    assert rebuild(engine).same
    assert content(engine) == before


@few
@given(worlds())
def test_closing_a_day_twice_changes_nothing(template: Template, steps: list[Step]) -> None:
    """Neither at once nor after a restart; nor does a day that is long past."""
    engine = live(template.store(), touchy(), steps)
    watch = new_watch(engine, touchy())
    for county in COUNTIES:
        day = (_county(engine, county).counties[county].day or local_day(NOW)) + timedelta(days=1)
        watch.tick(county, day, NOW)
        before = content(engine)
        for again in (watch, new_watch(engine, touchy())):
            assert again.tick(county, day, NOW) == 0
            assert again.tick(county, day - timedelta(days=9), NOW) == 0
        assert content(engine) == before


@few
@given(worlds(), st.lists(st.integers(0, 1), min_size=44, max_size=44))
def test_the_order_of_counties_does_not_matter(template: Template, steps: list[Step], turns: list[int]) -> None:
    """Only each county's own order does."""
    one, other = template.store(), template.store()
    live(one, touchy(), steps)
    live(other, touchy(), interleaved([of_county(steps, county) for county in COUNTIES], turns))
    assert content(one).content == content(other).content
    assert content(one).exact == content(other).exact


@few
@given(worlds())
def test_figures_are_those_of_the_counts_when_the_day_was_closed(template: Template, steps: list[Step]) -> None:
    """Of every period that late reports may still change, as soon as a day is closed."""
    engine = live(template.store(), touchy(), steps)
    watch = new_watch(engine, touchy())
    for county in COUNTIES:
        shown = _county(engine, county).counties[county].day
        if shown is None:
            continue
        watch.tick(county, shown + timedelta(days=1), NOW)
        state = _county(engine, county)
        for trend in state.trends.values():
            for point in trend.points:
                if (shown - point.day).days <= touchy().policy.trend.revise_days:
                    held = _counted(engine, trend.region, trend.measure, point.day, trend.period_days)
                    assert point.observed == held, (trend, point)


def _counted(engine: Engine, region: str, measure: str, last: date, days: int) -> int:
    c = reads.daily_counts.c
    first = last - timedelta(days=days - 1)
    query = select(func.coalesce(func.sum(c.n), 0)).where(
        c.county == region[:6],
        c.region == region,
        c.measure == measure,
        c.day >= first.isoformat(),
        c.day <= last.isoformat(),
    )
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


@few
@given(worlds())
def test_alerts_have_events_and_an_owner_and_stay_within_the_budget(template: Template, steps: list[Step]) -> None:
    """Whatever is raised names what it rests on; in any window of days a county has no more than its budget, rare ones aside."""
    engine = live(template.store(), touchy(), steps)
    known = {d.dispute_id for step in steps if isinstance(step, Reports) for d in step.disputes}
    told = facts(engine)
    for fact in told:
        if isinstance(fact, AlertRaised):
            assert fact.owner
            assert fact.reasons
            assert fact.dispute_ids, fact
            assert set(fact.dispute_ids) <= known
        elif isinstance(fact, TrendDetected):
            assert fact.dispute_ids
            assert (fact.alert_id is None) == bool(fact.held)
            assert fact.observed > fact.upper
    _within_budget(told, touchy())


def _within_budget(told: Sequence[DomainEvent], given: Rules) -> None:
    budget = given.policy.trend.budget
    rarity = {}
    for fact in reversed(told):  # the first trend of an alert is the one that raised it
        if isinstance(fact, (TrendDetected, TrendRevised)) and fact.alert_id is not None:
            rarity[fact.alert_id] = fact.recurrence_days
    for county in COUNTIES:
        days = [
            fact.day
            for fact in told
            if isinstance(fact, AlertRaised)
            and fact.kind in TREND_KINDS
            and fact.county == county
            and rarity[fact.alert_id] < budget.always_years * 365.25
            and fact.day is not None
        ]
        for last in days:
            first = last - timedelta(days=budget.window_days - 1)
            assert sum(first <= day <= last for day in days) <= budget.alerts, (county, sorted(days))


def _county(engine: Engine, county: str) -> State:
    state = State()
    with engine.connect() as connection:
        load_surveillance(connection, reads, state, {county})
    state.county(county)
    return state


def test_years_of_record_do_not_depend_on_where_a_batch_was_cut(template: Template) -> None:
    """A record that becomes long enough for its years within a batch is judged against them there and then."""
    trend = msgspec.structs.replace(rules().policy.trend, years=1, week_min_count=4)
    given = rules()._replace(policy=msgspec.structs.replace(rules().policy, trend=trend))
    days = [*range(0, 420, 3), *(day for day in range(420, 441) for _ in range(3))]
    records = incoming(
        assessed(number, township="379001001", category="问题楼盘", at=NOW + timedelta(days=day, minutes=number % 3))
        for number, day in enumerate(days)
    )
    whole, parts = template.store(), template.store()
    new_watch(whole, given).apply(records, NOW)
    for record in records:
        new_watch(parts, given).apply([record], NOW)
    assert YEARS in {fact.method for fact in facts(whole, "TrendDetected")}
    assert content(whole) == content(parts)
