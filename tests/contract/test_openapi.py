"""The OpenAPI document is valid, says everything in Chinese, and is what the API really answers."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator

from infra.settings import Settings
from schemas.assessed import AssessedRelation, Project, RelatedEnd
from schemas.typed_disputes import parse_json
from tests.naming import read
from tests.services.api import running_api
from tests.services.seeding import Seeded, against, assessed, burst

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, dict[str, Any]]]:
    """A running API with something of everything, and its document."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(_env_file=None, home=home, kafka_bootstrap="127.0.0.1:1")
    store = Seeded(settings.database_url, settings)
    store.add(burst(0))
    parent, child = (RelatedEnd("enterprise", name, f"token-{name}") for name in ("甲集团", "甲公司"))
    owner = AssessedRelation("owner", parent, child)
    store.add([assessed(900, level=3, amount_fen=1, extra={"x": 1}, relations=(owner,), **against("甲公司"))])
    store.add(
        [assessed(901, type="court.advice_issued", extra={"document_number": "云法建〔2025〕1号", "addressee": "某局"})]
    )
    sites = (Project(None, name) for name in ("锦溪华庭苑", "锦溪大华庭苑"))
    store.add([read(assessed(910 + n, level=3, project=site)) for n, site in enumerate(sites)])
    store.reject([b"x"])
    store.close()
    with running_api(settings) as client:
        label = {"level": "red", "reason": "核实", "labelled_by": "王某", "expected_version": 1}
        event = assessed(900, **against("甲公司")).dispute_id
        assert client.post(f"/v1/events/{event}/labels", json=label).status_code == 201
        path = client.get("/v1/plans").json()["items"][0]["links"]["steps"]
        for number, step in enumerate(("sign", "adopt"), 1):
            body = {"step": step, "by": "王某", "expected_version": number}
            assert client.post(path, json=body).status_code == 201
        yield client, client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every (path, method, operation)."""
    return [(path, m, item[m]) for path, item in document["paths"].items() for m in METHODS if m in item]


def test_the_document_is_valid(answered: tuple[httpx.Client, dict[str, Any]]) -> None:
    """By OpenAPI's model; every schema is one, every reference leads somewhere, every example fits its schema."""
    _, document = answered
    OpenAPI.model_validate(document)
    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in re.findall(r"'\$ref': '#/([^']+)'", str(document)):
        found: Any = document
        for part in reference.split("/"):
            found = found[part]
    event = document["components"]["schemas"]["CloudEvent"]
    assert not list(Draft202012Validator(event).iter_errors(event["examples"][0]))


def test_every_operation_is_described_in_chinese_and_may_answer_problems(
    answered: tuple[httpx.Client, dict[str, Any]],
) -> None:
    """A Chinese summary, a name of its own, a tag; parameters described; problems as problem+json."""
    _, document = answered
    found = operations(document)
    assert len({operation["operationId"] for _, _, operation in found}) == len(found) >= 16
    for path, _, operation in found:
        assert re.search(r"[一-龥]", operation["summary"]) or "Prometheus" in operation["summary"], path
        assert operation["tags"]
        for parameter in operation.get("parameters", ()):
            assert parameter["in"] == "path" or re.search(r"[一-龥]", parameter.get("description", "")), (
                path,
                parameter,
            )
        problems = [status for status in operation["responses"] if status >= "400"]
        assert {"500", "503"} <= set(problems)
        for status in problems:
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"], (path, status)
        if "{" in path:
            assert "404" in problems, path


def test_answers_are_what_the_document_says(answered: tuple[httpx.Client, dict[str, Any]]) -> None:
    """Every GET that answers JSON, success and problem, against its schema."""
    client, document = answered
    ids = {
        "alert_id": client.get("/v1/alerts").json()["items"][0]["alert_id"],
        "proposal_id": client.get("/v1/proposals").json()["items"][0]["proposal_id"],
        "matter_id": client.get("/v1/matters").json()["items"][0]["matter_id"],
        "plan_id": client.get("/v1/plans").json()["items"][0]["plan_id"],
        "trend_id": client.get("/v1/trends").json()["items"][0]["trend_id"],
        "duty_id": client.get("/v1/duties").json()["items"][0]["duty_id"],
        "request_id": client.get("/v1/ledger").json()["items"][0]["request_id"],
        "version": 1,
        "deadline_id": client.get("/v1/deadlines").json()["items"][0]["deadline_id"],
        "group_id": "enterprise:token-甲公司",
        "conference_id": client.post(
            "/v1/conferences", json={"title": "联席会议", "held_on": "2025-09-30", "by": "王某"}
        ).json()["conference_id"],
        "dispute_id": assessed(900, **against("甲公司")).dispute_id,
    }
    asked = 0
    for path, method, operation in operations(document):
        if method != "get" or path in ("/v1/stream", "/metrics"):
            continue
        for values in (ids, dict.fromkeys(ids, "nothing") | {"version": 1}):
            answer = client.get(path.format(**values))
            said = operation["responses"][str(answer.status_code)]["content"][answer.headers["content-type"]]
            root = {"components": document["components"], **said["schema"]}
            if answer.headers["content-type"].endswith("json"):
                assert not list(Draft202012Validator(root).iter_errors(answer.json())), (path, answer.text)
            asked += answer.status_code == 200
    assert asked >= 14


def test_the_example_event_keeps_the_contract(answered: tuple[httpx.Client, dict[str, Any]]) -> None:
    """What the document shows people to send is accepted by the contract itself."""
    _, document = answered
    example = document["components"]["schemas"]["CloudEvent"]["examples"][0]
    assert parse_json(json.dumps(example).encode()).data.people_involved == 62
