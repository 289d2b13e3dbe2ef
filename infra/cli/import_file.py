"""fuyuan import FILE --mapping M.toml: CSV, Excel and JSONL exports into Kafka, with a ledger at the end."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.importing.check import Rehearsal, rehearse
from infra.importing.ledger import Ledger
from infra.importing.mapping import load_mapping
from infra.importing.run import Import, interruptible, prepare
from infra.rules import load_rules
from infra.settings import load_settings

INTERRUPTED = 130
NOT_BALANCED = 3
REFUSED_IN_CHECK = 1


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV、Excel（.xlsx）或 JSONL 文件 the file", dir_okay=False)],
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping",
            "-m",
            help="映射文件，或随附映射的名称 mapping file, or the name of a shipped one; JSONL 事件不需要 not for JSONL events",
        ),
    ] = None,
    import_id: Annotated[
        str | None, typer.Option("--import-id", help="导入编号，默认为文件名加摘要 default: file name and digest")
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", min=0.1, help="每秒至多行数 most rows a second")] = None,
    rejected_file: Annotated[
        Path | None,
        typer.Option("--rejected-file", help="被拒记录文件，默认 <文件>.rejected.csv file of rejected rows"),
    ] = None,
    no_wait: Annotated[
        bool,
        typer.Option(
            "--no-wait", help="写入 Kafka 后即结束，不等入库、不出台账 end after publishing, without the ledger"
        ),
    ] = False,
    patience: Annotated[
        float,
        typer.Option(
            "--patience",
            min=1,
            help="台账多少秒无进展即停止等待 seconds without progress before the ledger stops waiting",
        ),
    ] = 120,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="只核对：显示前几行转成的事件，逐行对照合同，不发送 show the first rows as events, check every row, send nothing",
        ),
    ] = False,
) -> None:
    """Import a file; interrupted, the same command goes on."""
    console = Console()
    settings = load_settings()
    rules = load_rules(settings)
    job = prepare(settings, rules, file, load_mapping(mapping, rules.regions) if mapping else None, import_id)
    with interruptible() as stop:
        if check:
            rehearsal = rehearse(job.opened, job.contract_errors, shown=3, stop=stop)
            _show_rehearsal(console, job, rehearsal)
            raise typer.Exit(REFUSED_IN_CHECK if rehearsal.refused else 0)
        with job.folder.locked():
            _publish(console, job, rate, stop)
            if no_wait:
                console.print(
                    "未等待入库；再运行同一命令（不带 --no-wait）即出台账。 Not waiting; run it again without --no-wait for the ledger."
                )
                return
            ledger = _account(console, job, patience, stop)
            _show_ledger(console, job, ledger)
            if ledger.quarantined:
                place = job.write_rejected(rejected_file or file.with_name(f"{file.name}.rejected.csv"))
                console.print(
                    f"被拒记录及原因 rejected rows and why: [bold]{escape(str(place))}[/bold]", soft_wrap=True
                )
            if not ledger.balanced:
                _say_unaccounted(console, ledger, patience, interrupted=stop())
                raise typer.Exit(INTERRUPTED if stop() else NOT_BALANCED)


def _publish(console: Console, job: Import, rate: float | None, stop) -> None:  # type: ignore[no-untyped-def]
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("写入 Kafka publishing", total=job.facts.lines, speed="")

        def report(row: int, rejected: int) -> None:
            speed = bar.tasks[0].speed
            shown = f"{speed:,.0f} 行/秒 rows/s" if speed else ""
            bar.update(task, completed=row, speed=shown + (f"  {rejected} 行无法映射 unmappable" if rejected else ""))

        published = job.publish(rate=rate, stop=stop, report=report)
    progress = published.progress
    if published.resumed_after and (published.sent or published.interrupted):
        console.print(
            f"上次已写入 {published.resumed_after:,} 行，从其后继续 earlier runs published {published.resumed_after:,} rows; went on after them"
        )
    if published.interrupted:
        console.print(
            f"[yellow]已中断 interrupted[/yellow]：{progress.durable_row:,} 行已安全写入 Kafka；再运行同一命令即可继续。 rows are safe in Kafka; run the same command again to go on."
        )
        raise typer.Exit(INTERRUPTED)
    console.print(
        f"导入 import [bold]{escape(job.import_id)}[/bold]：{progress.rows:,} 行已写入 Kafka rows are in Kafka（本次 now {published.sent:,}）",
        soft_wrap=True,
    )


def _account(console: Console, job: Import, patience: float, stop) -> Ledger:  # type: ignore[no-untyped-def]
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("核对入库 checking the store", total=None)

        def report(ledger: Ledger) -> None:
            bar.update(task, total=ledger.read, completed=ledger.accepted + ledger.duplicate + ledger.quarantined)

        return job.account(patience_seconds=patience, stop=stop, report=report)


def _show_ledger(console: Console, job: Import, ledger: Ledger) -> None:
    table = Table(title=f"台账 ledger · {escape(job.facts.path.name)}", title_justify="left")
    table.add_column("", no_wrap=True)
    table.add_column("行数 rows", justify="right")
    table.add_column("", overflow="fold")
    table.add_row("读取 read", f"{ledger.read:,}", "")
    table.add_row("入库 accepted", f"{ledger.accepted:,}", "")
    table.add_row(
        "重复 duplicate",
        f"{ledger.duplicate:,}",
        f"本文件内 within this file {ledger.within_file:,}" if ledger.duplicate else "",
    )
    codes = "，".join(f"{code} {n:,}" for code, n in ledger.reasons.items())
    table.add_row("隔离 quarantined", f"{ledger.quarantined:,}", codes)
    if ledger.waiting:
        table.add_row("[red]未到账 unaccounted[/red]", f"[red]{ledger.waiting:,}[/red]", "")
    console.print(table)
    if ledger.balanced:
        console.print(
            f"[green]平衡 balanced[/green]: {ledger.read:,} = {ledger.accepted:,} + {ledger.duplicate:,} + {ledger.quarantined:,}",
            highlight=False,
        )
    console.print(f"[dim]{escape(str(job.folder.ledger_file))}[/dim]", soft_wrap=True)


def _say_unaccounted(console: Console, ledger: Ledger, patience: float, *, interrupted: bool) -> None:
    rows = "、".join(map(str, ledger.waiting_rows)) + ("…" if ledger.waiting > len(ledger.waiting_rows) else "")
    why = "已停止等待 stopped waiting" if interrupted else f"{patience:g} 秒内没有进展 nothing moved for {patience:g} s"
    console.print(
        f"[red]还有 {ledger.waiting:,} 行未到账 {ledger.waiting:,} rows are unaccounted for[/red]（第 rows {rows} 行），{why}。\n"
        "  数据已在 Kafka 中，没有丢失。请确认 fuyuan worker assess 和 fuyuan worker watch 正在运行并使用同一数据库，再运行同一命令核对。\n"
        "  They are in Kafka, nothing is lost. See that both workers run on the same database, then run the same command again.",
        soft_wrap=True,
    )


def _show_rehearsal(console: Console, job: Import, found: Rehearsal) -> None:
    for value in found.events:
        console.print_json(data=json.loads(value), ensure_ascii=False)
    for row, errors in found.examples:
        for error in errors:
            console.print(
                f"[yellow]第 {row} 行 row {row}[/yellow] \\[{error.code}] {escape(error.zh)} / {escape(error.en)}",
                soft_wrap=True,
                highlight=False,
            )
    table = Table(
        title=f"核对 check · {escape(job.facts.path.name)} ({job.facts.form} {job.facts.encoding})",
        title_justify="left",
    )
    table.add_column("")
    table.add_column("行数 rows", justify="right")
    table.add_row("读取 read", f"{found.rows:,}")
    table.add_row("符合合同 within the contract", f"{found.good:,}")
    table.add_row("  其中编号重复 of these, id seen before in the file", f"{found.repeated:,}")
    for code, n in found.refused.most_common():
        table.add_row(f"将被隔离 would be quarantined: {code}", f"{n:,}")
    if found.blank_lines:
        table.add_row("空行（不计） blank lines, not counted", f"{found.blank_lines:,}")
    console.print(table)
    console.print("没有发送任何内容。 Nothing was sent.")
