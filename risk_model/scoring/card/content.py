"""What a card says, in order: what it was trained on, what that means in plain words, the measures, the limits."""

from collections.abc import Iterator, Mapping

import msgspec

from risk_model.scoring.card.blocks import Block, Bullets, Folded, Heading, Notice, Paragraph, Table
from risk_model.scoring.card.measured import measured_blocks
from risk_model.scoring.card.plain import plain_words
from risk_model.scoring.evaluation import Evaluation, LearningPoint
from risk_model.scoring.evaluation.judged import stated_costs
from risk_model.scoring.manifest import Manifest, settings_summary
from schemas.levels import Level

LIMITS = (
    "等级是**内部风险等级**，不是《突发事件应对法》意义上的预警级别；任何等级在对外使用前须由人确认。",
    "评分对象是纠纷事项和企业、项目，**从不对个人评分**。",
    "公开数据中没有带“风险等级”标注的中文文本：等级模型的好坏，不能用任何公开数据来证明。",
    "政策底线（如 50 人以上至少为橙）在模型之后另行适用，并与模型的判断分开列出；这里的数字都是**适用底线之前**的。",
)
LIMITS_EN = (
    "Levels are internal working levels, confirmed by a person before they leave the system; matters and entities are scored, "
    "never persons. No public Chinese text with risk-level labels exists, so nothing public can prove the level head. "
    "All figures are before the policy's floors."
)


class CardSubject(msgspec.Struct, frozen=True):
    """What a card is about.

    Attributes:
        manifest: of the model.
        evaluation: measures to show; None for those the manifest keeps, of the latest part of the training data.
        measured_on: what ``evaluation`` was measured on, for the reader.
        learning_curve: points, when there are.
        county_names: names of county codes.
    """

    manifest: Manifest
    evaluation: Evaluation | None = None
    measured_on: str = ""
    learning_curve: tuple[LearningPoint, ...] = ()
    county_names: Mapping[str, str] = {}


def card_blocks(subject: CardSubject) -> Iterator[Block]:
    """The card, block by block."""
    manifest = subject.manifest
    found = subject.evaluation or manifest.evaluation
    own = "留作评估的部分，未参与训练 the part held out, not learnt from"
    yield Heading(1, f"风险模型卡 Model card · {manifest.version}")
    yield Notice("类别和等级是从什么学来的 What categories and levels were learnt from", manifest.trained_on)
    yield Heading(2, "一看就懂 In plain words")
    yield Bullets(tuple(plain_words(found)))
    yield Heading(2, "训练数据 Trained on")
    yield Bullets(tuple(_data(manifest)))
    yield Heading(2, f"评估 Evaluation（{subject.measured_on if subject.evaluation else own}）")
    yield from measured_blocks(found, subject.learning_curve, subject.county_names)
    yield Heading(2, "不能用来做什么 Limits")
    yield Bullets(LIMITS)
    yield Paragraph(LIMITS_EN)
    yield Heading(2, "模型 Model")
    yield from _model(manifest)
    yield Heading(2, "加载条件 Loading")
    yield Paragraph(
        "只从 `model.skops` 加载，类型须在代码的允许清单内；SHA-256、特征摘要和 scikit-learn 次版本须相符，否则拒绝并说明办法。"
    )
    yield Table(("库 library", "版本 version"), tuple(manifest.libraries.items()))


def _data(manifest: Manifest) -> Iterator[str]:
    span = f"，{manifest.data_from[:10]} 至 {manifest.data_to[:10]}" if manifest.data_from else "，没有完整的时间"
    yield f"样本 {manifest.data_rows:,} 条{span}；SHA-256 `{manifest.data_sha256}`"
    if manifest.split == "time":
        yield (
            f"按时间切分：较早 {manifest.train_rows:,} 条用于训练，最近 {manifest.test_rows:,} 条只用于评估 (split by time)"
        )
    else:
        yield (
            f"随机切分（分层，种子固定）：{manifest.train_rows:,} 条用于训练，{manifest.test_rows:,} 条只用于评估；随机切分的数字通常高于"
            "按时间切分的 (split at random, which flatters)"
        )
    yield f"随机种子 {manifest.seed}；同样的数据得到同样的文件，SHA-256 `{manifest.model_sha256}`"


def _model(manifest: Manifest) -> Iterator[Block]:
    margins = manifest.margins
    yield Paragraph(
        "字符 n 元组（整批散列）与结构化字段，线性两头：类别用一对其余的平方合页损失（在未学过的样本上校准为概率），等级用有序逻辑回归（一个评分，若干分界），"
        "因此每一级的理由都是可逐项相加的确切数值。"
    )
    yield Bullets(
        (
            f"类别 {len(manifest.categories)} 个：{'、'.join(manifest.categories)}",
            f"类别领先不足 {margins.category:g}、评分距分界不足 {margins.level:g}、已知 n 元组不足 {margins.coverage:.1%} 时标为“需人工确认”",
        )
    )
    yield Paragraph("定级所用的代价（行为真实，列为判断）cost of a grade, rows true:")
    costs = stated_costs(margins).tolist()
    rows = [(f"真实{level.zh}", *(f"{cost:g}" for cost in costs[level - 1])) for level in Level]
    yield Table(("", *(level.zh for level in Level)), tuple(rows))
    settings = [(name, str(value)) for name, value in settings_summary(manifest).items()]
    yield Folded("训练设置 Settings", (Table(("设置 setting", "值 value"), tuple(settings)),))
