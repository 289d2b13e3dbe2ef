"""The surveyor on both databases: days closed in order, whatever the interleaving, the process or its end."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec
import numpy as np
import pytest
from sqlalchemy import Engine

from infra import surveying
from infra.backlog import Mark
from infra.lease import Lease
from infra.store.engine import open_engine
from infra.store.event_log import read_events
from infra.store.queries import city
from infra.store.rebuild import rebuild
from infra.store.schema import upgrade
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.rules import Rules
from risk_model.surveillance.regional.cluster import Cluster
from schemas.assessed import Assessed
from schemas.domain_events import AlertRaised, ClockTicked, PlanDrafted, TrendCleared, TrendDetected, TrendRevised
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import content, facts

COUNTIES = ("379001", "379002", "379003")
DAYS = 40
FIRST = date(2026, 1, 1)
LAST = FIRST + timedelta(days=DAYS - 1)
TOWNSHIPS = {county: [t.code for t in rules().regions.townships(county)[:3]] for county in COUNTIES}
OUTBREAK = (*TOWNSHIPS["379001"][:2], TOWNSHIPS["379002"][0])  # six days of trouble in two counties


@lru_cache(maxsize=1)
def brisk() -> Rules:
    """Rules that learn and decide within weeks."""
    policy = rules().policy
    regional = msgspec.structs.replace(
        policy.regional,
        longest_days=7,
        history_days=21,
        min_history_days=14,
        recurrence_days=60.0,
        replicates=99,
        follow_days=3,
    )
    return rules()._replace(policy=msgspec.structs.replace(policy, regional=regional))


@lru_cache(maxsize=1)
def reports() -> tuple[Assessed, ...]:
    """Everyday cases of three counties, an outbreak, some reports days late; in the order they are reported."""
    rng = np.random.default_rng(4)
    made: list[tuple[datetime, Assessed]] = []
    for back in range(DAYS):
        day = FIRST + timedelta(days=back)
        for county in COUNTIES:
            for place in TOWNSHIPS[county]:
                outbreak = 24 <= back < 30 and place in OUTBREAK
                for _ in range(int(rng.poisson(1.2)) + (5 if outbreak else 0)):
                    at = datetime(day.year, day.month, day.day, 1, int(rng.integers(60)), tzinfo=NOW.tzinfo)
                    late = timedelta(days=int(rng.integers(1, 4)) if rng.random() < 0.15 else 0, minutes=5)
                    category = "劳动争议" if outbreak or rng.random() < 0.5 else "物业"
                    record = assessed(
                        len(made),
                        source=f"/gov/{county}/petition",
                        county=county,
                        township=place,
                        at=at,
                        reported_at=at + late,
                        category=category,
                    )
                    made.append((at + late, record))
    return tuple(record for _, record in sorted(made, key=lambda item: item[0]))


def of(*counties: str) -> list[Assessed]:
    """Reports of some counties, in their order."""
    return [record for record in reports() if record.place.county in counties]


class Line:
    """Says how far the line has come: everything is handled, as of a moment, or nothing is known."""

    def __init__(self, mark: Mark | None = None) -> None:
        self.mark = mark
        self.followed: list[Mark] = []

    def set(self, mark: Mark) -> None:
        self.followed.append(mark)

    def passed(self) -> Mark | None:
        return self.mark


class Store:
    """A store with its two users."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.watch = Watch(engine, brisk(), REJECTED_TOPIC)
        self.surveyor = self.another()

    def another(self) -> Surveyor:
        """A surveyor of another process."""
        return Surveyor(self.engine, brisk(), Watch(self.engine, brisk(), REJECTED_TOPIC))

    def report(self, records: Sequence[Assessed], size: int = 60) -> None:
        """Reports arrive, in batches."""
        for start in range(0, len(records), size):
            self.watch.apply(incoming(records[start : start + size]), NOW)

    def city(self) -> list[bytes]:
        """What was decided about the city, in order."""
        with self.engine.connect() as connection:
            stored = read_events(connection, limit=1_000_000)
        found = [s.recorded.event for s in stored]
        return [
            msgspec.json.encode(e)
            for e in found
            if (isinstance(e, ClockTicked) and e.place == "city")
            or (isinstance(e, (TrendDetected, AlertRaised)) and e.kind == "regional")
            or (isinstance(e, (TrendRevised)) and e.kind == "regional")
            or (isinstance(e, TrendCleared) and "份额" in e.reason.text)
        ]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store on SQLite, then on PostgreSQL."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield Store(engine)
    engine.dispose()


def done(newest: date = LAST) -> Line:
    """Everything sent is handled, long after."""
    return Line(Mark(NOW, newest))


