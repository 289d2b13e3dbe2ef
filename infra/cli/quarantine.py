"""fuyuan quarantine: list what was set aside, show it, send it through intake again."""

import getpass
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from infra import clock, quarantine
from infra.settings import load_settings
from infra.store.engine import open_engine
from infra.store.tables import reads
from risk_model.local_time import SHANGHAI
from schemas.domain_events import DisputeQuarantined

app = typer.Typer(no_args_is_help=True, help="隔离区：查看、重试 quarantine: list, show, retry")
console = Console()
_decoder = msgspec.json.Decoder(DisputeQuarantined)


@app.command("list")
def list_items(
    limit: Annotated[int, typer.Option(help="最多行数 at most")] = 50,
    code: Annotated[str | None, typer.Option(help="按原因代码 by reason code")] = None,
) -> None:
    """最近隔离的消息 newest quarantined messages."""
    engine, rows = open_engine(load_settings().database_url), reads.quarantine
    query = (
        select(rows.c.state, rows.c.retried_us)
        .order_by(rows.c.quarantined_us.desc(), rows.c.quarantine_id)
        .limit(limit)
    )
    if code:
        query = query.where(rows.c.code == code)
    table = Table("编号 id", "时间 at", "原因 reason", "说明", "来处 origin", "重试 retried")
    with engine.connect() as connection:
        for state, retried in connection.execute(query):
            item = _decoder.decode(state)
            origin = f"{item.origin.topic}/{item.origin.partition}/{item.origin.offset}"
            table.add_row(
                item.quarantine_id[:10],
                f"{item.quarantined_at.astimezone(SHANGHAI):%m-%d %H:%M:%S}",
                item.reasons[0].code,
                item.reasons[0].zh,
                origin,
                "是" if retried else "",
            )
    console.print(table)


@app.command()
def show(
    quarantine_id: str, raw: Annotated[bool, typer.Option(help="只输出原始字节 original bytes only")] = False
) -> None:
    """原因和原始字节 reasons and original bytes (may hold personal data)."""
    settings = load_settings()
    item = quarantine.find(open_engine(settings.database_url), quarantine_id)
    value = quarantine.original_bytes(settings, item)
    if raw:
        typer.get_binary_stream("stdout").write(value)
        return
    for reason in item.reasons:
        console.print(f"[bold]{reason.code}[/] {reason.zh}\n  {reason.en}")
    console.print(f"{item.size_bytes:,} bytes, sha256 {item.sha256}")
    console.print(value[:2000].decode("utf-8", "backslashreplace"), markup=False, highlight=False)


@app.command()
def retry(
    quarantine_id: str,
    corrected: Annotated[Path | None, typer.Option(help="改正后的文件 file with corrected bytes")] = None,
    by: Annotated[str, typer.Option(help="经办人 who retries")] = "",
) -> None:
    """重新送入接收流程 send it through intake again."""
    settings = load_settings()
    engine = open_engine(settings.database_url)
    item = quarantine.find(engine, quarantine_id)
    value = corrected.read_bytes() if corrected else quarantine.original_bytes(settings, item)
    quarantine.retry(engine, settings, item, value, by or getpass.getuser(), clock.now())
    console.print(f"[green]已重新送入 sent again[/] {item.quarantine_id[:10]}")
