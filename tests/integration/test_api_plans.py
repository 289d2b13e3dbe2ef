"""Plans through the API, on both databases: edited, signed, adopted into duties, redrafted beside what people made of them."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import docx
import httpx
import pytest
from typer.testing import CliRunner

from infra.cli import duties as duties_cli
from infra.cli import plan as plan_cli
from infra.deadlines import tell
from infra.dispatching import Dispatcher
from infra.plans import follow_drafts
from infra.settings import Settings
from tests.clocks import book
from tests.disputes import rules
from tests.integration.test_api_deadlines import unchanged_by_rebuild
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed


@pytest.fixture
def plan(store: Seeded, api: httpx.Client) -> dict[str, Any]:
    """The draft for an orange matter."""
    sure = {"level": 3, "level_probabilities": (0.05, 0.05, 0.8, 0.1)}
    store.add([assessed(n, category="劳动争议", **sure, **against("甲公司")) for n in range(3)])
    (found,) = api.get("/v1/plans").json()["items"]
    return api.get(found["links"]["self"]).json()


def edited(plan: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The plan's text as an edit would send it."""
    kept = ("text", "lead", "support", "basis", "due_days", "clock")
    measures = [{name: m[name] for name in kept} for m in plan["measures"]]
    text = {"title": plan["title"], "facts": plan["facts"], "findings": plan["findings"], "measures": measures}
    return {**text, "by": "王某", "note": "按会商意见修改", "expected_version": plan["version"]} | changed


def step(api: httpx.Client, plan: dict[str, Any], kind: str, **changed: Any) -> dict[str, Any]:
    """A step with the newest version, which must succeed."""
    version = api.get(plan["links"]["self"]).json()["version"]
    answer = api.post(plan["links"]["steps"], json={"step": kind, "by": "李某", "expected_version": version} | changed)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_edited_signed_adopted_into_duties(store: Seeded, api: httpx.Client, plan: dict[str, Any]) -> None:
    """Texts are kept and compared; what is signed is edited no more; each measure becomes a duty with its deadline."""
    assert (plan["status"], plan["possible_steps"]) == ("draft", ["revise", "sign", "send_back", "drop"])
    assert follow_drafts(store.engine, rules(), FIRST_DAY + timedelta(hours=1)) == 0  # nobody has been told of it yet
    Dispatcher(store.engine, rules()).dispatch(FIRST_DAY + timedelta(hours=2))
    follow_drafts(store.engine, rules(), FIRST_DAY + timedelta(hours=2))
    assert follow_drafts(store.engine, rules(), FIRST_DAY + timedelta(hours=3)) == 0
    (signing,) = api.get("/v1/deadlines", params={"about_id": plan["plan_id"]}).json()["items"]
    assert (signing["code"], signing["last_day"]) == ("plan.sign", "2025-09-04")  # three working days
    body = edited(plan)
    body["measures"] = [
        *body["measures"][:2],
        {"text": "会同工会约谈，电话13800138000", "lead": "总工会", "due_days": 5},
    ]
    answer = api.post(plan["links"]["revisions"], json=body)
    assert answer.status_code == 201, answer.text
    assert api.post(plan["links"]["revisions"], json=body).json() == answer.json()  # a lost answer
    shown = answer.json()["plan"]
    assert (shown["edition"], shown["edited_by"], len(shown["measures"])) == (plan["version"] + 1, "王某", 3)
    assert shown["measures"][2]["text"] == "会同工会约谈，电话138****8000"
    assert shown["measures"][2]["deadline"] == "方案签发之日起5日内"
    first, second = api.get(plan["links"]["versions"]).json()[-2:]
    assert (first["by"], second["by"], second["note"]) == ("", "王某", "按会商意见修改")
    assert any(line.startswith("增加措施：会同工会约谈") for line in second["changes"])
    assert any(line.startswith("删去措施：") for line in second["changes"])
    assert len(api.get(first["links"]["self"]).json()["measures"]) == len(plan["measures"])
    signed = step(api, plan, "sign", office="县级包案领导", by="赵某")["plan"]
    assert (signed["status"], signed["signed_by"], signed["possible_steps"]) == (
        "signed",
        "赵某",
        ["adopt", "send_back", "reopen"],
    )
    assert api.get(signing["links"]["self"]).json()["state"].startswith("answered")
    refused = api.post(plan["links"]["revisions"], json=edited(signed))
    assert (refused.status_code, refused.json()["possible_steps"]) == (409, ["adopt", "send_back", "reopen"])
    word = docx.Document(io.BytesIO(api.get(plan["links"]["self"], params={"format": "docx"}).content))
    lines = [paragraph.text for paragraph in word.paragraphs]
    assert "签发人：县级包案领导 赵某" in lines and not any("草稿" in line or "拟稿" in line for line in lines)
    early = api.get(plan["links"]["self"], params={"format": "md", "version": first["version"]}).text
    assert "**草稿，须经签发**" in early and "签发人" not in early
    done = step(api, plan, "adopt")
    assert (done["plan"]["status"], done["duties_assigned"]) == ("adopted", 3)
    duties = api.get(plan["links"]["duties"]).json()["items"]
    assert sorted(d["number"] for d in duties) == [1, 2, 3]
    (union,) = [d for d in duties if d["office"] == "总工会"]
    deadline = api.get(union["links"]["deadline"]).json()
    assert (deadline["code"], deadline["owing"], deadline["about"]) == ("duty.due", "总工会", "duty")
    assert unchanged_by_rebuild(store)


