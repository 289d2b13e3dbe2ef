"""Every kind of field error: path, what was got, what was expected, in Chinese and English, and nobody's identifier in full."""

from typing import Any

import orjson
import pytest

from schemas.diagnosis import _KINDS, MAX_ERRORS
from schemas.errors import REASON_CODES, ContractError, FieldError, UnknownType, shorten
from tests.disputes import CITIZEN_ID, decoded, event

PERSON = {"role": "claimant", "kind": "person", "name": "李明"}


def _with(kind: str = "gov.petition", envelope: dict[str, Any] | None = None, **data: Any) -> bytes:
    value = event(kind, **data)
    value.update(envelope or {})
    return orjson.dumps({name: item for name, item in value.items() if item is not ...})


def _raw(data: bytes) -> bytes:
    """The example with an unknown field whose JSON is written by hand."""
    return _with(x="@@").replace(b'"@@"', data)


# what is sent, code, path, what Chinese and English say
CASES: list[tuple[str, bytes, str, str, str, str]] = [
    (
        "enterprise",
        _with("court.bankruptcy_petition", parties=[PERSON]),
        "missing",
        "data.parties",
        "企业",
        "enterprise",
    ),
    ("missing", _with(region=...), "missing", "data.region", "必填", "required"),
    ("no type", _with(envelope={"type": ...}), "missing", "type", "type", "event type"),
    ("type not text", _with(envelope={"type": 3}), "wrong_type", "type", "文本", "text"),
    (
        "uscc",
        _with(parties=[{**PERSON, "uscc": "91379001MA0K3Y1X2H"}]),
        "check_digit",
        "data.parties[0].uscc",
        "校验码",
        "check digit",
    ),
    (
        "citizen",
        _with(parties=[{**PERSON, "citizen_id": CITIZEN_ID[:-1] + "9"}]),
        "check_digit",
        "data.parties[0].citizen_id",
        "校验码",
        "check digit",
    ),
    (
        "case number",
        _with("court.case_filed", case_number="民初123号"),
        "case_number",
        "data.case_number",
        "案号",
        "案号",
    ),
    (
        "advice number",
        _with("court.advice_issued", document_number="12"),
        "advice_number",
        "data.document_number",
        "司法建议书",
        "advice number",
    ),
    (
        "choice",
        _with("gov.mediation", outcome="maybe"),
        "not_allowed",
        "data.outcome",
        "success、failure 之一",
        "'success' or 'failure'",
    ),
    ("category", _with(category="天气"), "not_allowed", "data.category", "物业", "物业"),
    ("no zone", _with(occurred_at="2025-09-10T08:30:00"), "bad_time", "data.occurred_at", "时区", "zone"),
    ("not a time", _with(occurred_at="去年"), "bad_time", "data.occurred_at", "ISO 8601", "ISO 8601"),
    (
        "seconds since the epoch",
        _with(occurred_at="1756860000"),
        "bad_time",
        "data.occurred_at",
        "ISO 8601",
        "ISO 8601",
    ),
    ("long", _with(narrative="长" * 20_001), "too_long", "data.narrative", "20000 字", "20000 characters"),
    ("empty", _with(envelope={"id": ""}), "missing", "id", "非空", "non-empty"),
    ("pattern", _with(region={"county": "37900"}), "format", "data.region.county", r"\d{6}", r"\d{6}"),
    ("text", _with(narrative=3), "wrong_type", "data.narrative", "文本", "text"),
    ("whole number", _with(people_involved="三十"), "wrong_type", "data.people_involved", "整数", "whole number"),
    (
        "true or false",
        _with("court.advice_replied", accepted="是"),
        "wrong_type",
        "data.accepted",
        "true 或 false",
        "true or false",
    ),
    ("array", _with(parties="李明"), "wrong_type", "data.parties", "数组", "array"),
    ("object", _with(region="379001"), "wrong_type", "data.region", "JSON 对象", "JSON object"),
    ("negative", _with(people_involved=-1), "out_of_range", "data.people_involved", "不小于 0", "at least 0"),
    ("too much", _with(amount_fen=10**17), "out_of_range", "data.amount_fen", "不大于", "at most"),
    (
        "too many",
        _with(references=[{"source": "/a", "id": "1"}] * 101),
        "too_long",
        "data.references",
        "100 项",
        "100 items",
    ),
    (
        "too few",
        _with(subject={"scheme": "a", "path": []}),
        "missing",
        "data.subject.path",
        "至少 1 项",
        "at least 1 items",
    ),
    ("future", _with(occurred_at="2026-03-05T00:00:00+08:00"), "future_date", "data.occurred_at", "时钟", "clock"),
    (
        "long ago",
        _with(occurred_at="1969-03-05T00:00:00+08:00"),
        "date_too_early",
        "data.occurred_at",
        "不早于",
        "not before",
    ),
    ("county", _with(region={"county": "110101"}), "unknown_region", "data.region.county", "登记", "registered"),
    (
        "township",
        _with(region={"county": "379001", "township": "379002001"}),
        "unknown_region",
        "data.region.township",
        "379001",
        "379001",
    ),
    ("not json", b"{", "not_json", "$", "JSON", "JSON"),
    ("not an object", b"[]", "not_object", "$", "JSON 对象", "JSON object"),
    ("not a number", _raw(b"NaN"), "not_json", "data.x", "有限", "finite"),
    ("infinite", _raw(b"1e999"), "not_json", "data.x", "有限", "finite"),
    ("huge number", _raw(b"1" + b"0" * 40), "out_of_range", "data.x", "64 位", "64-bit"),
    ("nul", _with(title="a\0b"), "control_character", "data.title", "NUL", "U+0000"),
    ("surrogate", _raw(rb'"\ud800"'), "not_json", "$", "JSON", "JSON"),
    ("utf8", b'{"a":"\xff\xfe"}', "invalid_utf8", "$", "UTF-8", "UTF-8"),
    ("deep", _raw(b"[" * 40 + b"]" * 40), "too_deep", "$", "32 层", "32 levels"),
    ("large", b" " * (5 * 1024 * 1024), "too_large", "$", "1048576 字节", "1048576 bytes"),
    ("unknown type", _with(envelope={"type": "fuyuan.gov.weather"}), "unknown_type", "type", "事件类型", "event type"),
    ("new version", _with(envelope={"schemaversion": 3}), "unknown_version", "schemaversion", "升级", "upgrade"),
]


