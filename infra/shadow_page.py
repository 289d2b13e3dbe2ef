"""The comparison of two models as one HTML page that needs nothing else, Chinese first."""

from collections.abc import Callable, Iterable, Mapping
from html import escape

from risk_model.shadowing import AlertMove, Comparison, Moves
from schemas.levels import Level
from schemas.regions import RegionRegistry

_STYLE = """
body{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccd3dc;padding-bottom:.2rem}
table{border-collapse:collapse;margin:.6rem 0;width:100%}th,td{border:1px solid #ccd3dc;padding:.25rem .6rem;text-align:left}
th{background:#eef2f7}td.n{text-align:right;font-variant-numeric:tabular-nums}td.same{background:#e8f3ea}td.up{background:#fde8e4}td.down{background:#fdf3d8}
.note{color:#5a6675}small{color:#5a6675}
"""

ALERTS = 200  # gravest alerts that are listed


def comparison_page(found: Comparison, regions: RegionRegistry) -> str:
    """Self-contained HTML of a comparison."""
    champions = "、".join(f"{escape(name)}（{n:,} 件）" for name, n in found.champions.items())
    parts = [
        f"<h1>模型对比：挑战者 {escape(found.challenger)}</h1>",
        (
            f"<p>同样的 <b>{found.events:,}</b> 件事件，现用模型 {champions}。挑战者只作比较，没有影响任何决定。<br>"
            "<small>Champion and challenger over the same recorded events; the challenger decided nothing.</small></p>"
        ),
        _other_policy(found),
        "<h2>一致程度 Agreement</h2>",
        _table(("", "一致", "比例"), (_agreement(found))),
        "<h2>等级移动 Level moves</h2><p class=note>行：现用模型；列：挑战者；底线之前。</p>",
        _matrix(found.levels),
        "<h2>预警的变化 What alerts would have changed</h2>",
        f"<p>同一批事件分别按两个模型重走一遍归并、计数与预警（底线照常）：现用模型 {found.alerts:,} 条预警；{_changes(found)}。</p>",
        _table(("预警", "地区", "现用模型", "挑战者"), (_alert_cells(m, regions) for m in found.alert_moves[:ALERTS])),
        f"<p class=note>另有 {len(found.alert_moves) - ALERTS:,} 条未列出。</p>"
        if len(found.alert_moves) > ALERTS
        else "",
        "<h2>类别变化 Categories</h2>",
        _table(("现用模型", "挑战者", "件"), ((escape(a), escape(b), f"{n:,}") for a, b, n in found.categories)),
        "<h2>按事件类型 By type</h2>",
        _moves(found.by_type, str),
        "<h2>按县（市、区） By county</h2>",
        _moves(found.by_county, regions.name),
        "<h2>差别最大的事件 Examples</h2>",
        _table(
            ("编号", "标题（已脱敏）", "地区", "类别", "等级"),
            (
                (
                    f"<small>{escape(e.dispute_id)}</small>",
                    escape(e.title or "（无标题）"),
                    escape(regions.name(e.county)),
                    _pair(e.category, e.category_by_challenger),
                    _pair(Level(e.level).zh, Level(e.level_by_challenger).zh),
                )
                for e in found.examples
            ),
        ),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>模型对比 {escape(found.challenger)}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _changes(found: Comparison) -> str:
    names = {"new": "新增", "gone": "不再有", "raised": "升级", "lowered": "降级"}
    return "换成挑战者" + "、".join(f"{names[change]} <b>{n:,}</b> 条" for change, n in found.alert_changes().items())


def _agreement(found: Comparison) -> Iterable[tuple[str, ...]]:
    for name, n in (
        ("类别 category", found.same_category),
        ("模型等级（底线之前） model level", found.same_level),
        ("最终等级（底线之后） final level", found.same_final_level),
    ):
        yield name, f"{n:,}", f"{n / found.events:.1%}"


def _other_policy(found: Comparison) -> str:
    if not found.other_policy:
        return ""
    return f"<p class=note>其中 {found.other_policy:,} 件是在另一版策略下判定的，挑战者一侧用的是现行策略的底线，差别可能来自策略。</p>"


def _matrix(levels: list[list[int]]) -> str:
    head = "".join(f"<th>{level.zh}</th>" for level in Level)
    rows = "".join(
        f"<tr><th>{level.zh}</th>"
        + "".join(
            f'<td class="n {("same", "up", "down")[(to > level) + 2 * (to < level)]}">{levels[level - 1][to - 1]:,}</td>'
            for to in Level
        )
        + "</tr>"
        for level in Level
    )
    return f"<table><tr><th></th>{head}</tr>{rows}</table>"


def _alert_cells(move: AlertMove, regions: RegionRegistry) -> tuple[str, ...]:
    before, after = (Level(n).zh if n else "无" for n in (move.level, move.level_by_challenger))
    title = f"{escape(move.title)}<br><small>{escape(move.alert_id)}</small>"
    return title, escape(regions.name(move.county)), before, after


def _moves(groups: Mapping[str, Moves], name_of: Callable[[str], str]) -> str:
    return _table(
        ("", "件", "类别不同", "升级", "降级"),
        (
            (escape(name_of(key)), f"{m.events:,}", f"{m.category:,}", f"{m.raised:,}", f"{m.lowered:,}")
            for key, m in groups.items()
        ),
    )


def _pair(before: str, after: str) -> str:
    return escape(before) if before == after else f"{escape(before)} → {escape(after)}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Table of cells that are HTML already; figures stand to the right."""
    lines = ["".join(f"<td{_right(cell)}>{cell}</td>" for cell in row) for row in rows]
    if not lines:
        return "<p class=note>无 none</p>"
    return f"<table><tr>{''.join(f'<th>{name}</th>' for name in head)}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _right(cell: str) -> str:
    return " class=n" if cell and cell.replace(",", "").replace(".", "").rstrip("%").isdigit() else ""
