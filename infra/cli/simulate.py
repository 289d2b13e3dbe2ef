"""fuyuan simulate: play the fictional city into Kafka or a file."""

from contextlib import ExitStack
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.settings import load_settings
from infra.simulation.publishing import LabelFile, TruthFile, publish, write_events
from infra.simulation.record import SimRecord
from infra.simulation.simulate import DEFAULT_START, Simulation

_FIRST_DAY = datetime.combine(DEFAULT_START, time.min)
_SHARE = {"min": 0.0, "max": 0.4}


def simulate(
    seed: Annotated[int, typer.Option(help="随机种子 the same seed and options give the same bytes")] = 1,
    days: Annotated[int, typer.Option(min=1, help="天数 calendar days of reports")] = 90,
    rate: Annotated[
        float, typer.Option(min=0, help="每秒发布条数，0 为不限 records a second; 0 as fast as possible")
    ] = 0.0,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="首日 first day")] = _FIRST_DAY,
    per_day: Annotated[float, typer.Option("--per-day", min=0, help="日均事件数 mean everyday events a day")] = 200.0,
    malformed: Annotated[float, typer.Option(**_SHARE, help="畸形记录占比 share of malformed records")] = 0.02,
    duplicates: Annotated[float, typer.Option(**_SHARE, help="原样重发占比 share of records sent again")] = 0.03,
    stories: Annotated[bool, typer.Option(help="埋设故事 whether stories are planted")] = True,
    to: Annotated[str, typer.Option(help="kafka 或 JSONL 文件 kafka, or a JSONL file")] = "kafka",
    truth: Annotated[
        Path | None, typer.Option(dir_okay=False, help="真值文件（JSON） what was planted and what is true")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(dir_okay=False, help="训练样本（JSONL） labelled examples for training")
    ] = None,
) -> None:
    """Simulate the city and send its reports to Kafka or a file."""
    console = Console()
    arguments = {
        "seed": seed,
        "days": days,
        "start": start.date().isoformat(),
        "per_day": per_day,
        "malformed": malformed,
        "duplicates": duplicates,
        "stories": stories,
    }
    simulation = Simulation(
        seed, days, start.date(), per_day, malformed=malformed, duplicates=duplicates, with_stories=stories
    )
    records = simulation.records()
    sent = publish(load_settings(), records, rate) if to == "kafka" else write_events(Path(to), records)
    counts: dict[str, int] = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("天 days"),
        TextColumn("{task.fields[count]} 条 records"),
        TimeElapsedColumn(),
    )
    with ExitStack() as files, Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        writers = [files.enter_context(TruthFile(truth, simulation, arguments))] if truth else []
        if labels:
            writers.append(files.enter_context(LabelFile(labels)))
        task = progress.add_task("云州市 → " + ("Kafka" if to == "kafka" else to), total=days, count=0)
        first = None
        for record in sent:
            for writer in writers:
                writer.add(record)
            counts[_kind(record)] = counts.get(_kind(record), 0) + 1
            first = first or record.due
            total = sum(counts.values())
            if total % 500 == 0:
                progress.update(task, completed=min(days, (record.due - first).days), count=total)
        progress.update(task, completed=days, count=sum(counts.values()))
    _summary(console, simulation, counts)


def _kind(record: SimRecord) -> str:
    if record.truth.malformed:
        return "畸形 malformed"
    return "重发 re-sent" if record.truth.duplicate_of is not None else "正常 good"


def _summary(console: Console, simulation: Simulation, counts: dict[str, int]) -> None:
    console.print(
        "，".join(f"{kind} {count:,}" for kind, count in sorted(counts.items()))
        + f"；合计 total {sum(counts.values()):,}"
    )
    if not simulation.stories:
        return
    table = Table(
        "故事 story", "事件 events", "首日 first", "末日 last", "应有预警 right warnings", "说明 note", box=None
    )
    for story in simulation.stories:
        if story.event_ids:
            table.add_row(
                story.id,
                str(len(story.event_ids)),
                str(story.first_day),
                str(story.last_day),
                "、".join(story.warnings) or "无 none",
                story.note,
            )
    console.print(table)
