"""Plans follow their alerts on both databases: a store from before there were such facts, a past that was brought in, the time for signing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra import dispatching
from infra.committing import commit
from infra.dispatching import Dispatcher
from infra.plans import _start_signing, follow_drafts
from infra.settings import Settings
from infra.store.event_log import write_transaction
from infra.store.queries.plans import PlanFilter, plan_page
from infra.store.rebuild import rebuild
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import DeadlineEnded, DeadlineStarted, PlanHeld, PlanReleased
from tests.disputes import rules
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed
from tests.stores import facts

SURE = {"level": 3, "level_probabilities": (0.05, 0.05, 0.8, 0.1), "category": "劳动争议"}
HOUR = timedelta(hours=1)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Seeded]:
    """An empty store."""
    seeded = Seeded(database_url, Settings(_env_file=None, home=tmp_path))
    yield seeded
    seeded.close()


def one_a_week() -> Rules:
    """Rules by which one alert of an owner is told, the next waits."""
    given = rules()
    table = given.policy.dispatch
    return given._replace(policy=_with(given.policy, dispatch=_with(table, budget=_with(table.budget, owner_alerts=1))))


def _with(table: Any, **changed: Any) -> Any:
    return msgspec.structs.replace(table, **changed)


def kinds(store: Seeded) -> list[tuple[str, str]]:
    """Facts of plans: released with cause, held with stage."""
    events = facts(store.engine, "PlanReleased", "PlanHeld")
    return [
        ("released", e.cause) if isinstance(e, PlanReleased) else ("held", e.stage)
        for e in events
        if isinstance(e, PlanReleased | PlanHeld)
    ]


def test_a_store_from_before(store: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was told is not told anew, and signs within the time that runs; of what was not told nobody is reminded. Once."""
    given = one_a_week()
    store.add([assessed(n, **SURE, **against(f"{'甲乙'[n]}公司")) for n in range(2)])
    with monkeypatch.context() as before:
        before.setattr(dispatching, "follow_plans", lambda *_: [])
        before.setattr(dispatching, "catch_up", lambda *_: [])
        Dispatcher(store.engine, given).dispatch(FIRST_DAY + HOUR)
    assert kinds(store) == []
    _sign_every_draft(store, given)
    assert _sign_clocks(store, given) == 2

    Dispatcher(store.engine, given).dispatch(FIRST_DAY + 2 * HOUR)
    assert sorted(kinds(store)) == [("held", "queued"), ("released", "known")]
    assert _sign_clocks(store, given) == 1
    Dispatcher(store.engine, given).dispatch(FIRST_DAY + 3 * HOUR)
    assert len(kinds(store)) == 2
    assert rebuild(store.engine).same


def _sign_every_draft(store: Seeded, given: Rules) -> None:
    """Let the time for signing run for every draft from when it was drafted, as the release before did."""
    with write_transaction(store.engine) as connection:
        plans = [listed.held for listed in plan_page(connection, PlanFilter(), None, 100).items]
        started = [event for p in plans if p for event in _start_signing(p, 1, FIRST_DAY, FIRST_DAY, "", given.clocks)]
        commit(connection, State(), started, FIRST_DAY)


def _sign_clocks(store: Seeded, given: Rules) -> int:
    """Let the time for signing run where it should; how many run in all."""
    follow_drafts(store.engine, given, FIRST_DAY + 2 * HOUR)
    started = {e.deadline_id for e in facts(store.engine) if isinstance(e, DeadlineStarted) and e.code == "plan.sign"}
    ended = {e.deadline_id for e in facts(store.engine) if isinstance(e, DeadlineEnded)}
    return len(started - ended)


def test_a_past_that_was_brought_in(store: Seeded) -> None:
    """Nobody is called for what happened weeks ago, so nobody is asked to sign its plan, until it is news again."""
    long_ago = FIRST_DAY - timedelta(days=40)
    store.add([assessed(0, at=long_ago, **SURE, **against("甲公司"))])
    dispatcher = Dispatcher(store.engine, rules())
    dispatcher.dispatch(FIRST_DAY + HOUR)
    assert kinds(store) == [("held", "past")]
    assert _sign_clocks(store, rules()) == 0
    graver = {**SURE, "level": 4, "level_probabilities": (0.01, 0.01, 0.03, 0.95)}
    store.add([assessed(1, **graver, **against("甲公司"))], FIRST_DAY + HOUR)
    dispatcher.dispatch(FIRST_DAY + 2 * HOUR)
    assert kinds(store) == [("held", "past"), ("released", "drafted")]
    assert _sign_clocks(store, rules()) == 1
    assert rebuild(store.engine).same


def test_two_dispatchers_decide_once(store: Seeded) -> None:
    """Whoever comes second finds the plans where the first has put them."""
    store.add([assessed(n, **SURE, **against(f"{'甲乙'[n]}公司")) for n in range(2)])
    first, second = Dispatcher(store.engine, rules()), Dispatcher(store.engine, rules())
    first.dispatch(FIRST_DAY + HOUR)
    second.dispatch(FIRST_DAY + HOUR)
    assert kinds(store) == [("released", "drafted")] * 2
    store.add([assessed(5, **SURE, **against("丙公司"))], FIRST_DAY + HOUR)
    second.dispatch(FIRST_DAY + 2 * HOUR)
    first.dispatch(FIRST_DAY + 2 * HOUR)
    assert kinds(store) == [("released", "drafted")] * 3
    assert rebuild(store.engine).same
