"""fuyuan model compare: champion and challenger over the same recorded events."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from infra import clock
from infra.model_registry import check_schema
from infra.rules import load_rules
from infra.settings import load_settings
from infra.shadow_page import comparison_page
from infra.shadow_report import HISTORY_DAYS, compare
from infra.store.engine import opened_engine
from risk_model.shadowing import Comparison
from schemas.levels import Level
from schemas.regions import RegionRegistry

app = typer.Typer()
SHOWN = 15


@app.command("compare", help="挑战者与现用模型的对比：一致、等级移动、预警会有何不同 compare champion and challenger")
def compare_command(
    days: Annotated[int | None, typer.Option(min=1, help="只看最近若干天 only the last days")] = None,
    challenger: Annotated[
        str | None, typer.Option(help="挑战者版本，缺省为最近指定的 version, default the last named")
    ] = None,
    html: Annotated[Path | None, typer.Option(dir_okay=False, help="同时写成网页 also write a page")] = None,
    history: Annotated[
        int, typer.Option(min=0, help="对比期之前一并折叠的天数 days folded before, for matters and counts")
    ] = HISTORY_DAYS,
) -> None:
    """Fold both histories and print what differs."""
    settings, console = load_settings(), Console()
    rules = load_rules(settings)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        opened_engine(settings.database_url) as engine,
        Progress(*columns, console=console, transient=True) as progress,
    ):
        check_schema(engine)
        task = progress.add_task("读取 reading")
        found = compare(
            engine,
            rules,
            clock.now(),
            days=days,
            challenger=challenger,
            history_days=history,
            progress=lambda n: progress.update(task, description=f"折叠 folding {n:,}"),
        )
    _print(console, found, rules.regions)
    if html is not None:
        html.write_text(comparison_page(found, rules.regions), encoding="utf-8")
        console.print(f"已写入 written {html}", soft_wrap=True)


def _print(console: Console, found: Comparison, regions: RegionRegistry) -> None:
    champions = "、".join(f"{name}（{n:,}）" for name, n in found.champions.items())
    console.print(
        f"挑战者 challenger {found.challenger}；{found.events:,} 件，现用 champion {champions}", soft_wrap=True
    )
    if found.other_policy:
        console.print(
            f"[yellow]{found.other_policy:,} 件在另一版策略下判定，差别可能来自策略 judged under another policy[/]"
        )
    agreement = Table("一致 agreement", "件", "比例")
    for name, n in (
        ("类别 category", found.same_category),
        ("模型等级 model level", found.same_level),
        ("最终等级 final level", found.same_final_level),
    ):
        agreement.add_row(name, f"{n:,}", f"{n / found.events:.1%}")
    console.print(agreement)
    levels = Table("现用 ↓ 挑战者 →", *(level.zh for level in Level), title="等级移动（底线之前） level moves")
    for level, row in zip(Level, found.levels, strict=True):
        levels.add_row(level.zh, *(f"{n:,}" for n in row))
    console.print(levels)
    for title, groups, name_of in (
        ("按类型 by type", found.by_type, str),
        ("按县区 by county", found.by_county, regions.name),
    ):
        table = Table(title, "件", "类别不同", "升 raised", "降 lowered")
        for key, moves in groups.items():
            table.add_row(
                name_of(key), *(f"{n:,}" for n in (moves.events, moves.category, moves.raised, moves.lowered))
            )
        console.print(table)
    examples = Table(Column("事件 event", no_wrap=True), "标题 title", "类别", "等级", title="差别最大的 examples")
    for e in found.examples[:SHOWN]:
        examples.add_row(
            e.dispute_id[:10],
            e.title,
            f"{e.category}→{e.category_by_challenger}",
            f"{Level(e.level).zh}→{Level(e.level_by_challenger).zh}",
        )
    console.print(examples)
    alerts = Table(
        "预警 alert",
        "现用",
        "挑战者",
        title=f"{found.alerts:,} 条预警中会不同的 alerts that would differ: {len(found.alert_moves):,}",
    )
    for move in found.alert_moves[:SHOWN]:
        alerts.add_row(move.title, *(Level(n).zh if n else "无" for n in (move.level, move.level_by_challenger)))
    console.print(alerts)
    changes = found.alert_changes()
    console.print(
        f"预警 alerts：新增 new {changes['new']:,}，不再有 gone {changes['gone']:,}，升级 raised {changes['raised']:,}，"
        f"降级 lowered {changes['lowered']:,}",
        soft_wrap=True,
    )
