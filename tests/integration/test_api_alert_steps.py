"""Handling of alerts through the API, on both databases: recorded on the alert's own stream, shown, and one of two officials wins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra import surveying
from infra.backlog import Mark
from infra.cli.alerts import app
from infra.reminding import remind
from infra.store.digest import exact_digest
from infra.store.event_log import verify_chain
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from infra.surveying import Surveyor
from infra.watching import Watch
from tests.disputes import REJECTED_TOPIC, rules
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed, burst


def body(step: str, version: int, **changed: Any) -> dict[str, Any]:
    """A request."""
    return {"step": step, "by": "王某", "expected_version": version} | changed


@pytest.fixture
def alert(store: Seeded, api: httpx.Client) -> dict[str, Any]:
    """The orange alert of a matter."""
    store.add([assessed(n, level=3, **against("甲公司")) for n in range(3)])
    (found,) = api.get("/v1/alerts").json()["items"]
    return found


class NobodyKnows:
    """How far the line has come: not known."""

    def set(self, mark: Mark) -> None:
        """Follow a mark."""

    def passed(self) -> Mark | None:
        """None: it is not known that everything sent was handled."""
        return None


def unchanged_by_rebuild(store: Seeded) -> bool:
    """Whether the chain holds and a rebuild folds to the same."""
    with store.engine.connect() as connection:
        verify_chain(connection)
        before = exact_digest(connection, reads)
    rebuild(store.engine)
    with store.engine.connect() as connection:
        return exact_digest(connection, reads) == before


def test_from_raised_to_closed(store: Seeded, api: httpx.Client, alert: dict[str, Any]) -> None:
    """Each step is recorded, shown with who and since when, and listed; the lists filter by it."""
    path = alert["links"]["steps"]
    assert (alert["status"], alert["status_name"], alert["handled_by"]) == ("raised", "待签收", "")
    assert alert["acknowledge_by"] == "2025-09-01T17:00:00+08:00"  # orange: eight hours
    version = alert["version"]
    for step, status, changed in (
        ("acknowledge", "acknowledged", {}),
        ("take_in_hand", "in_hand", {"by": "李某"}),
        ("answer", "answered", {"by": "李某", "reason": "已约谈，电话13800138000"}),
        ("close", "closed", {"reason": "已兑付", "outcome": "true"}),
    ):
        answer = api.post(path, json=body(step, version, **changed))
        assert answer.status_code == 201, answer.text
        shown = answer.json()
        version += 1
        assert (shown["alert"]["status"], shown["alert"]["version"]) == (status, version)
        assert shown["step"]["version"] == version
        assert shown["alert"]["acknowledge_by"] is None
        assert shown["alert"]["since"] == shown["step"]["at"]
    detail = api.get(alert["links"]["self"]).json()
    assert [step["summary"] for step in detail["history"][1:]] == [
        "王某签收",
        "李某办理",
        "李某反馈：已约谈，电话138****8000",
        "王某办结，属实：已兑付",
    ]
    assert (detail["outcome"], detail["outcome_name"], detail["possible_steps"]) == ("true", "属实", ["reopen"])
    for wanted, count in (({"status": "closed"}, 1), ({"status": "raised"}, 0), ({"outcome": "false_alarm"}, 0)):
        assert len(api.get("/v1/alerts", params=wanted).json()["items"]) == count
    assert api.get("/v1/alerts", params={"status": "done"}).status_code == 422
    assert unchanged_by_rebuild(store)


def test_an_older_view_is_a_conflict_that_says_what_changed(api: httpx.Client, alert: dict[str, Any]) -> None:
    """The step in between is named; the same request sent again after a lost answer is no conflict."""
    path, version = alert["links"]["steps"], alert["version"]
    first = body("take_in_hand", version, by="李某")
    assert api.post(path, json=first).status_code == 201
    again = api.post(path, json=first)
    assert (again.status_code, again.json()["alert"]["version"]) == (201, version + 1)
    answer = api.post(path, json=body("close", version, outcome="false_alarm", reason="查无此事"))
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == "urn:fuyuan:problem:version-conflict"
    assert "李某办理" in problem["detail"]
    assert [change["version"] for change in problem["changes"]] == [version + 1]


def test_a_step_that_is_not_possible_says_what_is(api: httpx.Client, alert: dict[str, Any]) -> None:
    """An alert is closed as right only when it was answered what was done."""
    answer = api.post(alert["links"]["steps"], json=body("close", alert["version"], outcome="true", reason="是"))
    assert answer.status_code == 409, answer.text
    assert answer.json()["type"] == "urn:fuyuan:problem:step-not-allowed"
    assert "close.false_alarm" in answer.json()["possible_steps"]
    assert "办结（误报）" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"step": "answer"}, ["reason"]),
        ({"step": "close", "reason": "查无"}, ["outcome"]),
        ({"step": "close", "reason": "查无", "outcome": "wrong"}, ["body.outcome"]),
        ({"step": "close", "reason": "查无", "outcome": "duplicate"}, ["duplicate_of"]),
        ({"step": "close", "reason": "查无", "outcome": "duplicate", "duplicate_of": "0" * 32}, ["duplicate_of"]),
        ({"outcome": "true"}, ["outcome"]),
        ({"by": " "}, ["body.by"]),
        ({"expected_version": 0}, ["body.expected_version"]),
        ({"label": {"level": "blue"}}, ["body.label"]),
    ],
)
def test_what_is_wrong_is_named(
    api: httpx.Client, alert: dict[str, Any], changed: dict[str, Any], paths: list[str]
) -> None:
    """422 with each field, in Chinese and English."""
    answer = api.post(alert["links"]["steps"], json=body("acknowledge", alert["version"]) | changed)
    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == paths
    assert all(error["zh"] and error["en"] for error in answer.json()["errors"])


def test_an_unknown_alert(api: httpx.Client) -> None:
    """404."""
    assert api.post("/v1/alerts/nothing/steps", json=body("acknowledge", 1)).status_code == 404


def test_of_twenty_officials_at_once_one_wins(store: Seeded, api: httpx.Client, alert: dict[str, Any]) -> None:
    """One step, nineteen conflicts; the chain holds and folds to the same."""

    def take(number: int) -> int:
        sent = body("take_in_hand", alert["version"], by=f"第{number}人")
        return api.post(alert["links"]["steps"], json=sent).status_code

    with ThreadPoolExecutor(20) as officials:
        assert sorted(officials.map(take, range(20))) == [201, *[409] * 19]
    assert unchanged_by_rebuild(store)


def test_nothing_grave_stays_hidden_by_an_old_close(store: Seeded, api: httpx.Client, alert: dict[str, Any]) -> None:
    """A grave event that joins later, and a level that rises, open it again with the reason; a slight one does not."""
    path = alert["links"]["steps"]
    close = {"outcome": "false_alarm", "reason": "误报"}
    assert api.post(path, json=body("close", alert["version"], **close)).status_code == 201
    store.add([assessed(50, level=1, **against("甲公司"))])
    assert api.get(alert["links"]["self"]).json()["status"] == "closed"
    store.add([assessed(51, level=3, **against("甲公司"))])
    shown = api.get(alert["links"]["self"]).json()
    assert (shown["status"], shown["outcome"], shown["handled_by"]) == ("raised", None, "")
    assert shown["history"][-1]["summary"] == "系统重新打开：办结之后又有橙色事件归入"
    assert api.post(path, json=body("close", shown["version"], **close)).status_code == 201
    store.add([assessed(52, level=4, **against("甲公司"))])
    shown = api.get(alert["links"]["self"]).json()
    assert (shown["status"], shown["level"]["code"]) == ("raised", "red")
    assert [step["type"] for step in shown["history"][-2:]] == ["AlertEscalated", "AlertReopened"]
    assert shown["history"][-1]["reasons"][0]["text"] == "办结之后由橙色升为红色"
    assert unchanged_by_rebuild(store)


def test_a_higher_level_asks_again_for_an_acknowledgement(
    store: Seeded, api: httpx.Client, alert: dict[str, Any]
) -> None:
    """Whoever works on it goes on; the owner of the new level acknowledges."""
    path = alert["links"]["steps"]
    assert api.post(path, json=body("take_in_hand", alert["version"])).status_code == 201
    store.add([assessed(60, level=4, **against("甲公司"))])
    shown = api.get(alert["links"]["self"]).json()
    assert (shown["status"], shown["handled_by"], shown["acknowledge_by"]) == (
        "in_hand",
        "王某",
        "2025-09-01T11:00:00+08:00",
    )
    answer = api.post(path, json=body("acknowledge", shown["version"], by="市领导"))
    assert (answer.json()["alert"]["status"], answer.json()["alert"]["acknowledge_by"]) == ("in_hand", None)


def test_an_overdue_acknowledgement_goes_to_the_next_leader(
    store: Seeded, api: httpx.Client, alert: dict[str, Any]
) -> None:
    """Once a step of the chain, whoever looks how often; an acknowledgement ends it."""
    for hours, steps in ((7, 0), (8, 1), (9, 0), (20, 1), (40, 1), (900, 0)):
        assert remind(store.engine, rules(), FIRST_DAY + timedelta(hours=hours)) == steps, hours
    shown = api.get(alert["links"]["self"]).json()
    assert [step["type"] for step in shown["history"]] == ["AlertRaised"] + ["AlertOverdue"] * 3
    assert "橙色预警签收已于 09-01 17:00 超期，责任人改为府院联席会议、市级包案领导" in shown["history"][1]["summary"]
    assert shown["owner"] == "府院联席会议召集人"
    assert shown["status"] == "raised"
    assert api.post(alert["links"]["steps"], json=body("acknowledge", shown["version"])).status_code == 201
    assert unchanged_by_rebuild(store)


def test_two_who_look_at_once_take_each_step_once(store: Seeded, alert: dict[str, Any]) -> None:
    """Another process may look at the same moment."""
    late = FIRST_DAY + timedelta(hours=50)
    with ThreadPoolExecutor(4) as lookers:
        assert sum(lookers.map(lambda _: remind(store.engine, rules(), late), range(8))) == 3
    assert alert["status"] == "raised"


def test_the_surveyor_looks_every_minute(
    store: Seeded, api: httpx.Client, alert: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the thread of WATCH that closes days, whether or not the line is known to be handled."""
    looked = []
    monkeypatch.setattr(surveying, "remind", lambda *given: looked.append(given[2]) or remind(*given))
    surveyor = Surveyor(store.engine, rules(), Watch(store.engine, rules(), REJECTED_TOPIC))
    for seconds in (0, 30, 61, 8 * 3600, 8 * 3600 + 59):
        surveyor.survey(NobodyKnows(), FIRST_DAY + timedelta(seconds=seconds))
    assert [(at - FIRST_DAY).seconds for at in looked] == [0, 61, 8 * 3600]
    assert api.get(alert["links"]["self"]).json()["history"][-1]["type"] == "AlertOverdue"