def test_an_edit_that_adds_a_coercive_measure_is_refused(api: httpx.Client, plan: dict[str, Any]) -> None:
    """It names the measure and the word, and what to do instead; nothing is written."""
    body = edited(plan)
    body["measures"][1] |= {"text": "对聚集人员强制带离现场"}
    answer = api.post(plan["links"]["revisions"], json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["path"], error["got"]) == ("measures[1].text", "强制带离")
    assert "有权机关依法另行决定" in error["zh"]
    for changed in ({"measures": []}, {"title": ""}, {"measures": [{"text": "a", "lead": "b"}]}, {"measures": [{"text": "a", "lead": "b", "clock": "x"}]}):  # fmt: skip
        assert api.post(plan["links"]["revisions"], json=edited(plan) | changed).status_code == 422
    assert api.get(plan["links"]["self"]).json()["version"] == plan["version"]


def test_two_officials_and_steps_that_are_not_possible(store: Seeded, api: httpx.Client, plan: dict[str, Any]) -> None:
    """One edits, one signs, in view of the same text: one wins, the other is told what changed."""
    sign = {"step": "sign", "by": "赵某", "expected_version": plan["version"]}
    with ThreadPoolExecutor(2) as both:
        answers = [
            both.submit(api.post, plan["links"]["revisions"], json=edited(plan)),
            both.submit(api.post, plan["links"]["steps"], json=sign),
        ]
    assert sorted(answer.result().status_code for answer in answers) == [201, 409]
    lost = next(answer.result().json() for answer in answers if answer.result().status_code == 409)
    assert lost["type"] == "urn:fuyuan:problem:version-conflict"
    assert [change["version"] for change in lost["changes"]] == [plan["version"] + 1]
    assert "修改方案" in lost["detail"] or "签发方案" in lost["detail"]
    version = plan["version"] + 1
    for kind, status in (("adopt", 409), ("take_redraft", 409)):
        body = {"step": kind, "by": "赵某", "expected_version": version}
        current = api.get(plan["links"]["self"]).json()
        if kind not in current["possible_steps"]:
            assert api.post(plan["links"]["steps"], json=body).status_code == status
    assert api.post("/v1/plans/none/steps", json=sign).status_code == 404
    assert api.get("/v1/plans/none/versions").status_code == 404
    assert api.get(f"{plan['links']['versions']}/99").status_code == 404
    assert unchanged_by_rebuild(store)


