"""fuyuan model train, and the commands of the files named at the end."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra.cli import model_evaluate, model_tracking
from infra.cli.evaluation_tables import summary_table
from infra.label_file import LabelFile, read_labels
from infra.model_store import CARD_FILE, save_model
from risk_model.scoring.training import train

app = typer.Typer(no_args_is_help=True, help="风险模型 the risk model")

Labels = Annotated[
    Path, typer.Option("--data", exists=True, dir_okay=False, help="标注文件（JSON Lines） labelled events")
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
    console.print(
        summary_table(
            fitted.evaluation,
            f"{manifest.version}：最近 {manifest.test_rows:,} 条 held out",
        )
    )
    size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    console.print(f"已保存 saved {out}（{size / 1e6:.2f} MB），模型卡 card {out / CARD_FILE}", soft_wrap=True)


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _read(path: Path, description: str, progress: Progress) -> LabelFile:
    task = progress.add_task(f"读取 reading {path.name}", total=path.stat().st_size)
    return read_labels(path, description, lambda size: progress.advance(task, size))


app.add_typer(model_evaluate.app)
app.add_typer(model_tracking.app)
