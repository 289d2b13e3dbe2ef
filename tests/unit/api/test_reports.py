"""What the door makes of a body: events with their bytes untouched, or a problem that names index and field."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problems import Problem
from api.reports import BATCH, EITHER, SINGLE, read_reports

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.fixed_dictionaries({name: st.text(min_size=1, max_size=8) for name in ("id", "source", "type")})
EVENTS = st.builds(
    lambda named, rest: rest | named, NAMED, st.dictionaries(st.text(max_size=8), JSON_VALUES, max_size=4)
)


@given(st.lists(EVENTS, max_size=6), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_event_keeps_its_bytes(events: list[dict], ascii_only: bool, indent: int | str | None) -> None:
    """However a batch is laid out, each event is exactly its slice of the body."""
    texts = [json.dumps(event, ensure_ascii=ascii_only, indent=indent) for event in events]
    body = (" [ " + " , \n".join(texts) + "] ").encode()
    read = read_reports(body, BATCH)
    assert [event.value for event in read] == [text.encode() for text in texts]
    assert [(event.source, event.id) for event in read] == [(event["source"], event["id"]) for event in events]


@given(st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_read_or_refused_with_a_problem(body: bytes) -> None:
    """Nothing else comes out, and every error has a path and both languages."""
    try:
        read_reports(body, EITHER)
    except Problem as problem:
        assert problem.kind.status in (400, 413, 422)
        assert problem.errors
        assert all(error.path.startswith("$") and error.zh and error.en for error in problem.errors)


@pytest.mark.parametrize(
    ("body", "status", "paths"),
    [
        (b"", 400, ["$"]),
        (b"not json", 400, ["$"]),
        (b"3", 400, ["$"]),
        (b'[{"id":"1","source":"s","type":"t"}, 3]', 400, ["$[1]"]),
        (b'[{"id":"1","source":"s","type":"t"}, {"id": ]', 400, ["$[1]"]),
        (b'[{"id":"1","source":"s","type":"t"} {}]', 400, ["$[0]"]),
        (b'[{"id":"1","source":"s","type":"t"},', 400, ["$[1]"]),
        (b'{"id":"1"}', 422, ["$.source", "$.type"]),
        (
            b'[{},{"id":1,"source":null,"type":""}]',
            422,
            [f"$[{i}].{f}" for i in (0, 1) for f in ("id", "source", "type")],
        ),
        (b"[" * 100_000, 400, ["$[0]"]),
        (b'{"id":"1","source":"s","type":"t","data":' + b'{"a":' * 100_000, 400, ["$"]),
    ],
)
def test_what_is_wrong_is_named(body: bytes, status: int, paths: list[str]) -> None:
    """Index and field of every error."""
    with pytest.raises(Problem) as refused:
        read_reports(body, EITHER)
    assert refused.value.kind.status == status
    assert [error.path for error in refused.value.errors] == paths


@pytest.mark.parametrize(
    ("event", "county"),
    [
        ({"data": {"region": {"county": "379001"}}}, "379001"),
        ({"data": {"region": {"county": 379001}}}, None),
        ({"data": {"region": {"county": ""}}}, None),
        ({"data": {"region": {"county": "9" * 65}}}, None),
        ({"data": {"region": None}}, None),
        ({"data": []}, None),
        ({}, None),
    ],
)
def test_the_county_is_read_where_it_can_be(event: dict, county: str | None) -> None:
    """It is the message's key; without it the event still goes in."""
    (read,) = read_reports(json.dumps({"id": "1", "source": "s", "type": "t"} | event).encode(), SINGLE)
    assert read.county == county


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (SINGLE, b"[]", 400),
        (BATCH, b"{}", 400),
        ("text/plain", b"{}", 415),
        ("application/cloudevents+xml", b"{}", 415),
    ],
)
def test_the_media_type_says_what_the_body_is(content_type: str, body: bytes, status: int) -> None:
    """An array as a single event, an object as a batch, or no JSON at all."""
    with pytest.raises(Problem) as refused:
        read_reports(body, content_type)
    assert refused.value.kind.status == status


def test_bad_text_inside_an_event_is_left_to_quarantine() -> None:
    """Invalid UTF-8 in a narrative is ASSESS's to reject, with the bytes as they came."""
    body = b'{"id":"1","source":"s","type":"t","data":{"narrative":"\xff","region":{"county":"379001"}}}'
    (event,) = read_reports(body, "application/json; charset=utf-8")
    assert (event.value, event.county) == (body, "379001")