def test_the_command_prints_precision(
    api: httpx.Client, alert: dict[str, Any], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`fuyuan alerts precision`, with and without closed alerts."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "160")
    run = CliRunner()
    assert "还没有办结的预警" in run.invoke(app, ["precision"], catch_exceptions=False).output
    sent = body("close", alert["version"], outcome="false_alarm", reason="误报")
    assert api.post(alert["links"]["steps"], json=sent).status_code == 201
    printed = run.invoke(app, ["precision", "--since", "2025-09-01"], catch_exceptions=False).output
    assert "已办结 closed: 1；准确率 precision: 0.0%（0.0%–79.3%）" in printed
    assert "重大事项" in printed and "/gov/379001/hotline" in printed and "model.level" in printed
    assert "还没有" in run.invoke(app, ["precision", "--until", "2025-09-01"], catch_exceptions=False).output


def test_a_false_alarm_is_counted_and_can_label_its_events(
    store: Seeded, api: httpx.Client, alert: dict[str, Any]
) -> None:
    """The close says what the events should have been; precision by kind, rule, agency and county."""
    store.add(burst(100))
    items = {item["kind"]: item for item in api.get("/v1/alerts").json()["items"]}
    label = {"level": "blue"}
    sent = body("close", alert["version"], outcome="false_alarm", reason="核实为个案", label=label)
    answer = api.post(alert["links"]["steps"], json=sent)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["labels"]["events"], answer.json()["labels"]["labelled"]) == (3, 3)
    again = api.post(alert["links"]["steps"], json=sent)
    assert (again.status_code, again.json()["labels"]["labelled"]) == (201, 0)
    assert len(api.get("/v1/labels", params={"alert_id": alert["alert_id"]}).json()["items"]) == 3
    other = items["emerging"]
    for number, step in enumerate(("take_in_hand", "answer", "close")):
        changed = {"reason": "属实"} | ({"outcome": "true"} if step == "close" else {})
        sent = body(step, other["version"] + number, **changed)
        assert api.post(other["links"]["steps"], json=sent).status_code == 201
    report = api.get("/v1/alerts/precision").json()
    assert (report["closed"], report["true"], report["false_alarm"], report["precision"]) == (2, 1, 1, 0.5)
    assert report["low"] == pytest.approx(0.0945, abs=1e-3) and report["high"] == pytest.approx(0.9055, abs=1e-3)
    assert {row["key"]: row["precision"] for row in report["kinds"]} == {"matter": 0.0, "emerging": 1.0}
    assert [row["key"] for row in report["agencies"]] == ["/gov/379001/hotline"]
    assert {"model.level", other["reasons"][0]["code"]} <= {row["key"] for row in report["rules"]}
    assert [row["closed"] for row in report["counties"]] == [2]
    later = {"since": "2026-01-01T00:00:00+08:00"}
    assert api.get("/v1/alerts/precision", params=later).json()["precision"] is None


def test_a_duplicate_names_the_other_alert(store: Seeded, api: httpx.Client, alert: dict[str, Any]) -> None:
    """It is linked, and does not count against precision."""
    store.add([assessed(200, level=3, **against("乙公司"))])
    other = next(a for a in api.get("/v1/alerts").json()["items"] if a["alert_id"] != alert["alert_id"])
    sent = body("close", other["version"], outcome="duplicate", reason="同一事项", duplicate_of=alert["alert_id"])
    shown = api.post(other["links"]["steps"], json=sent).json()["alert"]
    assert shown["links"]["duplicate_of"] == alert["links"]["self"]
    back = sent | {"duplicate_of": other["alert_id"], "expected_version": alert["version"]}
    assert api.post(alert["links"]["steps"], json=back).status_code == 422
    assert api.get("/v1/alerts/precision").json()["duplicate"] == 1
