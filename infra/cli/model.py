"""fuyuan model train|evaluate|card."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.cli import model_quality
from infra.label_file import LabelFile, read_labels
from infra.model_quality import write_reference
from infra.model_store import CARD_FILE, load_manifest, load_model, save_model
from infra.settings import load_settings
from risk_model.scoring.card import model_card
from risk_model.scoring.evaluation import Evaluation, evaluate
from risk_model.scoring.training import train
from schemas.levels import Level

app = typer.Typer(no_args_is_help=True, help="风险模型 the risk model")

Labels = Annotated[
    Path, typer.Option("--data", exists=True, dir_okay=False, help="标注文件（JSON Lines） labelled events")
]
Folder = Annotated[
    Path | None, typer.Option("--model", help="模型目录，默认为设置中的目录 artifact folder, default from the settings")
]
SIMULATED = (
    "模拟数据：虚构的云州市，由 fuyuan simulate 生成，等级为模拟器按规则给出的标签，**不是真实案件，也不是任何城市的标注**。"
    "城市有自己的标注后应重新训练。 Simulated events of a fictional city with simulated labels; retrain on a city's own labels."
)


@app.command("train", help="训练并保存模型 train a model from labelled events")
def train_command(
    data: Labels,
    out: Annotated[Path, typer.Option("--out", help="写入的目录 folder to write")],
    seed: Annotated[int, typer.Option(help="随机种子 seed")] = 20250101,
    trained_on: Annotated[
        str, typer.Option("--trained-on", help="训练数据的来源，写入模型卡 origin of the data, for the card")
    ] = "",
    simulated: Annotated[
        bool, typer.Option("--simulated", help="数据来自 fuyuan simulate the data was simulated")
    ] = False,
    test_share: Annotated[
        float, typer.Option(min=0.01, max=0.9, help="用于评估的最近部分 latest share kept for evaluation")
    ] = 0.2,
) -> None:
    """Train, evaluate on the latest part, save."""
    console = Console()
    with _progress(console) as progress:
        origin = trained_on or (SIMULATED if simulated else f"来源未说明（文件 {data.name}） origin not stated")
        labels = _read(data, origin, progress)
        task = progress.add_task("训练 training", total=None)
        fitted = train(
            labels.examples, seed, test_share=test_share, step=lambda name: progress.update(task, description=name)
        )
        progress.update(task, description="保存 saving", total=1, completed=1)
        manifest = save_model(fitted, labels.data, out)
        write_reference(out, labels.examples, fitted.risk_model(manifest.version), test_share)
    console.print(
        _table(
            fitted.evaluation,
            f"{manifest.version}：最近 {manifest.test_rows:,} 条 held out",
        )
    )
    size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    console.print(f"已保存 saved {out}（{size / 1e6:.2f} MB），模型卡 card {out / CARD_FILE}", soft_wrap=True)


@app.command("evaluate", help="用标注文件评估模型 measure a model on labelled events")
def evaluate_command(data: Labels, model: Folder = None) -> None:
    """Evaluate on a whole label file."""
    console = Console()
    loaded = load_model(model or load_settings().model_dir)
    with _progress(console) as progress:
        labels = _read(data, "", progress)
    console.print(_table(evaluate(loaded.model, labels.examples), f"{loaded.manifest.version}：{data}"))
    if labels.data.sha256 == loaded.manifest.data_sha256:
        console.print(
            "[yellow]注意：这是模型的训练文件，大部分样本学过 this file trained the model: the figures flatter it[/yellow]"
        )


@app.command("card", help="显示模型卡 show the model card")
def card_command(model: Folder = None) -> None:
    """Print the card, made anew from the manifest."""
    typer.echo(model_card(load_manifest(model or load_settings().model_dir)))


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _read(path: Path, description: str, progress: Progress) -> LabelFile:
    task = progress.add_task(f"读取 reading {path.name}", total=path.stat().st_size)
    return read_labels(path, description, lambda size: progress.advance(task, size))


def _table(found: Evaluation, title: str) -> Table:
    table = Table("指标 measure", "值", title=title)
    for name, value in (
        ("类别 macro-F1 category", found.category_macro_f1),
        ("等级 macro-F1 level", found.level_macro_f1),
        ("等级准确率 exact level", found.level_accuracy),
        ("橙及以上召回率 recall orange+", found.orange_recall),
        ("橙及以上精确率 precision orange+", found.orange_precision),
        ("红召回率 recall red", found.red_recall),
        ("类别校准误差 category ECE", found.category_ece),
        ("等级校准误差 level ECE", found.level_ece),
        ("需人工确认 needs a person", found.needs_person),
    ):
        table.add_row(name, "—" if value is None else f"{value:.3f}")
    for level in Level:
        table.add_row(
            f"真实{level.zh} → {'/'.join(each.zh for each in Level)}", " / ".join(map(str, found.confusion[level - 1]))
        )
    return table


app.add_typer(model_quality.app)
