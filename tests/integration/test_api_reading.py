"""Alerts, matters, plans, events, counts and quarantine from a store that WATCH's own decisions filled, on both databases."""

import json
from collections import Counter
from datetime import timedelta

import httpx

from infra.settings import Settings
from schemas.assessed import Place
from tests.services.api import running_api
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed, burst


def grave(number: int, minutes: int, enterprise: str | None = None, **changed: object) -> object:
    """An event grave enough for an alert of its own."""
    at = FIRST_DAY + timedelta(minutes=minutes)
    return assessed(number, at=at, level=3, **(against(enterprise) if enterprise else {}), **changed)


def everything(api: httpx.Client, path: str, **parameters: object) -> list[dict]:
    """Items of every page."""
    items: list[dict] = []
    cursor = None
    while True:
        answer = api.get(path, params={**parameters, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return items


def test_a_matter_alert_shows_what_is_behind_it(store: Seeded, api: httpx.Client) -> None:
    """Level in Chinese and as an internal one, reasons, owner, matter, its events, the plan and the history."""
    store.add([grave(1, 0, "甲公司", people_involved=62, amount_fen=186_000_000), assessed(2, **against("甲公司"))])
    (item,) = everything(api, "/v1/alerts")
    alert = api.get(item["links"]["self"]).json()
    assert alert["level"] == {"code": "orange", "name": "橙", "number": 3, "label": "内部风险等级"}
    assert alert["occurred_at"] == "2025-09-01T09:00:00+08:00"
    assert alert["owner"]
    assert alert["reasons"][0]["text"]
    assert (alert["matter"]["events"], alert["matter"]["amount"]) == (2, "186.00万元")
    assert alert["events"]["total"] == 2
    assert {e["matter_id"] for e in alert["events"]["items"]} == {alert["matter_id"]}
    assert [step["type"] for step in alert["history"]] == ["AlertRaised"]
    plan = api.get(alert["links"]["plan"]).json()
    assert plan["measures"]
    assert plan["links"]["alert"] == item["links"]["self"]


def test_an_emerging_alert_shows_its_trends_and_exactly_the_events_counted(store: Seeded, api: httpx.Client) -> None:
    """The events behind a burst are those of its series and days, each once, and no neighbour's."""
    place, elsewhere = Place("379001", "379001001", "东门社区"), Place("379001", "379001002", "仁和社区")
    rows = burst(0, place=place, subject=("城建", "物业%"))
    rows += [assessed(500 + n, at=rows[-1].occurred_at, place=elsewhere, category="合同") for n in range(3)]
    store.add(rows)
    (item,) = everything(api, "/v1/alerts", kind="emerging")
    alert = api.get(item["links"]["self"]).json()
    assert alert["kind_name"] == "苗头"
    assert alert["trends"]
    trend = alert["trends"][0]
    assert trend["observed"] > trend["upper"]
    behind = everything(api, item["links"]["events"], limit=5)
    expected = [
        d.dispute_id for d in rows if d.occurred_at.date() == rows[20].occurred_at.date() and d.category == "物业"
    ]
    assert sorted(e["dispute_id"] for e in behind) == sorted(expected)
    assert alert["events"]["total"] == len(expected) == 12


def test_filters_choose_alerts(store: Seeded, api: httpx.Client) -> None:
    """Each filter alone keeps exactly the alerts it names."""
    store.add(
        [
            grave(1, 0),
            grave(2, 10, category="劳动争议"),
            grave(3, 20, place=Place("379002", None, None)),
            assessed(4, at=FIRST_DAY + timedelta(minutes=30), level=4),
        ]
    )
    found = everything(api, "/v1/alerts")
    assert [a["level"]["code"] for a in found] == ["red", "orange", "orange", "orange"]

    def count(**parameters: str) -> int:
        return len(everything(api, "/v1/alerts", **parameters))

    assert (count(level="orange"), count(level="red"), count(min_level="red"), count(min_level="orange")) == (
        3,
        1,
        1,
        4,
    )
    assert (count(county="379002"), count(category="劳动争议"), count(kind="emerging"), count(status="raised")) == (
        1,
        1,
        0,
        4,
    )
    assert count(since="2025-09-01T09:10:00+08:00") == 3
    assert count(since="2025-09-01T09:10:00+08:00", until="2025-09-01T01:30:00Z") == 2


def test_pages_are_stable_while_alerts_come_in(store: Seeded, api: httpx.Client) -> None:
    """Alerts raised between two pages, newer and older, make none of the first ones appear twice or not at all."""
    store.add([grave(n, n % 7) for n in range(60)])  # many share one instant
    before = [a["alert_id"] for a in everything(api, "/v1/alerts", limit=200)]
    assert len(before) == 60
    seen: list[str] = []
    cursor, number = None, 1000
    while True:
        page = api.get("/v1/alerts", params={"limit": 7, **({"cursor": cursor} if cursor else {})}).json()
        seen += [a["alert_id"] for a in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        store.add([grave(number, 300), grave(number + 1, 3), grave(number + 2, -300)])
        number += 3
    assert len(seen) == len(set(seen))
    assert [alert for alert in seen if alert in set(before)] == before


def test_a_cursor_is_good_only_for_its_own_query(store: Seeded, api: httpx.Client) -> None:
    """Other filters, another list, or rubbish: 422 with the reason, never a wrong page."""
    store.add([grave(n, n) for n in range(5)])
    cursor = api.get("/v1/alerts", params={"limit": 2}).json()["next_cursor"]
    for path, parameters in (
        ("/v1/alerts", {"cursor": cursor, "level": "orange"}),
        ("/v1/matters", {"cursor": cursor}),
        ("/v1/alerts", {"cursor": "rubbish!"}),
        ("/v1/alerts", {"cursor": cursor[:-4]}),
    ):
        answer = api.get(path, params=parameters)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:fuyuan:problem:invalid-cursor")


def test_matters_newest_first_with_their_events(store: Seeded, api: httpx.Client) -> None:
    """A matter lists all its events in pages; the alert is linked where there is one."""
    store.add([assessed(n, at=FIRST_DAY + timedelta(hours=n), **against("乙公司")) for n in range(30)])
    store.add([grave(100, 60 * 40, "丙公司")])
    found = everything(api, "/v1/matters", limit=1)
    assert [m["events"] for m in found] == [1, 30]
    matter = api.get(found[1]["links"]["self"]).json()
    assert (matter["event_list"]["total"], matter["alert"]) == (30, None)
    events = everything(api, found[1]["links"]["events"], limit=7)
    assert [e["occurred_at"] for e in events] == sorted((e["occurred_at"] for e in events), reverse=True)
    assert len({e["dispute_id"] for e in events}) == 30
    assert api.get(found[0]["links"]["self"]).json()["alert"]["level"]["code"] == "orange"
    assert len(everything(api, "/v1/matters", min_level="orange")) == 1


def test_a_plan_as_json_and_as_markdown(store: Seeded, api: httpx.Client) -> None:
    """The same plan in both forms; text from reports cannot become markup."""
    store.add([grave(1, 0, "丁公司", title="<b>停工</b> [链接](x)")])
    (item,) = everything(api, "/v1/plans")
    assert item["status_name"].startswith("草稿")
    whole = api.get(item["links"]["self"])
    assert whole.headers["content-type"] == "application/json"
    text = api.get(item["links"]["self"], headers={"Accept": "text/markdown, application/json;q=0.5"})
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.text.startswith(f"# {item['title']}")
    assert all(measure["text"][:6] in text.text for measure in whole.json()["measures"])
    assert "<b>" not in text.text.replace("\\<b\\>", "")
    assert len(everything(api, "/v1/plans", alert_id=item["alert_id"])) == 1
    assert everything(api, "/v1/plans", alert_id="0" * 32) == []


def test_one_event_in_full(store: Seeded, api: httpx.Client) -> None:
    """The record as it was assessed, with readable names, local times and money."""
    dispute = assessed(7, amount_fen=123_456_789, subject=("城建", "物业"), extra={"outcome": "success"})
    store.add([dispute])
    event = api.get(f"/v1/events/{dispute.dispute_id}").json()
    assert (event["amount_fen"], event["amount"]) == (123_456_789, "123.46万元")
    assert (event["type_name"], event["side_name"]) == ("12345工单", "政府")
    assert event["place"]["name"] == "云中区钟楼街道东门社区"
    assert event["occurred_at"].endswith("+08:00")
    assert event["extra"] == {"outcome": "success"}
    assert event["origin"]["offset"] == 7
    missing = api.get("/v1/events/0123")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:fuyuan:problem:not-found")


def test_counts_equal_a_direct_count(store: Seeded, api: httpx.Client) -> None:
    """Every grouping and filter against a count in Python over the same disputes; a repeated event counts once."""
    places = [
        Place("379001", "379001001", "东门社区"),
        Place("379001", "379001001", "西门社区"),
        Place("379001", "379001002", None),
        Place("379002", None, "城关社区"),
        Place("379002", None, None),
    ]
    subjects = [("城建", "物业", "停车"), ("城建", "供水"), ("教育",), ()]
    rows = [
        assessed(
            n,
            at=FIRST_DAY + timedelta(hours=5 * n),
            place=places[n % 5],
            subject=subjects[n % 4],
            category=("物业", "合同")[n % 2],
            type=("gov.petition", "court.case_filed", "gov.grid_report")[n % 3],
        )
        for n in range(120)
    ]
    store.add(rows)
    store.add(rows[:10])

    def counts(group_by: str, **parameters: object) -> Counter:
        answer = api.get("/v1/counts", params={"group_by": group_by, **parameters})
        assert answer.status_code == 200, answer.text
        names = group_by.split(",")
        assert answer.json()["total"] == sum(row["n"] for row in answer.json()["rows"])
        return Counter({tuple(row[name] for name in names): row["n"] for row in answer.json()["rows"]})

    assert counts("county") == Counter((d.place.county,) for d in rows)
    assert counts("township,type") == Counter((d.place.township, d.type) for d in rows)
    assert counts("community") == Counter((d.place.region_keys()[0] if d.place.community else None,) for d in rows)
    assert counts("subject") == Counter(("/".join(d.subject) or None,) for d in rows)
    assert counts("subject", subject_depth=1) == Counter((d.subject[0] if d.subject else None,) for d in rows)
    on = {d.dispute_id: (d.occurred_at + timedelta(hours=8)).date().isoformat() for d in rows}
    assert counts("day,category") == Counter((on[d.dispute_id], d.category) for d in rows)
    kept = [d for d in rows if d.place.county == "379001" and "2025-09-05" <= on[d.dispute_id] <= "2025-09-09"]
    assert counts("category", county="379001", **{"from": "2025-09-05", "to": "2025-09-09"}) == Counter(
        (d.category,) for d in kept
    )
    named = api.get("/v1/counts", params={"group_by": "township,type"}).json()["rows"]
    assert {"云中区钟楼街道", None} <= {row["township_name"] for row in named}
    wrong = api.get("/v1/counts", params={"group_by": "street"})
    assert (wrong.status_code, wrong.json()["errors"][0]["got"]) == (422, "street")


def test_quarantine_lists_reasons_and_no_content(store: Seeded, api: httpx.Client) -> None:
    """Newest first, in pages, filtered; what was in the message stays where it is."""
    store.reject([b"secret-1", b"secret-2"], FIRST_DAY)
    store.reject([b"secret-3"], FIRST_DAY + timedelta(days=1), import_id="imp-1")
    found = everything(api, "/v1/quarantine", limit=2)
    assert len(found) == 3
    assert found[0]["origin"]["import_id"] == "imp-1"
    assert found[0]["quarantined_at"] == "2025-09-02T09:00:00+08:00"
    assert found[0]["reasons"][0]["zh"]
    assert "secret" not in json.dumps(found)
    assert len(everything(api, "/v1/quarantine", import_id="imp-1")) == 1
    assert len(everything(api, "/v1/quarantine", code="not_json", retried="false")) == 3
    assert everything(api, "/v1/quarantine", retried="true") == []


def test_wrong_parameters_are_named(api: httpx.Client) -> None:
    """Each with its path, what was got and what was expected, in both languages."""
    answer = api.get(
        "/v1/alerts", params={"limit": 201, "level": "pink", "county": "3790", "since": "2025-09-01T00:00:00"}
    )
    assert answer.status_code == 422
    problem = answer.json()
    assert {e["path"]: e["got"] for e in problem["errors"]} == {
        "query.limit": "201",
        "query.level": "pink",
        "query.county": "3790",
        "query.since": "2025-09-01T00:00:00",
    }
    assert all(e["zh"] and e["en"] and e["expected"] for e in problem["errors"])
    for path in (
        "/v1/nothing",
        "/v1/alerts/0",
        "/v1/alerts/0/events",
        "/v1/matters/0",
        "/v1/matters/0/events",
        "/v1/plans/0",
    ):
        assert (api.get(path).status_code, api.get(path).headers["content-type"]) == (404, "application/problem+json")
    assert api.delete("/v1/alerts").status_code == 405


def test_metrics_count_by_route(api: httpx.Client) -> None:
    """Ids never become label values."""
    api.get("/v1/alerts/0123456789abcdef")
    text = api.get("/metrics").text
    assert 'fuyuan_api_requests_total{method="GET",route="/v1/alerts/{alert_id}",status="404"} 1.0' in text
    assert "0123456789abcdef" not in text


def test_a_store_that_was_never_migrated_is_not_ready(settings: Settings) -> None:
    """Reading answers 503 with what to do, and readiness says the same."""
    with running_api(settings) as api:
        answer = api.get("/v1/alerts")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:fuyuan:problem:store-away")
        assert answer.headers["retry-after"]
        assert "fuyuan store upgrade" in api.get("/readyz").json()["checks"]["database"]["zh"]