def _refused(value: bytes) -> list[FieldError]:
    with pytest.raises(ContractError) as refused:
        decoded(value)
    return refused.value.errors


@pytest.mark.parametrize(("value", "code", "path", "zh", "en"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_error_says_where_what_and_what_was_expected(value: bytes, code: str, path: str, zh: str, en: str) -> None:
    """One error, of the right code and path, with both sentences complete."""
    (error,) = _refused(value)
    assert (error.code, error.path) == (code, path)
    assert error.code in REASON_CODES
    assert error.zh.startswith(f"{path}：收到 {error.got}，应为")
    assert error.en.startswith(f"{path}: got {error.got}, expected {error.expected}")
    assert zh in error.zh.removeprefix(path)
    assert en in error.en.removeprefix(path)
    assert len(error.got) <= 60


def test_every_kind_of_the_diagnosis_is_covered() -> None:
    """The codes of the table of kinds, and every other code of the decoder, have a case above."""
    covered = {case[2] for case in CASES}
    assert {kind[1] for kind in _KINDS} - {"invalid_utf8"} <= covered
    assert covered | {"invalid", "not_assessed", "not_rejected", "too_many_errors"} == REASON_CODES


@pytest.mark.parametrize("changes", [{"type": "fuyuan.x"}, {"schemaversion": 0}, {"schemaversion": 99}])
def test_unknown_types_and_versions_are_told_apart(changes: dict[str, Any]) -> None:
    """They can be retried after an upgrade."""
    with pytest.raises(UnknownType):
        decoded({**event(), **changes})


def test_all_errors_are_listed_up_to_a_limit() -> None:
    """Five hundred broken parties make fifty errors and one that counts the rest."""
    errors = _refused(_with(parties=[{"role": "x", "kind": "y"}] * 500))
    assert len(errors) == MAX_ERRORS + 1
    assert errors[-1].code == "too_many_errors"
    assert errors[-1].got == f"+{500 * 3 - MAX_ERRORS}"
    assert {e.path for e in errors[:3]} == {"data.parties[0].role", "data.parties[0].kind", "data.parties[0].name"}


SECRETS = ("李明", CITIZEN_ID, CITIZEN_ID.lower(), "13800138000", "6217000010001234567", "云湖路88号")


@pytest.mark.parametrize(
    "data",
    [
        {"parties": "李明 13800138000"},
        {"parties": ["李明 13800138000"]},
        {"parties": [{**PERSON, "citizen_id": f"{CITIZEN_ID}9"}]},
        {"parties": [{**PERSON, "citizen_id": int(CITIZEN_ID)}]},
        {"parties": [{**PERSON, "citizen_id": "李明"}]},
        {"parties": [{**PERSON, "uscc": CITIZEN_ID}]},
        {"parties": [{**PERSON, "phone": 13800138000}]},
        {"parties": [{**PERSON, "name": "李明" * 200}]},
        {"parties": [{**PERSON, "name": ["李明"]}]},
        {"parties": [{**PERSON, "role": CITIZEN_ID}]},
        {"narrative": f"李明，身份证{CITIZEN_ID}，" * 2000},
        {"narrative": {"李明": CITIZEN_ID}},
        {"title": "李明的投诉" * 100},
        {"region": {"county": "379001", "address": "云湖路88号" * 100}},
        {"region": "云湖路88号"},
        {"people_involved": "13800138000"},
        {"people_involved": 13800138000},
        {"case_number": f"李明{CITIZEN_ID}"[2:]},
        {"category": "6217 0000 1000 1234 567"},
        {"occurred_at": CITIZEN_ID},
        {"project": "李明"},
    ],
)
def test_no_identifier_is_shown_in_full(data: dict[str, Any]) -> None:
    """Neither in what was got nor in a sentence."""
    for error in _refused(_with(**data)):
        shown = "".join((error.got, error.zh, error.en, error.expected, error.path)).replace(" ", "")
        assert not [secret for secret in SECRETS if secret in shown], shown


@pytest.mark.parametrize(
    ("got", "shown"),
    [
        ("13800138000", "1380*******"),
        ("138-0013-8000", "138-*********"),
        ("2025-09-03T09:00:00+08:00", "2025-09-03T09:00:00+08:00"),
        ("379001002", "379001002"),
        ("a\x1b[31mb\n", "a\ufffd[31mb\ufffd"),
        (None, "null"),
        (True, "true"),
        ("长" * 61, "长" * 59 + "…"),
    ],
)
def test_shorten(got: object, shown: str) -> None:
    """Identifiers blanked, dates and region codes left, nothing a terminal would obey."""
    assert shorten(got) == shown
