"""fuyuan kafka start|stop|status: the local broker."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.kafka.local import LocalKafka
from infra.kafka.readiness import ask_cluster
from infra.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="本地 Kafka the local Kafka")

Nodes = Annotated[int, typer.Option("--nodes", help="节点数 number of brokers: 1, or 3 for fault tests")]
Port = Annotated[int | None, typer.Option("--port", help="客户端端口 client port of the first broker")]
STATES = {"running": "运行中 running", "stopped": "已停止 stopped", "died": "异常退出 died"}


@app.command(help="启动并等待应答；数据保留在项目目录 start it and wait until it answers")
def start(nodes: Nodes = 1, port: Port = None) -> None:
    """Start the cluster; it runs on after this command."""
    console = Console()
    settings = load_settings()
    cluster = LocalKafka(settings.home, nodes, port, tied=False)
    with console.status("正在启动 Kafka starting Kafka…"):
        bootstrap = cluster.start()
    console.print(f"Kafka 已启动 is running: [bold]{bootstrap}[/bold]")
    console.print(f"[dim]数据 data: {cluster.folder}[/dim]", soft_wrap=True)
    if bootstrap != settings.kafka_bootstrap:
        console.print(f"请设置 please set: export FUYUAN_KAFKA_BOOTSTRAP={bootstrap}", soft_wrap=True)


@app.command(help="停止；数据保留 stop it; the data stay")
def stop(nodes: Nodes = 1) -> None:
    """Stop the cluster."""
    LocalKafka(load_settings().home, nodes).stop()
    Console().print("Kafka 已停止 stopped")


@app.command(help="状态；未运行时退出码为 3 the state; exit status 3 when it does not run")
def status(nodes: Nodes = 1) -> None:
    """Print each broker's state."""
    console = Console()
    cluster = LocalKafka(load_settings().home, nodes)
    found = cluster.status()
    if not found:
        console.print("Kafka 从未启动 was never started here: fuyuan kafka start")
        raise typer.Exit(3)
    table = Table("节点 node", "状态 state", "pid", "端口 port", box=None)
    for node in found:
        table.add_row(str(node.number), STATES[node.state], str(node.pid or ""), str(node.port))
    console.print(table)
    answering = ask_cluster(cluster.bootstrap).brokers if any(node.state == "running" for node in found) else 0
    console.print(f"日志 logs: {cluster.folder}/node-*/logs", soft_wrap=True)
    console.print(f"应答的节点 brokers answering: {answering}/{len(found)}")
    if answering == 0:
        raise typer.Exit(3)
