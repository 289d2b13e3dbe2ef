"""fuyuan demo: 90 days of a fictional city through the whole line, and what came of them."""

import sys
import time
from datetime import datetime
from datetime import time as clock_time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from infra import clock
from infra.cli.demo_dispatch import show_dispatch
from infra.cli.demo_report import Sent, show_alerts, show_stages, show_stories
from infra.demo import Line, running_line, stored
from infra.demo_days import LOOKS, Days, by_looks
from infra.demo_officials import Officials
from infra.demo_truth import Truth
from infra.kafka.topics import DISPUTE_REJECTED
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.publishing import Publisher
from infra.simulation.simulate import DEFAULT_START, Simulation
from infra.supervisor import sigterm_unwinds
from risk_model.local_time import SHANGHAI

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
        begins = datetime.combine(DEFAULT_START, clock_time(), SHANGHAI)
        with sigterm_unwinds(), running_line(load_settings(), begins) as line:
            console.print(
                f"[dim]已启动，用时 up in {time.monotonic() - began:.1f} s；日志 logs: {line.settings.home / 'logs'}[/]"
            )
            simulation = Simulation(seed, days, per_day=per_day)
            sent = _play(console, line, simulation, rate)
            with line.engine.connect() as connection:
                show_stages(console, connection, sent)
                show_dispatch(console, connection, days)
                show_alerts(console, connection, shown)
                show_stories(console, connection, simulation.stories)
            url = f"http://{line.settings.api_host}:{line.settings.api_port}"
            console.print(
                f"\n接口 API  [bold]{url}/v1/alerts[/]　接口文档 OpenAPI  {url}/openapi.json　总用时 {time.monotonic() - began:.0f} 秒"
            )
            done = True
            if keep if keep is not None else sys.stdout.isatty():
                for lease in line.jobs:
                    lease.release(clock.now())
                console.print("按 Ctrl-C 结束，全部子进程随之结束 Ctrl-C ends everything")
                while True:
                    time.sleep(1)
    except KeyboardInterrupt:
        console.print("\n已结束，子进程均已停止 ended, with every child process")
        if not done:
            raise typer.Exit(INTERRUPTED) from None


def _play(console: Console, line: Line, simulation: Simulation, rate: float) -> Sent:
    """Let the city's days pass: publish what is reported until each look, wait until the store holds it, then look."""
    sent, seen, began = Sent(), set[tuple[str, str]](), time.monotonic()
    truth = Truth(simulation.stories)
    rejected, file = line.settings.kafka_name(DISPUTE_REJECTED), line.settings.clock_file
    assert file is not None, "the line follows a clock of its own"
    days = Days(line.engine, load_rules(line.settings), rejected, file, Officials(line.engine, truth.right))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, Publisher(line.settings, rate) as publisher:
        passed = progress.add_task("云州市的日子 days of the city", total=simulation.days)
        accepted = progress.add_task("上报、研判、入库 published, assessed, stored", total=None)
        for number, (look, records) in enumerate(by_looks(simulation.records()), 1):
            days.begin(look)
            for record in publisher.send(records):
                sent.records += 1
                if record.truth.malformed:
                    sent.malformed += 1
                else:
                    seen.add((record.truth.source, record.truth.event_id))
                    truth.know(record.truth)
            sent.distinct = len(seen)
            _drain(line, sent, progress, accepted)
            days.look(look)
            progress.update(passed, completed=number / len(LOOKS))
        sent.seconds = time.monotonic() - began
        progress.update(passed, completed=simulation.days)
    return sent


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
        time.sleep(0.02)
