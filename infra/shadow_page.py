"""The comparison of two models as one HTML page that needs nothing else, Chinese first; made of the blocks of a model card."""

from collections.abc import Callable, Iterator, Mapping

from risk_model.scoring.card.blocks import Block, Heading, Notice, Paragraph, Table
from risk_model.scoring.card.html import as_html
from risk_model.shadowing import AlertMove, Comparison, Example, Moves
from schemas.levels import Level
from schemas.regions import RegionRegistry

ALERTS = 200  # gravest alerts that are listed


def comparison_page(found: Comparison, regions: RegionRegistry) -> str:
    """Self-contained HTML of a comparison."""
    return as_html(f"模型对比 {found.challenger}", _blocks(found, regions))


def _blocks(found: Comparison, regions: RegionRegistry) -> Iterator[Block]:
    champions = "、".join(f"{name}（{n:,} 件）" for name, n in found.champions.items())
    yield Heading(1, f"模型对比：挑战者 {found.challenger}")
    yield Paragraph(f"同样的 **{found.events:,}** 件事件，现用模型 {champions}。挑战者只作比较，没有影响任何决定。")
    yield Paragraph("Champion and challenger over the same recorded events; the challenger decided nothing.")
    if found.other_policy:
        yield Notice(
            "策略不同 Another policy",
            f"其中 {found.other_policy:,} 件是在另一版策略下判定的，挑战者一侧用的是现行策略的底线，差别可能来自策略。",
        )
    yield Heading(2, "一致程度 Agreement")
    yield Table(("", "一致", "比例"), tuple(_agreement(found)))
    yield Heading(2, "等级移动 Level moves")
    yield Paragraph("行：现用模型；列：挑战者；底线之前。")
    names = tuple(level.zh for level in Level)
    yield Table(
        ("", *names), tuple((zh, *(f"{n:,}" for n in row)) for zh, row in zip(names, found.levels, strict=True))
    )
    yield from _alerts(found, regions)
    yield Heading(2, "类别变化 Categories")
    yield _table(("现用模型", "挑战者", "件"), [(a, b, f"{n:,}") for a, b, n in found.categories])
    yield Heading(2, "按事件类型 By type")
    yield _moves(found.by_type, str)
    yield Heading(2, "按县（市、区） By county")
    yield _moves(found.by_county, regions.name)
    yield Heading(2, "差别最大的事件 Examples")
    yield _table(("标题（已脱敏）", "地区", "类别", "等级", "编号"), [_example(e, regions) for e in found.examples])


def _agreement(found: Comparison) -> Iterator[tuple[str, ...]]:
    for name, n in (
        ("类别 category", found.same_category),
        ("模型等级（底线之前） model level", found.same_level),
        ("最终等级（底线之后） final level", found.same_final_level),
    ):
        yield name, f"{n:,}", f"{n / found.events:.1%}"


def _alerts(found: Comparison, regions: RegionRegistry) -> Iterator[Block]:
    names = {"new": "新增", "gone": "不再有", "raised": "升级", "lowered": "降级"}
    changes = "、".join(f"{names[change]} **{n:,}** 条" for change, n in found.alert_changes().items())
    yield Heading(2, "预警的变化 What alerts would have changed")
    yield Paragraph(
        "同一批事件分别按两个模型重走一遍归并、计数与预警（底线照常）："
        f"现用模型 {found.alerts:,} 条预警；换成挑战者{changes}。"
    )
    listed = [_alert(move, regions) for move in found.alert_moves[:ALERTS]]
    yield _table(("预警", "地区", "现用模型", "挑战者", "编号"), listed)
    if len(found.alert_moves) > ALERTS:
        yield Paragraph(f"另有 {len(found.alert_moves) - ALERTS:,} 条未列出。")


def _alert(move: AlertMove, regions: RegionRegistry) -> tuple[str, ...]:
    before, after = (Level(n).zh if n else "无" for n in (move.level, move.level_by_challenger))
    return move.title, regions.name(move.county), before, after, move.alert_id


def _example(event: Example, regions: RegionRegistry) -> tuple[str, ...]:
    return (
        event.title or "（无标题）",
        regions.name(event.county),
        _pair(event.category, event.category_by_challenger),
        _pair(Level(event.level).zh, Level(event.level_by_challenger).zh),
        event.dispute_id,
    )


def _moves(groups: Mapping[str, Moves], name_of: Callable[[str], str]) -> Block:
    rows = [
        (name_of(key), f"{m.events:,}", f"{m.category:,}", f"{m.raised:,}", f"{m.lowered:,}")
        for key, m in groups.items()
    ]
    return _table(("", "件", "类别不同", "升级", "降级"), rows)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Block:
    return Table(head, tuple(rows)) if rows else Paragraph("无 none")


def _pair(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"
