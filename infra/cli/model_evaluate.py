"""fuyuan model evaluate|card|curve: how good a model is, and what its card says."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from infra.cli.evaluation_tables import in_terminal
from infra.cli.label_options import Labels, progress_of, read_shown
from infra.cli.model_options import SEED, TEST_SHARE, DataFile, Folder, Seed, TestShare
from infra.label_file import LabelFile, LabelSet
from infra.model_keys import trusted_keys
from infra.model_store import load_manifest, load_model
from infra.rules import load_regions
from infra.settings import Settings, load_settings
from risk_model.scoring.card import CardSubject, model_card, model_card_html
from risk_model.scoring.card.blocks import Bullets, Heading
from risk_model.scoring.card.measured import measured_blocks
from risk_model.scoring.card.plain import plain_words
from risk_model.scoring.card.wording import with_interval
from risk_model.scoring.evaluation import Budget, Evaluation, EvaluationSettings, LearningPoint, evaluate
from risk_model.scoring.examples import split_examples
from risk_model.scoring.learning_curve import SIZES, learning_curve

app = typer.Typer()

Html = Annotated[
    Path | None,
    typer.Option("--html", dir_okay=False, help="写成一个自足的网页，带图 write one HTML page, with figures"),
]
Curve = Annotated[
    Path | None,
    typer.Option(
        "--curve", exists=True, dir_okay=False, help="学习曲线（fuyuan model curve 所写） a learning curve to show"
    ),
]
_DEFAULTS = EvaluationSettings()


class CurveFileError(RuntimeError):
    """A file given as a learning curve is none; the message says what is expected."""

    for_operator = True


class Measured(msgspec.Struct, frozen=True):
    """What ``--json`` writes.

    Attributes:
        model: version of the model.
        data_sha256, data_rows: the label file.
        evaluation: the measures.
    """

    model: str
    data_sha256: str
    data_rows: int
    evaluation: Evaluation


@app.command("evaluate", help="用标注文件评估模型 measure a model on labelled events")
def evaluate_command(
    data: DataFile,
    model: Folder = None,
    html: Html = None,
    json: Annotated[
        Path | None, typer.Option("--json", dir_okay=False, help="全部数值写成 JSON write every figure as JSON")
    ] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option("--budget", help="预警预算，可多次：2%、20/day、100/week alert budget, may be repeated"),
    ] = None,
    curve: Curve = None,
    resamples: Annotated[
        int, typer.Option(min=0, help="重抽样次数，0 为不算区间 bootstrap resamples")
    ] = _DEFAULTS.resamples,
    seed: Annotated[int, typer.Option(help="重抽样的种子 seed of the resamples")] = _DEFAULTS.seed,
    labels: Labels = "auto",
) -> None:
    """Measure on a whole label file; tables here, the same with figures as a page."""
    console = Console()
    settings, points = load_settings(), _points(curve)
    how = EvaluationSettings(_budgets(budget), resamples=resamples, seed=seed)
    loaded = load_model(model or settings.model_dir, trusted_keys(settings))
    judged = _read(data, console, labels)
    with console.status("评估 evaluating"):
        found = evaluate(loaded.model, judged.examples, how)
    subject = CardSubject(loaded.manifest, found, data.name, points, _county_names(settings))
    blocks = (
        Heading(2, f"{loaded.manifest.version}：{data}"),
        Bullets(tuple(plain_words(found))),
        *measured_blocks(found, points, subject.county_names),
    )
    for part in in_terminal(blocks):
        console.print(part)
    if judged.data.sha256 == loaded.manifest.data_sha256:
        console.print(
            "[yellow]注意：这是模型的训练文件，大部分样本学过 this file trained the model: the figures flatter it[/yellow]"
        )
    if json is not None:
        measured = Measured(loaded.manifest.version, judged.data.sha256, judged.data.rows, found)
        json.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=1) + b"\n")
        console.print(f"已写 written {json}", soft_wrap=True)
    if html is not None:
        html.write_text(model_card_html(subject), encoding="utf-8")
        console.print(f"已写 written {html}", soft_wrap=True)


@app.command("card", help="显示模型卡 show the model card")
def card_command(model: Folder = None, html: Html = None, curve: Curve = None) -> None:
    """Print the card, made anew from the manifest; with ``--html`` write it as a page."""
    settings = load_settings()
    manifest = load_manifest(model or settings.model_dir)
    if html is None:
        typer.echo(model_card(manifest))
        return
    subject = CardSubject(manifest, learning_curve=_points(curve), county_names=_county_names(settings))
    html.write_text(model_card_html(subject), encoding="utf-8")
    Console().print(f"已写 written {html}", soft_wrap=True)


@app.command("curve", help="学习曲线：再多标注是否有用 would more labels help: a learning curve")
def curve_command(
    data: DataFile,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="写入的 JSON 文件 file to write, for --curve")],
    size: Annotated[
        list[int] | None, typer.Option("--size", min=2, help="样本条数，可多次 rows, may be repeated")
    ] = None,
    seed: Seed = SEED,
    test_share: TestShare = TEST_SHARE,
    labels: Labels = "auto",
) -> None:
    """Train on growing parts of a label file, always measured on the same part (the latest, where times are known)."""
    console = Console()
    learn, judge, _ = split_examples(_read(data, console, labels).examples, test_share, seed)
    with console.status("训练 training") as status:
        points = learning_curve(
            learn, judge, seed, size or SIZES, step=lambda rows: status.update(f"训练 training {rows:,}")
        )
    for each in points:
        console.print(
            f"{each.rows:>9,}  类别 {with_interval(each.category_macro_f1)}  等级 {with_interval(each.level_macro_f1)}",
            markup=False,
        )
    out.write_bytes(msgspec.json.format(msgspec.json.encode(points), indent=1) + b"\n")
    console.print(f"已写 written {out}", soft_wrap=True)


def _budgets(written: list[str] | None) -> tuple[Budget, ...]:
    if not written:
        return _DEFAULTS.budgets
    try:
        return tuple(map(Budget.parse, written))
    except ValueError as bad:
        raise typer.BadParameter(str(bad), param_hint="--budget") from None


def _county_names(settings: Settings) -> dict[str, str]:
    return {county.code: county.name for county in load_regions(settings.regions_dir).counties()}


def _points(path: Path | None) -> tuple[LearningPoint, ...]:
    if path is None:
        return ()
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[LearningPoint, ...])
    except msgspec.DecodeError as bad:
        raise CurveFileError(
            f"{path} 不是学习曲线文件（{bad}）；请用 fuyuan model curve 生成 / not a learning curve: make one with fuyuan model curve"
        ) from None


def _read(path: Path, console: Console, labels: LabelSet) -> LabelFile:
    with progress_of(console) as progress:
        return read_shown(path, "", progress, labels=labels)
