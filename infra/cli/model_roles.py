"""fuyuan model register|list|promote|rollback|challenge: which models the store has, and what they do."""

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import Engine

from infra import clock
from infra.label_file import read_labels
from infra.model_keys import TrustedKeys, trusted_keys
from infra.model_registry import Outcome, check_schema, register, registered
from infra.model_roles import GateData, RoleKeeper, Verdict, current_roles, role_history
from infra.model_store import read_artifact
from infra.rules import load_rules
from infra.settings import Settings, load_settings
from infra.store.engine import open_engine
from risk_model.promotion import Order, champion_version
from schemas.domain_events import ChallengerNamed, DomainEvent, ModelPromoted

app = typer.Typer()
console = Console()
NOBODY = "none"
_SHANGHAI = timezone(timedelta(hours=8))
_OUTCOMES = {
    Outcome.NEW: "已登记 registered",
    Outcome.KNOWN: "早已登记 registered before",
    Outcome.SIGNED_ANEW: "已登记，签名已更新 registered before, signature replaced",
}

By = Annotated[str, typer.Option("--by", help="经办人 who")]
Why = Annotated[str, typer.Option("--reason", help="理由 why")]
Target = Annotated[str, typer.Argument(help="已登记的版本，或模型目录 a registered version, or an artifact folder")]


@app.command("register", help="核对模型目录并存入数据库，供各工作进程取用 check an artifact and put it into the store")
def register_command(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="模型目录 artifact folder")], by: By
) -> None:
    """Register a folder."""
    _, engine, trusted = _open()
    _register(engine, folder, trusted, by)


@app.command("list", help="已登记的模型、角色、起始时间、经办人 registered models and their roles")
def list_command() -> None:
    """Print the table of models."""
    settings, engine, _ = _open()
    with engine.connect() as connection:
        roles, past, models = current_roles(connection), role_history(connection), registered(connection)
    table = Table(Column("版本 version", no_wrap=True), "角色 role", "自 since", "经办 by", "登记 registered")
    for model in models:
        role = {roles.champion: "使用中 champion", roles.challenger: "挑战者 challenger"}.get(model.version, "")
        since, by = _since(past, model.version) if role else ("", "")
        registered_at = f"{model.registered_at.astimezone(_SHANGHAI):%Y-%m-%d %H:%M} {model.registered_by}"
        table.add_row(model.version, role, since, by, registered_at)
    console.print(table)
    if roles.champion is None:
        console.print(f"还没有启用过模型，用 none was promoted, in use: {settings.model_dir}", soft_wrap=True)


@app.command(help="启用模型：通过检查后，运行中的进程数秒内切换 promote a model: workers switch within seconds")
def promote(
    target: Target,
    by: By,
    reason: Why,
    data: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="两个模型都用它评估的标注文件 labels both are judged on"),
    ] = None,
    override: Annotated[str, typer.Option(help="未通过检查仍要启用的理由，写入事件 why, if the gate is shut")] = "",
) -> None:
    """Promote, if the gate is passed or overridden."""
    settings, engine, trusted = _open()
    keeper = RoleKeeper(engine, settings, trusted)
    gate_data = None
    if data is not None:
        labels = read_labels(data, "")
        gate_data = GateData(labels.examples, labels.data.sha256)
    order = Order(by, clock.now(), reason, override)
    version = _version(engine, target, trusted, by)
    verdict, events = keeper.promote(version, order, load_rules(settings).policy.model.gate, gate_data)
    basis = f"标注文件 {data}" if data else "两份清单中训练时的评估（未给 --data） as stated in the manifests"
    console.print(_verdict_table(verdict, f"启用检查 gate：{basis}"))
    for failed in verdict.failed:
        console.print(f"[yellow]未通过 not passed[/] {failed.code}：{failed.text}", soft_wrap=True)
    _say(events)


@app.command(help="退回上一个启用的模型 return to the champion before")
def rollback(by: By, reason: Why) -> None:
    """Undo the latest promotion that is not undone."""
    settings, engine, trusted = _open()
    _say(RoleKeeper(engine, settings, trusted).rollback(Order(by, clock.now(), reason)))


@app.command(help="指定挑战者：同样的事件它也判一遍，只作比较；none 为结束 name the challenger, or none")
def challenge(target: Target, by: By, reason: Why) -> None:
    """Let a model judge in the shadow of the champion."""
    settings, engine, trusted = _open()
    version = None if target == NOBODY else _version(engine, target, trusted, by)
    _say(RoleKeeper(engine, settings, trusted).challenge(version, Order(by, clock.now(), reason)))


def _open() -> tuple[Settings, Engine, TrustedKeys]:
    settings = load_settings()
    engine = open_engine(settings.database_url)
    check_schema(engine)
    return settings, engine, trusted_keys(settings)


def _version(engine: Engine, target: str, trusted: TrustedKeys, by: str) -> str:
    """Version that was named, registering it when a folder was."""
    folder = Path(target)
    return _register(engine, folder, trusted, by) if folder.is_dir() else target


def _register(engine: Engine, folder: Path, trusted: TrustedKeys, by: str) -> str:
    manifest, outcome = register(engine, read_artifact(folder), trusted, by, clock.now())
    console.print(f"{_OUTCOMES[outcome]} {manifest.version}", soft_wrap=True)
    return manifest.version


def _since(past: Sequence[DomainEvent], version: str) -> tuple[str, str]:
    """When and by whom a version got its present role."""
    promoted = champion_version(past, None) == version
    for event in reversed(past):
        if promoted and isinstance(event, ModelPromoted):
            return f"{event.promoted_at.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}", event.promoted_by
        if not promoted and isinstance(event, ChallengerNamed):
            return f"{event.named_at.astimezone(_SHANGHAI):%Y-%m-%d %H:%M}", event.named_by
    return "", ""


def _verdict_table(verdict: Verdict, title: str) -> Table:
    table = Table("指标 measure", "新 new", "现用 champion", title=title)
    for name, value in verdict.metrics.items():
        if name == "rows":
            table.add_row("样本 rows", f"{value:,.0f}", "")
        elif not name.startswith("champion_"):
            before = verdict.metrics.get(f"champion_{name}")
            table.add_row(name, f"{value:.3f}", "—" if before is None else f"{before:.3f}")
    return table


def _say(events: Sequence[DomainEvent]) -> None:
    for event in events:
        if isinstance(event, ModelPromoted):
            verb = "已退回 rolled back to" if event.rollback else "已启用 promoted"
            console.print(f"[green]{verb}[/] {event.version}（此前 before {event.previous}）", soft_wrap=True)
        elif isinstance(event, ChallengerNamed):
            console.print(f"挑战者 challenger：{event.version or '无 none'}", soft_wrap=True)
