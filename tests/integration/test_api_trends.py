"""Trends over the API, on both databases: lists, curves that say what the events said, the alert budget; and the same by the command."""

from datetime import timedelta

import httpx
import pytest
from typer.testing import CliRunner

from infra.cli.trends import app
from schemas.assessed import Place
from tests.services.seeding import Seeded, assessed, burst

EAST = Place("379001", "379001001", "东门社区")


def test_a_burst_is_listed_with_its_curve(store: Seeded, api: httpx.Client) -> None:
    """The trend names its events and figures; its curve shows quiet days, the burst as the event said it, and nothing before the record."""
    rows = burst(0, quiet_days=20, place=EAST)
    store.add([*rows, assessed(900, at=rows[-1].occurred_at + timedelta(days=3), place=EAST, category="合同")])
    items = api.get("/v1/trends", params={"county": "379001", "kind": "emerging"}).json()["items"]
    assert {item["place"]["key"] for item in items} == {"379001001/东门社区", "379001001", "379001"}
    (trend,) = [item for item in items if item["place"]["key"] == "379001001/东门社区"]
    assert trend["observed"] == len(trend["dispute_ids"]) == 12
    assert trend["observed"] > trend["upper"] > trend["expected"] > 0
    assert trend["recurrence_days"] > 30
    assert trend["status"] == "open"
    shown = api.get(f"/v1/trends/{trend['trend_id']}/curve").json()
    points = {point["day"]: point for point in shown["points"]}
    assert [point["day"] for point in shown["points"]] == sorted(points)
    said = points[trend["day"]]
    assert said["said"]
    assert said["alarm"]
    assert (said["observed"], said["upper"]) == (12, trend["points"][0]["upper"])
    assert [day for day, point in points.items() if point["alarm"]] == [trend["day"]]
    quiet = [point for day, point in points.items() if day < trend["day"]]
    assert quiet[-1]["expected"] is not None
    assert all(point["expected"] is None for point in quiet[: len(quiet) - 20])  # the record was too short
    (alert,) = api.get("/v1/alerts", params={"kind": "emerging"}).json()["items"]
    curves = api.get(f"/v1/alerts/{alert['alert_id']}/curve").json()
    assert {curve["trend"]["trend_id"] for curve in curves} == {item["trend_id"] for item in items}
    assert api.get("/v1/trends/nothing/curve").status_code == 404


def test_what_the_budget_holds_is_shown(store: Seeded, api: httpx.Client) -> None:
    """More bursts in a month than the budget allows: the others are recorded, listed as held, and counted against it."""
    rows = [
        assessed(n, at=burst(0)[0].occurred_at + timedelta(days=n // 4), place=EAST, category="其他")
        for n in range(120)
    ]
    number = 1_000
    for week, category in enumerate(("物业", "合同", "消费", "邻里", "医疗", "旅游", "电子商务")):
        day = rows[-1].occurred_at + timedelta(days=1 + week)
        rows += [assessed(number + n, at=day + timedelta(minutes=n), place=EAST, category=category) for n in range(5)]
        number += 100
    store.add(rows)
    held = api.get("/v1/trends", params={"held": True}).json()["items"]
    raised = api.get("/v1/trends", params={"held": False}).json()["items"]
    alerts = api.get("/v1/alerts").json()["items"]
    assert {trend["held"] for trend in held} <= {"budget"}
    assert all(trend["alert_id"] is None for trend in held)
    assert {trend["alert_id"] for trend in raised} == {alert["alert_id"] for alert in alerts}
    budget = api.get("/v1/trends/budget").json()
    assert budget["alerts"] == 4
    assert sum(month["alerts"] + month["beyond"] for month in budget["months"]) == len(alerts)
    assert sum(month["held"] for month in budget["months"]) == len(held)
    assert sum(month["trends"] for month in budget["months"]) == len(raised)


def test_the_command_prints_the_curve(
    store: Seeded, api: httpx.Client, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`fuyuan trends explain` of an alert, of a trend, and of nothing; `list` and `budget`."""
    store.add(burst(0, quiet_days=20, place=EAST))
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    run = CliRunner()
    listed = run.invoke(app, ["list"], catch_exceptions=False)
    assert "苗头" in listed.output
    assert "东门社区" in listed.output
    trend = api.get("/v1/trends").json()["items"][0]
    for wanted in (trend["trend_id"], trend["alert_id"]):
        explained = run.invoke(app, ["explain", wanted], catch_exceptions=False)
        assert explained.exit_code == 0
        assert "*" in explained.output.split("█ 件数")[0]
        assert "常态" in explained.output
    missing = run.invoke(app, ["explain", "nothing"])
    assert "没有编号" in str(missing.exception)
    assert "额度" in run.invoke(app, ["budget"], catch_exceptions=False).output
