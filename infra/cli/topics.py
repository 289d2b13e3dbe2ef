"""fuyuan topics ensure|list."""

import typer
from rich.console import Console

from infra.kafka.topics import DAY_MS, MIB, ensure_topics, inspect_topics
from infra.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="主题 the topics")


@app.command(help="创建缺少的主题，核对分区、副本和设置 create what is missing, check the rest")
def ensure() -> None:
    """Create and check the topics."""
    console = Console()
    for line in ensure_topics(load_settings()) or ["主题均已就绪 all topics are right"]:
        console.print(line, soft_wrap=True)


@app.command("list", help="列出主题及其现状 the topics as the cluster has them")
def list_topics() -> None:
    """Print the table of topics."""
    settings = load_settings()
    console = Console()
    for status in inspect_topics(settings):
        topic = status.topic
        days = int(topic.configs(1)["retention.ms"]) // DAY_MS
        state = (
            f"{status.partitions} 分区 partitions × {status.replication} 副本 copies"
            if status.partitions
            else "[yellow]未创建 missing[/yellow]"
        )
        console.print(f"[bold]{settings.kafka_name(topic.name)}[/bold]  {topic.purpose}")
        console.print(f"    {state}, {days} 天 days, ≤ {topic.max_message_bytes // MIB} MiB", highlight=False)
        for key, (found, expected) in status.differing.items():
            console.print(f"    [yellow]{key}: {found}，应为 expected {expected}[/yellow]")
