"""Options of the commands that read label files: which column is what, and which labels are allowed."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra.importing.text_files import examine
from infra.label_columns import AMOUNT, CATEGORY, ID, LEVEL, PEOPLE, REPEAT, TEXT, TIME, TITLE, TYPE, option
from infra.label_file import LabelFile, LabelSet, read_labels

_PANEL = "列名（不指定则按常见名称识别） names of columns"
_COLUMNS = {
    TEXT: "正文 text",
    TITLE: "标题 title",
    CATEGORY: "类别 category",
    LEVEL: "等级 level",
    TIME: "时间 time",
    TYPE: "事件类型 event type",
    PEOPLE: "人数 people",
    AMOUNT: "金额 amount",
    REPEAT: "重复次数 repeats",
    ID: "编号 id",
}

Labels = Annotated[
    LabelSet,
    typer.Option(
        "--labels",
        help="taxonomy 只收本系统 23 类；free 任何标签；auto 全不在 23 类内时按 free which categories are allowed",
    ),
]


def with_columns(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each column; it is given those that were told as ``columns``, field -> column."""
    fields = {option(field).replace("-", "_"): field for field in _COLUMNS}

    @wraps(command)
    def told(**given: Any) -> None:
        columns = {field: given.pop(name) for name, field in fields.items()}
        command(**given, columns={field: column for field, column in columns.items() if column is not None})

    own = signature(command, eval_str=True)
    kept = [parameter for parameter in own.parameters.values() if parameter.name != "columns"]
    options = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, _column(field)])
        for name, field in fields.items()
    ]
    told.__signature__ = own.replace(parameters=[*kept, *options])  # type: ignore[attr-defined]  # what typer reads
    return told


def _column(field: str) -> object:
    return typer.Option(f"--{option(field)}", help=_COLUMNS[field], rich_help_panel=_PANEL)


def progress_of(console: Console) -> Progress:
    """Progress by rows."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def read_shown(
    path: Path,
    description: str,
    progress: Progress,
    columns: dict[str, str] | None = None,
    labels: LabelSet = "auto",
) -> LabelFile:
    """Read a label file, showing how far it is."""
    task = progress.add_task(f"读取 reading {path.name}", total=examine(path).lines)
    found = read_labels(path, description, lambda rows: progress.advance(task, rows), columns, labels)
    progress.remove_task(task)
    return found
