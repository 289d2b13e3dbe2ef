"""The fuyuan model commands that read label files: train, evaluate, card, predict."""

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from infra.cli.model import app
from infra.label_training import REPORT_FILE
from infra.model_store import load_manifest
from risk_model.scoring.examples import LabelledExample
from tests.examples import label_line, labelled


def write_jsonl(path: Path, examples: list[LabelledExample], **more: Any) -> Path:
    """A label file of these examples."""
    path.write_text(
        "".join(json.dumps(label_line(e) | more, ensure_ascii=False) + "\n" for e in examples), encoding="utf-8"
    )
    return path


def write_csv(path: Path, examples: list[LabelledExample], *columns: str) -> Path:
    """The same as an analyst's CSV: some of id, text, label, level."""
    with path.open("w", encoding="gbk", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        for number, e in enumerate(examples, 1):
            values = {"id": f"N{number}", "text": e.text, "label": e.category, "level": e.level}
            table.writerow([values[name] for name in columns])
    return path


def run(*arguments: object, status: int = 0) -> str:
    """Output of `fuyuan model …`."""
    ended = CliRunner().invoke(app, list(map(str, arguments)))
    assert ended.exit_code == status, ended.output + repr(ended.exception)
    return ended.output


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation's folder with labels.jsonl and the model trained from it."""
    home = tmp_path_factory.mktemp("trained")
    data = write_jsonl(home / "labels.jsonl", labelled(500))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUYUAN_HOME", str(home))
        run("train", "--data", data, "--out", home / "model", "--seed", 3, "--trained-on", "测试来源")
    return home


@pytest.fixture(autouse=True)
def _one_installation(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command is of the installation that trained the model."""
    monkeypatch.setenv("FUYUAN_HOME", str(trained))


def test_train_evaluate_card(trained: Path) -> None:
    """They work together; evaluating on the training file says so."""
    said = run("evaluate", "--data", trained / "labels.jsonl", "--model", trained / "model")
    assert "this file trained the model" in " ".join(said.split())
    card = run("card", "--model", trained / "model")
    assert "测试来源" in card
    assert card.strip() == (trained / "model" / "card.md").read_text(encoding="utf-8").strip()
    assert not (trained / "model" / REPORT_FILE).exists()


def test_the_form_of_the_file_changes_nothing(trained: Path, tmp_path: Path) -> None:
    """A CSV in GBK without times: split at random by the seed, and the same artifact each time."""
    data = write_csv(tmp_path / "labels.csv", labelled(300), "id", "text", "label", "level")
    for name in ("one", "two"):
        said = run("train", "--data", data, "--out", tmp_path / name, "--labels", "taxonomy")
        assert "分层随机" in said
    one, two = load_manifest(tmp_path / "one"), load_manifest(tmp_path / "two")
    assert one.split == "random"
    assert one.model_sha256 == two.model_sha256
    assert load_manifest(trained / "model").split == "time"


def test_all_examples_are_learnt_from_in_the_end(tmp_path: Path) -> None:
    """A label only the latest examples have is known to the model, unless it is not fitted again; the measures are the same."""
    examples = labelled(300)
    examples[-20:] = [msgspec.structs.replace(e, text="无人机航线扰民", category="行政争议") for e in examples[-20:]]
    data = write_jsonl(tmp_path / "a.jsonl", examples)
    run("train", "--data", data, "--out", tmp_path / "all")
    run("train", "--data", data, "--out", tmp_path / "part", "--no-refit")
    every, part = load_manifest(tmp_path / "all"), load_manifest(tmp_path / "part")
    assert (every.refit, part.refit) == (True, False)
    assert set(every.categories) - set(part.categories) == {"行政争议"}
    assert every.evaluation == part.evaluation


def test_doubtful_labels_are_left_out_and_reported(tmp_path: Path) -> None:
    """Unless they are to be kept; the report says which rows."""
    long = "某小区业主反映物业公司擅自提高停车费标准，多次协商没有结果，请求主管部门核查处理。"
    examples = [*labelled(300), *(msgspec.structs.replace(e, text=long) for e in labelled(40)[-2:])]
    examples[-2:] = [
        msgspec.structs.replace(e, category=c) for e, c in zip(examples[-2:], ("物业", "合同"), strict=True)
    ]
    data = write_jsonl(tmp_path / "a.jsonl", examples)
    said = run("train", "--data", data, "--out", tmp_path / "m")
    assert "标注存疑 2 条" in said
    assert load_manifest(tmp_path / "m").data_rows == 300
    report = (tmp_path / "m" / REPORT_FILE).read_text(encoding="utf-8")
    assert "`row 301`" in report
    assert "正文几乎相同，标注不同（类别）：物业 1 条，合同 1 条" in report
    run("train", "--data", data, "--out", tmp_path / "m", "--keep-doubtful")
    assert load_manifest(tmp_path / "m").data_rows == 302


def test_predict_writes_what_the_model_says(trained: Path, tmp_path: Path) -> None:
    """CSV in and out, with ids and how right it was; the same as JSON Lines."""
    data = write_csv(tmp_path / "in.csv", labelled(1200, seed=9), "id", "text", "label", "level")
    said = run("predict", data, "--model", trained / "model")
    assert "1,200 条" in said
    assert "类别 category：有标注 labelled 1,200 条，macro-F1 1.0000" in said
    with (tmp_path / "in.predicted.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [f"N{n}" for n in range(1, 1201)]
    assert [row["category"] for row in rows] == [e.category for e in labelled(1200, seed=9)]
    assert all(0 <= float(row["category_probability"]) <= 1 for row in rows)
    total = [sum(float(row[f"probability_{c}"]) for c in ("blue", "yellow", "orange", "red")) for row in rows]
    assert all(abs(value - 1) < 1e-3 for value in total)
    assert all(bool(row["why"]) == (row["needs_person"] == "true") for row in rows)
    run("predict", data, "--model", trained / "model", "--out", tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["level"] for line in lines] == [row["level"] for row in rows]


def test_predict_masks_and_joins_as_training_does(trained: Path, tmp_path: Path) -> None:
    """A title beside the text, and a telephone number in it, are read as the line reads them."""
    (tmp_path / "in.csv").write_text(
        "标题,正文\n欠薪,工地拖欠农民工工资，电话13800138000\n欠薪。工地拖欠农民工工资，电话138****8000,\n",
        encoding="utf-8",
    )
    run("predict", tmp_path / "in.csv", "--model", trained / "model", "--out", tmp_path / "out.jsonl")
    one, two = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert one["category"] == "劳动争议"
    assert one["category_probability"] == pytest.approx(two["category_probability"], abs=0.05)


def test_predict_refuses_a_bad_file_whole(trained: Path, tmp_path: Path) -> None:
    """With every bad row, and without leaving half an answer; labels the model does not know are named."""
    (tmp_path / "in.csv").write_text("text,people\n甲,x\n乙,2\n丙,y\n", encoding="utf-8")
    ended = CliRunner().invoke(app, ["predict", str(tmp_path / "in.csv"), "--model", str(trained / "model")])
    assert ended.exit_code == 1
    assert "第 2 行" in str(ended.exception)
    assert "第 4 行" in str(ended.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]
    (tmp_path / "in.csv").write_text("text,label\n物业费太高,城管\n", encoding="utf-8")
    said = run("predict", tmp_path / "in.csv", "--model", trained / "model", "--out", tmp_path / "o.csv")
    assert "the model does not know: 城管" in said


def test_columns_are_told_by_options(trained: Path, tmp_path: Path) -> None:
    """Names that nobody would recognise; every column has its option, with and without a name of its own."""
    (tmp_path / "in.csv").write_text("a,b,c\n7,工地拖欠农民工工资,劳动争议\n", encoding="utf-8")
    told = ("--text-column", "b", "--category-column", "c", "--id-column", "a")
    said = run("predict", tmp_path / "in.csv", "--model", trained / "model", "--out", tmp_path / "o.jsonl", *told)
    assert "准确率 accuracy 1.0000" in said
    assert json.loads((tmp_path / "o.jsonl").read_text(encoding="utf-8"))["id"] == "7"
    for command in ("train", "predict"):
        assert all(f"--{name}-column" in run(command, "--help") for name in ("text", "type", "repeat", "people"))


def test_a_file_without_the_models_labels_is_refused(trained: Path, tmp_path: Path) -> None:
    """A model of categories is not measured on levels; the message is for who gave the file."""
    only = write_jsonl(tmp_path / "c.jsonl", [msgspec.structs.replace(e, level=None) for e in labelled(300)])
    run("train", "--data", only, "--out", tmp_path / "m")
    levels = write_jsonl(tmp_path / "l.jsonl", [msgspec.structs.replace(e, category=None) for e in labelled(20)])
    ended = CliRunner().invoke(app, ["evaluate", "--data", str(levels), "--model", str(tmp_path / "m")])
    assert "模型能判断的标签" in str(ended.exception)
    assert getattr(ended.exception, "for_operator", False)


def test_train_needs_labels(tmp_path: Path) -> None:
    """A source, and enough of it."""
    assert "--from-store" in run("train", "--out", tmp_path / "m", status=2)
    data = write_jsonl(tmp_path / "a.jsonl", labelled(1))
    ended = CliRunner().invoke(app, ["train", "--data", str(data), "--out", str(tmp_path / "m")])
    assert "cannot be split" in str(ended.exception)
    assert getattr(ended.exception, "for_operator", False)
