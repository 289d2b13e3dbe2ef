"""Malformed input of every kind through the real broker: set aside for the right reason, kept byte for byte, mended by hand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from infra.cli.quarantine import app
from infra.kafka.clients import durable_producer
from infra.kafka.local import LocalKafka
from infra.kafka.topics import DISPUTE_REPORTED
from infra.settings import Settings
from infra.simulation.chance import stream
from infra.simulation.defects import DEFECTS, spoil
from infra.store.tables import reads
from schemas.identifiers import dispute_id
from tests.disputes import CITIZEN_ID, USCC, event
from tests.services.installation import Installation, installed

LARGEST = 1_048_576  # limits.max_bytes of the shipped policy
SIMULATED = 3  # records of each of the simulator's kinds
GOOD = 40

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@dataclass(frozen=True)
class Sent:
    """One record on the wire: what it is, its exact bytes (None is a tombstone), the reason expected (None: it is good)."""

    name: str
    value: bytes | None
    code: str | None = None


def good(number: int, **data: Any) -> dict[str, Any]:
    """A good petition with an identity of its own."""
    return event("gov.petition", **data) | {"id": f"good-{number}"}


def bad(name: str, code: str, envelope: dict[str, Any] | None = None, **data: Any) -> Sent:
    """A petition that is good but for the fields given."""
    return Sent(name, orjson.dumps(event("gov.petition", **data) | {"id": name} | (envelope or {})), code)


def enterprise(uscc: str) -> list[dict[str, Any]]:
    """One enterprise as the parties."""
    return [{"role": "respondent", "kind": "enterprise", "name": "云州某某有限公司", "uscc": uscc}]


def person(citizen_id: str) -> list[dict[str, Any]]:
    """One person as the parties."""
    return [{"role": "claimant", "kind": "person", "name": "王某", "citizen_id": citizen_id}]


def padded(size: int, identity: str) -> bytes:
    """A good event of exactly so many bytes, by a field we do not know."""
    value = event("gov.petition", attachment="") | {"id": identity}
    value["data"]["attachment"] = "A" * (size - len(orjson.dumps(value)))
    return orjson.dumps(value)


def nested(depth: int, identity: str) -> bytes:
    """An event with objects in objects."""
    value = orjson.dumps(event("gov.petition", attachment="@@") | {"id": identity})
    return value.replace(b'"@@"', b'{"a":' * depth + b"1" + b"}" * depth)


def by_hand() -> list[Sent]:
    """The kinds the issue names, and their neighbours."""
    text = orjson.dumps(event("gov.petition") | {"id": "damaged"})
    return [
        Sent("tombstone", None, "not_json"),
        Sent("empty", b"", "not_json"),
        Sent("blank", b" \r\n\t", "not_json"),
        Sent("xml", "<event><narrative>欠薪</narrative></event>".encode(), "not_json"),
        Sent("cut short", text[:150], "not_json"),
        Sent("two documents", text + text, "not_json"),
        Sent("not a number", text.replace(b'"data":{', b'"data":{"extra":NaN,', 1), "not_json"),
        Sent("null", b"null", "not_object"),
        Sent("array", b"[" + text + b"]", "not_object"),
        Sent("zeros", b"\0" * 1000, "not_json"),
        Sent("utf-8 cut", text.replace("。".encode(), "。".encode()[:2], 1), "invalid_utf8"),
        Sent("gbk", orjson.dumps(event("gov.petition")).decode().encode("gbk"), "invalid_utf8"),
        Sent("utf-16", orjson.dumps(event("gov.petition")).decode().encode("utf-16"), "invalid_utf8"),
        Sent("every byte", bytes(range(256)), "invalid_utf8"),
        bad("text for a number", "wrong_type", people_involved="五十"),
        bad("number for a text", "wrong_type", narrative=110),
        bad("object for a list", "wrong_type", parties={"name": "张三"}),
        bad("list for an object", "wrong_type", region=["云中区"]),
        bad("true for a number", "wrong_type", amount_fen=True),
        bad("number for a time", "bad_time", occurred_at=1_700_000_000),
        bad("beyond 64 bits", "out_of_range", amount_fen=2**64 - 1),
        bad("below zero", "out_of_range", people_involved=-1),
        bad("long narrative", "too_long", narrative="长" * 20_001),
        Sent("a byte too large", padded(LARGEST + 1, "a byte too large"), "too_large"),
        Sent("five megabytes", padded(5 * 1024 * 1024, "five megabytes"), "too_large"),
        Sent("five megabytes of noise", b"\xff\x00{[" * (5 * 1024 * 1024 // 4), "too_large"),
        Sent("deep", nested(40, "deep"), "too_deep"),
        Sent("very deep", nested(5_000, "very deep"), "too_deep"),
        Sent("endless", b"[" * 100_000, "too_deep"),
        bad("uscc", "check_digit", parties=enterprise(USCC[:-1] + "H")),
        bad("citizen id", "check_digit", parties=person(CITIZEN_ID[:-1] + "1")),
        bad("happens tomorrow", "future_date", occurred_at="2099-01-01T00:00:00+08:00"),
        bad("reported tomorrow", "future_date", {"time": "2099-01-01T00:00:00+08:00"}),
        bad("happened long ago", "date_too_early", occurred_at="1900-01-01T00:00:00+08:00"),
        bad("no zone", "bad_time", occurred_at="2025-09-03T09:00:00"),
        bad("unknown county", "unknown_region", region={"county": "110101"}),
        bad("township of another county", "unknown_region", region={"county": "379001", "township": "379002100"}),
        bad("county by name", "format", region={"county": "云中区"}),
        bad("unknown type", "unknown_type", {"type": "fuyuan.gov.weather_report"}),
        bad("type is a number", "wrong_type", {"type": 12}),
        bad("unknown version", "unknown_version", {"schemaversion": 99}),
        bad("no region", "missing", region=...),
        bad("case number", "case_number", case_number="2025云民123"),
        bad("nul", "control_character", title="标\0题"),
    ]


def simulated() -> list[Sent]:
    """Several of each of the simulator's kinds."""
    made = []
    for defect in DEFECTS:
        chance = stream(20261123, f"malformed/{defect.name}")
        made += [
            Sent(f"simulated {defect.name} {number}", spoil(defect, good(1000 + number), chance), defect.reason)
            for number in range(1 if defect.name == "too_large" else SIMULATED)
        ]
    return made


