"""Dispatch through the API and the command line, on both databases: stages and reasons shown, silences set, lifted and refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra import clock
from infra.cli.alerts import app
from infra.dispatching import Dispatcher
from infra.store.rebuild import rebuild
from infra.surveying import Surveyor
from infra.watching import Watch
from schemas.assessed import Assessed
from tests.disputes import REJECTED_TOPIC, rules
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed

SURE = (0.05, 0.05, 0.8, 0.1)
"""What the model thinks of a level, certain enough to be told."""


def grave(number: int, enterprise: str, level: int = 3) -> Assessed:
    """An event that raises the alert of a matter of its own."""
    return assessed(number, level=level, level_probabilities=SURE, **against(enterprise))


@pytest.fixture
def seven(store: Seeded, api: httpx.Client) -> dict[str, dict[str, Any]]:
    """Seven orange alerts of one county leader, by title, after the dispatcher has looked."""
    store.add([grave(n, f"{'甲乙丙丁戊己庚'[n]}公司") for n in range(7)])
    Dispatcher(store.engine, rules()).dispatch(clock.now())
    return {one["title"]: one for one in api.get("/v1/alerts").json()["items"]}


def silence(**changed: Any) -> dict[str, Any]:
    """A request."""
    until = (clock.now() + timedelta(days=2)).isoformat()
    return {"by": "王某", "reason": "专班已进驻，联系 13812345678", "until": until, "category": "物业"} | changed


def test_each_alert_says_where_it_stands_and_why(
    store: Seeded, api: httpx.Client, seven: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five are told, two wait for the budget; lists filter by stage, one alert shows every step, and so does the command."""
    assert sorted(one["stage"] for one in seven.values()) == ["queued"] * 2 + ["told"] * 5
    told, queued = (api.get("/v1/alerts", params={"stage": s}).json()["items"] for s in ("told", "queued"))
    assert (len(told), len(queued)) == (5, 2)
    assert api.get("/v1/alerts", params={"stage": "pending"}).json()["items"] == []
    assert all(one["told_at"] and one["acknowledge_by"] for one in told)
    (first, _) = queued
    assert (first["told_at"], first["acknowledge_by"], first["stage_reason"]["code"]) == (None, None, "held.budget")
    shown = api.get(f"/v1/alerts/{first['alert_id']}").json()
    assert [step["type"] for step in shown["dispatch"]] == ["AlertGrouped", "AlertHeld", "PlanHeld"]
    assert "周报" in shown["dispatch"][1]["summary"]
    plan = api.get("/v1/plans", params={"alert_id": first["alert_id"]}).json()["items"][0]
    assert (plan["to_sign_since"], "周报" in plan["to_sign_why"]) == (None, True)
    told_plan = api.get("/v1/plans", params={"alert_id": told[0]["alert_id"]}).json()["items"][0]
    assert (told_plan["to_sign_since"], told_plan["to_sign_why"]) == (told[0]["told_at"], "随所属预警告知")
    monkeypatch.setenv("FUYUAN_DATABASE_URL", store.engine.url.render_as_string(hide_password=False))
    said = CliRunner().invoke(app, ["why", first["alert_id"]])
    assert said.exit_code == 0, said.output
    assert "额度外待发" in said.output
    assert "待发" in CliRunner().invoke(app, ["stages"]).output
    assert rebuild(store.engine).same


