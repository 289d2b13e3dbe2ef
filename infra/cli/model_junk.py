"""fuyuan model junk: who pads reports."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.model_quality import recorded_junk
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from risk_model.local_time import SHANGHAI
from risk_model.quality.junk import JunkFinding

REPORTED_WITHIN = timedelta(days=92)
"""From the beginning of a month until its late reports are in: they come within two months after it."""

app = typer.Typer()
_SHOWN_IDS = 3


@app.command(help="凑数上报：雷同、整数、月底集中，请人看 reports that look made up to fill a quota")
def junk(
    month: Annotated[
        str | None, typer.Option(help="月份，如 2025-09；默认为最近 92 天 a month; default: the last 92 days")
    ] = None,
    json: Annotated[Path | None, typer.Option(dir_okay=False, help="写 JSON write JSON")] = None,
) -> None:
    """Print who should be looked at; nothing is changed."""
    settings, console = load_settings(), Console()
    since, until = _month(month) if month else (clock.now() - REPORTED_WITHIN, clock.now())
    limits = load_rules(settings).policy.model.junk
    with opened_engine(settings.database_url) as engine:
        found = StoreAccess(engine).read(recorded_junk, limits, since, until)
    found = [f for f in found if month is None or f.month == month]
    console.print(_junk_table(found))
    console.print("只供人核查，不删除、不改动任何记录 for a person to look at; nothing is removed or changed")
    if json is not None:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")


def _month(text: str) -> tuple[datetime, datetime]:
    """When events of a local month are reported: late reports come within two months."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r} 不是月份，应如 2025-09 / expected a month such as 2025-09") from None
    begin = datetime.combine(first, time(), SHANGHAI)
    return begin, begin + REPORTED_WITHIN


def _junk_table(found: list[JunkFinding]) -> Table:
    table = Table(
        "上报人 reporter", "月份", "件数", "得分 score", "依据 why", "事件 events", title=f"疑似凑数 {len(found)} 项"
    )
    for f in found:
        ids = " ".join(event_id[:10] for event_id in f.event_ids[:_SHOWN_IDS])
        shown = f"{ids} 等 {len(f.event_ids)} 件" if len(f.event_ids) > _SHOWN_IDS else ids
        table.add_row(
            f.reporter, f.month, str(f.reports), f"{f.score:.2f}", "；".join(r.text for r in f.reasons), shown
        )
    return table