def test_what_is_drafted_after_an_escalation_stays_apart(
    store: Seeded, api: httpx.Client, plan: dict[str, Any]
) -> None:
    """An edited draft, then a red event: the edit stands, the redraft waits; signing waits for it; taking it over keeps both texts."""
    body = edited(plan, title="经研究的方案（草稿）")
    assert api.post(plan["links"]["revisions"], json=body).status_code == 201
    store.add([assessed(9, level=4, category="劳动争议", at=FIRST_DAY + timedelta(days=1), **against("甲公司"))])
    shown = api.get(plan["links"]["self"]).json()
    assert (shown["title"], shown["level"]["code"], shown["redraft"]) == (
        "经研究的方案（草稿）",
        "orange",
        shown["version"],
    )
    assert [p["plan_id"] for p in api.get("/v1/plans", params={"redrafted": True}).json()["items"]] == [plan["plan_id"]]
    sign = {"step": "sign", "by": "赵某", "expected_version": shown["version"]}
    refused = api.post(plan["links"]["steps"], json=sign)
    assert (refused.status_code, refused.json()["possible_steps"]) == (409, ["take_redraft", "revise"])
    taken = step(api, plan, "take_redraft")["plan"]
    assert (taken["level"]["code"], taken["redraft"]) == ("red", None)
    assert [v["by"] for v in api.get(plan["links"]["versions"]).json()][-3:] == ["王某", "", "李某"]
    assert unchanged_by_rebuild(store)


def test_adopted_then_reopened_keeps_what_is_under_way(store: Seeded, api: httpx.Client, plan: dict[str, Any]) -> None:
    """A second adoption assigns what is new, withdraws what is gone, leaves the rest with its history."""
    step(api, plan, "sign")
    assert step(api, plan, "adopt")["duties_assigned"] == len(plan["measures"])
    duties = api.get(plan["links"]["duties"]).json()["items"]
    (kept,) = [d for d in duties if d["number"] == 1]
    seen = {"step": "acknowledge", "by": "李某", "expected_version": kept["version"]}
    assert api.post(kept["links"]["steps"], json=seen).json()["status"] == "acknowledged"
    store.add([assessed(9, level=4, category="劳动争议", at=FIRST_DAY + timedelta(days=1), **against("甲公司"))])
    shown = api.get(plan["links"]["self"]).json()
    assert (shown["status"], shown["redraft"] is not None) == ("adopted", True)  # what was adopted stands
    reopened = step(api, plan, "reopen", reason="预警升为红色")["plan"]
    body = edited(reopened) | {
        "measures": [*edited(reopened)["measures"][:1], {"text": "新的措施", "lead": "某局", "due_days": 3}]
    }
    assert api.post(plan["links"]["revisions"], json=body).status_code == 201
    step(api, plan, "sign", by="钱某")
    assert step(api, plan, "adopt")["duties_assigned"] == 1
    after = {(d["text"], d["status"]) for d in api.get(plan["links"]["duties"], params={"limit": 100}).json()["items"]}
    assert (kept["text"], "acknowledged") in after and ("新的措施", "assigned") in after
    assert sum(status == "withdrawn" for _, status in after) == len(plan["measures"]) - 1
    gone = next(
        d for d in api.get(plan["links"]["duties"], params={"limit": 100}).json()["items"] if d["status"] == "withdrawn"
    )
    assert api.get(gone["links"]["deadline"]).json()["state"] == "withdrawn"
    assert unchanged_by_rebuild(store)


