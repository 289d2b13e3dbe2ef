"""Proposals through the API and the command, on both databases: asked, accepted, declined, never asked again."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra.cli.matters import app
from infra.store.digest import exact_digest
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from schemas.assessed import Assessed, Project
from tests.naming import read
from tests.services.seeding import FIRST_DAY, Seeded, assessed


def site(number: int, project: str, **changed: Any) -> Assessed:
    """An event about a project, its name read."""
    return read(assessed(number, at=FIRST_DAY + timedelta(hours=number), project=Project(None, project), **changed))


@pytest.fixture
def proposal(store: Seeded, api: httpx.Client) -> dict[str, Any]:
    """Two estates whose names differ in one character."""
    store.add([site(1, "锦溪华庭苑", level=3), site(2, "锦溪大华庭苑", level=3)])
    (found,) = api.get("/v1/proposals", params={"status": "open"}).json()["items"]
    return found


def said(proposal: dict[str, Any], accept: bool, **changed: Any) -> dict[str, Any]:
    """A request."""
    told = {"accept": accept, "by": "王某", "reason": "同一宗地，电话13800138000"}
    return told | {"expected_version": proposal["version"]} | changed


def test_accepted(store: Seeded, api: httpx.Client, proposal: dict[str, Any]) -> None:
    """The other file becomes part of the first; a repeat of a lost answer gets the same, a second opinion a conflict."""
    assert 0.5 <= proposal["strength"] < 0.9
    assert "一字之差" in proposal["reasons"][0]["text"]
    path = proposal["links"]["decision"]
    for _ in range(2):
        answer = api.post(path, json=said(proposal, True))
        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == "accepted"
        assert "13800138000" not in answer.text
    other = api.get(f"/v1/matters/{proposal['other']['matter_id']}").json()
    assert other["merged_into"] == proposal["matter"]["matter_id"]
    conflict = api.post(path, json=said(proposal, False, by="李某"))
    assert conflict.status_code == 409
    assert "王某 已同意" in conflict.json()["detail"]
    late = api.post(path, json=said(proposal, False, expected_version=proposal["version"] + 1))
    assert late.status_code == 409
    with store.engine.connect() as connection:
        before = exact_digest(connection, reads)
    rebuild(store.engine)
    with store.engine.connect() as connection:
        assert exact_digest(connection, reads) == before


def test_declined_is_never_asked_again(store: Seeded, api: httpx.Client, proposal: dict[str, Any]) -> None:
    """Both stay by themselves."""
    assert api.post(proposal["links"]["decision"], json=said(proposal, False)).status_code == 201
    store.add([site(n, name) for n, name in enumerate(("锦溪大华庭苑", "锦溪华庭苑", "锦溪大华庭苑"), 3)])
    assert api.get("/v1/proposals", params={"status": "open"}).json()["items"] == []
    (kept,) = api.get("/v1/proposals", params={"status": "declined"}).json()["items"]
    assert kept["decided_by"] == "王某"
    assert api.get(f"/v1/matters/{proposal['other']['matter_id']}").json()["merged_into"] is None


def test_unknown_and_wrong(api: httpx.Client, proposal: dict[str, Any]) -> None:
    """404 for no such proposal, 422 without a reason."""
    assert api.get("/v1/proposals/none").status_code == 404
    assert api.post("/v1/proposals/none/decision", json=said(proposal, True)).status_code == 404
    assert api.post(proposal["links"]["decision"], json=said(proposal, True, reason=" ")).status_code == 422


def test_the_command(proposal: dict[str, Any], database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """List and decline by hand."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    runner = CliRunner()
    listed = runner.invoke(app, ["proposals"], env={"COLUMNS": "240"})
    assert proposal["proposal_id"] in listed.output
    told = ["decline", proposal["proposal_id"], "--by", "王某", "--reason", "两个小区"]
    assert runner.invoke(app, told).exit_code == 0
    assert "没有归并建议" in runner.invoke(app, ["proposals"]).output
