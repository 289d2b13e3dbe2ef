"""Laws of matters: merging and taking back is identity, nobody is counted twice, no grave matter is without its alert, replay equals live."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from infra.expecting import Moved
from infra.matter_steps import command_matter
from infra.store.event_log import read_events, write_transaction
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from infra.watching import Watch
from risk_model.alerts.status import CLOSED
from risk_model.decide import decide_assessed
from risk_model.entities import Alert, Matter
from risk_model.matters.commands import Close, Downgrade, MatterCommand, MergeIn, Reopen, Revisit, SplitOut, Undo
from risk_model.matters.level_rules import head
from risk_model.matters.merging import merge, undo_merge
from risk_model.refusals import NotAllowed
from risk_model.state import State
from schemas.assessed import Assessed, AssessedParty
from schemas.domain_events import AlertEscalated, AlertRaised, AlertReopened, MatterRegraded
from schemas.levels import Level
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules
from tests.stores import Template, content
from tests.unit.risk_model.matter_worlds import WANG, alert_of, figures

few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
NAMES = ("甲公司", "乙公司", "丙公司")
KINDS = ("gov.petition", "gov.wage_arrears_lead", "gov.hotline_ticket", "court.case_filed")


@st.composite
def dispute(draw: st.DrawFn, number: int) -> Assessed:
    """One record about one of three enterprises, with people, money, claimants and a court case now and then."""
    kind = draw(st.sampled_from(KINDS))
    name = draw(st.sampled_from(NAMES))
    tokens = draw(st.lists(st.sampled_from("abcd"), max_size=2, unique=True))
    court = kind.startswith("court") and draw(st.booleans())
    record = assessed(
        number,
        kind=kind,
        source=f"/{kind[:5].strip('.')}/379001/{draw(st.integers(1, 2))}",
        at=NOW - timedelta(days=draw(st.sampled_from([0, 1, 5, 70])), minutes=number),
        level=draw(st.sampled_from([1, 1, 1, 2, 3])),
        category=draw(st.sampled_from(["其他", "问题楼盘", "劳动争议", "合同"])),
        enterprise=name,
        people=draw(st.sampled_from([None, 1, 12, 30, 45])),
        amount_fen=draw(st.sampled_from([None, 100, 900])),
        case_number=f"（2026）云9001民初{draw(st.integers(1, 3))}号" if court else None,
    )
    claimants = tuple(AssessedParty("claimant", "person", "王某", token) for token in tokens)
    return msgspec.structs.replace(record, parties=(*record.parties, *claimants), link_keys=(f"name:379001:{name}",))


@st.composite
def streams(draw: st.DrawFn) -> list[Assessed]:
    """A few records, at least one about each enterprise."""
    return [draw(dispute(number)) for number in range(draw(st.integers(2, 14)))]


def lived(disputes: list[Assessed], state: State | None = None) -> State:
    """A state after these."""
    state = state or State()
    for one in disputes:
        decide_assessed(state, one, rules())
    return state


def content_of(state: State) -> dict[str, Any]:
    """Every matter's figures, and whether each has an open alert."""
    alerts = {m: alert_of(state, matter) for m, matter in state.matters.items()}
    return {
        m: (figures(matter), (alert := alerts[m]) is not None and alert.status != CLOSED)
        for m, matter in state.matters.items()
    }


@few
@given(streams(), streams(), st.randoms(use_true_random=False))
def test_merge_then_undo_is_identity(first: list[Assessed], later: list[Assessed], chance: Any) -> None:
    """Any merges, with events before, between and after, taken back in any order: as if there had been none (levels no less)."""
    later = [msgspec.structs.replace(one, dispute_id=f"later-{one.dispute_id}"[:32]) for one in later]
    once, apart = lived(first), lived(first)
    before = content_of(once)
    merged = []
    for _ in range(3):
        one, other = chance.choice(sorted(once.matters)), chance.choice(sorted(once.matters))
        try:
            merge(once, one, other, WANG, rules())
        except NotAllowed:
            continue
        merged.append(other)
    chance.shuffle(merged)
    for matter_id in merged:
        undo_merge(once, matter_id, WANG, rules())
    after = content_of(once)
    assert {m: shown for m, (shown, _) in after.items()} == {m: shown for m, (shown, _) in before.items()}
    assert all(
        after[m][1] for m, (_, alerted) in before.items() if alerted
    )  # what was raised of both together stays for an official

    one, other = min(once.matters), max(once.matters)
    if one != other:
        merge(once, one, other, WANG, rules())
        lived(later, once)
        undo_merge(once, other, WANG, rules())
        lived(later, apart)
        together = content_of(once)
        for matter_id, (shown, _) in content_of(apart).items():
            found = together[matter_id][0]
            assert {**found, "reasons": 0} == {**shown, "reasons": 0}  # what lifted them is said in other words