def test_a_duty_from_assigned_to_done(store: Seeded, api: httpx.Client, plan: dict[str, Any]) -> None:
    """Acknowledged, answered, sent back with a new deadline, overdue, answered again, accepted; the alert is closed only then."""
    step(api, plan, "sign")
    step(api, plan, "adopt")
    duties = api.get(plan["links"]["duties"]).json()["items"]
    one = duties[0]
    path, version = one["links"]["steps"], one["version"]
    for kind, changed, status in (
        ("acknowledge", {}, "acknowledged"),
        ("answer", {"reason": "已核实 32 人"}, "answered"),
        ("send_back", {"reason": "金额没有核清", "by": "赵某"}, "sent_back"),
    ):
        answer = api.post(path, json={"step": kind, "by": "李某", "expected_version": version} | changed)
        assert (answer.status_code, answer.json()["status"]) == (201, status), answer.text
        version += 1
    shown = api.get(one["links"]["self"]).json()
    assert (shown["running"]["code"], shown["times_sent_back"]) == ("duty.answer", 1)
    assert api.get(one["links"]["deadline"]).json()["state"] == "answered"
    tell(store.engine, book(), FIRST_DAY + timedelta(days=3650))
    overdue = api.get(one["links"]["self"]).json()["running"]
    assert overdue["lapsed"] == 2
    assert "承办单位主要负责人" in api.get(overdue["links"]["self"]).json()["history"][-1]["summary"]
    early = api.post(path, json={"step": "accept", "by": "赵某", "expected_version": version})
    assert (early.status_code, "现在可以" in early.json()["detail"]) == (409, True)
    stale = api.post(path, json={"step": "answer", "by": "孙某", "reason": "x", "expected_version": version - 1})
    assert (stale.status_code, "退回任务" in stale.json()["detail"]) == (409, True)
    alert = api.get(plan["links"]["alert"]).json()
    steps = alert["links"]["steps"]
    for kind, changed in (("take_in_hand", {}), ("answer", {"reason": "已办"})):
        number = api.get(plan["links"]["alert"]).json()["version"]
        assert (
            api.post(steps, json={"step": kind, "by": "赵某", "expected_version": number} | changed).status_code == 201
        )
    number = api.get(plan["links"]["alert"]).json()["version"]
    close = {"step": "close", "by": "赵某", "outcome": "true", "reason": "已兑付", "expected_version": number}
    refused = api.post(steps, json=close)
    assert (refused.status_code, refused.json()["open_duties"]) == (409, len(duties))
    closed = api.post(steps, json=close | {"despite": "其余任务转入长效机制"})
    assert (closed.status_code, "转入长效机制" in closed.json()["step"]["summary"]) == (201, True)
    assert unchanged_by_rebuild(store)


def test_a_false_alarm_ends_the_wait_for_a_signature(store: Seeded, api: httpx.Client, plan: dict[str, Any]) -> None:
    """The draft stays as it is; nobody is reminded to sign it; it may be dropped with a reason."""
    Dispatcher(store.engine, rules()).dispatch(FIRST_DAY + timedelta(hours=2))
    follow_drafts(store.engine, rules(), FIRST_DAY + timedelta(hours=2))
    alert = api.get(plan["links"]["alert"]).json()
    body = {
        "step": "close",
        "by": "赵某",
        "outcome": "false_alarm",
        "reason": "查无此事",
        "expected_version": alert["version"],
    }
    assert api.post(alert["links"]["steps"], json=body).status_code == 201
    assert follow_drafts(store.engine, rules(), FIRST_DAY + timedelta(hours=3)) == 1
    assert follow_drafts(store.engine, rules(), FIRST_DAY + timedelta(hours=4)) == 0
    (signing,) = api.get("/v1/deadlines", params={"about_id": plan["plan_id"], "state": "all"}).json()["items"]
    assert signing["state"] == "withdrawn"
    assert step(api, plan, "drop", reason="预警为误报")["plan"]["status"] == "dropped"
    assert unchanged_by_rebuild(store)


def test_the_commands(
    store: Seeded,
    api: httpx.Client,
    plan: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    database_url: str,
) -> None:
    """Plans with their status, texts with what changed, duties."""
    api.post(plan["links"]["revisions"], json=edited(plan, title="经研究的方案"))
    step(api, plan, "sign")
    step(api, plan, "adopt")
    for module in (plan_cli, duties_cli):
        monkeypatch.setattr(module, "load_settings", lambda: settings.model_copy(update={"database_url": database_url}))
    monkeypatch.setattr(plan_cli.console, "_width", 250, raising=False)
    runner = CliRunner(env={"COLUMNS": "250"})
    versions = runner.invoke(plan_cli.app, ["versions", plan["plan_id"]])
    assert "标题由" in versions.output and "王某" in versions.output, versions.output
    assert runner.invoke(plan_cli.app, ["versions", "none"]).exit_code == 1
    listed = runner.invoke(duties_cli.app, ["list"])
    assert listed.output.count("待签收") == len(plan["measures"]), listed.output
    assert "待签收" not in runner.invoke(duties_cli.app, ["list", "--office", "没有"]).output
    assert store.engine
