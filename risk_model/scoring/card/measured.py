"""The measures of a card as tables and figures."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from risk_model.scoring.card.blocks import Block, Figures, Folded, Heading, Paragraph, Table, WithoutDrawings
from risk_model.scoring.card.drawings import class_drawing, confusion_drawing, learning_drawing, reliability_drawing
from risk_model.scoring.card.wording import (
    DIMENSION_NAMES,
    MEASURES,
    PART_NAMES,
    budget_text,
    measure_text,
    number,
    share,
    share_with_interval,
    signed,
    with_interval,
)
from risk_model.scoring.evaluation import ClassMeasure, Estimate, Evaluation, LearningPoint, Slice
from risk_model.scoring.evaluation.slices import COUNTY, EVENT_TYPE
from schemas.event_types import type_zh
from schemas.levels import Level

FEW_ROWS = 30  # below, a share says little; the row is shown faint
FEW_GRAVE = 10  # likewise for recall of orange and red


def measured_blocks(
    found: Evaluation, curve: Sequence[LearningPoint], county_names: Mapping[str, str]
) -> Iterator[Block]:
    """Everything measured; what was not is left out."""
    yield Paragraph(_how(found))
    measures = [
        (each.name, measure_text(found, each.field), each.meaning) for each in MEASURES if _has(found, each.field)
    ]
    yield Table(("指标 measure", "值（区间） value", "含义 meaning"), tuple(measures))
    if found.budgets:
        yield from _budgets(found)
    yield from _calibration(found)
    if any(map(sum, found.confusion)):
        yield from _levels(found)
    yield from _categories(found)
    if curve:
        yield from _curve(curve)
    if found.slices:
        yield Heading(3, "分项 Slices")
        yield Paragraph(
            "“把握偏差”是所说概率的平均减去判对的比例，“概率偏差”是橙、红概率的平均减去橙、红的实际比例：正数说明说得过高，负数说明过低。"
        )
    for dimension, parts in groupby(found.slices, key=lambda part: part.dimension):
        yield from _slices(DIMENSION_NAMES[dimension], list(parts), county_names)


def _has(found: Evaluation, field: str) -> bool:
    return getattr(found, field) is not None


def _how(found: Evaluation) -> str:
    text = f"共 {found.rows:,} 件"
    if found.category_rows or found.level_rows:
        text += f"，其中有类别标注 {found.category_rows:,} 件、有等级标注 {found.level_rows:,} 件"
    if found.resamples:
        text += (
            f"。括号内是 {found.confidence:.0%} 区间：把这些样本有放回地重抽 {found.resamples:,} 次（种子 {found.seed}）所得，"
            "说明换一批同样多的样本，数值大致会在什么范围 (bootstrap intervals)"
        )
    return text + "。"


def _budgets(found: Evaluation) -> Iterator[Block]:
    yield Heading(3, "人手有限时能看到多少 Recall at the alert budget")
    yield Paragraph(
        "把事件按模型的等级评分从高到低排，只看最前面的若干件。“至多”是按任何顺序看同样多的件数所能达到的上限。"
    )
    rows = [
        (
            budget_text(each.budget),
            f"{each.looked:,}",
            share_with_interval(each.grave_recall),
            share(each.ceiling),
            share_with_interval(each.red_recall),
            share_with_interval(each.precision),
        )
        for each in found.budgets
    ]
    head = (
        "只看 budget",
        "件数",
        "橙、红召回率 recall",
        "至多 ceiling",
        "红召回率 red recall",
        "其中橙、红占比 precision",
    )
    yield Table(head, tuple(rows))


def _calibration(found: Evaluation) -> Iterator[Block]:
    curves = (
        (found.category_reliability, "类别"),
        (found.level_reliability, "最可能的等级"),
        (found.orange_reliability, "橙或红"),
    )
    drawings = tuple((reliability_drawing(bins, name), f"**{name}**的概率") for bins, name in curves if bins)
    if not drawings:
        return
    yield Heading(3, "概率是否可信 Calibration")
    note = "点在虚线上，说明模型所说的概率与实际相符；在虚线下方，说明说得过满。竖线是 Wilson 区间，下方是各段的件数。"
    yield Figures(drawings, note)
    tables: list[Block] = []
    for bins, name in curves:
        rows = [
            (
                f"{each.low:.0%}–{each.high:.0%}",
                f"{each.rows:,}",
                share(each.stated),
                f"{share(each.found)}（{each.found_low:.1%}–{each.found_high:.1%}）",
            )
            for each in bins
        ]
        if rows:
            head = (f"{name}：所说概率 stated", "件数 n", "平均所说", "实际 found")
            tables.append(Table(head, tuple(rows), _faint(each.rows for each in bins)))
    yield Folded("可靠性曲线的数值 Reliability table", tuple(tables))


def _levels(found: Evaluation) -> Iterator[Block]:
    yield Heading(3, "等级 Levels")
    yield Paragraph("行为真实等级，列为模型的判断，未含政策底线。 Confusion: rows true, columns graded, before floors.")
    drawings = [(confusion_drawing(found.confusion), "**等级混淆矩阵**，百分比占该行")]
    if found.level_classes:
        named = [_renamed(each) for each in found.level_classes]
        drawings.append((class_drawing(named, "各等级 F1"), "**各等级 F1** 和区间"))
    yield Figures(tuple(drawings))
    rows = [(f"**{level.zh}**", *map(str, found.confusion[level - 1])) for level in Level]
    yield WithoutDrawings(Table(("", *(level.zh for level in Level)), tuple(rows)))
    if found.level_classes:
        yield _class_table("等级 level", [_renamed(each) for each in found.level_classes])


def _categories(found: Evaluation) -> Iterator[Block]:
    if not found.category_f1:
        return
    yield Heading(3, "类别 Categories")
    if found.category_classes:
        ordered = sorted(found.category_classes, key=lambda each: -each.rows)
        yield Figures(((class_drawing(ordered, "各类别 F1"), "**各类别 F1** 和区间，样本多的在前"),))
        yield Folded("各类别的数值 Each category", (_class_table("类别 category", ordered),))
    else:
        yield Table(("类别 category", "F1"), tuple((name, f"{value:.3f}") for name, value in found.category_f1.items()))
    if found.category_confusions:
        rows = [(each.truth, each.judged, f"{each.rows:,}") for each in found.category_confusions]
        yield Folded(
            "最常混淆的类别 Most frequent confusions", (Table(("真实 true", "判为 judged", "件数 n"), tuple(rows)),)
        )


def _class_table(name: str, classes: Sequence[ClassMeasure]) -> Table:
    rows = [
        (each.name, f"{each.rows:,}", *map(with_interval, (each.precision, each.recall, each.f1))) for each in classes
    ]
    head = (name, "件数 n", "精确率 precision", "召回率 recall", "F1")
    return Table(head, tuple(rows), _faint(each.rows for each in classes))


def _curve(curve: Sequence[LearningPoint]) -> Iterator[Block]:
    yield Heading(3, "再多标注是否有用 Learning curve")
    yield Paragraph("用越来越多的样本训练，总在同一批最近的样本上评估。曲线还在上升，说明再标注仍有收益。")
    heads = (
        ("类别", [(each.rows, each.category_macro_f1) for each in curve if each.category_macro_f1]),
        ("等级", [(each.rows, each.level_macro_f1) for each in curve if each.level_macro_f1]),
    )
    yield Figures(tuple((learning_drawing(shown, f"{name} macro-F1"), f"**{name}**") for name, shown in heads if shown))
    rows = [
        (f"{each.rows:,}", with_interval(each.category_macro_f1), with_interval(each.level_macro_f1)) for each in curve
    ]
    yield Table(("训练样本 n", "类别 macro-F1", "等级 macro-F1"), tuple(rows))


def _slices(title: str, parts: Sequence[Slice], county_names: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(4, title)
    if any(part.rows < FEW_ROWS or 0 < part.grave < FEW_GRAVE for part in parts):
        yield Paragraph(
            f"灰色的行不足 {FEW_ROWS} 件；带 * 的召回率来自不足 {FEW_GRAVE} 件的橙、红：都仅供参考。 Grey rows and * rest on few examples."
        )
    columns = {"": lambda part: _part_name(part, county_names), **_COLUMNS}
    if not any(part.category_rows for part in parts):
        columns = {name: cell for name, cell in columns.items() if name not in _CATEGORY_COLUMNS}
    if not any(part.level_rows for part in parts):
        columns = {name: cell for name, cell in columns.items() if name not in _LEVEL_COLUMNS}
    rows = [tuple(cell(part) for cell in columns.values()) for part in parts]
    head = tuple(columns)
    yield Table(head, tuple(rows), _faint(part.rows for part in parts))


def _value(found: Estimate | None) -> float | None:
    return None if found is None else found.value


def _recall(part: Slice) -> str:
    """Recall of orange and red; of few examples without an interval, which the bootstrap would make too narrow."""
    if 0 < part.grave < FEW_GRAVE:
        return f"{share(_value(part.orange_recall))}*"
    return share_with_interval(part.orange_recall)


_CATEGORY_COLUMNS: dict[str, Callable[[Slice], str]] = {
    "类别准确率": lambda part: share_with_interval(part.category_accuracy),
    "类别 F1": lambda part: number(_value(part.category_macro_f1)),
    "把握偏差": lambda part: signed(part.category_bias),
}
_LEVEL_COLUMNS: dict[str, Callable[[Slice], str]] = {
    "等级准确率": lambda part: share(_value(part.level_accuracy)),
    "平均代价": lambda part: number(_value(part.level_cost)),
    "橙、红": lambda part: f"{part.grave:,}",
    "橙、红召回率": _recall,
    "概率偏差": lambda part: signed(part.orange_bias),
}
_COLUMNS: dict[str, Callable[[Slice], str]] = {
    "件数 n": lambda part: f"{part.rows:,}",
    **_CATEGORY_COLUMNS,
    **_LEVEL_COLUMNS,
}


def _part_name(part: Slice, county_names: Mapping[str, str]) -> str:
    if part.value in PART_NAMES:
        return PART_NAMES[part.value]
    if part.dimension == EVENT_TYPE:
        return type_zh(part.value)
    if part.dimension == COUNTY and part.value in county_names:
        return f"{county_names[part.value]} {part.value}"
    return part.value


def _renamed(each: ClassMeasure) -> ClassMeasure:
    """A level under its Chinese name."""
    return ClassMeasure(Level.parse(each.name).zh, each.rows, each.precision, each.recall, each.f1)


def _faint(sizes: Iterable[int]) -> frozenset[int]:
    return frozenset(number for number, size in enumerate(sizes) if size < FEW_ROWS)
