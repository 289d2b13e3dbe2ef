"""The figures of a card as SVG, written by hand: small, sharp at any size, in the fonts of the reader's machine."""

import math
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from risk_model.scoring.evaluation import ClassMeasure, Estimate, ReliabilityBin
from schemas.levels import Level

INK, SOFT, GRID, BLUE, PALE = "#1f2933", "#5b6770", "#d9dfe4", "#1f5f99", "#c9dcec"
LABEL_WIDTH = 44  # of a number under an axis

Scale = Callable[[float], float]
LEVEL_COLOURS = {Level.BLUE: "#2f6fb0", Level.YELLOW: "#d9a900", Level.ORANGE: "#e0731d", Level.RED: "#c62f2f"}


def reliability_drawing(bins: Sequence[ReliabilityBin], what: str) -> str:
    """Stated probability against share that came true, with intervals, and below it how many examples lie where."""
    left, top, side, bar = 46, 12, 230, 44
    rows = sum(each.rows for each in bins)

    def x(value: float) -> float:
        return left + value * side

    def y(value: float) -> float:
        return top + (1 - value) * side

    floor = top + side + 14 + bar
    parts = [_grid(x, y), _line(x(0), y(0), x(1), y(1), SOFT, dash="4 4")]
    for each in bins:
        parts.append(_line(x(each.stated), y(each.found_low), x(each.stated), y(each.found_high), BLUE, width=1.5))
        hint = f"说 {each.stated:.1%}，实为 {each.found:.1%}，{each.rows} 件"
        parts.append(_dot(x(each.stated), y(each.found), hint))
        height = bar * each.rows / rows
        width = (each.high - each.low) * side - 2
        parts.append(_box(x(each.low) + 1, floor - height, width, height, PALE, hint))
    parts.append(_line(left, floor, left + side, floor, GRID))
    parts.append(_text(left - 6, floor, "件数", anchor="end", size=11))
    parts += [_text(x(v), floor + 15, f"{v:.0%}", anchor="middle", size=11) for v in (0, 0.5, 1)]
    parts.append(_text(left + side / 2, floor + 33, f"模型所说的概率：{what}", anchor="middle", size=12))
    parts.append(_text(13, top + side / 2, "实际发生的比例", anchor="middle", size=12, turn=True))
    return _svg(left + side + 14, floor + 42, parts, f"可靠性曲线：{what}")


def confusion_drawing(confusion: Sequence[Sequence[int]]) -> str:
    """True levels in rows, graded levels in columns; the shade is the share of the row."""
    left, top, cell, height = 74, 44, 84, 52
    parts = [_text(left + 2 * cell, 14, "模型判为", anchor="middle", size=12)]
    for level in Level:
        column = left + (level - 1) * cell
        parts.append(_text(column + cell / 2, 34, level.zh, anchor="middle", colour=LEVEL_COLOURS[level], strong=True))
        row, y = confusion[level - 1], top + (level - 1) * height
        parts.append(_text(left - 10, y + height / 2 + 5, f"真实{level.zh}", anchor="end", colour=LEVEL_COLOURS[level]))
        for number, count in enumerate(row):
            share = count / sum(row) if sum(row) else 0.0
            x, fill = left + number * cell, f"rgba(31,95,153,{0.04 + 0.86 * share:.2f})"
            ink = "#fff" if share > 0.5 else INK
            parts.append(_box(x + 1, y + 1, cell - 2, height - 2, fill, f"真实{level.zh}判为{Level(number + 1).zh}"))
            parts.append(
                _text(x + cell / 2, y + 23, f"{count:,}", anchor="middle", colour=ink, strong=number == level - 1)
            )
            parts.append(_text(x + cell / 2, y + 40, f"{share:.0%}", anchor="middle", colour=ink, size=11))
    return _svg(left + 4 * cell + 4, top + 4 * height + 4, parts, "等级混淆矩阵")


