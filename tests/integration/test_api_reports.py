"""POST /v1/events on a real Kafka: durable before the answer, bytes untouched, replays, refusals, Kafka gone and back."""

import asyncio
import json
import time
from collections.abc import Iterator

import httpx
import pytest
from kafka import TopicPartition

from api.reports import MAX_BODY_BYTES, MAX_EVENT_BYTES
from infra import clock
from infra.kafka.clients import consumer
from infra.kafka.local import LocalKafka
from infra.kafka.topics import DISPUTE_REPORTED, ensure_topics
from infra.settings import Settings
from infra.store.idempotency import KEPT
from schemas.identifiers import dispute_id
from tests.services.api import running_api
from tests.services.seeding import migrate

pytestmark = pytest.mark.kafka


def an_event(number: int, county: str = "379001") -> dict[str, object]:
    """An event with what the door looks at, and a narrative whose bytes must not change."""
    return {
        "specversion": "1.0",
        "id": f"E-{number}",
        "source": "/gov/379001/petition",
        "type": "fuyuan.gov.petition",
        "time": "2025-09-03T10:12:00+08:00",
        "data": {"region": {"county": county}, "narrative": "讨要工资 😀"},
    }


@pytest.fixture
def api(kafka_settings: Settings, sqlite_url: str) -> Iterator[httpx.Client]:
    """The API on the session's Kafka and an empty store."""
    ensure_topics(kafka_settings)
    migrate(sqlite_url)
    with running_api(kafka_settings.model_copy(update={"database_url": sqlite_url})) as client:
        yield client


def published(settings: Settings) -> dict[str, tuple[bytes | None, bytes]]:
    """Every message of the reported topic: its place -> key and value."""
    reader = consumer(settings, None)
    try:
        topic = settings.kafka_name(DISPUTE_REPORTED)
        places = [TopicPartition(topic, partition) for partition in range(settings.topic_partitions)]
        reader.assign(places)
        ends = reader.end_offsets(places)
        found: dict[str, tuple[bytes | None, bytes]] = {}
        while any(reader.position(place) < ends[place] for place in places):
            for records in reader.poll(timeout_ms=500).values():
                for record in records:
                    found[f"{topic}-{record.partition}-{record.offset}"] = (record.key, record.value)
        return found
    finally:
        reader.close()


def test_a_single_event_is_in_kafka_unchanged_when_it_is_answered(api: httpx.Client, kafka_settings: Settings) -> None:
    """The receipt names the place where exactly the posted bytes stand, under the county's key."""
    body = ("  " + json.dumps(an_event(1), ensure_ascii=True, indent=3) + "\n").encode()
    answer = api.post("/v1/events", content=body, headers={"Content-Type": "application/cloudevents+json"})
    assert answer.status_code == 202, answer.text
    (receipt,) = answer.json()["receipts"]
    assert receipt["dispute_id"] == dispute_id("/gov/379001/petition", "E-1")
    assert published(kafka_settings)[receipt["receipt"]] == (b"379001", body)


def test_a_batch_keeps_order_and_bytes_within_a_county(api: httpx.Client, kafka_settings: Settings) -> None:
    """1,000 events: one receipt each; a county's events stand in one partition in the order posted."""
    events = [an_event(n, f"37900{n % 6 + 1}") for n in range(1000)]
    texts = [json.dumps(event, ensure_ascii=n % 2 == 0) for n, event in enumerate(events)]
    body = ("[\n" + " ,\n ".join(texts) + "]").encode()
    answer = api.post("/v1/events", content=body, headers={"Content-Type": "application/cloudevents-batch+json"})
    assert answer.status_code == 202, answer.text
    receipts = answer.json()["receipts"]
    assert [r["index"] for r in receipts] == list(range(1000))
    stands = published(kafka_settings)
    assert len(stands) == 1000
    assert all(
        stands[r["receipt"]] == (f"37900{n % 6 + 1}".encode(), texts[n].encode()) for n, r in enumerate(receipts)
    )
    for county in range(6):
        places = [(r["partition"], r["offset"]) for r in receipts[county::6]]
        assert len({partition for partition, _ in places}) == 1
        assert places == sorted(places)


def test_an_event_without_a_readable_county_is_accepted(api: httpx.Client, kafka_settings: Settings) -> None:
    """The contract is ASSESS's to judge; here it only has to name itself."""
    event = {"id": "1", "source": "s", "type": "unknown", "data": "not an object"}
    answer = api.post("/v1/events", json=event)
    assert answer.status_code == 202
    assert published(kafka_settings)[answer.json()["receipts"][0]["receipt"]][0] is None


