"""The measures in sentences that need no statistics."""

from collections.abc import Iterator

from risk_model.scoring.card.wording import budget_text, share
from risk_model.scoring.evaluation import Evaluation
from schemas.levels import Level


def plain_words(found: Evaluation) -> Iterator[str]:
    """Sentences for officials, one a point; what was not measured is not spoken of."""
    if found.category_accuracy is not None:
        yield f"**类别**：{found.category_rows:,} 件中判对 {share(found.category_accuracy)}{_between(found, 'category_accuracy')}。"
    elif found.category_macro_f1 is not None:
        yield f"**类别**：各类别 F1 平均 {found.category_macro_f1:.3f}。"
    else:
        yield "**类别**：没有类别标注，未评估。"
    if found.level_accuracy is None:
        yield "**等级**：没有等级标注，未评估。"
    else:
        yield (
            f"**等级**：一级不差的 {share(found.level_accuracy)}{_between(found, 'level_accuracy')}，"
            f"相差不超过一级的 {share(found.level_within_one)}。"
        )
        grave = sum(map(sum, found.confusion[Level.ORANGE - 1 :]))
        if found.orange_recall is not None:
            yield (
                f"**橙和红**：真正的橙、红 {grave:,} 件，模型自己找到 {share(found.orange_recall)}{_between(found, 'orange_recall')}；"
                f"它判为橙、红的，{share(found.orange_precision)} 确实是。其余靠政策底线和人工，不能只看模型。"
            )
    for each in found.budgets:
        if each.grave_recall is not None:
            red = f"，红色的 {share(each.red_recall.value)}" if each.red_recall else ""
            yield (
                f"**只看{budget_text(each.budget)}**（{each.looked:,} 件）：能看到橙、红的 {share(each.grave_recall.value)}{red}；"
                f"至多能看到橙、红的 {share(each.ceiling)}。"
            )
    stated = [
        (name, value) for name, value in (("类别", found.category_ece), ("等级", found.level_ece)) if value is not None
    ]
    if stated:
        gaps = "，".join(f"{name}平均相差 {100 * value:.1f} 个百分点" for name, value in stated)
        yield f"**把握是否可信**：模型所说的概率与实际情况，{gaps}。"
    yield f"**{share(found.needs_person)}** 标为“需人工确认”。"


def _between(found: Evaluation, field: str) -> str:
    limits = found.intervals.get(field)
    return f"（{found.confidence:.0%} 区间 {limits[0]:.1%}–{limits[1]:.1%}）" if limits else ""
