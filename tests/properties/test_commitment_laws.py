"""Laws of deadlines, plans, duties and requests: whatever the order and the looks, facts alone give the same again; nothing is said twice."""

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.deadlines import handle_deadline, tell
from infra.dispatching import Dispatcher
from infra.duties import handle_duty
from infra.expecting import Moved
from infra.ledger import handle_request, make_request
from infra.plans import follow_drafts, handle_plan
from infra.store.event_log import write_transaction
from infra.store.queries.plans import PlanFilter, plan_page, plan_versions
from infra.store.rebuild import rebuild
from infra.store.slices import load_deadlines, load_duties, load_requests
from infra.store.tables import reads
from infra.watching import Watch
from risk_model.clocks.clock import ClockRefused
from risk_model.deadlines.counting import Subject, started
from risk_model.deadlines.entity import advance, end, start
from risk_model.deadlines.intake import decide_deadlines
from risk_model.deadlines.noticing import notice_due, recounted
from risk_model.deadlines.steps import DeadlineCommand, decide_deadline
from risk_model.duties.entity import WITHDRAWN
from risk_model.duties.steps import DutyCommand
from risk_model.entities import Filed
from risk_model.ledger.entity import Request
from risk_model.ledger.fulfilment import Entry, answering
from risk_model.ledger.intake import decide_requests
from risk_model.ledger.steps import NewRequest, RequestCommand
from risk_model.plans.coercion import coercive_word
from risk_model.plans.entity import ADOPTED, SIGNED
from risk_model.plans.steps import PlanCommand, PlanText
from risk_model.refusals import Incomplete, NotAllowed
from risk_model.state import State
from schemas.domain_events import (
    DeadlineEnded,
    DeadlineExtended,
    DeadlineLapsed,
    DeadlineResumed,
    DeadlineWarned,
    PlannedMeasure,
    RequestMade,
    decode_event,
    encode_event,
)
from tests.clocks import book
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import Template, content, facts

few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
CODES = sorted(book().rules)
REFUSED = (ClockRefused, NotAllowed, Incomplete, Moved)

commands = st.builds(
    DeadlineCommand,
    st.sampled_from(["suspend", "resume", "extend", "answer", "withdraw"]),
    st.just("王某"),
    st.sampled_from(["", "理由"]),
    st.one_of(st.none(), st.integers(1, 40)),
)


@given(
    st.sampled_from(CODES),
    st.integers(0, 900),
    st.lists(st.one_of(commands, st.integers(1, 2_000).map(lambda hours: timedelta(hours=hours))), max_size=25),
)
@settings(deadline=None)
def test_a_deadline_is_its_facts_and_tells_nothing_twice(code: str, day: int, course: list[Any]) -> None:
    """Commands and looks in any order: decoded facts fold to the same; each notice of a last day once, in order; it moves only as it may."""
    begun = now = datetime(2025, 1, 6, 2, tzinfo=NOW.tzinfo) + timedelta(days=day)
    first = started(book(), code, "d", begun, begun, Subject("matter", "m", "某事", "379001"))
    live, again = start(None, first), start(None, decode_event(encode_event(first)))  # type: ignore[arg-type]  # what it was
    told: list[tuple[Any, str, int]] = []
    extensions = 0
    for each in course:
        before = live.last_day
        event: Any = None
        if isinstance(each, timedelta):
            now += each
            event = notice_due(live, book(), now)
        else:
            try:
                event = decide_deadline(live, each, book(), now)
            except ClockRefused as refused:
                assert " / " in str(refused)
        if event is None:
            continue
        for held in (live, again):
            said = decode_event(encode_event(event))
            if isinstance(said, DeadlineEnded):
                end(held, said)
            else:
                advance(held, said)  # type: ignore[arg-type]  # only its own
        if isinstance(event, DeadlineWarned | DeadlineLapsed):
            assert live.running and event.at <= now and event.at >= min(begun, event.at)
            told.append((event.last_day, type(event).__name__, event.step))
            assert notice_due(live, book(), now) is None
        elif isinstance(event, DeadlineExtended):
            extensions += 1
            assert live.last_day is None or before is None or live.last_day >= before
        elif isinstance(event, DeadlineResumed):
            assert live.last_day is not None and not live.suspended
        assert live == again and recounted(live, book()) is None
        assert live.next_at is None or (live.running and not live.suspended)
    assert len(told) == len(set(told)) and extensions <= 1
    for last_day in {day for day, _, _ in told}:
        order = [(kind == "DeadlineLapsed", step) for day, kind, step in told if day == last_day]
        assert order == sorted(order)