def test_one_bad_event_refuses_the_whole_batch_and_says_where(api: httpx.Client, kafka_settings: Settings) -> None:
    """Nothing of a refused request is published; every error has its index and field."""
    answer = api.post("/v1/events", json=[an_event(1), {"id": "", "source": 3, "type": "t"}, an_event(2)])
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["path"], e["got"]) for e in answer.json()["errors"]] == [
        ("$[1].id", "an empty text"),
        ("$[1].source", "a number"),
    ]
    assert "改正" in answer.json()["detail"]
    assert api.post("/v1/events", content=b'[{"id":"1"},{"id":]').status_code == 400
    assert published(kafka_settings) == {}


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_limit_is_refused(api: httpx.Client, declared: bool) -> None:
    """413, whether the length is declared or the body is streamed."""
    body = b" " * (MAX_BODY_BYTES + 1)
    content = body if declared else iter([body[: MAX_BODY_BYTES // 2], body[MAX_BODY_BYTES // 2 :]])
    try:
        answer = api.post("/v1/events", content=content, headers={"Content-Type": "application/json"})
    except (httpx.WriteError, httpx.RemoteProtocolError):
        assert declared  # the server closed before it was sent a body it had refused
        return
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:fuyuan:problem:too-large"


def test_the_largest_event_goes_through_and_a_larger_one_does_not(api: httpx.Client) -> None:
    """The door's limit is the topic's, less room for framing."""
    frame = len(json.dumps({"id": "1", "source": "s", "type": "t", "x": ""}, separators=(",", ":")))
    largest = {"id": "1", "source": "s", "type": "t", "x": "a" * (MAX_EVENT_BYTES - frame)}
    assert api.post("/v1/events", json=largest).status_code == 202
    larger = largest | {"x": largest["x"] + "a"}
    assert api.post("/v1/events", json=larger).status_code == 413


def test_too_many_events_and_other_media_types_are_refused(api: httpx.Client) -> None:
    """413 for 1,001 events, 415 for XML; an empty batch is a batch."""
    assert api.post("/v1/events", json=[an_event(n) for n in range(1001)]).status_code == 413
    assert api.post("/v1/events", content=b"<a/>", headers={"Content-Type": "text/xml"}).status_code == 415
    empty = api.post("/v1/events", json=[])
    assert (empty.status_code, empty.json()) == (202, {"accepted": 0, "receipts": []})


def test_the_same_key_and_body_get_the_first_answer(
    kafka_settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both databases: published once, answered twice alike; another body is refused; after 24 hours the key is free."""
    ensure_topics(kafka_settings)
    migrate(database_url)
    with running_api(kafka_settings.model_copy(update={"database_url": database_url})) as api:
        headers = {"Idempotency-Key": "batch-17"}
        first = api.post("/v1/events", json=[an_event(1), an_event(2)], headers=headers)
        second = api.post("/v1/events", json=[an_event(1), an_event(2)], headers=headers)
        assert (first.status_code, second.status_code) == (202, 202)
        assert second.content == first.content
        assert (first.headers.get("idempotency-replayed"), second.headers["idempotency-replayed"]) == (None, "true")
        other = api.post("/v1/events", json=[an_event(3)], headers=headers)
        assert (other.status_code, other.json()["type"]) == (422, "urn:fuyuan:problem:idempotency-key-reused")
        assert len(published(kafka_settings)) == 2

        later_than_kept = clock.now() + KEPT
        monkeypatch.setattr(clock, "now", lambda: later_than_kept)
        later = api.post("/v1/events", json=[an_event(3)], headers=headers)
        assert (later.status_code, later.headers.get("idempotency-replayed")) == (202, None)


def test_a_refused_request_leaves_its_key_free(api: httpx.Client) -> None:
    """A corrected request may use the key of the one that was refused; a key that is no key is refused."""
    headers = {"Idempotency-Key": "k"}
    assert api.post("/v1/events", json=[{"id": "1"}], headers=headers).status_code == 422
    assert api.post("/v1/events", json=[an_event(1)], headers=headers).status_code == 202
    assert api.post("/v1/events", json=[], headers={"Idempotency-Key": "x" * 256}).status_code == 422


def test_many_posts_at_once_share_batches(api: httpx.Client, kafka_settings: Settings) -> None:
    """400 posts over 40 connections: every one durable, every place given once."""

    async def post_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=40)
        async with httpx.AsyncClient(base_url=api.base_url, limits=limits, timeout=30) as client:
            return await asyncio.gather(*(client.post("/v1/events", json=an_event(n)) for n in range(400)))

    answers = asyncio.run(post_all())
    receipts = {answer.json()["receipts"][0]["receipt"] for answer in answers}
    assert len(receipts) == 400
    assert receipts == set(published(kafka_settings))


def test_without_kafka_reports_get_503_and_reading_goes_on(settings: Settings) -> None:
    """The API starts without Kafka; a report is answered within a bounded wait, with Retry-After."""
    migrate(settings.database_url)
    with running_api(settings) as api:
        began = time.monotonic()
        answer = api.post("/v1/events", json=an_event(1))
        assert time.monotonic() - began < 8
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:fuyuan:problem:kafka-away")
        assert int(answer.headers["retry-after"]) > 0
        assert "重发" in answer.json()["detail"]
        assert api.get("/v1/alerts").status_code == 200
        assert api.get("/healthz").status_code == 200
        ready = api.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["kafka"]["ok"]) == (503, False)


def test_kafka_gone_and_back(kafka: LocalKafka, api: httpx.Client, kafka_settings: Settings) -> None:
    """A report while Kafka is down gets 503; when Kafka is back the same process takes reports again."""
    assert api.post("/v1/events", json=an_event(1)).status_code == 202
    kafka.kill()
    try:
        assert api.post("/v1/events", json=an_event(2)).status_code == 503
    finally:
        kafka.restart()
    deadline = time.monotonic() + 20
    while (answer := api.post("/v1/events", json=an_event(2))).status_code == 503:
        assert time.monotonic() < deadline, answer.text
    assert answer.status_code == 202
    assert answer.json()["receipts"][0]["receipt"] in published(kafka_settings)
    assert api.get("/readyz").status_code == 200
