"""Deadlines on both databases: started by events, told at ticks once, moved by officials, one of two wins, rebuilt the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra import clock
from infra.cli import deadlines as cli
from infra.deadlines import recount, tell
from infra.settings import Settings
from infra.store.digest import exact_digest
from infra.store.event_log import verify_chain
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from tests.clocks import book
from tests.services.seeding import FIRST_DAY, Seeded, assessed

ADVICE = {"document_number": "云法建〔2025〕12号", "addressee": "云中区住房和城乡建设局"}


def unchanged_by_rebuild(store: Seeded) -> bool:
    """Whether the chain holds and a rebuild folds to the same."""
    with store.engine.connect() as connection:
        verify_chain(connection)
        before = exact_digest(connection, reads)
    rebuild(store.engine)
    with store.engine.connect() as connection:
        return exact_digest(connection, reads) == before


@pytest.fixture
def advice(store: Seeded, api: httpx.Client) -> dict[str, Any]:
    """The deadline of a judicial advice of 1 September 2025: two months."""
    store.add([assessed(1, type="court.advice_issued", source="/court/379001/filing", extra=ADVICE)])
    (found,) = api.get("/v1/deadlines").json()["items"]
    return found


def test_an_event_starts_it_and_ticks_tell_of_it_once(store: Seeded, api: httpx.Client, advice: dict[str, Any]) -> None:
    """Warned fifteen and five days before, lapsed, passed on; looked at by two at once; a reply ends it."""
    assert (advice["code"], advice["last_day"]) == ("advice.reply", "2025-11-03")  # 1 November is a Saturday
    assert (advice["owing"], advice["asking"]) == (ADVICE["addressee"], "云中区人民法院")
    path = advice["links"]["self"]
    for days, warned, lapsed in ((40, 0, 0), (50, 1, 0), (60, 2, 0), (64, 2, 1), (75, 2, 2)):
        now = FIRST_DAY + timedelta(days=days)
        with ThreadPoolExecutor(2) as both:
            looks = [both.submit(tell, store.engine, book(), now) for _ in range(2)]
        found = api.get(path).json()
        assert (found["warned"], found["lapsed"]) == (warned, lapsed), (days, [look.result() for look in looks])
        assert tell(store.engine, book(), now) == recount(store.engine, book(), now) == 0
    assert [step["type"] for step in found["history"]] == [
        "DeadlineStarted", *["DeadlineWarned"] * 2, *["DeadlineLapsed"] * 2
    ]  # fmt: skip
    assert "被建议单位主要负责人" in found["history"][-1]["summary"] and "法院联络员" in found["history"][-1]["summary"]
    assert "2个月" in found["steps"][0] or "个月" in found["steps"][0]
    assert len(api.get("/v1/deadlines", params={"state": "lapsed", "owing": "住房和城乡"}).json()["items"]) == 1
    replied = assessed(2, type="court.advice_replied", source="/court/379001/filing", at=FIRST_DAY + timedelta(days=80), extra=ADVICE | {"accepted": True})  # fmt: skip
    store.add([replied])
    found = api.get(path).json()
    assert (found["state"], found["links"]["event"]) == ("answered_late", f"/v1/events/{found['about_id']}")
    assert tell(store.engine, book(), FIRST_DAY + timedelta(days=200)) == 0
    assert api.get("/v1/deadlines").json()["items"] == []
    assert len(api.get("/v1/deadlines", params={"state": "ended"}).json()["items"]) == 1
    assert unchanged_by_rebuild(store)


def test_two_officials_and_a_lost_answer(store: Seeded, api: httpx.Client, advice: dict[str, Any]) -> None:
    """One wins, the other is told what changed; the winner's request sent again is answered as the first time."""
    path = advice["links"]["steps"]
    body = {"step": "withdraw", "by": "王某", "reason": "建议已撤回", "expected_version": advice["version"]}
    with ThreadPoolExecutor(2) as both:
        answers = [
            both.submit(api.post, path, json=body | {"by": by, "reason": f"{by}：建议已撤回"})
            for by in ("王某", "李某")
        ]
    statuses = sorted(answer.result().status_code for answer in answers)
    assert statuses == [201, 409]
    won = next(answer.result() for answer in answers if answer.result().status_code == 201)
    lost = next(answer.result() for answer in answers if answer.result().status_code == 409)
    assert lost.json()["type"] == "urn:fuyuan:problem:version-conflict" and "已撤销" in lost.json()["detail"]
    winner = "王某" if "王某：" in lost.json()["detail"] else "李某"
    again = api.post(path, json=body | {"by": winner, "reason": f"{winner}：建议已撤回"})
    assert (again.status_code, again.json()["version"]) == (201, won.json()["version"])
    refused = api.post(path, json=body | {"expected_version": advice["version"] + 1})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:fuyuan:problem:step-not-allowed")
    assert "已于" in refused.json()["detail"] and "it has ended" in refused.json()["detail_en"]
    assert unchanged_by_rebuild(store)


