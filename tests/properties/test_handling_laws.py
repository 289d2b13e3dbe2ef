"""Laws of handling alerts: any commands in any order fold to the same again, one of two officials wins, nothing grave stays closed."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.expecting import Moved
from infra.handling import handle_alert
from infra.reminding import remind
from infra.store.event_log import write_transaction
from infra.store.queries.alerts import AlertFilter, alert_page
from infra.store.rebuild import rebuild
from infra.watching import Watch
from risk_model.alerts.handling import Step, decide_step
from risk_model.alerts.overdue import overdue
from risk_model.alerts.status import CLOSED, STATUS_ZH, advance, owed, possible
from risk_model.entities import Alert
from risk_model.refusals import Incomplete, NotAllowed
from schemas.domain_events import AlertEscalated, AlertOverdue, decode_event, encode_event
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import Template, content, facts
from tests.unit.risk_model.test_handling import alert, original

few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

steps = st.builds(
    Step,
    st.sampled_from(["acknowledge", "take_in_hand", "answer", "close", "reopen"]),
    st.sampled_from(["王某", "李某"]),
    st.sampled_from(["", "情况说明"]),
    st.sampled_from([None, "true", "false_alarm", "duplicate"]),
    st.sampled_from([None, "b"]),
)


@given(st.lists(st.one_of(steps, st.integers(2, 4), st.integers(1, 200).map(lambda hours: timedelta(hours=hours)))))
def test_steps_are_possible_exactly_as_said_and_replay_to_the_same(commands: list[Any]) -> None:
    """Commands, rising levels and passing time: what is said to be possible is, the facts alone give the same alert."""
    live, again = alert(version=1), alert(version=1)
    now = asked = NOW
    for command in commands:
        found: list[Any] = []
        before = live.asked
        if isinstance(command, Step):
            could = command.key in possible(live)
            try:
                found = [decide_step(live, command, original(), now)]
                assert could
            except NotAllowed as refused:
                assert not could
                assert refused.possible
            except Incomplete as refused:
                assert refused.errors
        elif isinstance(command, timedelta):
            now += command
            found = list(overdue(live, asked, rules(), now))
            assert not found or owed(live)
        elif command > live.level:
            found = [AlertEscalated("a", live.level, command, "某领导", (), ())]
        for event in found:
            version = live.version + 1
            for held in (live, again):
                told = decode_event(encode_event(event)) if held is again else event
                if isinstance(told, AlertEscalated):
                    held.level, held.owner = told.level_after, told.owner
                advance(held, told, version)  # type: ignore[arg-type]  # only steps and escalations are made here
        assert overdue(live, asked, rules(), now) == [] or live.asked != before or not isinstance(command, timedelta)
        asked = now if live.asked not in (None, before) else asked
        assert (live.status == CLOSED) == (live.outcome is not None)
        assert live.status in STATUS_ZH and possible(live)
        assert live == again


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("handling"))


@few
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("report"), st.sampled_from(["甲公司", "乙公司"]), st.integers(1, 4)),
            st.tuples(st.just("step"), st.integers(0, 1), steps),
            st.tuples(st.just("hours"), st.integers(1, 60)),
        ),
        max_size=25,
    )
)
def test_rebuild_equals_live_and_one_of_two_officials_wins(template: Template, course: list[Any]) -> None:
    """Reports, commands and ticks in any order on a store; of two officials who saw the same, the second is told."""
    engine, now = template.store(), NOW
    watch = Watch(engine, rules(), REJECTED_TOPIC)
    for number, (kind, *what) in enumerate(course):
        now += timedelta(minutes=1)
        if kind == "hours":
            now += timedelta(hours=what[0])
            remind(engine, rules(), now)
            assert remind(engine, rules(), now) == 0
        elif kind == "report":
            enterprise, level = what
            token = {"甲公司": "t1", "乙公司": "t2"}[enterprise]
            record = assessed(number, level=level, enterprise=enterprise, token=token)
            watch.apply(incoming([record]), now)
            own = [found for found in _alerts(engine) if enterprise in found.title]
            assert level < 3 or (own and all(found.status != CLOSED and found.level >= level for found in own))
        elif len(held := _alerts(engine)) > what[0]:
            _try(engine, held[what[0]], what[1], now)
    before_rebuild = content(engine)
    assert rebuild(engine).same
    assert content(engine) == before_rebuild
    told = [(e.alert_id, e.clock, e.due_at, e.step) for e in facts(engine) if isinstance(e, AlertOverdue)]
    assert len(told) == len(set(told))
    engine.dispose()


def _alerts(engine: Any) -> list[Alert]:
    with engine.connect() as connection:
        return sorted(
            (listed.alert for listed in alert_page(connection, AlertFilter(), None, 100).items),
            key=lambda found: found.alert_id,
        )


def _try(engine: Any, seen: Alert, step: Step, now: Any) -> None:
    """Two officials take the step in view of the same version."""
    other = next((a.alert_id for a in _alerts(engine) if a.alert_id != seen.alert_id), None)
    named = Step(step.kind, step.by, step.reason, step.outcome, other if step.duplicate_of else None)
    try:
        with write_transaction(engine) as connection:
            done = handle_alert(connection, seen.alert_id, named, None, seen.version, now)
    except (Incomplete, NotAllowed):
        return
    assert done.alert.version == seen.version + 1
    rival = Step("take_in_hand", "赵某")
    with pytest.raises(Moved), write_transaction(engine) as connection:
        handle_alert(connection, seen.alert_id, rival, None, seen.version, now)
    with write_transaction(engine) as connection:  # the winner's request, sent again
        assert handle_alert(connection, seen.alert_id, named, None, seen.version, now).alert.version == seen.version + 1