def survey(surveyor: Surveyor, line: Line) -> int:
    """Survey until there is nothing to close."""
    total = 0
    while appended := surveyor.survey(line, NOW):
        total += appended
    return total


def test_an_outbreak_is_one_warning_with_exactly_its_events(store: Store) -> None:
    """Found while it lasts, revised, ended; the events named are those counted; a rebuild gives the same."""
    store.report(reports())
    survey(store.surveyor, done())
    (alert,) = [e for e in facts(store.engine, "AlertRaised") if isinstance(e, AlertRaised) and e.kind == "regional"]
    (trend,) = [
        e for e in facts(store.engine, "TrendDetected") if isinstance(e, TrendDetected) and e.kind == "regional"
    ]
    assert set(OUTBREAK) <= set(trend.regions)
    assert FIRST + timedelta(days=24) <= trend.day < FIRST + timedelta(days=30)
    assert len(trend.dispute_ids) == trend.observed
    known = {record.dispute_id: record for record in reports()}
    counted = [known[dispute_id] for dispute_id in trend.dispute_ids]
    assert {record.place.township for record in counted} <= set(trend.regions)
    assert all(record.category == "劳动争议" for record in counted)
    assert [
        e for e in facts(store.engine, "PlanDrafted") if isinstance(e, PlanDrafted) and e.alert_id == alert.alert_id
    ]
    assert [
        e for e in facts(store.engine, "TrendCleared") if isinstance(e, TrendCleared) and e.trend_id == trend.trend_id
    ]
    before = content(store.engine)
    assert rebuild(store.engine).same
    assert content(store.engine) == before


