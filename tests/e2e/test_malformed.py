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
from infra.store.tables import reads
from schemas.identifiers import dispute_id
from tests.disputes import USCC
from tests.services.installation import Installation, installed
from tests.services.malformed import BAD, FINE, SIMULATED, Sent, enterprise

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


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
