"""The published files: up to date, and an AsyncAPI 3.0 document that holds together."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from typer.testing import CliRunner

from infra.cli.contract import COMMAND, PUBLISHED, contract_files, differing_files
from infra.cli.contract import app as contract_app
from infra.intake import rejection_headers
from infra.kafka.topics import TOPICS
from infra.outbox import Outbox
from infra.store.event_log import StoredEvent
from schemas.asyncapi import asyncapi_document
from schemas.domain_events import Recorded, decode_event
from schemas.errors import field_error
from schemas.event_types import EVENT_TYPES
from schemas.json_schemas import domain_event_example, envelope_example, envelope_schema, field_errors_schema
from schemas.outgoing import OUTGOING, WITHHELD, key_of


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The AsyncAPI document as it is published."""
    return json.loads((PUBLISHED / "asyncapi.json").read_bytes())


def test_published_files_are_up_to_date() -> None:
    """What lies in schemas/published is what the classes say."""
    stale = differing_files(PUBLISHED, contract_files())
    assert not stale, f"published contract is out of date, run: {COMMAND}  ({', '.join(stale)})"


def test_publishing_is_deterministic() -> None:
    """Twice the same bytes."""
    assert contract_files() == contract_files()


def test_publish_writes_removes_and_checks(tmp_path: Any) -> None:
    """The command brings a folder to the contract; --check only tells, and says which command to run."""
    run = CliRunner().invoke
    (tmp_path / "dispute.reported.v1").mkdir()
    (tmp_path / "dispute.reported.v1" / "gov.old.json").write_text("{}")
    refused = run(contract_app, ["publish", "--check", "--to", str(tmp_path)])
    assert refused.exit_code == 1
    assert COMMAND in refused.output
    assert run(contract_app, ["publish", "--to", str(tmp_path)]).exit_code == 0
    assert not (tmp_path / "dispute.reported.v1" / "gov.old.json").exists()
    assert run(contract_app, ["publish", "--check", "--to", str(tmp_path)]).exit_code == 0


def test_yaml_and_json_are_the_same_document(document: dict[str, Any]) -> None:
    """YAML readers see what JSON readers see."""
    assert yaml.safe_load((PUBLISHED / "asyncapi.yaml").read_bytes()) == document


def test_every_topic_has_a_channel_with_its_settings(document: dict[str, Any]) -> None:
    """Channels are the topics the installation makes, with their limits, and one operation each."""
    assert list(document["channels"]) == [topic.name for topic in TOPICS]
    for topic in TOPICS:
        channel = document["channels"][topic.name]
        binding = channel["bindings"]["kafka"]
        assert channel["address"] == binding["topic"] == topic.name
        assert binding["topicConfiguration"]["max.message.bytes"] == topic.max_message_bytes
    operations = document["operations"].values()
    assert sorted(o["channel"]["$ref"].removeprefix("#/channels/") for o in operations) == sorted(document["channels"])
    assert {o["action"] for o in operations} == {"send", "receive"}


def test_a_topic_without_a_channel_is_refused() -> None:
    """A new topic cannot be forgotten in the document."""
    with pytest.raises(ValueError, match="differ"):
        asyncapi_document([], "127.0.0.1:19092")


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    """Every $ref names a part of the document or a published file."""
    found = list(_references(document))
    assert len(found) > len(EVENT_TYPES)
    for reference in found:
        if reference.startswith("./"):
            assert (PUBLISHED / reference).is_file(), reference
            continue
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


def _references(value: Any) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_required_parts_of_asyncapi_3(document: dict[str, Any]) -> None:
    """What AsyncAPI 3.0 requires of root, info, servers, channels, operations and messages."""
    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= document["info"].keys()
    assert {"host", "protocol"} <= document["servers"]["kafka"].keys()
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])
    listed = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert listed == document["components"]["messages"].keys()
    for name, message in document["components"]["messages"].items():
        assert {"name", "title", "contentType", "payload"} <= message.keys(), name
        assert any("一" <= letter <= "龥" for letter in message["title"] + message.get("summary", "")), name


def test_examples_in_the_document_fit_their_payloads(document: dict[str, Any]) -> None:
    """Each example is valid by the schema its message names."""
    checked = 0
    for message in document["components"]["messages"].values():
        for example in message.get("examples", ()):
            schema = json.loads((PUBLISHED / message["payload"]["schema"]["$ref"]).read_bytes())
            Draft202012Validator(schema, format_checker=FormatChecker()).validate(example["payload"])
            checked += 1
    assert checked == len(EVENT_TYPES) + 1 + len(OUTGOING)


def test_rejected_headers_are_as_documented(document: dict[str, Any]) -> None:
    """The headers ASSESS writes are those the document names, and the reasons fit their schema."""
    errors = [field_error("missing", "data.region", "nothing", "必填项", "a value")]
    written = rejection_headers(errors, "t/0/1", datetime(2026, 1, 1, tzinfo=UTC), "assess", "import-1", 3)
    headers = {name: value.decode() for name, value in written}
    schema = document["components"]["messages"]["rejected"]["headers"]
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(headers)
    assert headers.keys() == schema["properties"].keys()
    Draft202012Validator(field_errors_schema()).validate(json.loads(headers["reasons"]))


@pytest.mark.parametrize("name", OUTGOING)
def test_the_outbox_sends_what_is_documented(name: str, settings: Any, document: dict[str, Any]) -> None:
    """The envelope the outbox makes is the published example's, fits the schema, and goes to the topic and under the key that are named."""

    class Producer:
        def send(self, topic: str, key: bytes, value: bytes) -> tuple[str, bytes, bytes]:
            return topic, key, value

    fact = decode_event(json.dumps(domain_event_example(name)))
    example = envelope_example(name)
    item = StoredEvent(7, datetime(2026, 1, 1, tzinfo=UTC), Recorded(example["subject"], 1, fact))
    topic, key, value = Outbox(None, settings, Producer(), "test")._send(item)
    sent = json.loads(value)
    Draft202012Validator(envelope_schema(name), format_checker=FormatChecker()).validate(sent)
    assert sent["subject"] == example["subject"]
    assert sent["data"].keys() <= example["data"].keys()
    assert name in document["channels"][topic]["messages"]
    way = OUTGOING[name]
    assert key.decode() == f"{way.thing}-{example['data'][way.field]}"


@pytest.mark.parametrize("name", WITHHELD)
def test_what_stays_inside_is_in_neither_message_nor_schema(name: str) -> None:
    """Claimants and link keys of a matter are not published, and the schema promises none."""
    schema = envelope_schema(name)
    assert not set(WITHHELD[name]) & schema["properties"]["data"]["properties"].keys()
    assert not set(WITHHELD[name]) & set(schema["properties"]["data"]["required"])
    assert "Sighted" not in json.dumps(schema)
    assert "claimants" not in json.dumps(envelope_example(name))


def test_facts_of_one_thing_have_one_key() -> None:
    """What the dispatch does with an alert is on another stream, and comes in order with what officials do with it."""
    keys = {key_of(decode_event(json.dumps(domain_event_example(n)))) for n in OUTGOING if n.startswith("Alert")}
    assert len(keys) == 1
