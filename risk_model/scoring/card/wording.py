"""How figures are written in a card, and what each is called."""

from typing import NamedTuple

from risk_model.scoring.evaluation import Estimate, Evaluation
from risk_model.scoring.evaluation.slices import COUNTY, EVENT_TYPE, JOINED, SOURCE, TEXT_LENGTH, UNKNOWN

NONE = "—"
DIMENSION_NAMES = {
    SOURCE: "上报单位 by agency",
    COUNTY: "地区 by region",
    EVENT_TYPE: "事件类型 by event type",
    TEXT_LENGTH: "正文长度（字） by text length",
}
PART_NAMES = {UNKNOWN: "未注明 not stated", JOINED: "其余合计 all others"}


class MeasureName(NamedTuple):
    """A measure of ``Evaluation``: its field, its name, and what it means for an official."""

    field: str
    name: str
    meaning: str


MEASURES = (
    MeasureName("category_accuracy", "类别准确率 category accuracy", "判对类别的比例"),
    MeasureName("category_macro_f1", "类别 macro-F1", "各类别 F1 的平均，小类与大类同等看待"),
    MeasureName("category_ece", "类别校准误差 ECE", "所说的把握与实际判对比例的平均差距，越小越可信"),
    MeasureName("category_brier", "类别 Brier 分", "所说的把握与对错之差的平方的平均，越小越好"),
    MeasureName("level_accuracy", "等级准确率 exact level", "等级一级不差的比例"),
    MeasureName("level_within_one", "等级相差不超过一级 within one", "相差至多一级的比例"),
    MeasureName("level_macro_f1", "等级 macro-F1", "四个等级 F1 的平均"),
    MeasureName("level_mean_distance", "等级平均差距 mean distance", "平均差几级"),
    MeasureName("level_cost", "等级平均代价 mean cost", "按下列代价表，每件平均的代价"),
    MeasureName(
        "constant_cost", "全部判同一级的代价 one level for all", "不用模型、全部判为最省的一级时的代价；模型须低于它"
    ),
    MeasureName("orange_recall", "橙及以上召回率 recall of orange and red", "真正的橙、红中，模型判为橙或红的比例"),
    MeasureName("orange_precision", "橙及以上精确率 precision of orange and red", "模型判为橙或红的，确为橙或红的比例"),
    MeasureName("red_recall", "红召回率 recall of red", "真正的红中，模型判为红的比例"),
    MeasureName("level_ece", "等级校准误差 ECE", "最可能等级的概率与实际的平均差距"),
    MeasureName("orange_ece", "橙及以上概率的校准误差 ECE", "“橙或红的概率”与实际的平均差距"),
    MeasureName("level_brier", "等级 Brier 分", "四个等级的概率与实际之差的平方和的平均"),
    MeasureName("orange_brier", "橙及以上 Brier 分", "“橙或红的概率”与实际之差的平方的平均"),
    MeasureName("needs_person", "需人工确认 needs a person", "标为“需人工确认”的比例"),
)
PLAIN_NUMBERS = frozenset(
    {
        *("category_macro_f1", "level_macro_f1", "category_brier", "level_brier", "orange_brier"),
        *("level_mean_distance", "level_cost", "constant_cost"),
    }
)
"""Measures that are not written as per cent."""


def number(value: float | None) -> str:
    """Three decimals, or a dash."""
    return NONE if value is None else f"{value:.3f}"


def share(value: float | None) -> str:
    """Per cent with one decimal, or a dash."""
    return NONE if value is None else f"{value:.1%}"


def with_interval(found: Estimate | None) -> str:
    """``0.912 [0.901, 0.922]``."""
    if found is None:
        return NONE
    return number(found.value) + (f" [{found.low:.3f}, {found.high:.3f}]" if _has(found) else "")


def share_with_interval(found: Estimate | None) -> str:
    """``91.2%（90.1%–92.2%）``."""
    if found is None:
        return NONE
    return share(found.value) + (f"（{found.low:.1%}–{found.high:.1%}）" if _has(found) else "")


def signed(found: Estimate | None) -> str:
    """``+1.2%``."""
    return NONE if found is None else f"{found.value:+.1%}".replace("-", "−")


def measure_text(found: Evaluation, field: str) -> str:
    """A measure as it is written in tables."""
    value = found.estimate(field)
    return with_interval(value) if field in PLAIN_NUMBERS else share_with_interval(value)


def budget_text(written: str) -> str:
    """``2%`` in words."""
    if written.endswith("/day"):
        return f"每天评分最高的 {written.removesuffix('/day')} 件"
    if written.endswith("/week"):
        return f"每周评分最高的 {written.removesuffix('/week')} 件"
    return f"评分最高的 {written}"


def _has(found: Estimate) -> bool:
    return found.low is not None and found.high is not None
