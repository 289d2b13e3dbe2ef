"""A store that an earlier schema filled: after the upgrade its read models are those that its log folds to, and the work goes on."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from infra.store.engine import open_engine
from infra.store.event_log import verify_chain
from infra.store.rebuild import rebuild
from infra.store.schema import at_head, upgrade
from infra.store.slices import load_surveillance
from infra.store.tables import reads
from risk_model.local_time import local_day
from risk_model.state import State
from schemas.domain_events import TrendDetected
from tests.disputes import NOW, assessed, incoming, rules
from tests.stores import content, facts, fill

COUNTY = "379001"
STORED = (
    Path(__file__).parent / "earlier" / "revision_0002.sql"
)  # two days of eleven reports after a quiet fortnight, and a grave case


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The earlier store."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.executescript(STORED.read_text(encoding="utf-8"))
    connection.close()
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def test_read_models_are_folded_anew(engine: Engine) -> None:
    """Clocks, trends and arrivals, which the earlier schema did not have, are what the log says; the log itself is untouched."""
    with engine.connect() as connection:
        written = verify_chain(connection)
    assert upgrade(engine)
    assert at_head(engine)
    with engine.connect() as connection:
        assert verify_chain(connection) == written
    assert rebuild(engine).same
    assert not upgrade(engine)
    state = State()
    with engine.connect() as connection:
        load_surveillance(connection, reads, state, {COUNTY})
    assert state.counties[COUNTY].counted == len(facts(engine, "DisputeAssessed"))
    assert len(state.trends) == len(facts(engine, "TrendDetected")) > 0
    for trend in state.trends.values():
        assert trend.alert_id in state.alerts
        assert trend.dispute_ids


def test_an_earlier_trend_tells_no_rarity(engine: Engine) -> None:
    """What it did not record is not made up."""
    upgrade(engine)
    for fact in facts(engine, "TrendDetected"):
        assert isinstance(fact, TrendDetected)
        assert (fact.kind, fact.period_days, fact.p_value, fact.recurrence_days) == ("emerging", 1, 1.0, 0.0)
        assert len(fact.dispute_ids) == 1


def test_the_work_goes_on(engine: Engine) -> None:
    """New reports move the clock on, and the episodes of the earlier release are cleared."""
    upgrade(engine)
    later = [assessed(900 + day, at=NOW + timedelta(days=day), township="379001001") for day in range(3, 20)]
    fill(engine, rules(), [incoming(later, 1000)])
    cleared = facts(engine, "TrendCleared")
    assert {fact.trend_id for fact in cleared} == {fact.trend_id for fact in facts(engine, "TrendDetected")}
    assert content(engine).exact
    assert rebuild(engine).same
    assert local_day(NOW) < cleared[0].day
