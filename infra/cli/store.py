"""fuyuan store: migrate, rebuild, digest and verify the event store."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from infra.settings import load_settings
from infra.store.digest import content_digest, exact_digest, table_counts
from infra.store.engine import open_engine
from infra.store.event_log import verify_chain
from infra.store.rebuild import rebuild as rebuild_reads
from infra.store.schema import upgrade as upgrade_schema
from infra.store.tables import reads

app = typer.Typer(no_args_is_help=True, help="事件库：建库升级、重建、校验 the event store")
console = Console()


@app.command()
def upgrade() -> None:
    """建库或升级到本版本 bring the database to this release's schema."""
    settings = load_settings()
    if upgrade_schema(open_engine(settings.database_url)):
        console.print("读模型已由事件重新折叠 the read models were folded anew from the log")
    console.print("数据库已是本版本 the database is at this release's schema")


@app.command()
def rebuild() -> None:
    """由事件重建读模型，比对后替换 fold the read models again from the log, compare, swap."""
    engine = open_engine(load_settings().database_url)
    columns = (TextColumn("重建 rebuild"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("rebuild", total=None)
        outcome = rebuild_reads(engine, lambda done, total: progress.update(task, completed=done, total=total))
    console.print(f"事件 events {outcome.events}\n重建前 before {outcome.before}\n重建后 after  {outcome.after}")
    if not outcome.same:
        console.print(
            "[yellow]读模型与事件不一致，已按事件更正 the read models differed from the log and were put right[/]"
        )
        raise typer.Exit(2)
    console.print("[green]一致 the same[/]")


@app.command()
def digest(exact: Annotated[bool, typer.Option(help="逐列摘要 every column")] = False) -> None:
    """读模型摘要：相同摘要即内容相同 digest of the read models."""
    with open_engine(load_settings().database_url).connect() as connection:
        for name, rows in table_counts(connection, reads).items():
            console.print(f"{name:14} {rows:>10,}")
        console.print((exact_digest if exact else content_digest)(connection, reads))


@app.command()
def verify() -> None:
    """校验事件哈希链 check the hash chain of the log."""
    with open_engine(load_settings().database_url).connect() as connection:
        events = verify_chain(connection)
    console.print(f"[green]哈希链完整 chain intact[/]，{events:,} 个事件 events")
