"""fuyuan model predict FILE: what the model says of every event of a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.cli.label_options import (
    progress_of,
    with_columns,
)
from infra.cli.model_options import Folder
from infra.importing.text_files import examine
from infra.model_keys import trusted_keys
from infra.model_store import load_model
from infra.predicting import Right, predict_file
from infra.settings import load_settings

app = typer.Typer()


@app.command("predict", help="用模型判断文件中的事件 judge the events of a file")
@with_columns
def predict_command(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV、Excel 或 JSON Lines，不需要标注 no labels needed")
    ],
    model: Folder = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", dir_okay=False, help="写入的 CSV 或 JSONL，默认 <文件>.predicted.csv file to write"),
    ] = None,
    *,
    columns: dict[str, str],
) -> None:
    """Judge a file; where it has labels, say how right the model was."""
    console = Console()
    settings = load_settings()
    loaded = load_model(model or settings.model_dir, trusted_keys(settings))
    target = out or file.with_name(f"{file.stem}.predicted.csv")
    with progress_of(console) as progress:
        task = progress.add_task(f"预测 predicting {file.name}", total=examine(file).lines)
        done = predict_file(loaded.model, file, target, lambda rows: progress.advance(task, rows), columns)
    console.print(
        f"{loaded.manifest.version}：{done.rows:,} 条 rows，其中需人工确认 needing a person {done.needs_person:,} 条；"
        f"已写入 written {target}",
        soft_wrap=True,
    )
    for name, right in (("类别 category", done.category), ("等级 level", done.level)):
        if right is not None:
            console.print(_said(name, right), soft_wrap=True)


def _said(name: str, right: Right) -> str:
    line = f"{name}：有标注 labelled {right.rows:,} 条，macro-F1 {right.macro_f1:.4f}，准确率 accuracy {right.accuracy:.4f}"
    if right.unknown:
        line += f"；模型没有学过的标签 labels the model does not know: {'、'.join(right.unknown[:20])}"
    return line
