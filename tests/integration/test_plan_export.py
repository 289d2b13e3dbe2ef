"""A plan of a store that WATCH's own decisions filled, as a Word file: over the API and by the command."""

import io
from pathlib import Path
from urllib.parse import unquote

import docx
import httpx
import pytest
from typer.testing import CliRunner

from infra.cli.plan import app
from infra.papers.plan_template import SHIPPED
from infra.papers.word import DOCX
from infra.store.access import StoreUnavailable
from schemas.assessed import Place
from tests.services.seeding import Seeded, against, assessed

RUN = CliRunner()


@pytest.fixture
def plan_id(store: Seeded, api: httpx.Client) -> str:
    """The plan of one grave event of an enterprise in a township, and a later one that joined its matter."""
    place = Place("379001", "379001001")
    wages = {"type": "gov.wage_arrears_lead", "category": "劳动争议", "place": place, **against("恒远建筑")}
    store.add([assessed(1, level=3, people_involved=62, amount_fen=186_000_000, title="拖欠工资", **wages)])
    store.add([assessed(2, level=2, title="再次反映<欠薪>", **wages)])
    (item,) = api.get("/v1/plans").json()["items"]
    return item["plan_id"]


def test_over_the_api(api: httpx.Client, plan_id: str) -> None:
    """By `format` and by the Accept header the same file, named by its title; JSON stays what is answered else."""
    asked = api.get(f"/v1/plans/{plan_id}", params={"format": "docx"})
    accepted = api.get(f"/v1/plans/{plan_id}", headers={"Accept": DOCX})
    assert asked.headers["content-type"] == accepted.headers["content-type"] == DOCX
    assert asked.content == accepted.content
    plan = api.get(f"/v1/plans/{plan_id}").json()
    assert unquote(asked.headers["content-disposition"]).endswith(f"''{plan['title']}.docx")
    assert api.get(plan["links"]["word"]).content == asked.content
    document = docx.Document(io.BytesIO(asked.content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert "涉及人数：至少 62 人。" in lines
    assert "涉及金额：至少 186.00 万元。" in lines
    assert "地点：云中区钟楼街道。" in lines
    assert lines[lines.index(plan["title"]) + 2].startswith("云中区人力资源社会保障局、")
    assert f"预警责任人：{plan['owner']}。" in lines
    measures, events = document.tables
    assert [row.cells[1].text for row in measures.rows[1:]] == [measure["text"] for measure in plan["measures"]]
    assert sorted(row.cells[5].text for row in events.rows[1:]) == ["再次反映<欠薪>", "拖欠工资"]
    assert "共 2 件。" in lines


def test_as_markdown(api: httpx.Client, plan_id: str) -> None:
    """`format=md` whatever the Accept header says."""
    answer = api.get(f"/v1/plans/{plan_id}", params={"format": "md"}, headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "再次反映\\<欠薪\\>" in answer.text
    assert "《保障农民工工资支付条例》第41条：" in answer.text


def test_what_is_not_there(api: httpx.Client) -> None:
    """No plan, no such form: problems in JSON."""
    assert api.get("/v1/plans/none", params={"format": "docx"}).status_code == 404
    wrong = api.get("/v1/plans/none", params={"format": "pdf"})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"


def test_by_the_command(
    api: httpx.Client, plan_id: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extension says the form; the file is the API's; a plan that is not there is said without a traceback."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    assert plan_id in RUN.invoke(app, ["list"]).output
    word, text, forced = tmp_path / "方案.docx", tmp_path / "方案.md", tmp_path / "方案.txt"
    for target, more in ((word, []), (text, []), (forced, ["--format", "md"])):
        result = RUN.invoke(app, ["export", plan_id, "--to", str(target), *more])
        assert result.exit_code == 0, result.output
    assert word.read_bytes() == api.get(f"/v1/plans/{plan_id}", params={"format": "docx"}).content
    assert text.read_text(encoding="utf-8") == api.get(f"/v1/plans/{plan_id}", params={"format": "md"}).text
    assert forced.read_bytes() == text.read_bytes()
    assert RUN.invoke(app, ["list", "--county", "379002"]).output.count(plan_id) == 0
    missing = RUN.invoke(app, ["export", "none", "--to", str(tmp_path / "x.docx")])
    assert "没有编号为 none 的方案" in str(missing.exception)


def test_a_city_edits_the_template(
    api: httpx.Client, plan_id: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take the shipped one, change it, point to it."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    own = tmp_path / "本市.docx"
    assert RUN.invoke(app, ["template", "--to", str(own)]).exit_code == 0
    assert own.read_bytes() == SHIPPED.read_bytes()
    document = docx.Document(str(own))
    document.paragraphs[0].insert_paragraph_before("云州市府院联席会议文件")
    document.save(str(own))
    monkeypatch.setenv("FUYUAN_PLAN_TEMPLATE", str(own))
    result = RUN.invoke(app, ["export", plan_id, "--to", str(tmp_path / "方案.docx")])
    assert result.exit_code == 0, result.output
    assert docx.Document(str(tmp_path / "方案.docx")).paragraphs[0].text == "云州市府院联席会议文件"


def test_without_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to do, not what SQL failed."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", f"sqlite:///{tmp_path / 'none' / 'fuyuan.db'}")
    result = RUN.invoke(app, ["list"])
    assert isinstance(result.exception, StoreUnavailable)
