"""Labels through the API, on both databases: recorded on the event's own stream, shown, paged, and never lost to another writer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from infra.store.digest import exact_digest
from infra.store.event_log import verify_chain
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from tests.services.seeding import Seeded, against, assessed, burst


def body(version: int = 1, **changed: Any) -> dict[str, Any]:
    """A request; ``...`` removes a member."""
    full = {"category": "劳动争议", "reason": "现场核实为欠薪", "labelled_by": "王某", "expected_version": version}
    return {name: value for name, value in (full | changed).items() if value is not ...}


def test_a_label_is_recorded_shown_and_listed(store: Seeded, api: httpx.Client) -> None:
    """On the event's stream, beside what the system judged; a personal detail in the reason is masked."""
    event = assessed(1)
    store.add([event])
    path = f"/v1/events/{event.dispute_id}"
    assert (api.get(path).json()["version"], api.get(path).json()["labels"]) == (1, [])
    answer = api.post(f"{path}/labels", json=body(level="orange", reason=" 电话13800138000核实 "))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["version"], answer.json()["recorded"]) == (2, True)
    shown = api.get(path).json()
    assert shown["version"] == 2
    assert shown["category"] == "物业"  # what the system judged stays as it was
    (label,) = shown["labels"]
    assert label["level"]["name"] == "橙"
    assert label["reason"] == "电话138****8000核实"
    (item,) = api.get("/v1/labels").json()["items"]
    assert (item["judged_category"], item["category"], item["links"]["event"]) == ("物业", "劳动争议", path)
    same = api.post(f"{path}/labels", json=body(2, labelled_by="李某"))
    assert (same.status_code, same.json()["recorded"], same.json()["version"]) == (200, False, 2)
    later = api.post(f"{path}/labels", json=body(2, category=..., level="red"))
    assert (later.status_code, later.json()["version"]) == (201, 3)


def test_an_older_view_is_a_conflict_that_says_what_changed(store: Seeded, api: httpx.Client) -> None:
    """The label in between is named; the same request sent again after a lost answer is no conflict."""
    event = assessed(1)
    store.add([event])
    path = f"/v1/events/{event.dispute_id}/labels"
    first = body(labelled_by="李某", category="合同")
    assert api.post(path, json=first).json()["version"] == 2
    again = api.post(path, json=first)
    assert (again.status_code, again.json()["version"]) == (201, 2)
    answer = api.post(path, json=body())
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == "urn:fuyuan:problem:version-conflict"
    assert (problem["expected_version"], problem["version"]) == (1, 2)
    assert "李某 标注为合同" in problem["detail"]
    assert [change["version"] for change in problem["changes"]] == [2]
    assert api.post(path, json=body(7)).status_code == 409
    assert api.post(path, json=body(2)).status_code == 201


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"category": ...}, ["category, level"]),
        ({"category": "无此类"}, ["body.category"]),
        ({"level": "purple"}, ["body.level"]),
        ({"reason": "  "}, ["body.reason"]),
        ({"labelled_by": ...}, ["body.labelled_by"]),
        ({"expected_version": 0}, ["body.expected_version"]),
        ({"catgory": "合同"}, ["body.catgory"]),
        ({"alert_id": "0" * 32}, ["alert_id"]),
    ],
)
def test_what_is_wrong_is_named(store: Seeded, api: httpx.Client, changed: dict[str, Any], paths: list[str]) -> None:
    """422 with each field, in Chinese and English."""
    event = assessed(1)
    store.add([event])
    answer = api.post(f"/v1/events/{event.dispute_id}/labels", json=body(**changed))
    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == paths
    assert all(error["zh"] and error["en"] for error in answer.json()["errors"])


def test_unknown_events_and_alerts(store: Seeded, api: httpx.Client) -> None:
    """404 in either case."""
    assert api.post("/v1/events/nothing/labels", json=body()).status_code == 404
    assert api.post("/v1/alerts/nothing/labels", json=body()).status_code == 404


