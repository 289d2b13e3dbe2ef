"""The exposure graph in the store: kept by the day it became known, the same after a restart, a late county and a rebuild."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from infra.exposing import Exposures, load_findings
from infra.papers.plan_reading import PaperRules, read_plan_paper
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.rebuild import rebuild
from infra.store.schema import upgrade
from infra.store.slices import load_plan_versions
from infra.store.tables import reads
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.exposure.deciding import decide_exposure
from risk_model.exposure.distress import Fate
from risk_model.exposure.findings import findings
from risk_model.exposure.graph import ExposureGraph
from risk_model.state import State
from schemas.assessed import Assessed, AssessedParty, AssessedRelation, RelatedEnd
from schemas.domain_events import AlertRaised, DomainEvent, ExposureFound, PlanDrafted
from tests.disputes import REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import facts, fill

FIRST = datetime(2025, 9, 28, 2, tzinfo=UTC)
NAMES = {"a": "甲置业有限公司", "b": "乙商贸有限公司", "c": "丙建工有限公司"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated store of either kind."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def _about(number: int, code: str, kind: str, day: int, county: str = "379001", **more: object) -> Assessed:
    parties = (AssessedParty("respondent", "enterprise", NAMES[code], code),)
    at = FIRST + timedelta(days=day)
    return assessed(number, kind=kind, source=f"/x/{county}/{kind}", county=county, at=at, parties=parties, **more)


def _end(code: str) -> RelatedEnd:
    return RelatedEnd("enterprise", NAMES[code], code)


def _history(county_of_c: str = "379001") -> list[Assessed]:
    """甲 fails on day 2; 乙 guarantees it, 丙 is owed by it; both are in distress by day 5."""
    hit = ("court.preservation", "court.enforcement_terminated", "gov.tax_fee_arrears")
    told = (AssessedRelation("guarantee", _end("b"), _end("a"), 1), AssessedRelation("supplier", _end("c"), _end("a")))
    return [
        _about(1, "a", "court.case_filed", 0, relations=told),
        _about(2, "b", hit[0], 1),
        _about(3, "a", "court.bankruptcy_accepted", 2),
        *(_about(4 + n, "b", kind, 3) for n, kind in enumerate(hit)),
        *(_about(8 + n, "c", kind, 5, county_of_c) for n, kind in enumerate(hit)),
        _about(20, "a", "gov.hotline_ticket", 9),
    ]


def _close(engine: Engine, exposures: Exposures, day: date) -> list[DomainEvent]:
    """Close a day of the city as the surveyor does."""
    with engine.connect() as connection:
        known = exposures.as_of(connection, day)
    with write_transaction(engine) as connection:
        state = State()
        load_findings(connection, reads, state)
        load_plan_versions(connection, reads, state, state.alerts)
        recorded = decide_exposure(state, known.graph, known.touched, day, rules())
        append(connection, recorded, FIRST)
        save(connection, reads, state)
    return [item.event for item in recorded]


def _exposures() -> Exposures:
    return Exposures(reads, rules().policy.systemic)


def _day(number: int) -> date:
    return (FIRST + timedelta(days=number)).date()


def _judged(graph: ExposureGraph, day: date) -> list[object]:
    return list(findings(Fate(graph, day.toordinal(), rules().policy.systemic)))


def test_found_on_the_day_it_is_known(engine: Engine) -> None:
    """Nothing before the last of those reached is known to be in distress; alert, finding and plan with it; then silence."""
    fill(engine, rules(), [incoming(_history())])
    exposures = _exposures()
    by_day = [_close(engine, exposures, _day(number)) for number in range(10)]
    assert [[type(event) for event in events] for events in by_day] == [
        *([[]] * 5),
        [AlertRaised, ExposureFound, PlanDrafted],
        *([[]] * 4),
    ]
    (found,) = facts(engine, "ExposureFound")
    assert isinstance(found, ExposureFound)
    assert (found.day, found.size, found.name) == (_day(5), 2, NAMES["a"])
    assert {path.text for path in found.paths} == {
        f"{NAMES['a']} ←担保— {NAMES['b']}",
        f"{NAMES['a']} ←供应— {NAMES['c']}",
    }


def test_its_plan_lists_what_it_rests_on(engine: Engine) -> None:
    """A systemic alert has neither matter nor trend: the events its finding names are those attached."""
    fill(engine, rules(), [incoming(_history())])
    exposures = _exposures()
    drafted = [event for number in range(10) for event in _close(engine, exposures, _day(number))]
    (found,) = (event for event in drafted if isinstance(event, ExposureFound))
    (plan,) = (event for event in drafted if isinstance(event, PlanDrafted))
    assert "systemic" in plan.playbooks
    with engine.connect() as connection:
        paper = read_plan_paper(connection, plan.plan_id, PaperRules.load(Settings(_env_file=None)))
    assert paper is not None
    assert paper.events_note == f"共 {len(found.dispute_ids)} 件。"
    assert len(paper.events) == len(found.dispute_ids) > 3


def test_the_surveyor_finds_it_when_the_city_has_closed_the_day(engine: Engine) -> None:
    """From the first day of the record on, though clusters need a longer one."""
    fill(engine, rules(), [incoming(_history())])
    surveyor = Surveyor(engine, rules(), Watch(engine, rules(), REJECTED_TOPIC))
    surveyor.close_until(_day(9), FIRST + timedelta(days=10))
    (found,) = facts(engine, "ExposureFound")
    assert isinstance(found, ExposureFound)
    assert found.day == _day(5)
    (alert,) = [e for e in facts(engine, "AlertRaised") if isinstance(e, AlertRaised) and e.kind == "systemic"]
    assert alert.reasons[0].code == "exposure.contagion"
    assert rebuild(engine).same


def test_a_restart_changes_nothing(engine: Engine) -> None:
    """A graph kept over days, one made anew every day (over a month's end) and one that asks twice are the same."""
    fill(engine, rules(), [incoming(_history())])
    kept = _exposures()
    for number in range(10):
        day = _day(number)
        with engine.connect() as connection:
            one, twice, anew = (
                kept.as_of(connection, day),
                kept.as_of(connection, day),
                _exposures().as_of(connection, day),
            )
        assert twice is one
        assert anew.touched is None
        assert sorted(one.graph.keys) == sorted(anew.graph.keys)
        assert _judged(one.graph, day) == _judged(anew.graph, day)
    again = [event for number in range(10) for event in _close(engine, _exposures(), _day(number))]
    assert [type(event) for event in again] == [AlertRaised, ExposureFound, PlanDrafted]


def test_a_county_that_was_not_waited_for(engine: Engine) -> None:
    """What becomes known of days that are closed is judged with the next day."""
    records = _history("379002")
    late = [record for record in records if record.place.county == "379002"]
    fill(engine, rules(), [incoming([record for record in records if record not in late])])
    exposures = _exposures()
    assert not any(_close(engine, exposures, _day(number)) for number in range(8))
    fill(engine, rules(), [incoming(late)])
    assert [type(event) for event in _close(engine, exposures, _day(8))] == [AlertRaised, ExposureFound, PlanDrafted]


def test_batches_and_repeats_do_not_matter_and_the_log_rebuilds_it(engine: Engine) -> None:
    """One by one and again, closed, rebuilt: the same rows."""
    records = _history()
    fill(engine, rules(), [incoming([record]) for record in records])
    fill(engine, rules(), [incoming(records)])
    exposures = _exposures()
    for number in range(10):
        _close(engine, exposures, _day(number))
    with engine.connect() as connection:
        assert len(list(connection.execute(reads.exposure_relations.select()))) == 2
        assert len(list(connection.execute(reads.exposure_troubles.select()))) == len(records)
        before = list(connection.execute(reads.exposures.select()))
    assert rebuild(engine).same
    with engine.connect() as connection:
        assert list(connection.execute(reads.exposures.select())) == before
