"""The model card in Markdown, Chinese first: what the model is, what it was trained on, and what it must not be used for."""

from collections.abc import Sequence

from risk_model.scoring.costs import Costs
from risk_model.scoring.manifest import Manifest, settings_summary
from schemas.levels import Level

_LIMITS = """## 不能用来做什么 Limits

- 等级是**内部风险等级**，不是《突发事件应对法》意义上的预警级别；任何等级在对外使用前须由人确认。
- 评分对象是纠纷事项和企业、项目，**从不对个人评分**。
- 公开数据中没有带“风险等级”标注的中文文本：等级模型的好坏，不能用任何公开数据来证明。
- 政策底线（如 50 人以上至少为橙）在模型之后另行适用，并与模型的判断分开列出。

*Levels are internal working levels, confirmed by a person before they leave the system; matters and entities are scored, never persons.
No public Chinese text with risk-level labels exists, so nothing public can prove the level head.*
"""


def model_card(manifest: Manifest) -> str:
    """Markdown card of an artifact."""
    found = manifest.evaluation
    lines = [
        f"# 风险模型卡 Model card · {manifest.version}",
        "",
        "## 训练数据 Trained on",
        "",
        manifest.trained_on,
        "",
        f"- 样本 {manifest.data_rows:,} 条，{manifest.data_from[:10]} 至 {manifest.data_to[:10]}；SHA-256 `{manifest.data_sha256}`",
        f"- 按时间切分：较早 {manifest.train_rows:,} 条用于训练，最近 {manifest.test_rows:,} 条只用于下面的评估 (split by time)",
        f"- 随机种子 {manifest.seed}；同样的数据得到同样的文件，SHA-256 `{manifest.model_sha256}`",
        "",
        "## 模型 Model",
        "",
        (
            "字符 n 元组（整批散列）与结构化字段，线性两头：类别用一对其余的平方合页损失（在未学过的样本上校准为概率），等级用有序逻辑回归（一个评分，若干分界），"
            "因此每一级的理由都是可逐项相加的确切数值。"
        ),
        "",
        f"- 类别 {len(manifest.categories)} 个：{'、'.join(manifest.categories)}",
        (
            f"- 等级取预期代价最小者，代价（行为真实蓝黄橙红，列为判定）{_costs(manifest.margins.costs)}；类别领先不足 {manifest.margins.category:g}、"
            f"评分距分界不足 {manifest.margins.level:g}、已知 n 元组不足 {manifest.margins.coverage:.1%} 时标为“需人工确认”"
        ),
        "",
        *_table(("设置 setting", "值"), [(name, str(value)) for name, value in settings_summary(manifest).items()]),
        "",
        "## 评估 Evaluation（最近的数据，未参与训练）",
        "",
        *_table(("指标 measure", "值"), _measures(manifest)),
        "",
        "等级混淆矩阵（行为真实，列为模型，未含政策底线）confusion, rows true:",
        "",
        *_table(
            ("", *(level.zh for level in Level)),
            [(f"**{level.zh}**", *map(str, found.confusion[level - 1])) for level in Level],
        ),
        "",
        "各类别 F1 by category:",
        "",
        *_table(("类别", "F1"), [(name, f"{value:.3f}") for name, value in found.category_f1.items()]),
        "",
        _LIMITS,
        "## 加载条件 Loading",
        "",
        "只从 `model.skops` 加载，类型须在代码的允许清单内；SHA-256、特征摘要和 scikit-learn 次版本须相符，否则拒绝并说明办法。",
        "",
        *_table(("库 library", "版本"), list(manifest.libraries.items())),
        "",
    ]
    return "\n".join(lines)


def _costs(costs: Costs) -> str:
    return "；".join(" ".join(f"{cost:g}" for cost in row) for row in costs)


def _measures(manifest: Manifest) -> list[tuple[str, str]]:
    found = manifest.evaluation

    def share(value: float | None) -> str:
        return "—" if value is None else f"{value:.3f}"

    return [
        ("类别 macro-F1", share(found.category_macro_f1)),
        ("等级 macro-F1", share(found.level_macro_f1)),
        ("等级准确率 exact level", share(found.level_accuracy)),
        ("等级相差不超过一级 within one", share(found.level_within_one)),
        ("橙及以上召回率 recall of orange and red", share(found.orange_recall)),
        ("橙及以上精确率 precision of orange and red", share(found.orange_precision)),
        ("红召回率 recall of red", share(found.red_recall)),
        ("类别校准误差 ECE", share(found.category_ece)),
        ("等级校准误差 ECE", share(found.level_ece)),
        ("需人工确认 needs a person", share(found.needs_person)),
    ]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
