"""Matters merged, split, settled and visited through the API, on both databases; every step recorded, shown, and unchanged by a rebuild."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from schemas.assessed import AssessedParty, AssessedRelation, RelatedEnd
from tests.integration.test_api_alert_steps import unchanged_by_rebuild
from tests.integration.test_api_proposals import said, site
from tests.services.seeding import Seeded, against, assessed


def body(version: int, **changed: Any) -> dict[str, Any]:
    """A request."""
    return {"by": "王某", "reason": "同一开发商，联系电话13800138000", "expected_version": version} | changed


def by_name(name: str) -> dict[str, Any]:
    """Fields of an event about an enterprise known by its name only."""
    return {"parties": (AssessedParty("respondent", "enterprise", name),), "link_keys": (f"name:379001:{name}",)}


@pytest.fixture
def two(store: Seeded, api: httpx.Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """A grave matter of home buyers, and a light one of workers, of one developer under two names."""
    buyers = {"category": "问题楼盘", "people_involved": 200, "level": 3}
    workers = {
        "category": "劳动争议",
        "people_involved": 30,
        "type": "gov.wage_arrears_lead",
        "source": "/gov/379001/wage",
    }
    store.add(
        [assessed(1, **by_name("甲置业"), **buyers), *(assessed(2 + n, **by_name("甲公司"), **workers) for n in (0, 1))]
    )
    found = {item["title"][:3]: item for item in api.get("/v1/matters").json()["items"]}
    return found["甲置业"], found["甲公司"]


def test_merge_shows_everything_and_undo_restores_it(store: Seeded, api: httpx.Client, two: Any) -> None:
    """Figures by claim, evidence, the part's whereabouts; the alert goes along and comes back; reasons are masked."""
    grave, light = two
    answer = api.post(f"{light['links']['self']}/merge", json=body(light["version"], from_id=grave["matter_id"]))
    assert answer.status_code == 201, answer.text
    merged = answer.json()
    assert (merged["matter"]["people_involved"], merged["matter"]["level"]["code"]) == (230, "orange")
    assert "138****8000" in merged["steps"][0]["summary"]
    again = api.post(f"{light['links']['self']}/merge", json=body(light["version"], from_id=grave["matter_id"]))
    assert again.json() == merged

    shown = api.get(light["links"]["self"]).json()
    assert {claim["name"]: claim["people_involved"] for claim in shown["claims"]} == {"职工": 30, "购房人、业主": 200}
    assert shown["alert"]["status"] == "raised"
    assert shown["alert"]["owner"]
    assert [member["matter_id"] for member in shown["members"]] == [grave["matter_id"]]
    assert shown["event_list"]["total"] == 3
    assert [step["type"] for step in shown["history"]][-2:] == ["MattersMerged", "MatterRegraded"]
    assert {join["evidence"] and join["evidence"]["code"] for join in shown["joins"]} == {None, "link.name"}
    part = api.get(grave["links"]["self"]).json()
    assert part["merged_into"] == part["head"]["matter_id"] == light["matter_id"]
    assert part["alert"]["duplicate_of"] == shown["alert"]["alert_id"]
    listed = [item["matter_id"] for item in api.get("/v1/matters").json()["items"]]
    assert listed == [light["matter_id"]]
    assert len(api.get("/v1/matters", params={"merged": True}).json()["items"]) == 2

    refused = api.post(f"{grave['links']['self']}/close", json=body(part["version"]))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuyuan:problem:step-not-allowed")
    undone = api.post(f"{grave['links']['self']}/undo", json=body(part["version"]))
    assert undone.status_code == 201, undone.text
    for before in two:
        after = api.get(before["links"]["self"]).json()
        for name in ("people_involved", "level", "events", "sources", "reasons", "merged_into", "status"):
            assert after[name] == before[name], name
    assert api.get(grave["links"]["self"]).json()["alert"]["status"] == "raised"
    assert unchanged_by_rebuild(store)


