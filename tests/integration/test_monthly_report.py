"""The monthly report from a store, on both databases: figures equal to direct counts, in all three forms, the same bytes twice."""

import io
from datetime import UTC, datetime, timedelta

import docx
import httpx
import pytest
from typer.testing import CliRunner

from infra.cli.report import app
from infra.papers.monthly_markdown import monthly_markdown
from infra.papers.monthly_paper import monthly_paper
from infra.papers.monthly_word import monthly_docx
from infra.rules import load_regions
from infra.settings import Settings
from infra.store.queries.monthly import monthly_report
from risk_model.reporting.month import Month
from tests.services.seeding import Seeded, against, assessed, burst

OCTOBER = Month(2025, 10)
NOON = datetime(2025, 10, 1, 4, tzinfo=UTC)
FILED = datetime(2025, 11, 20, 1, tzinfo=UTC)


def court(number: int, kind: str, case: str, **extra: object):
    """A court event of a case."""
    more = {"extra": {"case_number": case, **extra}, "category": "行政争议", "source": "/court/379001"}
    return assessed(number, at=NOON + timedelta(days=number % 28), type=kind, **more)


@pytest.fixture
def filled(store: Seeded) -> Seeded:
    """September with a burst, October with a grave matter, suits and administrative cases, November begun."""
    store.add(burst(1000), at=NOON)
    store.add([assessed(n, at=NOON + timedelta(days=n), category="劳动争议") for n in range(10)], at=NOON)
    store.add(
        [
            assessed(100 + n, at=NOON + timedelta(days=n), level=3, title="工地停工", **against("甲公司"))
            for n in range(4)
        ],
        at=NOON,
    )
    store.add(
        [
            court(200, "court.administrative_loss", "（2025）黑0102行初1号", official_appeared=True),
            court(201, "court.judgment", "（2025）黑0102行初1号"),
            court(202, "court.judgment", "（2025）黑0102行初2号", official_appeared=False),
            court(203, "court.judgment", "（2025）黑0102行初3号"),
            court(204, "court.judgment", "（2025）黑0102民初4号"),
            court(205, "court.case_filed", "（2025）黑0102民初5号"),
        ],
        at=NOON,
    )
    store.add([assessed(900, at=datetime(2025, 11, 3, 1, tzinfo=UTC))], at=FILED)
    return store


def test_figures(filled: Seeded, settings: Settings) -> None:
    """Each part against what was put in."""
    regions = load_regions(settings.regions_dir)
    with filled.engine.connect() as connection:
        report = monthly_report(connection, OCTOBER, regions, FILED)
    assert (report.total.now, report.total.before, report.total.year_ago) == (20, 26, None)
    assert {row.name: row.count.now for row in report.categories} == {"劳动争议": 10, "行政争议": 6, "物业": 4}
    assert [(m.events, m.level, m.title) for m in report.matters[:1]] == [(4, 3, report.matters[0].title)]
    assert (report.lost.part, report.lost.whole) == (1, 3)
    assert (report.appeared.part, report.appeared.whole) == (1, 2)
    assert [(s.filed, s.population) for s in report.suits] == [(1, 620_000)]
    assert report.alerts.by_level[3] >= 1
    with filled.engine.connect() as connection:
        september = monthly_report(connection, OCTOBER.plus(-1), regions, FILED)
    assert september.trends[0].kind == "emerging"
    assert september.total.partial is False


def test_three_forms(filled: Seeded, settings: Settings) -> None:
    """Word opened again says what Markdown says; the same figures make the same bytes; nothing is left of the template."""
    regions = load_regions(settings.regions_dir)
    with filled.engine.connect() as connection:
        report = monthly_report(connection, OCTOBER, regions, FILED)
    paper = monthly_paper(report, regions, "府院联席会议办公室", FILED)
    written = monthly_docx(paper)
    assert written == monthly_docx(paper)
    document = docx.Document(io.BytesIO(written))
    texts = [p.text for p in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert not any("{" in text or "}" in text for text in [*texts, *cells])
    assert "2025年10月矛盾纠纷风险研判报告" in texts
    assert "行政案件败诉率：33.3%（3件中1件败诉）。" in texts
    assert "2025年11月20日" in texts
    assert {"劳动争议", "云中区", "无数据", "0.02件"} <= set(cells)
    markdown = monthly_markdown(paper)
    assert all(text in markdown.replace("\\", "") for text in texts if text and not text.startswith("府院"))


def test_api(filled: Seeded, api: httpx.Client) -> None:
    """JSON, Word and Markdown; a month that is none is refused."""
    found = api.get("/v1/reports/monthly", params={"month": "2025-10"}).json()
    assert found["total"] == {
        "now": 20, "before": 26, "change": pytest.approx(20 / 26 - 1), "year_ago": None, "year_change": None,
        "partial": False,
    }  # fmt: skip
    assert found["lost"]["share"] == pytest.approx(1 / 3)
    assert found["precision"]["closed"] == 0
    word = api.get("/v1/reports/monthly", params={"month": "2025-10", "format": "docx"})
    assert docx.Document(io.BytesIO(word.content)).tables
    assert "report-2025-10.docx" in word.headers["content-disposition"]
    text = api.get("/v1/reports/monthly", params={"month": "2025-10"}, headers={"Accept": "text/markdown"})
    assert text.text.startswith("# 2025年10月矛盾纠纷风险研判报告")
    assert api.get("/v1/reports/monthly", params={"month": "2025-13"}).status_code == 422
    empty = api.get("/v1/reports/monthly", params={"month": "2019-01"}).json()
    assert empty["total"]["now"] is None


def test_command(filled: Seeded, database_url: str, tmp_path, monkeypatch) -> None:
    """Three files; the wrong month is said."""
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    for suffix in ("docx", "md", "json"):
        done = CliRunner().invoke(app, ["month", "2025-10", "--to", f"r.{suffix}"])
        assert done.exit_code == 0, done.output
    assert docx.Document(tmp_path / "r.docx").tables
    assert '"lost":{"part":1,"whole":3' in (tmp_path / "r.json").read_text().replace(" ", "").replace("\n", "")
    refused = CliRunner().invoke(app, ["month", "10", "--to", "r.md"])
    assert "2026-10" in str(refused.exception)
