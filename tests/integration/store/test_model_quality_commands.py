"""fuyuan model drift, junk and queue on a store: what they print, write, and end with."""

import csv
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from infra.cli.model import app
from infra.settings import Settings
from tests.examples import labelled
from tests.services.seeding import FIRST_DAY, Seeded, assessed

COPY = "走访发现村民因琐事争吵，网格员现场劝解，双方和好，已处理完毕。"


@pytest.fixture
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a hundred events unlike the training data, ten of them copies."""
    monkeypatch.setenv("FUYUAN_HOME", str(settings.home))
    store = Seeded(settings.database_url, settings)
    store.add(
        assessed(n, at=FIRST_DAY + timedelta(hours=n), title="", narrative=e.text)
        for n, e in enumerate(labelled(90, seed=3))
    )
    store.add(
        assessed(900 + n, at=FIRST_DAY + timedelta(days=n), narrative=COPY, source="/gov/379001/grid")
        for n in range(10)
    )
    store.close()
    return settings.home


def run(*arguments: str, status: int = 0) -> str:
    """What a command prints; its exit status must be this."""
    answer = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert answer.exit_code == status, answer.output
    return answer.output


def test_drift(home: Path) -> None:
    """Printed, written in three forms, and told by the exit status."""
    outputs = {kind: home / f"drift.{kind}" for kind in ("md", "json", "prom")}
    options = ["--markdown", str(outputs["md"]), "--json", str(outputs["json"]), "--metrics", str(outputs["prom"])]
    shown = run("drift", "--until", "2025-09-20", "--check", *options, status=3)
    assert "警报" in shown
    assert outputs["md"].read_text(encoding="utf-8").startswith("# 漂移报告")
    written = orjson.loads(outputs["json"].read_bytes())
    assert written["rows"] == 100
    assert {f["verdict"] for f in written["report"]["findings"]} == {"alarm", "warn"}
    assert "fuyuan_model_drift_psi{" in outputs["prom"].read_text(encoding="utf-8")


def test_junk(home: Path) -> None:
    """The copies, by month; a month that is none is refused."""
    shown = run("junk", "--month", "2025-09", "--json", str(home / "junk.json"))
    assert "/gov/379001/grid#379001001" in shown
    assert len(orjson.loads((home / "junk.json").read_bytes())[0]["event_ids"]) == 10
    assert "疑似凑数 0 项" in run("junk", "--month", "2025-07")
    run("junk", "--month", "September", status=2)


def test_queue(home: Path) -> None:
    """A table to fill in, without the copies."""
    path = home / "queue.csv"
    assert "类别拿不准" in run("queue", "--size", "5", "--until", "2025-09-20", "--csv", str(path))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 5
    assert all(row["narrative"] != COPY and row["category"] == row["level"] == "" for row in rows)
    assert "没有待标注" in run("queue", "--until", "2024-01-01")