def test_what_is_owed_for_a_part_is_owed_for_the_whole(store: Seeded, api: httpx.Client, two: Any) -> None:
    """A request and a deadline that began with a part are the whole's until the merge is undone; what an event began goes where the event goes."""
    grave, light = two
    request = {
        "kind": "information",
        "direction": "court_to_government",
        "number": "云中法协〔2026〕9号",
        "asker": "云中区人民法院",
        "asked": "云中区公安局",
        "what": "查找该公司账簿下落",
        "county": "379001",
        "by": "王某",
        "matter_id": grave["matter_id"],
    }
    assert api.post("/v1/requests", json=request).status_code == 201
    event = api.get(light["links"]["events"]).json()["items"][0]["dispute_id"]
    started = {
        "code": "advice.reply",
        "about": "dispute",
        "about_id": event,
        "title": "答复司法建议",
        "county": "379001",
        "owing": "云中区住建局",
        "asking": "云中区人民法院",
        "by": "王某",
        "at": "2025-09-01T09:00:00+08:00",
    }
    assert api.post("/v1/deadlines", json=started).status_code == 201

    def owed(matter: Any) -> tuple[list[str], list[str]]:
        shown = api.get(matter["links"]["self"]).json()
        for name in ("deadlines", "requests"):
            listed = api.get(shown["links"][name]).json()["items"]
            assert [one["title" if name == "deadlines" else "what"] for one in listed] == [
                one["title" if name == "deadlines" else "what"] for one in shown[name]
            ]
        assert api.get(shown["links"]["duties"]).json()["items"] == shown["duties"] == []
        return sorted(one["code"] for one in shown["deadlines"]), [one["what"] for one in shown["requests"]]

    asked = ["查找该公司账簿下落"]
    assert owed(grave) == (["request.information"], asked)
    assert owed(light) == (["advice.reply"], [])
    merged = api.post(f"{light['links']['self']}/merge", json=body(light["version"], from_id=grave["matter_id"]))
    assert merged.status_code == 201, merged.text
    assert owed(light) == (["advice.reply", "request.information"], asked)
    assert owed(grave) == (["request.information"], asked)

    taken = body(merged.json()["matter"]["version"], dispute_ids=[event], title="另一事项")
    split = api.post(f"{light['links']['self']}/split", json=taken)
    assert split.status_code == 201, split.text
    new = api.get(split.json()["steps"][0]["links"]["new"]).json()
    assert owed(new) == (["advice.reply"], [])
    assert owed(light) == (["request.information"], asked)


def test_split_by_hand(store: Seeded, api: httpx.Client) -> None:
    """Events of another matter are taken out; both say where from and where to; a rebuild folds to the same."""
    store.add([assessed(1, **against("甲公司")), assessed(2, **against("甲公司"), level=3, people_involved=60)])
    (matter,) = api.get("/v1/matters").json()["items"]
    events = api.get(matter["links"]["events"]).json()["items"]
    grave = next(event["dispute_id"] for event in events if event["level"]["code"] == "orange")
    asked = body(matter["version"], dispute_ids=[grave], title="乙公司停工事项")
    answer = api.post(f"{matter['links']['self']}/split", json=asked)
    assert answer.status_code == 201, answer.text
    assert api.post(f"{matter['links']['self']}/split", json=asked).json() == answer.json()
    assert answer.json()["matter"]["level"]["code"] == "blue"
    new = api.get(answer.json()["steps"][0]["links"]["new"]).json()
    assert (new["title"], new["level"]["code"], new["people_involved"]) == ("乙公司停工事项", "orange", 60)
    assert new["alert"]["status"] == "raised"
    assert api.get(matter["links"]["self"]).json()["alert"]["duplicate_of"] == new["alert"]["alert_id"]
    assert unchanged_by_rebuild(store)
    back = api.post(f"{new['links']['self']}/undo", json=body(new["version"]))
    assert back.status_code == 201, back.text
    whole = api.get(matter["links"]["self"]).json()
    assert (whole["level"]["code"], whole["people_involved"], whole["events"]) == ("orange", 60, 2)
    assert unchanged_by_rebuild(store)