@given(st.integers(0, 2**32), st.integers(1, 6))
@settings(deadline=None)
def test_the_order_of_reports_does_not_matter(seed: int, count: int) -> None:
    """Advices, replies, petitions, mediations that end them, in any order, some twice: deadlines and requests are the same."""
    chance = random.Random(seed)
    reports = []
    for n in range(count):
        extra = {"document_number": f"云法建〔2026〕{n}号", "addressee": "某局"}
        at = NOW - timedelta(days=chance.randint(1, 90))
        reports.append(assessed(n, kind="court.advice_issued", source="/court/379001/x", at=at, extra=extra))
        if chance.random() < 0.6:
            later = at + timedelta(days=chance.randint(0, 90))
            reports.append(
                assessed(100 + n, kind="court.advice_replied", source="/court/379001/x", at=later, extra=extra | {"accepted": chance.random() < 0.5})
            )  # fmt: skip
        petition = assessed(200 + n, level=3, at=at)
        reports.append(petition)
        if chance.random() < 0.6:
            outcome = chance.choice(["success", "failure"])
            reports.append(
                assessed(300 + n, kind="gov.mediation", at=at + timedelta(days=9), extra={"outcome": outcome}, references=(petition.dispute_id,))
            )  # fmt: skip
    reports += chance.sample(reports, len(reports) // 3)
    shuffled = chance.sample(reports, len(reports))
    assert _commitments(reports) == _commitments(shuffled)


def _commitments(reports: list[Any]) -> tuple[Any, Any]:
    state = State()
    for dispute in reports:
        state.filed.setdefault(dispute.dispute_id, Filed(None, dispute.place.county))
        decide_deadlines(state, dispute, rules())
        decide_requests(state, dispute, rules())
    deadlines = {k: msgspec.to_builtins(d) for k, d in state.deadlines.items() if d.clock is not None}
    requests = {k: msgspec.to_builtins(r) for k, r in state.requests.items() if r.made is not None}
    return deadlines, requests


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("commitments"))


texts = st.sampled_from(["约谈用人单位", "核实人数", "强制带离人员", "公布进展"])
plan_steps = st.sampled_from(["revise", "take_redraft", "sign", "adopt", "send_back", "reopen", "drop"])


@few
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("report"), st.integers(2, 4)),
            st.tuples(st.just("plan"), plan_steps, st.lists(texts, min_size=1, max_size=3, unique=True)),
            st.tuples(st.just("duty"), st.integers(0, 3), st.sampled_from(["acknowledge", "answer", "accept", "send_back", "withdraw"])),
            st.tuples(st.just("ask"), st.integers(0, 2)),
            st.tuples(st.just("request"), st.integers(0, 2), st.sampled_from(["receive", "answer", "settle", "send_back", "withdraw"])),
            st.tuples(st.just("deadline"), st.integers(0, 5), commands),
            st.tuples(st.just("hours"), st.integers(1, 400)),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_rebuild_equals_live_and_one_of_two_officials_wins(template: Template, course: list[Any]) -> None:
    """Reports, commands and ticks in any order on a store; what was signed stands, what a person wrote is kept, one duty a measure."""
    engine, now = template.store(), NOW
    watch, dispatcher = Watch(engine, rules(), REJECTED_TOPIC), Dispatcher(engine, rules())
    watch.apply(incoming([assessed(0, level=3, category="劳动争议", enterprise="甲公司", token="t1")]), now)
    for number, (kind, *what) in enumerate(course, 1):
        now += timedelta(minutes=7)
        if kind == "hours":
            now += timedelta(hours=what[0])
            dispatcher.dispatch(now)
            follow_drafts(engine, rules(), now)
            tell(engine, book(), now)
            assert tell(engine, book(), now) == follow_drafts(engine, rules(), now) == 0
        elif kind == "report":
            signed = [(p.text, p.status) for p in _plans(engine) if p.status in (SIGNED, ADOPTED)]
            watch.apply(
                incoming(
                    [assessed(number, level=what[0], category="劳动争议", enterprise="甲公司", token="t1")], number
                ),
                now,
            )
            assert signed == [(p.text, p.status) for p in _plans(engine) if p.status in (SIGNED, ADOPTED)]
        else:
            _take(engine, kind, what, now)
    for plan in _plans(engine):
        assert not any(coercive_word(m.text, rules().policy.plan.coercive_words) for m in plan.text.measures)
        with engine.connect() as connection:
            versions = {each.version: each for each in plan_versions(connection, plan.plan_id)}
        assert versions[plan.text_version].text == plan.text
        if plan.status == ADOPTED:
            live = [(d.assigned.text, d.assigned.lead) for d in _held(engine, "duties") if d.status != WITHDRAWN]
            assert sorted(set(live)) == sorted(live)
    told = [
        (e.deadline_id, type(e), e.last_day, e.step)
        for e in facts(engine)
        if isinstance(e, DeadlineWarned | DeadlineLapsed)
    ]
    assert len(told) == len(set(told))
    before = content(engine)
    assert rebuild(engine).same
    assert content(engine) == before
    engine.dispose()