def test_started_by_hand_suspended_extended(store: Seeded, api: httpx.Client) -> None:
    """What no event starts; sent twice it runs once; other content under the same name is refused."""
    at = clock.now() - timedelta(days=1)
    body = {
        "code": "reconsideration.decide", "at": at.isoformat(), "about": "matter", "about_id": "m" * 32, "title": "周某不服征收补偿决定",
        "county": "379001", "owing": "云中区人民政府", "by": "赵某",
    }  # fmt: skip
    first = api.post("/v1/deadlines", json=body)
    assert first.status_code == 201, first.text
    deadline = first.json()
    assert api.post("/v1/deadlines", json=body).json() == deadline
    assert api.post("/v1/deadlines", json=body | {"owing": "别处"}).status_code == 409
    assert api.post("/v1/deadlines", json=body | {"code": "none"}).status_code == 409
    assert api.post("/v1/deadlines", json=body | {"length": 10}).json()["detail"].endswith("不得另定")
    path, version = deadline["links"]["steps"], deadline["version"]
    for step, changed, state in (
        ("suspend", {"reason": "当事人同意调解"}, "suspended"),
        ("resume", {}, "running"),
        ("extend", {"length": 30, "reason": "情况复杂"}, "running"),
    ):
        answer = api.post(path, json={"step": step, "by": "钱某", "expected_version": version} | changed)
        assert (answer.status_code, answer.json()["state"]) == (201, state), answer.text
        version += 1
    too_much = api.post(
        path, json={"step": "extend", "by": "钱某", "length": 1, "reason": "x", "expected_version": version}
    )
    assert (too_much.status_code, too_much.json()["detail"]) == (409, "行政复议决定（普通程序）已延长过一次，不得再延")
    shown = api.get(deadline["links"]["self"]).json()
    assert [step["by"] for step in shown["history"]] == ["赵某", "钱某", "钱某", "钱某"]
    assert "行政复议机构的负责人" in shown["extension"]
    assert api.get("/v1/deadlines/none").status_code == 404
    assert (
        api.post("/v1/deadlines/none/steps", json={"step": "resume", "by": "x", "expected_version": 1}).status_code
        == 404
    )
    assert unchanged_by_rebuild(store)


def test_pages_and_the_command(
    store: Seeded, api: httpx.Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, database_url: str
) -> None:
    """What lapses first comes first, page by page; the command shows the same and ticks once."""
    store.add(
        [
            assessed(n, type="court.advice_issued", source="/court/379001/filing", at=FIRST_DAY + timedelta(days=n),
                     extra=ADVICE | {"document_number": f"云法建〔2025〕{n}号"})
            for n in range(1, 6)
        ]
    )  # fmt: skip
    seen, cursor = [], None
    while True:
        page = api.get("/v1/deadlines", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert [d["last_day"] for d in seen] == sorted(d["last_day"] for d in seen) and len(
        {d["deadline_id"] for d in seen}
    ) == 5
    assert api.get("/v1/deadlines", params={"due_within_days": 0}).json()["items"]  # long over
    monkeypatch.setattr(cli, "load_settings", lambda: settings.model_copy(update={"database_url": database_url}))
    runner = CliRunner(env={"COLUMNS": "250"})
    told = runner.invoke(cli.app, ["tick"])
    assert told.exit_code == 0 and "told: 5" in told.output, told.output
    listed = runner.invoke(cli.app, ["list", "--state", "lapsed", "--owing", "住房"])
    assert listed.output.count("综合治理类司法建议答复") == 5, listed.output
    assert runner.invoke(cli.app, ["list", "--state", "x"]).exit_code == 2