def test_a_silence_is_set_once_and_lifted_once(store: Seeded, api: httpx.Client) -> None:
    """Sent again it is the same; what it holds is listed; two officials cannot both lift it; then the alert is told."""
    request = silence()
    made = api.post("/v1/silences", json=request)
    assert made.status_code == 201, made.text
    assert api.post("/v1/silences", json=request).json() == made.json()
    assert "138****5678" in made.json()["reason"]
    assert made.json()["summary"] == "类别 物业，橙色及以下"
    dispatcher = Dispatcher(store.engine, rules())
    store.add([grave(1, "甲公司"), grave(2, "乙公司", 4)])
    dispatcher.dispatch(clock.now())
    (held,) = api.get("/v1/alerts", params={"stage": "silenced"}).json()["items"]
    assert held["level"]["code"] == "orange"
    address = f"/v1/silences/{made.json()['silence_id']}/lift"
    lift = {"by": "李某", "reason": "专班已撤", "expected_version": 1}
    assert api.post(address, json=lift).status_code == 201
    assert api.post(address, json=lift).status_code == 201, "the answer that was lost"
    assert api.post(address, json=lift | {"by": "赵某"}).json()["type"].endswith("version-conflict")
    assert api.post(address, json=lift | {"expected_version": 2}).json()["type"].endswith("step-not-allowed")
    assert api.get("/v1/silences").json() == []
    assert [one["lifted_by"] for one in api.get("/v1/silences", params={"over": True}).json()] == ["李某"]
    dispatcher.dispatch(clock.now())
    assert api.get(f"/v1/alerts/{held['alert_id']}").json()["stage"] == "told"
    assert rebuild(store.engine).same


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": None}, "match"),
        ({"max_level": "red"}, "max_level"),
        ({"until": "2020-01-01T00:00:00+08:00"}, "until"),
        ({"category": "无此类"}, "category"),
        ({"kind": "flood"}, "kind"),
        ({"by": ""}, "by"),
    ],
)
def test_a_silence_that_does_not_hold_is_refused(api: httpx.Client, changed: dict[str, Any], field: str) -> None:
    """Each wrong field is named."""
    answer = api.post("/v1/silences", json=silence(**changed))
    assert answer.status_code == 422, answer.text
    assert any(field in error["path"] for error in answer.json()["errors"])


def test_silences_by_the_command(store: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set, listed, lifted."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", store.engine.url.render_as_string(hide_password=False))
    runner = CliRunner()
    made = runner.invoke(app, ["silence", "--by", "王某", "--reason", "专班", "--days", "2", "--category", "物业"])
    assert made.exit_code == 0, made.output
    name = made.output.partition(": ")[2].partition("；")[0]
    assert "王某" in runner.invoke(app, ["silences"]).output
    assert runner.invoke(app, ["lift", name, "--by", "李某", "--reason", "撤"]).exit_code == 0
    assert "王某" not in runner.invoke(app, ["silences"]).output


def test_of_two_dispatchers_nothing_is_told_twice(store: Seeded, api: httpx.Client) -> None:
    """Each goes on from where the other came to; a desk that is out of date is read anew."""
    one, other = Dispatcher(store.engine, rules()), Dispatcher(store.engine, rules())
    for number in range(4):
        store.add([grave(number, f"{'甲乙丙丁'[number]}公司")])
        (one, other)[number % 2].dispatch(clock.now())
        assert (other, one)[number % 2].dispatch(clock.now()) == 0
    assert len(api.get("/v1/alerts", params={"stage": "told"}).json()["items"]) == 4
    assert rebuild(store.engine).same


def test_a_systemic_alert_finds_the_events_it_is_to_label(store: Seeded, api: httpx.Client) -> None:
    """Closed as a false alarm with a label, each event it rests on gets the label; precision knows the model that judged them."""
    sources = ("/gov/379001/hotline", "/gov/379001/petition")
    store.add(
        [
            assessed(n, level=2, category="非法集资", people_involved=160 + n, source=source, **against("云湖公司"))
            for n, source in enumerate(sources)
        ]
    )
    surveyor = Surveyor(store.engine, rules(), Watch(store.engine, rules(), REJECTED_TOPIC))
    surveyor.close_until(FIRST_DAY.date(), FIRST_DAY)
    (alert,) = api.get("/v1/alerts", params={"kind": "systemic"}).json()["items"]
    step = {"step": "close", "by": "王某", "outcome": "false_alarm", "reason": "同一批人", "label": {"level": "blue"}}
    done = api.post(f"/v1/alerts/{alert['alert_id']}/steps", json=step | {"expected_version": alert["version"]})
    assert done.status_code == 201, done.text
    assert (done.json()["labels"]["events"], done.json()["labels"]["labelled"]) == (2, 2)
    (model,) = api.get("/v1/alerts/precision").json()["models"]
    assert (model["key"], model["false_alarm"]) == ("model-1", 1)
