"""fuyuan model evaluate, card and curve."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from infra.cli.model import app
from infra.cli.model_evaluate import CurveFileError, Measured
from tests.examples import label_line, labelled

run = CliRunner().invoke


def write(path: Path, count: int, seed: int) -> Path:
    """A label file with agencies and counties of the shipped fictional city."""
    lines = (
        label_line(example) | {"source": f"/gov/37900{number % 2 + 1}/petition", "county": f"37900{number % 2 + 1}"}
        for number, example in enumerate(labelled(count, seed))
    )
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a trained model and two label files."""
    folder = tmp_path_factory.mktemp("evaluate")
    write(folder / "learnt.jsonl", 500, 7)
    write(folder / "new.jsonl", 300, 8)
    answer = run(
        app,
        ["train", "--data", str(folder / "learnt.jsonl"), "--out", str(folder / "model"), "--trained-on", "测试来源"],
    )
    assert answer.exit_code == 0, answer.output
    return folder


def test_evaluate_writes_tables_page_and_json(folder: Path) -> None:
    """The same figures in the terminal, in the page and in the file; agencies, counties by name, budgets as asked."""
    page, figures = folder / "card.html", folder / "figures.json"
    answer = run(
        app,
        [
            *("evaluate", "--data", str(folder / "new.jsonl"), "--model", str(folder / "model"), "--html", str(page)),
            *("--json", str(figures), "--budget", "4%", "--budget", "3/day", "--resamples", "50"),
        ],
        env={"COLUMNS": "200"},
    )
    assert answer.exit_code == 0, answer.output
    found = msgspec.json.decode(figures.read_bytes(), type=Measured)
    assert found.data_rows == found.evaluation.rows == 300
    assert found.evaluation.resamples == 50
    assert [each.budget for each in found.evaluation.budgets] == ["4%", "3/day"]
    for text in (answer.output, page.read_text(encoding="utf-8")):
        assert "每天评分最高的 3 件" in text
        assert "/gov/379001/petition" in text
        assert "云中区 379001" in text
        assert f"{found.evaluation.level_accuracy:.1%}" in text
    assert "测试来源" in page.read_text(encoding="utf-8")
    assert "this file trained the model" not in answer.output


def test_the_training_file_flatters(folder: Path) -> None:
    """Evaluating on what was learnt is said to be just that."""
    answer = run(app, ["evaluate", "--data", str(folder / "learnt.jsonl"), "--model", str(folder / "model")])
    assert "this file trained the model" in " ".join(answer.output.split())


def test_bad_budgets_are_refused(folder: Path) -> None:
    """Before anything is read."""
    answer = run(app, ["evaluate", "--data", str(folder / "new.jsonl"), "--budget", "many"])
    assert answer.exit_code == 2
    assert "100/week" in answer.output


def test_card_as_page(folder: Path) -> None:
    """From the manifest alone."""
    page = folder / "own.html"
    answer = run(app, ["card", "--model", str(folder / "model"), "--html", str(page)])
    assert answer.exit_code == 0, answer.output
    assert "留作评估的部分" in page.read_text(encoding="utf-8")


def test_curve_is_written_and_shown(folder: Path) -> None:
    """What `curve` writes, `evaluate` and `card` draw."""
    curve, page = folder / "curve.json", folder / "curve.html"
    answer = run(app, ["curve", "--data", str(folder / "learnt.jsonl"), "--out", str(curve), "--size", "100"])
    assert answer.exit_code == 0, answer.output
    assert [point["rows"] for point in json.loads(curve.read_bytes())] == [100, 400]
    answer = run(app, ["card", "--model", str(folder / "model"), "--html", str(page), "--curve", str(curve)])
    assert answer.exit_code == 0, answer.output
    assert "学习曲线：类别 macro-F1" in page.read_text(encoding="utf-8")


def test_another_file_is_no_curve(folder: Path) -> None:
    """Said with what to do."""
    answer = run(
        app, ["card", "--model", str(folder / "model"), "--html", "x.html", "--curve", str(folder / "new.jsonl")]
    )
    assert isinstance(answer.exception, CurveFileError)
    assert "fuyuan model curve" in str(answer.exception)
