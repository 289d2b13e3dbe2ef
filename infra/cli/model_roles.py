"""fuyuan model register|list|promote|rollback|challenge: which models the store has, and what they do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import Engine

from infra import clock
from infra.cli.model_tracking import follow_roles
from infra.label_file import read_labels
from infra.model_keys import TrustedKeys, trusted_keys
from infra.model_registry import Outcome, check_schema, register
from infra.model_roles import GateData, RoleKeeper, Verdict
from infra.model_store import read_artifact
from infra.rules import load_rules
from infra.settings import Settings, load_settings
from infra.store.engine import opened_engine
from infra.store.queries.models import current_roles, registered, role_history
from risk_model.local_time import SHANGHAI
from risk_model.promotion import Order, champion_version
from schemas.domain_events import ChallengerNamed, DomainEvent, ModelPromoted

app = typer.Typer()
console = Console()
NOBODY = "none"
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
    with _open() as shop:
        _register(shop, folder, by)


@app.command("list", help="已登记的模型、角色、起始时间、经办人 registered models and their roles")
def list_command() -> None:
    """Print the table of models."""
    with _open() as shop, shop.engine.connect() as connection:
        roles, past, models = current_roles(connection), role_history(connection), registered(connection)
    table = Table(Column("版本 version", no_wrap=True), "角色 role", "自 since", "经办 by", "登记 registered")
    for model in models:
        role = {roles.champion: "使用中 champion", roles.challenger: "挑战者 challenger"}.get(model.version, "")
        since, by = _since(past, model.version) if role else ("", "")
        table.add_row(model.version, role, since, by, f"{_local(model.registered_at)} {model.registered_by}")
    console.print(table)
    if roles.champion is None:
        console.print(f"还没有启用过模型，用 none was promoted, in use: {shop.settings.model_dir}", soft_wrap=True)


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
    gate_data = None
    if data is not None:
        labels = read_labels(data, "")
        gate_data = GateData(labels.examples, labels.data.sha256)
    with _open() as shop:
        keeper = shop.keeper()
        version = _version(shop, target, by)
        gate = load_rules(shop.settings).policy.model.gate
        verdict, events = keeper.promote(version, Order(by, clock.now(), reason, override), gate, gate_data)
        shop.follow()
    basis = f"标注文件 {data}" if data else "两份清单中训练时的评估（未给 --data） as stated in the manifests"
    console.print(_verdict_table(verdict, f"启用检查 gate：{basis}"))
    for failed in verdict.failed:
        console.print(f"[yellow]未通过 not passed[/] {failed.code}：{failed.text}", soft_wrap=True)
    _say(events)


@app.command(help="退回上一个启用的模型 return to the champion before")
def rollback(by: By, reason: Why) -> None:
    """Undo the latest promotion that is not undone."""
    with _open() as shop:
        _say(shop.keeper().rollback(Order(by, clock.now(), reason)))
        shop.follow()


@app.command(help="指定挑战者：同样的事件它也判一遍，只作比较；none 为结束 name the challenger, or none")
def challenge(target: Target, by: By, reason: Why) -> None:
    """Let a model judge in the shadow of the champion."""
    with _open() as shop:
        version = None if target == NOBODY else _version(shop, target, by)
        _say(shop.keeper().challenge(version, Order(by, clock.now(), reason)))
        shop.follow()


class _Shop(NamedTuple):
    settings: Settings
    engine: Engine
    trusted: TrustedKeys

    def keeper(self) -> RoleKeeper:
        return RoleKeeper(self.engine, self.settings, self.trusted)

    def follow(self) -> None:
        """Let MLflow's aliases follow the roles."""
        with self.engine.connect() as connection:
            roles = current_roles(connection)
        follow_roles(self.settings, roles.champion, roles.challenger, console)


@contextmanager
def _open() -> Iterator[_Shop]:
    settings = load_settings()
    with opened_engine(settings.database_url) as engine:
        check_schema(engine)
        yield _Shop(settings, engine, trusted_keys(settings))


def _version(shop: _Shop, target: str, by: str) -> str:
    """Version that was named, registering it when a folder was."""
    folder = Path(target)
    return _register(shop, folder, by) if folder.is_dir() else target


def _register(shop: _Shop, folder: Path, by: str) -> str:
    manifest, outcome = register(shop.engine, read_artifact(folder), shop.trusted, by, clock.now())
    console.print(f"{_OUTCOMES[outcome]} {manifest.version}", soft_wrap=True)
    return manifest.version


def _since(past: Sequence[DomainEvent], version: str) -> tuple[str, str]:
    """When and by whom a version got its present role."""
    promoted = champion_version(past, None) == version
    for event in reversed(past):
        if promoted and isinstance(event, ModelPromoted):
            return _local(event.promoted_at), event.promoted_by
        if not promoted and isinstance(event, ChallengerNamed):
            return _local(event.named_at), event.named_by
    return "", ""


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


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