def test_an_alert_is_labelled_as_a_whole(store: Seeded, api: httpx.Client) -> None:
    """Every event behind it, once; those that said so already are left, other officials' other labels are named."""
    store.add([assessed(n, level=3, **against("甲公司")) for n in range(5)] + [assessed(9)])
    (alert,) = api.get("/v1/alerts").json()["items"]
    one, two = assessed(0).dispute_id, assessed(1).dispute_id
    assert api.post(f"/v1/events/{one}/labels", json=body()).status_code == 201
    assert api.post(f"/v1/events/{two}/labels", json=body(category="合同", labelled_by="李某")).status_code == 201
    path = f"/v1/alerts/{alert['alert_id']}/labels"
    assert api.post(path, json=body(alert["version"] + 1)).status_code == 409
    assert api.post(path, json=body(alert["version"], category="无")).status_code == 422
    assert api.post(path, json=body(alert["version"], category=...)).status_code == 422
    answer = api.post(path, json=body(alert["version"]))
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "alert_id": alert["alert_id"],
        "events": 5,
        "labelled": 4,
        "unchanged": 1,
        "overruled": [two],
    }
    assert api.post(path, json=body(alert["version"])).json()["labelled"] == 0
    assert len(api.get("/v1/labels", params={"alert_id": alert["alert_id"]}).json()["items"]) == 4


def test_the_events_of_a_burst_are_those_counted(store: Seeded, api: httpx.Client) -> None:
    """An emerging alert's events are the ones its trends counted."""
    store.add([*burst(0), assessed(900, category="合同")])
    (alert,) = api.get("/v1/alerts").json()["items"]
    total = api.get(alert["links"]["events"]).json()["total"]
    answer = api.post(f"/v1/alerts/{alert['alert_id']}/labels", json=body(alert["version"], level="blue"))
    assert (answer.json()["events"], answer.json()["labelled"]) == (total, total)


def test_pages_hold_every_label_once(store: Seeded, api: httpx.Client) -> None:
    """Labels of one moment (of one alert) do not fall between pages."""
    store.add([assessed(n, level=3, **against("甲公司")) for n in range(23)])
    (alert,) = api.get("/v1/alerts").json()["items"]
    api.post(f"/v1/alerts/{alert['alert_id']}/labels", json=body(alert["version"]))
    api.post(f"/v1/events/{assessed(3).dispute_id}/labels", json=body(2, category=..., level="red"))
    found, cursor = [], None
    while True:
        page = api.get("/v1/labels", params={"limit": 4} | ({"cursor": cursor} if cursor else {})).json()
        found += [(item["dispute_id"], item["version"]) for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(found) == len(set(found)) == 24
    assert found[0] == (assessed(3).dispute_id, 3)
    for wanted, count in (({"level": "red"}, 1), ({"category": "劳动争议"}, 23), ({"labelled_by": "李某"}, 0)):
        assert len(api.get("/v1/labels", params=wanted | {"limit": 100}).json()["items"]) == count


def test_of_two_officials_at_once_one_is_told(store: Seeded, api: httpx.Client) -> None:
    """Twenty label the same version at once: one label, nineteen conflicts; the chain holds and folds to the same."""
    event = assessed(1)
    store.add([event])
    path = f"/v1/events/{event.dispute_id}/labels"

    def give(number: int) -> int:
        return api.post(path, json=body(labelled_by=f"第{number}人", level="red")).status_code

    with ThreadPoolExecutor(20) as officials:
        statuses = sorted(officials.map(give, range(20)))
    assert statuses == [201, *[409] * 19]
    with store.engine.connect() as connection:
        verify_chain(connection)
        before = exact_digest(connection, reads)
    rebuild(store.engine)
    with store.engine.connect() as connection:
        assert exact_digest(connection, reads) == before