def test_the_order_of_counties_decides_nothing(store: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One county after the other, the surveyor looking in between, or all in step: the same days, the same warnings."""
    for county in reversed(COUNTIES):
        store.report(of(county))
        survey(store.surveyor, Line())  # behind: nothing may be decided yet
    survey(store.surveyor, done())
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('order') / 'store.db'}")
    upgrade(engine)
    other = Store(engine)
    step = timedelta(days=1)
    for back in range(DAYS + 4):
        end = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=NOW.tzinfo) + (back + 1) * step
        other.report([r for r in reports() if end - step <= r.reported_at < end])
        survey(other.surveyor, done(min(LAST, (end - step).date())))
    assert len(other.city()) > DAYS // 2
    assert other.city() == store.city()
    engine.dispose()


def test_nothing_is_decided_while_messages_wait(store: Store) -> None:
    """A day is not closed because a county's reports are still under way; the mark to come is set."""
    store.report(reports())
    line = Line()
    assert store.surveyor.survey(line, NOW) == 0
    assert line.followed == [Mark(NOW, max(city_clocks(store)))]
    assert not store.city()


def city_clocks(store: Store) -> list[date]:
    """Days the counties' clocks show."""
    with store.engine.connect() as connection:
        return list(city.clocks(connection).counties.values())


def test_the_city_waits_for_a_county_that_is_a_little_behind_not_for_one_that_stopped_or_never_began(
    store: Store,
) -> None:
    """Two of the registry's six counties have no feed; one stops after twenty days."""
    cut = datetime(2026, 1, 20, tzinfo=NOW.tzinfo)
    store.report([r for r in reports() if r.place.county != "379003" or r.reported_at < cut])
    two_behind = FIRST + timedelta(days=21)
    survey(store.surveyor, done(two_behind))
    assert city_day(store) == max(r.reported_at for r in of("379003") if r.reported_at < cut).date()
    survey(store.surveyor, done())
    assert city_day(store) == LAST


def city_day(store: Store) -> date | None:
    """Day the city's clock shows."""
    with store.engine.connect() as connection:
        return city.clocks(connection).city


def test_a_surveyor_that_ends_between_computing_and_appending_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one takes the day up again, with the same result."""
    store.report(reports())

    class Killed(BaseException):
        pass

    appended = surveying.append

    def kill(*args: object) -> int:
        raise Killed

    deciding = surveying.decide_city_day
    days = 0

    def at_the_twelfth(*args: object) -> object:
        nonlocal days
        days += 1
        if days == 12:
            monkeypatch.setattr(surveying, "append", kill)
        return deciding(*args)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(surveying, "decide_city_day", at_the_twelfth)
    with pytest.raises(Killed):
        survey(store.surveyor, done())
    monkeypatch.setattr(surveying, "append", appended)
    closed = city_day(store)
    assert closed is not None and closed < LAST
    survey(store.another(), done())
    assert city_day(store) == LAST
    assert rebuild(store.engine).same
    ticks = [e.day for e in facts(store.engine, "ClockTicked") if isinstance(e, ClockTicked) and e.place == "city"]
    assert ticks == [ticks[0] + timedelta(days=n) for n in range(len(ticks))]


def test_of_two_surveyors_one_closes_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other finds the city's clock moved on, and appends nothing."""
    store.report(reports())
    rival = store.another()
    surveying_day = surveying.survey_day
    first = True

    def overtaken(*args: object) -> object:
        nonlocal first
        if first:
            first = False
            survey(rival, done())
        return surveying_day(*args)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(surveying, "survey_day", overtaken)
    assert store.surveyor.survey(done(), NOW) == 0
    assert city_day(store) == LAST


def test_live_counties_are_closed_at_midnight_and_others_are_left_alone(store: Store) -> None:
    """Some minutes after midnight, when everything before is handled; not a county whose record ended long ago."""
    store.report(
        [r for r in reports() if r.place.county != "379003" or r.reported_at.date() < FIRST + timedelta(days=9)]
    )
    shanghai_midnight = datetime(2026, 2, 12, 16, tzinfo=NOW.tzinfo)  # begins 13 February
    newest = max(city_clocks(store))
    assert newest == date(2026, 2, 12) or newest < date(2026, 2, 13)
    store.surveyor.survey(Line(Mark(shanghai_midnight + timedelta(minutes=5), newest)), NOW)
    assert max(city_clocks(store)) <= date(2026, 2, 12)
    store.surveyor.survey(Line(Mark(shanghai_midnight + timedelta(minutes=61), newest)), NOW)
    with store.engine.connect() as connection:
        shown = city.clocks(connection).counties
    assert (shown["379001"], shown["379002"]) == (date(2026, 2, 13), date(2026, 2, 13))
    assert shown["379003"] < FIRST + timedelta(days=10)


def test_days_are_closed_by_hand_after_an_import(store: Store) -> None:
    """All counties and the city, up to a day and with it; once."""
    store.report(reports())
    assert store.surveyor.close_until(LAST, NOW) > 0
    assert city_day(store) == LAST + timedelta(days=1)
    assert set(city_clocks(store)) == {LAST + timedelta(days=1)} | {d for d in city_clocks(store) if d > LAST}
    assert store.surveyor.close_until(LAST, NOW) == 0
    assert store.surveyor.newest() == max(city_clocks(store))


def test_closing_by_hand_goes_on_where_another_surveyor_was_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All days are closed when it ends, whoever closed them."""
    store.report(reports())
    rival = store.another()
    surveying_day = surveying.survey_day
    days = 0

    def overtaken(*args: object) -> object:
        nonlocal days
        days += 1
        if days == 3:
            rival.survey(done(), NOW)
        return surveying_day(*args)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(surveying, "survey_day", overtaken)
    store.surveyor.close_until(LAST, NOW)
    assert city_day(store) == LAST + timedelta(days=1)
    ticks = [e.day for e in facts(store.engine, "ClockTicked") if isinstance(e, ClockTicked) and e.place == "city"]
    assert ticks == [ticks[0] + timedelta(days=n) for n in range(len(ticks))]


def test_events_that_came_after_the_day_was_closed_are_not_named(store: Store) -> None:
    """The log says what a county knew: what stands before the tick."""
    early = [r for r in of("379001") if r.reported_at.date() <= FIRST + timedelta(days=30)]
    store.report(early)
    late = assessed(
        99_999,
        source="/gov/379001/petition",
        county="379001",
        township="379001001",
        at=datetime(2026, 1, 28, 2, tzinfo=NOW.tzinfo),
        reported_at=datetime(2026, 1, 28, 3, tzinfo=NOW.tzinfo),
        category="劳动争议",
    )
    store.report([late])
    day = date(2026, 1, 28)
    cluster = Cluster("劳动争议", ("379001001",), day, day, (1,), (1.0,), 1.0, 0.5, 1.0, "")
    with store.engine.connect() as connection:
        named = city.events_of(connection, cluster)
        known = city.arrivals(connection, ("379001001",), day, day)
    assert late.dispute_id not in named
    category = known.categories.index("劳动争议")
    assert len(named) == known.as_of(day, 1, ("379001001",))[category].sum() > 0


def test_a_lease_has_one_holder_until_it_runs_out(store: Store) -> None:
    """Renewed by its holder, taken over when it was not."""
    one, other = Lease(store.engine, "job", "one", 30), Lease(store.engine, "job", "other", 30)
    assert one.claim(NOW)
    assert not other.claim(NOW + timedelta(seconds=29))
    assert one.claim(NOW + timedelta(seconds=20))
    assert not other.claim(NOW + timedelta(seconds=45))
    assert other.claim(NOW + timedelta(seconds=51))
    assert not one.claim(NOW + timedelta(seconds=52))
