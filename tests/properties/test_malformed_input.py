"""Whatever bytes come in: a typed event or a ContractError with complete errors, never anything else; and what is accepted can be stored."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from infra.assessing import Intake
from infra.intake import Incoming, import_marks
from infra.store.projection import _dispute_row
from infra.store.tables import reads
from risk_model.assess import Assessor
from risk_model.entities import Filed
from risk_model.masking import Masker
from risk_model.series import measures
from risk_model.state import State
from schemas.assessed import Assessed, decode_assessed
from schemas.diagnosis import MAX_ERRORS
from schemas.dispute import Dispute
from schemas.errors import REASON_CODES, ContractError
from schemas.event_types import EVENT_TYPES
from schemas.json_schemas import dispute_example
from tests.disputes import NOW, ScriptedModel, decoded, event, rules

quick = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\0", "379001", "379001002", "2025-09-03T09:00:00+08:00", "1700000000", "９" * 18, "²" * 18, "ﷺ" * 200]
    ),
    st.text(alphabet=st.characters(codec="utf-8"), min_size=195, max_size=205),
)
numbers = st.one_of(
    st.integers(),
    st.integers(min_value=-(10**400), max_value=10**400),
    st.sampled_from([2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**18]),
    st.floats(),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def _intake() -> Intake:
    given_rules = rules()
    assessor = Assessor(ScriptedModel(), Masker(), given_rules.policy, given_rules.regions, b"0123456789abcdef")
    return Intake(assessor, given_rules.regions, given_rules.policy.event_limits)


def check(value: bytes) -> Dispute | None:
    """The law of the decoder; the event when it was accepted."""
    try:
        dispute = decoded(value)
    except ContractError as refused:
        assert 1 <= len(refused.errors) <= MAX_ERRORS + 1
        for error in refused.errors:
            assert error.code in REASON_CODES
            assert error.path
            assert error.zh
            assert error.en
            assert len(error.got) <= 60
            assert len(error.path) < 2_000
            orjson.dumps(
                [error.zh, error.en, error.got, error.path]
            )  # valid Unicode: it goes into headers and the store
        return None
    assert isinstance(dispute, Dispute)
    return dispute


def check_through(value: bytes) -> None:
    """The law of ASSESS: one message out, and an accepted one fits every column of the store."""
    accepted = check(value) is not None
    (out,) = _intake().process([Incoming("dispute.reported.v1", 0, 0, value)], NOW)
    assert out.accepted == accepted
    if accepted:
        fits(decode_assessed(out.value))
    else:
        assert out.value == value
        import_id, row = import_marks(value)
        assert import_id is None or len(import_id) <= 200
        assert row is None or 0 <= row <= 10_000_000


def fits(record: Assessed) -> None:
    """PostgreSQL is strict where SQLite is not: lengths, NUL characters, 64-bit numbers."""
    state = State(filed={record.dispute_id: Filed(None, record.place.county)})
    row = _dispute_row(state, record)
    rows = [(reads.disputes.c[name], item) for name, item in row.items()]
    rows += [(reads.matter_keys.c.key, key) for key in record.link_keys]
    rows += [(reads.daily_counts.c.measure, measure) for measure in measures(record)]
    for column, item in rows:
        if isinstance(item, str):
            assert "\0" not in item, column
            assert len(item) <= (getattr(column.type, "length", None) or 10**6), column
            item.encode()
        elif isinstance(item, int):
            assert -(2**63) <= item < 2**63, column


@quick
@given(st.binary(max_size=400))
@example(b"")
@example(b"null")
@example(b"\xef\xbb\xbf{}")
@example(b"\xff\xfe{\x00}\x00")
@example(b'{"a":"\xed\xa0\x80"}')
@example(b"[" * 10_000)
@example(b"[" * 10_000 + b"]" * 10_000)
@example(b'{"a":' * 10_000 + b"1" + b"}" * 10_000)
@example(b"9" * 10_000)
@example(b'"' + b"\\u0000" * 1000 + b'"')
def test_any_bytes(value: bytes) -> None:
    """Noise."""
    assert check(value) is None


@quick
@given(values)
def test_any_json(value: Any) -> None:
    """JSON of any shape, with NaN, Infinity, lone surrogates and integers of any size."""
    assert check(json.dumps(value).encode()) is None


@pytest.mark.parametrize(
    "filler",
    [b" ", b'"a"', b"[", b'{"a":', b"\xff", "长".encode(), b"0"],
    ids=["blank", "text", "deep", "keys", "bytes", "utf8", "zero"],
)
def test_five_megabytes(filler: bytes) -> None:
    """A large message is refused by its size before anything is made of it."""
    value = (filler * (5 * 1024 * 1024 // len(filler) + 1))[: 5 * 1024 * 1024]
    with pytest.raises(ContractError) as refused:
        decoded(value)
    assert [error.code for error in refused.value.errors] == ["too_large"]


@pytest.mark.parametrize("depth", [33, 100, 199, 200, 201, 1_000, 1_024, 1_025, 10_000])
@pytest.mark.parametrize("where", ["data", "region", "parties", "envelope"])
def test_deep_nesting_anywhere(depth: int, where: str) -> None:
    """Objects and arrays, at the top and inside known objects."""
    value = event(region={"county": "379001"}, parties=[{"role": "claimant", "kind": "group", "name": "x"}])
    inside = {
        "data": value["data"],
        "region": value["data"]["region"],
        "parties": value["data"]["parties"][0],
        "envelope": value,
    }[where]
    inside["deep"] = "@@"
    raw = orjson.dumps(value)
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        with pytest.raises(ContractError) as refused:
            decoded(raw.replace(b'"@@"', opening * depth + b"1" + closing * depth))
        assert [error.code for error in refused.value.errors] == ["too_deep"]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything inside a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name, item in value.items():
            found += _places(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += _places(item, (*path, number))
    return found


@st.composite
def mutated_events(draw: st.DrawFn) -> bytes:
    """A valid event with one to three fields replaced, removed, added, or written twice."""
    value = json.loads(json.dumps(dispute_example(draw(st.sampled_from(sorted(EVENT_TYPES))))))
    if draw(st.booleans()):
        value["schemaversion"] = draw(st.sampled_from([1, 2, 2.0, 3, "2", None]))
        value["data"]["amount_yuan"] = draw(values)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(_places(value)))
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        action = draw(st.sampled_from(["replace", "remove", "add"]))
        if action == "replace":
            holder[path[-1]] = draw(values)
        elif action == "remove":
            del holder[path[-1]]
        elif isinstance(holder, dict):
            holder[draw(texts)] = draw(values)
        if not _places(value):
            break
    raw = json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if draw(st.booleans()):
        raw = raw.replace(b'"data": {', b'"data": {"narrative": ' + json.dumps(draw(values)).encode() + b", ", 1)
    return raw


@settings(quick, max_examples=500)
@given(mutated_events())
def test_mutated_events(value: bytes) -> None:
    """Near misses: accepted ones can be stored, others say what is wrong."""
    check_through(value)


@quick
@given(st.sampled_from(sorted(EVENT_TYPES)), st.data())
def test_damaged_bytes(kind: str, data: st.DataObject) -> None:
    """A byte lost, changed or put in; a message cut short."""
    raw = bytearray(orjson.dumps(dispute_example(kind)))
    at = data.draw(st.integers(0, len(raw) - 1))
    damage = data.draw(st.sampled_from(["lose", "change", "insert", "cut"]))
    if damage == "lose":
        del raw[at]
    elif damage == "change":
        raw[at] = data.draw(st.integers(0, 255))
    elif damage == "insert":
        raw.insert(at, data.draw(st.integers(0, 255)))
    else:
        del raw[at:]
    check_through(bytes(raw))


@quick
@given(
    st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=18, max_size=18),
    st.sampled_from(["uscc", "citizen_id"]),
)
def test_check_digits(number: str, field: str) -> None:
    """Of all last characters at most one is right."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    good = []
    for last in alphabet:
        party = {"role": "respondent", "kind": "enterprise", "name": "甲公司", field: number[:-1] + last}
        if check(orjson.dumps(event(parties=[party]))):
            good.append(last)
    assert len(good) <= 1


@quick
@given(st.datetimes(timezones=st.timezones() | st.none()), st.sampled_from(["occurred_at", "time"]))
def test_times(moment: Any, field: str) -> None:
    """Any time of any zone: accepted only between the earliest day and a little after now."""
    value = event()
    text = moment.isoformat()
    if field == "time":
        value["time"] = text
    else:
        value["data"]["occurred_at"] = text
    accepted = check(orjson.dumps(value))
    limits = rules().policy.event_limits
    if moment.tzinfo is None:
        assert accepted is None
    elif accepted is not None:
        assert limits.earliest <= moment <= NOW + limits.future_tolerance


def test_duplicate_keys_take_the_last() -> None:
    """As JSON readers do; both spellings of a type are checked as one."""
    raw = orjson.dumps(event()).replace(b'"specversion"', b'"type":"fuyuan.none","specversion"', 1)
    assert check(raw) is not None
    assert check(raw.replace(b'"datacontenttype"', b'"type":"fuyuan.none","datacontenttype"', 1)) is None