BAD = by_hand() + simulated()
FINE = [
    Sent("as large as may be", padded(LARGEST, "as large as may be")),
    Sent("as deep as may be", nested(29, "as deep as may be")),
    *(Sent(f"good {number}", orjson.dumps(good(number))) for number in range(GOOD)),
]


@dataclass
class Aside:
    """The installation after everything was sent, where each record stands in Kafka, and the quarantine as the API lists it."""

    site: Installation
    places: dict[str, tuple[int, int]]
    listed: dict[tuple[int, int], dict[str, Any]]

    def item(self, name: str) -> dict[str, Any]:
        """The API's entry of a record."""
        return self.listed[self.places[name]]

    def quarantine(self, *arguments: str) -> bytes:
        """Run `fuyuan quarantine …` in this process: the same command, without the start of an interpreter each time."""
        result = CliRunner(env=self.site.env).invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout_bytes


@pytest.fixture(scope="module")
def aside(kafka: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aside]:
    """Good records among the bad ones, spread over the partitions, all sent and settled."""
    home = tmp_path_factory.mktemp("malformed")
    settings = Settings(_env_file=None, home=home, kafka_bootstrap=kafka.bootstrap, kafka_prefix="malformed.")
    with installed(settings, f"sqlite:///{home / 'fuyuan.db'}", home / "logs") as site:
        places = send(settings, sorted(BAD + FINE, key=lambda sent: dispute_id("order", sent.name)))
        site.line.wait_stored(len(FINE), len(BAD), 120.0)
        items = site.all_items("/v1/quarantine", limit=50)
        listed = {(item["origin"]["partition"], item["origin"]["offset"]): item for item in items}
        assert len(items) == len(listed) == len(BAD)
        yield Aside(site, places, listed)


def send(settings: Settings, records: list[Sent]) -> dict[str, tuple[int, int]]:
    """Send raw bytes to the reported topic; where each one stands (partition, offset)."""
    producer, topic = (
        durable_producer(settings),
        settings.kafka_name(DISPUTE_REPORTED),
    )
    try:
        sent = [
            producer.send(topic, key=b"379001", value=record.value, partition=number % settings.topic_partitions)
            for number, record in enumerate(records)
        ]
        places = [future.get(timeout=60) for future in sent]
    finally:
        producer.close()
    return {record.name: (place.partition, place.offset) for record, place in zip(records, places, strict=True)}