def class_drawing(classes: Sequence[ClassMeasure], title: str) -> str:
    """F1 of each class as a bar with its interval."""
    left, width, step, top = 132, 300, 22, 8
    floor = top + step * len(classes)

    def x(value: float) -> float:
        return left + value * width

    parts = [_line(x(v), top, x(v), floor, GRID) for v in (0, 0.25, 0.5, 0.75, 1)]
    parts += [_text(x(v), floor + 15, f"{v:g}", anchor="middle", size=11) for v in (0, 0.25, 0.5, 0.75, 1)]
    for number, each in enumerate(classes):
        y = top + number * step
        f1 = each.f1
        parts.append(_text(left - 8, y + 15, each.name, anchor="end", size=12))
        parts.append(
            _box(left, y + 4, f1.value * width, step - 8, PALE, f"{each.name} F1 {f1.value:.3f}，{each.rows} 件")
        )
        if f1.low is not None and f1.high is not None:
            parts.append(_line(x(f1.low), y + step / 2, x(f1.high), y + step / 2, BLUE, width=2))
        parts.append(_dot(x(f1.value), y + step / 2, f"{f1.value:.3f}", radius=3))
        parts.append(_text(left + width + 10, y + 15, f"{f1.value:.3f}  n={each.rows:,}", size=11, colour=SOFT))
    return _svg(left + width + 110, floor + 24, parts, title)


def learning_drawing(shown: Sequence[tuple[int, Estimate]], what: str) -> str:
    """Measure against the number of training examples (logarithmic), with intervals; at least one point."""
    left, top, width, height = 46, 12, 360, 210
    low, high = math.log10(shown[0][0]), math.log10(max(shown[-1][0], shown[0][0] + 1))
    least = min(v.low if v.low is not None else v.value for _, v in shown)
    tick = 0.2 if least < 0.6 else 0.1
    floor = min(math.floor(least / tick) * tick, 1 - tick)

    def x(rows: float) -> float:
        return float(left + (math.log10(rows) - low) / (high - low) * width)

    def y(value: float) -> float:
        return top + (1 - (value - floor) / (1 - floor)) * height

    parts = []
    for number in range(round((1 - floor) / tick) + 1):
        value = floor + tick * number
        parts += [_line(left, y(value), left + width, y(value), GRID)]
        parts += [_text(left - 6, y(value) + 4, f"{value:.1f}", anchor="end", size=11)]
    for (rows, one), (later, two) in pairwise(shown):
        parts.append(_line(x(rows), y(one.value), x(later), y(two.value), BLUE, width=2))
    labelled = math.inf
    for rows, found in reversed(shown):
        if found.low is not None and found.high is not None:
            parts.append(_line(x(rows), y(found.low), x(rows), y(found.high), BLUE, width=1.5))
        parts.append(_dot(x(rows), y(found.value), f"{rows:,} 条：{found.value:.3f}"))
        if x(rows) < labelled - LABEL_WIDTH:
            labelled = x(rows)
            parts.append(_text(x(rows), top + height + 16, f"{rows:,}", anchor="middle", size=11))
    parts.append(
        _text(left + width / 2, top + height + 36, f"训练样本条数（对数刻度）；纵轴 {what}", anchor="middle", size=12)
    )
    return _svg(left + width + 40, top + height + 46, parts, f"学习曲线：{what}")


def _grid(x: Scale, y: Scale) -> str:
    ticks = (0, 0.25, 0.5, 0.75, 1)
    lines = [_line(x(0), y(v), x(1), y(v), GRID) + _line(x(v), y(0), x(v), y(1), GRID) for v in ticks]
    return "".join(lines + [_text(x(0) - 6, y(v) + 4, f"{v:.0%}", anchor="end", size=11) for v in ticks])


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'role="img" aria-label="{escape(title)}" font-family="inherit">{"".join(parts)}</svg>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def _box(x: float, y: float, width: float, height: float, fill: str, hint: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{fill}">'
        f"<title>{escape(hint)}</title></rect>"
    )


def _dot(x: float, y: float, hint: str, *, radius: float = 3.5) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{BLUE}"><title>{escape(hint)}</title></circle>'


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    colour: str = INK,
    strong: bool = False,
    turn: bool = False,
) -> str:
    weight = ' font-weight="600"' if strong else ""
    turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}{turned}>'
        f"{escape(text)}</text>"
    )