def test_close_visit_relapse(store: Seeded, api: httpx.Client) -> None:
    """The alert first; then closed with a visit; what relapsed is open again, with its alert."""
    store.add([assessed(1, **against("甲公司"), level=3)])
    (matter,) = api.get("/v1/matters").json()["items"]
    path = matter["links"]["self"]
    refused = api.post(f"{path}/close", json=body(matter["version"]))
    assert refused.status_code == 409
    assert "请先办结预警" in refused.json()["detail"]
    alert = api.get(path).json()["alert"]
    closing = {
        "step": "close",
        "by": "王某",
        "outcome": "false_alarm",
        "reason": "查无",
        "expected_version": alert["version"],
    }
    assert api.post(alert["links"]["steps"], json=closing).status_code == 201
    late = api.post(f"{path}/close", json=body(matter["version"], revisit_on="2099-01-01"))
    assert late.status_code == 409
    assert "回访日期" in late.json()["detail"]
    closed = api.post(f"{path}/close", json=body(matter["version"], reason="已兑付"))
    assert closed.status_code == 201, closed.text
    shown = closed.json()["matter"]
    assert (shown["status"], shown["level"]["code"]) == ("closed", "blue")
    assert shown["revisit_on"] > "2026"
    assert api.get("/v1/matters", params={"status": "closed", "revisit_by": shown["revisit_on"]}).json()["items"]
    visited = api.post(f"{path}/revisits", json=body(shown["version"], result="relapsed", reason="再次停工"))
    assert visited.status_code == 201, visited.text
    after = api.get(path).json()
    assert (after["status"], after["level"]["code"], after["alert"]["status"]) == ("open", "orange", "raised")
    assert [step["type"] for step in after["history"]][-3:] == ["MatterClosed", "MatterRevisited", "MatterReopened"]
    assert unchanged_by_rebuild(store)


def test_of_two_officials_one_wins(store: Seeded, api: httpx.Client, two: Any) -> None:
    """Two downgrade at once: one is recorded, the other is told what changed."""
    grave, _ = two

    def lower(by: str) -> httpx.Response:
        asked = body(grave["version"], by=by, reason=f"{by}核实", level="yellow")
        return api.post(f"{grave['links']['self']}/downgrade", json=asked)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lower, ("王某", "李某")))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    problem = next(answer.json() for answer in answers if answer.status_code == 409)
    assert problem["type"] == "urn:fuyuan:problem:version-conflict"
    assert "由橙色降为黄色" in problem["changes"][0]["summary"]


@pytest.mark.parametrize(
    ("command", "changed", "path"),
    [
        ("merge", {}, "body.from_id"),
        ("split", {"dispute_ids": []}, "body.dispute_ids"),
        ("downgrade", {"level": "green"}, "body.level"),
        ("revisits", {"result": "fine"}, "body.result"),
        ("close", {"by": " "}, "body.by"),
        ("close", {"reason": ""}, "body.reason"),
        ("undo", {"expected_version": 0}, "body.expected_version"),
    ],
)
def test_incomplete_commands(api: httpx.Client, command: str, changed: dict[str, Any], path: str) -> None:
    """Every field that is wrong is named."""
    answer = api.post(f"/v1/matters/m/{command}", json=body(1) | changed)
    assert answer.status_code == 422
    assert path in [error["path"] for error in answer.json()["errors"]]


def test_unknown(api: httpx.Client, two: Any) -> None:
    """A matter, a part, or a group that does not exist."""
    grave, _ = two
    assert api.post("/v1/matters/m/undo", json=body(1)).status_code == 404
    assert api.post(f"{grave['links']['self']}/merge", json=body(grave["version"], from_id="m")).status_code == 404
    assert api.get("/v1/groups/enterprise:nobody").status_code == 404