def _plans(engine: Any) -> list[Any]:
    with engine.connect() as connection:
        return [listed.held for listed in plan_page(connection, PlanFilter(), None, 100).items]


def _held(engine: Any, table: str) -> list[Any]:
    key, load = {
        "duties": ("duty_id", load_duties),
        "requests": ("request_id", load_requests),
        "deadlines": ("deadline_id", load_deadlines),
    }[table]
    state = State()
    with engine.connect() as connection:
        ids = list(connection.execute(getattr(reads, table).select()).mappings())
        load(connection, reads, state, [row[key] for row in ids])
    return [held for _, held in sorted(getattr(state, table).items())]


def _take(engine: Any, kind: str, what: list[Any], now: datetime) -> None:
    """A command; the same again is answered the same, another in view of the same version is told that it came too late."""
    made: Any = None
    if kind == "ask":
        new = NewRequest(
            "information", "court_to_government", f"号{what[0]}", "某法院", "某局", "查询", "379001", "王某", now
        )
        with write_transaction(engine) as connection:
            first = make_request(connection, new, book(), now)
        with write_transaction(engine) as connection:
            assert make_request(connection, new, book(), now) == first
        return
    if kind == "plan":
        for plan in _plans(engine)[:1]:
            measures = tuple(PlannedMeasure(text, "某局", due_days=5) for text in what[1])
            text = PlanText("方案", ("事实",), ("研判",), measures) if what[0] == "revise" else None
            command = PlanCommand(what[0], "王某", "理由", text=text)
            made = plan.version, lambda c, v: handle_plan(c, plan.plan_id, command, v, rules(), now).plan.version  # noqa: B023
    elif kind == "duty":
        for duty in _held(engine, "duties")[what[0] : what[0] + 1]:
            done = DutyCommand(what[1], "王某", "情况")
            made = duty.version, lambda c, v: handle_duty(c, duty.duty_id, done, v, book(), now).version  # noqa: B023
    elif kind == "request":
        for request in _held(engine, "requests")[what[0] : what[0] + 1]:
            step = RequestCommand(what[1], "王某", "情况")
            made = request.version, lambda c, v: handle_request(c, request.request_id, step, v, book(), now).version  # noqa: B023
    else:
        for deadline in _held(engine, "deadlines")[what[0] : what[0] + 1]:
            to = what[1]
            made = deadline.version, lambda c, v: handle_deadline(c, deadline.deadline_id, to, v, book(), now).version  # noqa: B023
    if made is None:
        return
    version, command_with = made
    try:
        with write_transaction(engine) as connection:
            assert command_with(connection, version) == version + 1
    except REFUSED:
        return
    with write_transaction(engine) as connection:  # its answer was lost
        assert command_with(connection, version) == version + 1
    with pytest.raises(Moved), write_transaction(engine) as connection:
        command_with(connection, version - 1)


entries = st.builds(
    lambda office, asked, answered, due, status, back: Entry(
        Request(
            "r",
            RequestMade("r", "information", "court_to_government", "1", "某法院", office, "查", "379001", NOW + timedelta(days=asked)),
            status=status,
            answered_at=None if answered is None else NOW + timedelta(days=asked + answered),
            first_answered_at=None if answered is None else NOW + timedelta(days=asked + answered),
            times_sent_back=back,
        ),
        NOW + timedelta(days=due),
        NOW + timedelta(days=due),
    ),
    st.sampled_from(["甲局", "乙局"]),
    st.integers(-60, 0),
    st.one_of(st.none(), st.integers(-1, 60)),
    st.integers(-60, 60),
    st.sampled_from(["made", "received", "answered", "sent_back", "settled", "withdrawn"]),
    st.integers(0, 2),
)  # fmt: skip


@given(st.lists(entries, max_size=12), st.randoms())
def test_fulfilment_adds_up_and_has_no_order(found: list[Entry], chance: random.Random) -> None:
    """Offices sum to all; shares lie in [0, 1]; the order of the ledger does not matter; who asked plays no part."""
    total, offices = answering(found, NOW)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert answering(shuffled, NOW) == (total, offices)
    for name in ("asked", "answered", "in_time", "settled", "open", "overdue", "sent_back"):
        assert getattr(total, name) == sum(getattr(office, name) for office in offices)
    for figures in (total, *offices):
        assert figures.fulfilled is None or 0 <= figures.fulfilled <= 1
        assert figures.in_time <= figures.answered <= figures.asked and figures.overdue <= figures.open
        assert figures.median_days is None or figures.median_days >= 0
    renamed = [
        Entry(msgspec.structs.replace(e.request, made=msgspec.structs.replace(e.request.made, asker=f"法院{n}")), e.first_lapses_at, e.lapses_at)
        for n, e in enumerate(found)
        if e.request.made is not None
    ]  # fmt: skip
    assert answering(renamed, NOW) == (total, offices)
