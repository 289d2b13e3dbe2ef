"""The ledger of requests, on both databases: made, received, answered, sent back, settled; advice by itself; figures that rank no court."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from typer.testing import CliRunner

from infra import clock
from infra.cli import ledger as cli
from infra.deadlines import tell
from infra.settings import Settings
from tests.clocks import book
from tests.integration.test_api_deadlines import ADVICE, unchanged_by_rebuild
from tests.services.seeding import FIRST_DAY, Seeded, assessed

COURT = "/court/379001/filing"


def body(**changed: Any) -> dict[str, Any]:
    """A request of a court to the police."""
    return {
        "kind": "information",
        "direction": "court_to_government",
        "number": "云中法协〔2026〕8号",
        "asker": "云中区人民法院",
        "asked": "云中区公安局",
        "what": "查找被执行人下落，电话13800138000",
        "county": "379001",
        "by": "王某",
    } | changed


def step(api: httpx.Client, request: dict[str, Any], kind: str, **changed: Any) -> httpx.Response:
    """A step with the newest version."""
    version = api.get(request["links"]["self"]).json()["version"]
    return api.post(request["links"]["steps"], json={"step": kind, "by": "李某", "expected_version": version} | changed)


def test_from_made_to_settled(store: Seeded, api: httpx.Client) -> None:
    """Ten working days run; answered ends them, sent back starts them anew; the figures follow."""
    made = api.post("/v1/requests", json=body())
    assert made.status_code == 201, made.text
    request = made.json()
    assert (request["status"], request["kind_name"], request["what"][-11:]) == (
        "made",
        "查人查物、调取信息",
        "138****8000",
    )
    assert api.post("/v1/requests", json=body()).json() == request  # a lost answer
    other = api.post("/v1/requests", json=body(asked="云中区民政局"))
    assert (other.status_code, "已用于另一项请求" in other.json()["detail"]) == (409, True)
    deadline = api.get(request["links"]["deadline"]).json()
    assert (deadline["code"], deadline["owing"], deadline["asking"]) == (
        "request.information",
        "云中区公安局",
        "云中区人民法院",
    )
    assert step(api, request, "settle").status_code == 409
    assert step(api, request, "receive").json()["status"] == "received"
    assert step(api, request, "answer").status_code == 422  # says nothing
    assert step(api, request, "answer", reason="查无下落").json()["status"] == "answered"
    assert api.get(request["links"]["deadline"]).json()["state"] == "answered"
    back = step(api, request, "send_back", reason="户籍地未查", by="王某").json()
    assert (back["status"], back["running"]["state"], back["times_sent_back"]) == ("sent_back", "running", 1)
    report = api.get("/v1/ledger/report").json()["all"]
    assert (report["asked"], report["answered"], report["open"], report["sent_back"]) == (1, 1, 1, 1)
    assert step(api, request, "answer", reason="现居临溪").json()["status"] == "answered"
    assert step(api, request, "settle", by="王某").json()["status"] == "settled"
    shown = api.get(request["links"]["self"]).json()
    steps = [
        "RequestMade",
        "RequestReceived",
        "RequestAnswered",
        "RequestSentBack",
        "RequestAnswered",
        "RequestSettled",
    ]
    assert [s["type"] for s in shown["history"]] == steps
    assert shown["history"][0]["summary"].startswith("云中区人民法院向云中区公安局提出查人查物、调取信息")
    assert shown["possible_steps"] == []
    assert step(api, request, "withdraw", reason="无须").status_code == 409
    assert unchanged_by_rebuild(store)


def test_two_officials(api: httpx.Client, store: Seeded) -> None:
    """One answers, one withdraws, in view of the same: one wins, the other is told."""
    request = api.post("/v1/requests", json=body()).json()
    sent = [
        {"step": "answer", "by": "李某", "reason": "已查明", "expected_version": request["version"]},
        {"step": "withdraw", "by": "王某", "reason": "已自行查明", "expected_version": request["version"]},
    ]
    with ThreadPoolExecutor(2) as both:
        answers = [both.submit(api.post, request["links"]["steps"], json=one) for one in sent]
    assert sorted(answer.result().status_code for answer in answers) == [201, 409]
    lost = next(answer.result().json() for answer in answers if answer.result().status_code == 409)
    assert "李某答复" in lost["detail"] or "王某撤回请求" in lost["detail"]
    won = next(one for one, answer in zip(sent, answers, strict=True) if answer.result().status_code == 201)
    assert api.post(request["links"]["steps"], json=won).status_code == 201  # sent again
    assert unchanged_by_rebuild(store)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "reply first"])
def test_judicial_advice_appears_by_itself(store: Seeded, api: httpx.Client, order: tuple[int, int]) -> None:
    """With its reply, whichever arrives first; it is answered in time, taken up."""
    sent = [
        assessed(1, type="court.advice_issued", source=COURT, title="关于预售资金监管的司法建议", extra=ADVICE),
        assessed(2, type="court.advice_replied", source=COURT, at=FIRST_DAY + timedelta(days=30), title="司法建议回复",
                 extra=ADVICE | {"accepted": True}),
    ]  # fmt: skip
    for number in order:
        store.add([sent[number]])
    (request,) = api.get("/v1/ledger").json()["items"]
    assert (request["kind"], request["direction"], request["status"]) == (
        "judicial_advice",
        "court_to_government",
        "answered",
    )
    assert (request["asker"], request["asked"], request["accepted"]) == ("云中区人民法院", ADVICE["addressee"], True)
    assert {"event", "answer", "deadline"} <= request["links"].keys()
    report = api.get("/v1/ledger/report").json()["all"]
    assert (report["answered"], report["in_time"], report["fulfilled"], report["median_days"]) == (1, 1, 1.0, 30.0)
    assert step(api, request, "settle", by="王某").json()["status"] == "settled"
    assert unchanged_by_rebuild(store)


def test_an_answer_without_its_request_is_not_listed(store: Seeded, api: httpx.Client) -> None:
    """It waits, unseen, and cannot be handled."""
    store.add([assessed(2, type="court.advice_replied", source=COURT, extra=ADVICE | {"accepted": False})])
    assert api.get("/v1/ledger").json()["items"] == []
    assert api.get("/v1/ledger/report").json()["all"]["asked"] == 0
    assert api.get("/v1/deadlines", params={"state": "all"}).json()["items"] == []
    assert unchanged_by_rebuild(store)


def test_figures_rank_no_court_by_the_advice_it_gives(store: Seeded, api: httpx.Client) -> None:
    """Three courts send 1, 2 and 5 advices: nothing in report or ledger orders or counts them by court."""
    sent = []
    for county, count in (("379001", 5), ("379002", 2), ("379003", 1)):
        for number in range(count):
            extra = ADVICE | {"document_number": f"云法建〔2025〕{county[-1]}{number}号"}
            sent.append(assessed(len(sent), type="court.advice_issued", source=f"/court/{county}/x", extra=extra,
                                 at=FIRST_DAY - timedelta(days=len(sent)), place=None))  # fmt: skip
    store.add(sent)
    answer = api.get("/v1/ledger/report", params={"kind": "judicial_advice"})
    assert [office["office"] for office in answer.json()["offices"]] == [ADVICE["addressee"]]
    assert "法院" not in answer.text
    assert (
        api.get("/v1/ledger/report", params={"asker": "x", "order": "asked"}).json()
        == api.get("/v1/ledger/report").json()
    )


def test_lists_files_and_commands(
    store: Seeded,
    api: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    database_url: str,
    tmp_path: Path,
) -> None:
    """Filters, overdue, pages; Excel and CSV with the same rows; no cell is a formula; the command's report."""
    now = clock.now()
    old = (now - timedelta(days=60)).isoformat()
    late = api.post("/v1/requests", json=body(number="甲1", at=old)).json()
    api.post("/v1/requests", json=body(number="甲2", kind="prior_opinion", direction="government_to_court",
                                       asker="云中区人民政府", asked="云中区人民法院", what="=1+1"))  # fmt: skip
    api.post("/v1/requests", json=body(number="甲3", kind="joint_reception", asked="云中区信访局"))
    assert api.post("/v1/requests", json=body(number="甲4", asked="云中区人民法院")).status_code == 422
    assert api.post("/v1/requests", json=body(number="甲4", length=11)).status_code == 409
    assert tell(store.engine, book(), now) == 1
    pick = lambda **wanted: [r["number"] for r in api.get("/v1/ledger", params=wanted).json()["items"]]  # noqa: E731
    assert pick(overdue=True) == ["甲1"]
    assert pick(kind="prior_opinion") == pick(direction="government_to_court") == ["甲2"]
    assert pick(office="信访") == pick(asked="信访") == ["甲3"] and len(pick(office="人民法院")) == 3
    assert pick(limit=1) != pick() and len(pick(status="open")) == 3
    assert pick(since=(now - timedelta(days=1)).isoformat()) == pick()[:2]
    report = api.get("/v1/ledger/report").json()
    police = next(o for o in report["offices"] if o["office"] == "云中区公安局")
    assert (police["asked"], police["overdue"], police["fulfilled"], police["median_days"]) == (1, 1, 0.0, None)
    sheet = openpyxl.load_workbook(io.BytesIO(api.get("/v1/ledger/file").content)).active
    assert sheet is not None
    rows = [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    text = api.get("/v1/ledger/file", params={"format": "csv"}).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1:] == rows
    assert [row[2] for row in rows] == ["甲1", "甲2", "甲3"]  # oldest first
    assert all(not cell.startswith("=") for row in rows for cell in row) and rows[0][15] == "是"
    monkeypatch.setattr(cli, "load_settings", lambda: settings.model_copy(update={"database_url": database_url}))
    runner = CliRunner(env={"COLUMNS": "250"})
    assert "甲1" in runner.invoke(cli.app, ["list", "--overdue"]).output
    shown = runner.invoke(cli.app, ["report"]).output
    assert "云中区公安局" in shown and "合计 all" in shown, shown
    for name in ("a.xlsx", "a.csv"):
        assert "3" in runner.invoke(cli.app, ["export", "--to", str(tmp_path / name)]).output
    assert runner.invoke(cli.app, ["export", "--to", "a.txt"]).exit_code == 2
    assert late["overdue"] and api.get("/v1/requests/none").status_code == 404
    assert unchanged_by_rebuild(store)
