"""Label files and the fuyuan model commands."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli.model import app
from infra.label_file import LabelFileError, read_labels
from tests.examples import label_line, labelled

GOOD = label_line(labelled(1)[0])


def write(path: Path, *lines: object) -> Path:
    """A label file of these lines."""
    path.write_text(
        "".join(f"{line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    )
    return path


def test_reads_masks_and_describes(tmp_path: Path) -> None:
    """Texts are masked as ASSESS masks them; names of levels and full event types are understood."""
    line = GOOD | {
        "text": "曹锦妍电话13800138000",
        "names": ["曹锦妍"],
        "level": "orange",
        "event_type": "fuyuan.gov.petition",
    }
    labels = read_labels(write(tmp_path / "a.jsonl", line, "", GOOD), "测试")
    assert labels.examples[0].text == "曹某电话138****8000"
    assert labels.examples[0].level == 3
    assert labels.examples[0].fields.event_type == "gov.petition"
    assert (labels.data.rows, labels.data.description) == (2, "测试")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "truncated"),
        (GOOD | {"level": 5}, "1..4"),
        (GOOD | {"level": "purple"}, "purple"),
        (GOOD | {"category": "无此类"}, "category"),
        (GOOD | {"event_type": "x.y"}, "event_type"),
        (GOOD | {"people_involved": -1}, "people_involved"),
        (GOOD | {"occurred_at": "2025-01-01T00:00:00"}, "occurred_at"),
        ({"text": "x"}, "missing required field"),
    ],
)
def test_errors_have_row_numbers(tmp_path: Path, line: object, message: str) -> None:
    """Each bad row is named by its number and reason."""
    with pytest.raises(LabelFileError) as caught:
        read_labels(write(tmp_path / "a.jsonl", GOOD, line), "")
    assert [error.row for error in caught.value.errors] == [2]
    assert message in str(caught.value)
    assert "第 2 行" in str(caught.value)


def test_empty_file_is_an_error(tmp_path: Path) -> None:
    """An empty file is not an empty model."""
    with pytest.raises(LabelFileError, match="empty"):
        read_labels(write(tmp_path / "a.jsonl"), "")


def test_many_errors_are_cut(tmp_path: Path) -> None:
    """Twenty are shown, all are counted."""
    with pytest.raises(LabelFileError, match="30 行") as caught:
        read_labels(write(tmp_path / "a.jsonl", *(["{"] * 30)), "")
    assert str(caught.value).count("row ") == 20


def test_commands(tmp_path: Path) -> None:
    """train, evaluate and card work together."""
    data = write(tmp_path / "labels.jsonl", *map(label_line, labelled(500)))
    out = tmp_path / "model"
    run = CliRunner().invoke
    trained = run(app, ["train", "--data", str(data), "--out", str(out), "--seed", "3", "--trained-on", "测试来源"])
    assert trained.exit_code == 0, trained.output
    evaluated = run(app, ["evaluate", "--data", str(data), "--model", str(out)])
    assert evaluated.exit_code == 0, evaluated.output
    assert "this file trained the model" in " ".join(evaluated.output.split())
    card = run(app, ["card", "--model", str(out)])
    assert "测试来源" in card.output
    assert card.output.strip() == (out / "card.md").read_text(encoding="utf-8").strip()