@few
@given(streams(), st.randoms(use_true_random=False))
def test_nobody_is_counted_twice(disputes: list[Assessed], chance: Any) -> None:
    """Reports again by other offices, in any order, split over merged matters: the people stay the same, and never exceed the sum of reports."""
    whole = lived(disputes)
    again = [
        msgspec.structs.replace(one, dispute_id=f"again-{one.dispute_id}"[:32], source="/gov/379001/other")
        for one in disputes
    ]
    shuffled = [*disputes, *again]
    chance.shuffle(shuffled)
    twice = lived(shuffled)
    for matter_id, matter in whole.matters.items():
        assert (twice.matters[matter_id].people, twice.matters[matter_id].amount_fen) == (
            matter.people,
            matter.amount_fen,
        )
    for state in (whole, twice):
        first, *others = sorted(state.matters)
        for other in others:
            merge(state, first, other, WANG, rules())
    top, same = (head(state, min(state.matters)) for state in (whole, twice))
    assert (top.people, top.amount_fen) == (same.people, same.amount_fen)
    named = {party.token for one in disputes for party in one.parties if party.kind == "person"}
    assert top.people <= sum(one.people_involved or 0 for one in disputes) + len(named)
    assert top.people >= max(one.people_involved or 0 for one in disputes)


@few
@given(streams(), st.integers(0, 12))
def test_order_of_events_of_two_parts_does_not_matter(disputes: list[Assessed], at: int) -> None:
    """Two events, each of its own matter, both part of one: either order gives the same level and figures."""
    at = min(at, len(disputes) - 2)
    one, other = disputes[at], disputes[at + 1]
    if one.link_keys == other.link_keys:
        return
    found = []
    for order in ((one, other), (other, one)):
        state = lived(disputes[:at])
        known = sorted(state.matters)
        for part in known[1:]:
            merge(state, known[0], part, WANG, rules())
        lived(list(order), state)
        found.append(
            {m: (matter.level, matter.people, matter.events, matter.recent) for m, matter in state.matters.items()}
        )
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("stores"))


def _matters(engine: Engine) -> list[Matter]:
    with engine.connect() as connection:
        states = connection.execute(select(reads.matters.c.state).order_by(reads.matters.c.matter_id)).scalars()
        return [msgspec.json.decode(bytes(state), type=Matter) for state in states]


def _alerts(engine: Engine) -> dict[str | None, Alert]:
    with engine.connect() as connection:
        found = [
            msgspec.json.decode(bytes(s), type=Alert)
            for s in connection.execute(select(reads.alerts.c.state)).scalars()
        ]
    return {alert.matter_id: alert for alert in found if alert.kind == "matter"}


def _command(draw: Any, engine: Engine, matters: list[Matter]) -> MatterCommand:
    """One command, more often than not a possible one."""
    who, matter = ("王某", "理由"), draw(st.sampled_from(matters))
    with engine.connect() as connection:
        d = reads.disputes.c
        ids = list(
            connection.execute(
                select(d.dispute_id).where(d.matter_id == matters[0].matter_id).order_by(d.dispute_id)
            ).scalars()
        )
    commands: list[MatterCommand] = [
        MergeIn(*who, matter.matter_id),
        Undo(*who),
        SplitOut(*who, frozenset(ids[: draw(st.integers(1, 2))])),
        Downgrade(*who, draw(st.integers(1, 3))),
        Close(*who),
        Revisit(*who, draw(st.sampled_from(["ok", "relapsed"]))),
        Reopen(*who),
    ]
    return draw(st.sampled_from(commands))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(streams(), st.data())
def test_any_commands_in_any_order(template: Template, disputes: list[Assessed], data: st.DataObject) -> None:
    """Events and commands as they come: no grave matter is without its alert, only people let levels fall, and the log alone gives it all again."""
    engine = template.store()
    watch = Watch(engine, rules(), REJECTED_TOPIC)
    waiting, offset, now = list(disputes), 0, NOW + timedelta(days=1)
    least = Level.parse(rules().policy.alert.matter_min_level)
    while waiting:
        take = data.draw(st.integers(1, 4))
        batch = [record._replace(offset=offset + n) for n, record in enumerate(incoming(waiting[:take]))]
        waiting, offset, now = waiting[take:], offset + take, now + timedelta(hours=1)
        watch.apply(batch, now)
        for _ in range(data.draw(st.integers(0, 3))):
            matters = _matters(engine)
            matter = data.draw(st.sampled_from(matters))
            first = [matter, *(m for m in matters if m is not matter)]
            command = _command(data.draw, engine, first)
            now += timedelta(hours=1)
            try:
                with write_transaction(engine) as connection:
                    command_matter(connection, matter.matter_id, command, matter.version, now, rules())
            except (NotAllowed, Moved):
                continue
    alerts = _alerts(engine)
    for matter in _matters(engine):
        if matter.merged_into is None and matter.level >= least and not matter.settled:
            alert = alerts[matter.matter_id]
            assert alert.status != CLOSED
            assert alert.owner
            assert alert.reasons
    with engine.connect() as connection:
        stored = read_events(connection, limit=100_000)
    by_hand = {item.recorded_at for item in stored if getattr(item.recorded.event, "by", "")}
    for item in stored:
        event = item.recorded.event
        if isinstance(event, MatterRegraded) and event.level_after < event.level_before:
            assert item.recorded_at in by_hand
        if isinstance(event, (AlertRaised, AlertEscalated)) or (isinstance(event, AlertReopened) and not event.by):
            assert event.dispute_ids
            assert event.reasons
    before = content(engine)
    assert rebuild(engine).same
    assert content(engine) == before