@pytest.mark.parametrize("sent", BAD, ids=lambda sent: sent.name)
def test_it_is_set_aside_for_its_reason_and_kept(aside: Aside, sent: Sent) -> None:
    """The API says why, in both languages, without the content; the command gives the very bytes back."""
    item = aside.item(sent.name)
    assert item["code"] == sent.code, item["reasons"]
    assert all(reason["path"] and reason["zh"] and reason["en"] for reason in item["reasons"])
    assert item["size_bytes"] == len(sent.value or b"")
    assert item["retried_at"] is None
    assert aside.quarantine("show", item["quarantine_id"], "--raw") == (sent.value or b"")


def test_the_good_ones_among_them_are_accepted(aside: Aside) -> None:
    """Exactly them, each once."""
    assert {record.name for record in FINE}.isdisjoint(name for name, at in aside.places.items() if at in aside.listed)
    assert aside.site.get("/v1/counts")["total"] == len(FINE)


def test_the_list_shows_every_one(aside: Aside) -> None:
    """`fuyuan quarantine list`: one row each, by its short id and its reason; and only those of a code."""
    shown = aside.quarantine("list", "--limit", "500").decode()
    for item in aside.listed.values():
        (row,) = [line for line in shown.splitlines() if item["quarantine_id"][:10] in line]
        assert item["code"] in row
    digits = [item for item in aside.listed.values() if item["code"] == "check_digit"]
    only = aside.quarantine("list", "--code", "check_digit").decode()
    assert sum("check_digit" in line for line in only.splitlines()) == len(digits) == 2 + 2 * SIMULATED


@pytest.mark.parametrize("name", ["tombstone", "utf-8 cut", "five megabytes of noise"])
def test_the_command_as_a_process(aside: Aside, name: str) -> None:
    """Standard output is the bytes and nothing else, whatever they are; without --raw it can be read."""
    (sent,) = [record for record in BAD if record.name == name]
    short = aside.item(name)["quarantine_id"][:10]
    assert aside.site.fuyuan("quarantine", "show", short, "--raw") == (sent.value or b"")
    assert sent.code is not None
    assert sent.code in aside.site.fuyuan("quarantine", "show", short).decode()


def test_a_corrected_one_is_accepted(aside: Aside) -> None:
    """Mended by hand and retried it becomes a dispute; the entry says that it was retried."""
    item = aside.item("uscc")
    mended = json.loads(aside.quarantine("show", item["quarantine_id"], "--raw"))
    mended["data"]["parties"] = enterprise(USCC)
    file = aside.site.line.settings.home / "mended.json"
    file.write_bytes(orjson.dumps(mended))
    before = accepted(aside)
    aside.quarantine("retry", item["quarantine_id"], "--corrected", str(file), "--by", "李某")
    aside.site.line.wait_stored(before + 1, len(aside.site.all_items("/v1/quarantine", limit=50)), 30.0)
    with aside.site.line.engine.connect() as connection:
        identity = dispute_id(mended["source"], mended["id"])
        assert connection.execute(
            select(reads.disputes.c.matter_id).where(reads.disputes.c.dispute_id == identity)
        ).all()
    again = {i["quarantine_id"]: i for i in aside.site.all_items("/v1/quarantine", retried=True, limit=50)}
    assert again[item["quarantine_id"]]["retried_at"] is not None
    shown = aside.quarantine("list", "--limit", "500").decode()
    (row,) = [line for line in shown.splitlines() if item["quarantine_id"][:10] in line]
    assert "是" in row


def test_one_that_is_still_bad_is_set_aside_again(aside: Aside) -> None:
    """Retried as it is, it comes back as an entry of its own; nothing is accepted."""
    item = aside.item("unknown county")
    before = accepted(aside)
    entries = len(aside.site.all_items("/v1/quarantine", limit=50))
    aside.quarantine("retry", item["quarantine_id"])
    aside.site.line.wait_stored(before, entries + 1, 30.0)
    same = [i for i in aside.site.all_items("/v1/quarantine", limit=50) if i["sha256"] == item["sha256"]]
    assert [i["code"] for i in same] == ["unknown_region"] * 2
    assert sorted(i["retried_at"] is not None for i in same) == [False, True]


def accepted(aside: Aside) -> int:
    """Disputes in the store."""
    with aside.site.line.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(reads.disputes)).scalar_one())
