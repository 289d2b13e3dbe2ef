"""Options of the commands that read label files: which column is what, and which labels are allowed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra.importing.text_files import examine
from infra.label_columns import AMOUNT, CATEGORY, ID, LEVEL, PEOPLE, REPEAT, TEXT, TIME, TITLE, TYPE, option
from infra.label_file import LabelFile, LabelSet, read_labels

_PANEL = "列名（不指定则按常见名称识别） names of columns"


def _column(field: str, zh: str) -> object:
    return typer.Option(f"--{option(field)}", help=zh, rich_help_panel=_PANEL)


TextColumnName = Annotated[str | None, _column(TEXT, "正文 text")]
TitleColumnName = Annotated[str | None, _column(TITLE, "标题 title")]
CategoryColumnName = Annotated[str | None, _column(CATEGORY, "类别 category")]
LevelColumnName = Annotated[str | None, _column(LEVEL, "等级 level")]
TimeColumnName = Annotated[str | None, _column(TIME, "时间 time")]
TypeColumnName = Annotated[str | None, _column(TYPE, "事件类型 event type")]
PeopleColumnName = Annotated[str | None, _column(PEOPLE, "人数 people")]
AmountColumnName = Annotated[str | None, _column(AMOUNT, "金额 amount")]
RepeatColumnName = Annotated[str | None, _column(REPEAT, "重复次数 repeats")]
IdColumnName = Annotated[str | None, _column(ID, "编号 id")]
Labels = Annotated[
    LabelSet,
    typer.Option(
        "--labels",
        help="taxonomy 只收本系统 23 类；free 任何标签；auto 全不在 23 类内时按 free which categories are allowed",
    ),
]


def told_columns(
    text: str | None,
    title: str | None,
    category: str | None,
    level: str | None,
    time: str | None,
    event_type: str | None,
    people: str | None,
    amount: str | None,
    repeat: str | None,
    identity: str | None,
) -> dict[str, str]:
    """Field -> column, as the user told."""
    told = {
        TEXT: text,
        TITLE: title,
        CATEGORY: category,
        LEVEL: level,
        TIME: time,
        TYPE: event_type,
        PEOPLE: people,
        AMOUNT: amount,
        REPEAT: repeat,
        ID: identity,
    }
    return {field: name for field, name in told.items() if name is not None}


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
