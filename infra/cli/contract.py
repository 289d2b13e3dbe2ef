"""fuyuan contract publish."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.kafka.topics import TOPICS
from infra.settings import Settings
from schemas.asyncapi import PublishedTopic
from schemas.publishing import published_files

PUBLISHED = Path(__file__).resolve().parents[2] / "schemas" / "published"
COMMAND = "fuyuan contract publish"

app = typer.Typer(no_args_is_help=True, help="数据合同 the contract")


@app.callback()
def _group() -> None:
    """Keep `publish` a subcommand although it is the only one."""


@app.command(help="生成 JSON Schema 和 AsyncAPI 文件 write the JSON Schemas and the AsyncAPI document")
def publish(
    check: Annotated[bool, typer.Option("--check", help="只核对，不写文件 only compare, write nothing")] = False,
    to: Annotated[Path, typer.Option(help="目标文件夹 folder to write to")] = PUBLISHED,
) -> None:
    """Write the published files, or say which differ from what the classes say."""
    console = Console()
    files = contract_files()
    differing = differing_files(to, files)
    if check:
        for path in differing:
            console.print(f"[yellow]✗ {path}[/yellow]", soft_wrap=True)
        if differing:
            console.print(f"{len(differing)} 个文件与代码不符，请运行 files are out of date, run: {COMMAND}")
            raise typer.Exit(1)
        console.print(f"{len(files)} 个文件与代码一致 files agree with the code")
        return
    for path in differing:
        target = to / path
        if path in files:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files[path])
        else:
            target.unlink()
    console.print(f"{len(files)} 个文件，更新 files, changed: {len(differing)}  {to}", soft_wrap=True)


def contract_files() -> dict[str, bytes]:
    """Files of the contract for the topics as they are shipped (settings of one installation play no part)."""
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    topics = [
        PublishedTopic(
            topic.name,
            topic.purpose,
            defaults["topic_partitions"],
            int(topic.configs(1)["retention.ms"]),
            topic.max_message_bytes,
            topic.cleanup_policy,
        )
        for topic in TOPICS
    ]
    return published_files(topics, defaults["kafka_bootstrap"])


def differing_files(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Paths that are missing, changed or no longer part of the contract."""
    found = (
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()
    )
    changed = [path for path, content in files.items() if path not in found or (folder / path).read_bytes() != content]
    return sorted([*changed, *(found - files.keys())])
