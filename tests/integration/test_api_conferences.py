"""The conference over the API and the command line, on both databases: agenda, decisions, conflicts, repeats, minutes in Word."""

import io
from datetime import timedelta

import docx
import httpx
import pytest
from typer.testing import CliRunner

from infra import clock
from infra.cli.conference import app
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.event_log import append, write_transaction
from infra.store.projection import save
from infra.store.queries.conferences import proposed_agenda
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.state import State
from schemas.domain_events import AlertAbsorbed, AlertGrouped
from schemas.reasons import Reason
from tests.services.notices import orange
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed

DECIDE = {
    "step": "decide",
    "by": "王某",
    "text": "列出复工条件",
    "lead": "住房城乡建设局",
    "support": ["法院"],
    "due_days": 15,
}
MINUTE = {"step": "minute", "by": "李某", "chair": "市政府", "present": ["市中级人民法院", "住房城乡建设局"]}


@pytest.fixture
def grave(store: Seeded) -> Seeded:
    """Two orange alerts and a red one, the red the latest."""
    store.add([orange(1), orange(2, FIRST_DAY + timedelta(hours=1))])
    store.add([assessed(3, at=FIRST_DAY + timedelta(hours=2), level=4, title="红", **against("企业3"))])
    return store


def call(api: httpx.Client, **body: object) -> dict:
    """A conference called."""
    asked = {"title": "第四次联席会议", "held_on": "2025-09-30", "by": "王某"} | body
    answer = api.post("/v1/conferences", json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_agenda(grave: Seeded, api: httpx.Client) -> None:
    """The gravest first; a closed alert is not on it."""
    items = api.get("/v1/conferences/agenda").json()["items"]
    assert [item["level"]["code"] for item in items] == ["red", "orange", "orange"]
    assert [item["item_id"] for item in items] == ["1", "2", "3"]
    assert "责任人：" in items[0]["lines"][1]
    red = items[0]["about"].removeprefix("alert-")
    step = {"step": "close", "outcome": "false_alarm", "by": "王某", "reason": "误报", "expected_version": 1}
    assert api.post(f"/v1/alerts/{red}/steps", json=step).status_code == 201
    assert len(api.get("/v1/conferences/agenda").json()["items"]) == 2
    assert len(api.get("/v1/conferences/agenda", params={"min_level": "red"}).json()["items"]) == 0


def test_what_is_absorbed_comes_with_its_absorber(grave: Seeded, api: httpx.Client) -> None:
    """An alert that stands under another is no item of its own."""
    ids = [item["about"] for item in api.get("/v1/conferences/agenda").json()["items"]]
    under, over = (each.removeprefix("alert-") for each in ids[1:])
    event = AlertAbsorbed(under, over, Reason("dispatch.absorbed", "属于系统性风险", "rule"), FIRST_DAY)
    with write_transaction(grave.engine) as connection:
        state = State()
        grouped = AlertGrouped(under, under, Reason("dispatch.alone", "没有同组的", "rule"), FIRST_DAY)
        recorded = [record(state, f"dispatch-{under}", each) for each in (grouped, event)]
        append(connection, recorded, FIRST_DAY)
        save(connection, reads, state)
    left = [item["about"] for item in api.get("/v1/conferences/agenda").json()["items"]]
    assert left == [ids[0], ids[2]]


def test_a_conference(grave: Seeded, api: httpx.Client) -> None:
    """Called once, decided, closed, minuted; two officials at once: one wins, the other is told what changed; a repeat is answered again."""
    held = call(api)
    assert call(api)["conference_id"] == held["conference_id"]
    assert (held["topics"], held["version"]) == (3, 1)
    steps = f"/v1/conferences/{held['conference_id']}/steps"
    first = api.post(steps, json=DECIDE | {"item_id": "1", "expected_version": 1})
    assert first.status_code == 201
    again = api.post(steps, json=DECIDE | {"item_id": "1", "expected_version": 1})
    assert again.status_code == 201
    assert again.json() == first.json()
    other = api.post(steps, json=DECIDE | {"item_id": "2", "expected_version": 1})
    assert other.status_code == 409
    assert other.json()["version"] == 2
    assert "住房城乡建设局" in other.json()["changes"][0]["summary"]
    close = {
        "step": "close_item",
        "by": "王某",
        "item_id": "2",
        "text": "已清欠，联系人13800001234",
        "expected_version": 2,
    }
    closed = api.post(steps, json=close).json()
    assert "13800001234" not in closed["items"][1]["closed_reason"]
    assert [item["status"] for item in closed["items"]] == ["assigned", "closed", "listed"]
    assert api.post(steps, json=MINUTE | {"expected_version": 3}).status_code == 201
    refused = api.post(steps, json=DECIDE | {"item_id": "3", "expected_version": 4})
    assert (refused.status_code, refused.json()["possible_steps"]) == (409, ["close_item"])
    assert api.post(steps, json=DECIDE | {"item_id": "", "lead": "", "expected_version": 4}).status_code == 422
    (listed,) = api.get("/v1/conferences").json()["items"]
    assert (listed["decisions"], listed["open_topics"], listed["status"]) == (1, 2, "minuted")
    assert api.get("/v1/conferences/none").status_code == 404
    assert api.post("/v1/conferences/none/steps", json=MINUTE | {"expected_version": 1}).status_code == 404
    assert rebuild(grave.engine).same


def test_a_decision_becomes_a_duty(grave: Seeded, api: httpx.Client) -> None:
    """议题→交办→反馈→销号: assigned with a deadline, answered, accepted; only then is the item closed. Overdue, it is on the next agenda."""
    held = call(api)
    steps = f"/v1/conferences/{held['conference_id']}/steps"
    decided = api.post(steps, json=DECIDE | {"item_id": "1", "expected_version": 1}).json()
    duty_id = decided["items"][0]["decisions"][0]["duty_id"]
    duty = api.get(f"/v1/duties/{duty_id}").json()
    assert duty["office"] == "住房城乡建设局"
    close = {"step": "close_item", "by": "王某", "item_id": "1", "text": "已复工", "expected_version": 2}
    refused = api.post(steps, json=close)
    assert refused.status_code == 409
    assert "列出复工条件" in refused.json()["detail"]
    for step, version in (("answer", 1), ("accept", 2)):
        said = {"step": step, "by": "李某", "reason": "已复工", "expected_version": version}
        assert api.post(f"/v1/duties/{duty_id}/steps", json=said).status_code == 201
        shown = api.get(f"/v1/conferences/{held['conference_id']}").json()["items"][0]
        assert shown["status"] == "answered"
    assert api.post(steps, json=close).json()["items"][0]["status"] == "closed"
    again = api.post(steps, json=DECIDE | {"item_id": "2", "expected_version": 3}).json()
    late = again["items"][1]["decisions"][0]["duty_id"]
    with grave.engine.connect() as connection:
        in_a_year = clock.now() + timedelta(days=365)
        rules = load_rules(load_settings())
        items = proposed_agenda(connection, 3, 50, rules.regions, in_a_year)
    assert [item.about for item in items if item.about.startswith("duty-")] == [f"duty-{late}"]
    assert rebuild(grave.engine).same


def test_minutes(grave: Seeded, api: httpx.Client) -> None:
    """A draft until signed; Word says what Markdown says; nothing is left of the template."""
    held = call(api, about=[api.get("/v1/conferences/agenda").json()["items"][0]["about"]])
    assert held["topics"] == 1
    place = f"/v1/conferences/{held['conference_id']}"
    agenda = api.get(place, params={"format": "md", "paper": "agenda"}).text
    assert agenda.startswith("# 第四次联席会议议程")
    assert "交办事项" not in agenda
    draft = api.get(place, params={"format": "md"}).text
    assert "**草稿，须经签发**" in draft
    assert "会议没有议定交办事项。" in draft
    api.post(f"{place}/steps", json=DECIDE | {"item_id": "1", "expected_version": 1})
    api.post(f"{place}/steps", json=MINUTE | {"expected_version": 2})
    answer = api.get(place, params={"format": "docx"})
    document = docx.Document(io.BytesIO(answer.content))
    texts = [p.text for p in document.paragraphs if p.text]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert not any("{" in text for text in [*texts, *cells])
    assert "草稿，须经签发" not in texts
    assert "会议由市政府主持，市中级人民法院、住房城乡建设局参加。" in texts
    assert "会议议定：由住房城乡建设局牵头，列出复工条件。" in texts
    assert cells[5:] == ["1", "列出复工条件", "住房城乡建设局", "法院", "15日内"]
    markdown = api.get(place, headers={"Accept": "text/markdown"}).text.replace("\\", "")
    assert all(text in markdown for text in texts)


def test_commands(grave: Seeded, database_url: str, tmp_path, monkeypatch) -> None:
    """Agenda, call, list, minutes."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments))
        return done.output if done.exit_code == 0 else f"refused: {done.exception}"

    assert "企业3" in run("agenda") or "红" in run("agenda")
    conference_id = run("call", "2025-09-30", "--by", "王某").split()[0]
    assert conference_id == run("call", "2025-09-30", "--by", "王某").split()[0]
    assert conference_id in run("list")
    assert "written" in run("minutes", conference_id, "--to", "m.docx")
    assert docx.Document(tmp_path / "m.docx").paragraphs
    assert "written" in run("minutes", conference_id, "--to", "a.md", "--agenda")
    assert "fuyuan conference list" in run("minutes", "none", "--to", "x.md")
    assert "refused" in run("agenda", "--min-level", "purple")