def test_group(store: Seeded, api: httpx.Client) -> None:
    """A matter shows its controlling group and the group's other matters; persons who control are not named."""
    parent, unit = RelatedEnd("enterprise", "甲集团", "token-甲集团"), RelatedEnd("enterprise", "甲物业")
    owns = tuple(
        AssessedRelation("owner", parent, RelatedEnd("enterprise", n, f"token-{n}")) for n in ("甲置业", "甲建设")
    )
    person = AssessedRelation("owner", RelatedEnd("person", token="p1"), parent)
    by_name_only = AssessedRelation("owner", parent, unit)
    store.add(
        [
            assessed(1, **against("甲置业"), relations=(*owns, person, by_name_only), level=3),
            assessed(2, **against("甲建设")),
            assessed(3, **against("乙公司")),
            assessed(4, **by_name("甲物业")),
        ]
    )
    found = {item["title"][:3]: item for item in api.get("/v1/matters").json()["items"]}
    shown = api.get(found["甲建设"]["links"]["self"]).json()
    assert {other["matter_id"] for other in shown["group_matters"]} == {
        found[n]["matter_id"] for n in ("甲置业", "甲物业")
    }
    assert api.get(found["甲物业"]["links"]["self"]).json()["group"]["group_id"] == shown["group"]["group_id"]
    group = api.get(shown["group"]["links"]["self"]).json()
    assert {entity["name"] for entity in group["entities"]} == {"甲集团", "甲置业", "甲建设", "甲物业"}
    assert group["matter_list"][0]["matter_id"] == found["甲置业"]["matter_id"]
    assert len(group["matter_list"]) == 3
    assert sorted(one["text"] for one in group["control"]) == [
        "甲集团 —控股→ 甲建设",
        "甲集团 —控股→ 甲物业",
        "甲集团 —控股→ 甲置业",
        "自然人 —控股→ 甲集团",
    ]
    assert "p1" not in str(group)
    assert api.get(found["乙公司"]["links"]["self"]).json()["group"] is None


def test_an_undone_proposal_is_not_united_again(
    store: Seeded, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an official accepted and another took back stays apart, and a rebuild in small steps folds to the same."""
    store.add([site(1, "锦溪华庭苑", level=3), site(2, "锦溪大华庭苑", level=3)])
    (proposal,) = api.get("/v1/proposals", params={"status": "open"}).json()["items"]
    assert api.post(proposal["links"]["decision"], json=said(proposal, True)).status_code == 201
    part = api.get(f"/v1/matters/{proposal['other']['matter_id']}").json()
    assert part["merged_into"]
    assert api.post(f"{part['links']['self']}/undo", json=body(part["version"])).status_code == 201
    store.add([site(n, name) for n, name in enumerate(("锦溪大华庭苑", "锦溪华庭苑"), 3)])
    assert api.get(part["links"]["self"]).json()["merged_into"] is None
    assert api.get("/v1/proposals", params={"status": "open"}).json()["items"] == []
    monkeypatch.setattr("infra.store.rebuild.CHUNK", 3)
    assert unchanged_by_rebuild(store)


def test_what_was_split_is_not_united_again(store: Seeded, api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event with the keys of both joins one of them and merges nothing."""
    code, case = "uscc:token-甲公司", "case:379001:（2026）云9001民初1号"
    store.add([assessed(1, **against("甲公司")), assessed(2, **{**against("甲公司"), "link_keys": (code, case)})])
    (matter,) = api.get("/v1/matters").json()["items"]
    second = assessed(2).dispute_id
    asked = body(matter["version"], dispute_ids=[second])
    assert api.post(f"{matter['links']['self']}/split", json=asked).status_code == 201
    store.add([assessed(3, **{**against("甲公司"), "link_keys": (code, case)})])
    found = api.get("/v1/matters").json()["items"]
    assert sorted(item["events"] for item in found) == [1, 2]
    monkeypatch.setattr("infra.store.rebuild.CHUNK", 3)
    assert unchanged_by_rebuild(store)
