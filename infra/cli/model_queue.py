"""fuyuan model queue: which events to label next."""

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.cli.model_options import Until, UsedFolder, end_of, used_model
from infra.model_quality import QueuedDispute, labelling_queue
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from risk_model.local_time import SHANGHAI
from schemas.event_types import type_zh
from schemas.levels import Level

app = typer.Typer()


@app.command(help="标注队列：先标哪些事件，模型学得最多 which events to label first")
def queue(
    size: Annotated[int, typer.Option(min=1, max=1000, help="件数 how many")] = 50,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", dir_okay=False, help="写成可填写的表 write a table to be filled in")
    ] = None,
    until: Until = None,
    model: UsedFolder = None,
) -> None:
    """Print the queue, and why each is asked."""
    settings, console = load_settings(), Console()
    limits = load_rules(settings).policy.model
    with opened_engine(settings.database_url) as engine:
        store = StoreAccess(engine)
        used = used_model(store, settings, model)
        queued = store.read(labelling_queue, used.model, limits, end_of(until), size)
    if not queued:
        console.print(f"最近 {limits.queue.window_days} 天没有待标注的事件 nothing to label in that time")
        return
    table = Table("序", "编号 id", "类型 type", "标题", "现判 now", "为什么问 why")
    for one in queued:
        record, asked = one.recorded.record, one.asked
        why = "；".join(reason.text for reason in asked.reasons)
        now = f"{asked.category} {Level(asked.level).zh}"
        table.add_row(str(asked.place), asked.event_id[:10], type_zh(record.type), record.title[:24], now, why)
    console.print(table)
    if csv_file is not None:
        _write_csv(csv_file, queued)
        console.print(f"已写入 written {csv_file}；填好 category、level 两列后可用于训练 fill in category and level")


def _write_csv(path: Path, queued: list[QueuedDispute]) -> None:
    """Masked texts, the model's present answer, and empty columns for the right one; with a BOM, so that Excel reads it."""
    columns = (
        "dispute_id",
        "event_type",
        "occurred_at",
        "title",
        "narrative",
        "people_involved",
        "amount_fen",
        "repeat_count",
    )
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*columns, "model_category", "model_level", "why", "category", "level"])
        for one in queued:
            r, asked = one.recorded.record, one.asked
            writer.writerow(
                [
                    r.dispute_id,
                    r.type,
                    r.occurred_at.astimezone(SHANGHAI).isoformat(),
                    r.title,
                    r.narrative,
                    "" if r.people_involved is None else r.people_involved,
                    "" if r.amount_fen is None else r.amount_fen,
                    r.repeat_count,
                    asked.category,
                    Level(asked.level).code,
                    "；".join(reason.text for reason in asked.reasons),
                    "",
                    "",
                ]
            )
