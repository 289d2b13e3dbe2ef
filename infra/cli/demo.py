"""fuyuan demo: 90 days of a fictional city through the whole line, and what came of them."""

import sys
import time
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from infra import clock
from infra.cli.demo_report import Sent, show_alerts, show_stages, show_stories
from infra.demo import Line, running_line, stored
from infra.kafka.topics import DISPUTE_REJECTED
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.publishing import publish
from infra.simulation.simulate import Simulation
from infra.supervisor import sigterm_unwinds
from infra.surveying import Surveyor
from infra.watching import Watch

STALL_SECONDS = 120
INTERRUPTED = 130


def demo(
    days: Annotated[int, typer.Option(min=1, help="天数 days of reports")] = 90,
    seed: Annotated[int, typer.Option(help="随机种子 seed of the city")] = 7,
    per_day: Annotated[float, typer.Option("--per-day", help="日均事件 everyday events a day")] = 200.0,
    rate: Annotated[float, typer.Option(help="每秒条数，0 不限 records a second, 0 as fast as possible")] = 0.0,
    shown: Annotated[int, typer.Option("--alerts", help="详示预警数 alerts shown in full")] = 6,
    keep: Annotated[
        bool | None, typer.Option("--keep/--exit", help="结束后保持接口运行 keep the API up; default: on a terminal")
    ] = None,
) -> None:
    """Play the city, wait until every record is accounted for, show the alerts and the address of the API."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    began = time.monotonic()
    console.print(
        f"[bold]府院联动风险预警 Fuyuan[/]：虚构城市“云州市” {days} 天的上报，经真实 Kafka 全流程处理。人名、企业、事件均为虚构。"
    )
    console.print("[dim]正在启动 Kafka、ASSESS、WATCH、API starting…[/]")
    done = False
    try:
        with sigterm_unwinds(), running_line(load_settings()) as line:
            console.print(
                f"[dim]已启动，用时 up in {time.monotonic() - began:.1f} s；日志 logs: {line.settings.home / 'logs'}[/]"
            )
            simulation = Simulation(seed, days, per_day=per_day)
            sent = _play(console, line, simulation, rate)
            with line.engine.connect() as connection:
                show_stages(console, connection, sent)
                show_alerts(console, connection, shown)
                show_stories(console, connection, simulation.stories)
            url = f"http://{line.settings.api_host}:{line.settings.api_port}"
            console.print(
                f"\n接口 API  [bold]{url}/v1/alerts[/]　接口文档 OpenAPI  {url}/openapi.json　总用时 {time.monotonic() - began:.0f} 秒"
            )
            done = True
            if keep if keep is not None else sys.stdout.isatty():
                console.print("按 Ctrl-C 结束，全部子进程随之结束 Ctrl-C ends everything")
                while True:
                    time.sleep(1)
    except KeyboardInterrupt:
        console.print("\n已结束，子进程均已停止 ended, with every child process")
        if not done:
            raise typer.Exit(INTERRUPTED) from None


def _play(console: Console, line: Line, simulation: Simulation, rate: float) -> Sent:
    """Publish, and wait until the store holds every distinct event and every malformed record."""
    sent, seen, began = Sent(), set[tuple[str, str]](), time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        publishing = progress.add_task("上报至 Kafka published", total=None)
        accepted = progress.add_task("研判入库 assessed, stored", total=None)
        for record in publish(line.settings, simulation.records(), rate):
            sent.records += 1
            if record.truth.malformed:
                sent.malformed += 1
            else:
                seen.add((record.truth.source, record.truth.event_id))
            if sent.records % 500 == 0:
                progress.update(publishing, completed=sent.records)
                progress.update(accepted, completed=stored(line.engine)[0])
        sent.distinct = len(seen)
        progress.update(publishing, completed=sent.records, total=sent.records)
        _drain(line, sent, progress, accepted)
        sent.seconds = time.monotonic() - began
        _close_days(line, simulation, progress)
    return sent


def _close_days(line: Line, simulation: Simulation, progress: Progress) -> None:
    """Close the days of the counties and of the city up to the last: the fictional city's time is over, no report will do it."""
    rules = load_rules(line.settings)
    surveyor = Surveyor(line.engine, rules, Watch(line.engine, rules, line.settings.kafka_name(DISPUTE_REJECTED)))
    last = surveyor.newest()
    if last is None:
        return
    weeks = [last - timedelta(days=7 * back) for back in range(simulation.days // 7, -1, -1)]
    for until in progress.track(weeks, description="逐周判断区域、系统 weeks of the city closed"):
        surveyor.close_until(until, clock.now())


def _drain(line: Line, sent: Sent, progress: Progress, task: TaskID) -> None:
    last, since = (-1, -1), time.monotonic()
    while True:
        now = stored(line.engine)
        progress.update(task, completed=now[0], total=sent.distinct)
        if now == (sent.distinct, sent.malformed):
            return
        if now != last:
            last, since = now, time.monotonic()
        if time.monotonic() - since > STALL_SECONDS:
            states = ", ".join(f"{child.name} {child.state} ({child.ends} ends)" for child in line.workers.status())
            raise RuntimeError(
                f"{STALL_SECONDS} 秒没有进展 no progress: {now} of {(sent.distinct, sent.malformed)}; {states}; 日志 logs: {line.settings.home / 'logs'}"
            )
        time.sleep(0.2)
